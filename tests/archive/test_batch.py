"""Runs: every input gets one row whatever happens, and what is known is not done twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import photocheck
from photocheck.archive.batch import Options, batch, shard_rows
from photocheck.archive.engines.engine import Event
from photocheck.archive.errors import ArchiveError
from photocheck.archive.folder import Folder
from photocheck.archive.plan import ranges
from photocheck.archive.schema import SCHEMA, SCHEMA_KEY, findings_schema, images_schema
from photocheck.archive.score import Shard, score_shard
from photocheck.archive.settings import Settings
from photocheck.cli import app
from tests.archive.makers import PROFILE, tiny_jpeg, write_folder, write_profile, write_zip
from tests.archive.reading import findings, images, table, without

AS_OF = date(2026, 11, 22)
POISON = Path(__file__).parent / "poison"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_profile(tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("archive") / "in", 60)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory, pictures: Path, profile: str) -> Path:
    """The tables of `pictures`, scored in one undisturbed run."""
    out = tmp_path_factory.mktemp("scored") / "out"
    batch(str(pictures), out, settings(profile), Options(workers=2))
    return out


class Here:
    """An engine in this process, for tests that are not about processes."""

    def __init__(self, name: str, asked: Settings, *, workers: int, recycle: int) -> None:
        self._settings = asked
        self._events: list[Event] = []

    def free(self) -> int:
        return 1 - len(self._events)

    def submit(self, shard: Shard) -> None:
        self._events.append(Event(shard, result=score_shard(shard, self._settings)))

    def wait(self, seconds: float) -> list[Event]:
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        pass


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photocheck.archive.batch.open_engine", Here)


def settings(profile: str, **others: object) -> Settings:
    return Settings(AS_OF, profile, "portrait", language="en", **others)


def command(source: Path, out: Path, profile: str, *more: str) -> list[str]:
    asked = ["--profile", profile, "--kind", "portrait", "--as-of", str(AS_OF), "--lang", "en", "--no-pictures"]
    return [sys.executable, "-m", "photocheck", "batch", str(source), "--out", str(out), *asked, *more]


def test_tables(scored: Path, pictures: Path, profile: str) -> None:
    rows = images(scored)
    assert set(rows) == {path.name for path in pictures.iterdir()}
    assert {row["verdict"] for row in rows.values()} == {"pass", "review", "fail", None}
    broken = rows["005.jpg"]
    assert (broken["verdict"], broken["error"], broken["findings"], broken["width"]) == (None, "truncated", 0, None)
    assert broken["error_text"].endswith("again.") or broken["error_text"]
    assert broken["sha256"]
    whole = rows["000.jpg"]
    assert (whole["kind"], whole["asked"], whole["profile"], whole["as_of"]) == ("portrait", "portrait", "tiny", AS_OF)
    assert (whole["version"], whole["origin"], whole["format"]) == (photocheck.__version__, "scored", "JPEG")
    found = findings(scored)
    assert {check for id_, check in found if id_ == "000.jpg"} == {
        *("file-format", "pixel-size", "file-bytes", "aspect-ratio", "jpeg-quality", "multi-frame")
    }
    size = found["000.jpg", "pixel-size"]
    assert [part["quantity"] for part in size["judged"]] == ["width", "height"]
    done = json.loads((scored / "done.json").read_text("utf-8"))
    assert done["images"] == 60
    assert done["findings"] == len(found) == sum(row["findings"] for row in rows.values())
    assert sum(done["verdicts"].values()) == 60


def test_schema_is_kept_and_files_are_sorted(scored: Path) -> None:
    for name, schema in (("images", images_schema()), ("findings", findings_schema())):
        (path,) = (scored / name).glob("*.parquet")
        assert pq.read_schema(path).equals(schema)
        assert pq.read_schema(path).metadata[SCHEMA_KEY] == SCHEMA.encode()
    ids = [row["id"] for row in table(scored, "images")]
    assert ids == sorted(ids)
    order = [(row["check"], row["id"]) for row in table(scored, "findings")]
    assert order == sorted(order)


def test_duckdb_joins_the_tables(scored: Path) -> None:
    query = f"""
        SELECT count(*) FROM '{scored}/images/*.parquet' AS i JOIN '{scored}/findings/*.parquet' AS f USING (id)
        WHERE f."check" = 'pixel-size' AND i.verdict IS NOT NULL
    """
    assert duckdb.sql(query).fetchall() == [(59,)]


def test_the_same_again_does_nothing(scored: Path, pictures: Path, profile: str) -> None:
    before = {path: path.stat().st_mtime_ns for path in scored.rglob("*.parquet")}
    batch(str(pictures), scored, settings(profile), Options(workers=1))
    assert before == {path: path.stat().st_mtime_ns for path in scored.rglob("*.parquet")}


def test_another_run_is_refused(scored: Path, pictures: Path, profile: str, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="holds another run"):
        batch(str(pictures), scored, settings("cn-visa"), Options())
    changed = write_profile(tmp_path)
    with pytest.raises(ArchiveError, match="holds another run"):
        batch(str(pictures), scored, settings(changed), Options())


def test_a_profile_that_changed_under_a_run_is_refused(pictures: Path, tmp_path: Path) -> None:
    name = write_profile(tmp_path)
    asked = settings(name, profiles={name: "sha256:other"})
    with pytest.raises(ArchiveError, match="not the one"):
        asked.verify()


def test_two_inputs_with_one_id(tmp_path: Path, profile: str) -> None:
    (tmp_path / "m.csv").write_text("id,path\na,1.jpg\nb,2.jpg\na,3.jpg\n", "utf-8")
    with pytest.raises(ArchiveError, match="id 'a'"):
        batch(str(tmp_path / "m.csv"), tmp_path / "out", settings(profile), Options())


def test_profile_for_another_kind(tmp_path: Path, profile: str, pictures: Path) -> None:
    with pytest.raises(ArchiveError, match="pictures of the kind portrait, not signature"):
        batch(str(pictures), tmp_path / "out", Settings(AS_OF, profile, "signature"), Options())


def test_nothing_to_score(tmp_path: Path, profile: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArchiveError, match="no pictures"):
        batch(str(tmp_path / "empty"), tmp_path / "out", settings(profile), Options())


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with folder.owned(), pytest.raises(ArchiveError, match="Another run"), Folder(tmp_path).owned():
        pass


@pytest.mark.usefixtures("here")
def test_profile_and_kind_of_the_manifest(tmp_path: Path, profile: str) -> None:
    (tmp_path / "1.jpg").write_bytes(tiny_jpeg(1))
    lines = [
        "id,path,profile,kind,group,captured",
        "own,1.jpg,,portrait,north,2023-04-05",
        "theirs,1.jpg,cn-visa,,south,",
        "wrong,1.jpg,cn-visa,signature,,",
    ]
    (tmp_path / "m.csv").write_text("\n".join(lines), "utf-8")
    asked = Settings(AS_OF, profile, language="en")
    batch(str(tmp_path / "m.csv"), tmp_path / "out", asked, Options())
    rows = images(tmp_path / "out")
    assert rows["own"]["profile"] == "tiny"
    assert (rows["own"]["group"], rows["own"]["month"]) == ("north", "2023-04")
    assert rows["theirs"]["profile"] == "cn-visa"
    assert rows["wrong"]["error"] == "wrong-profile"
    assert "cn-visa" in rows["wrong"]["error_text"]


@pytest.mark.parametrize(
    ("scored_before", "rows", "size", "expected"),
    [
        ([], 5, 2, [(0, 2), (2, 4), (4, 5)]),
        ([(0, 2), (4, 5)], 5, 2, [(2, 4)]),
        ([(1, 2)], 6, 10, [(0, 1), (2, 6)]),
        ([(0, 6)], 6, 2, []),
    ],
)
def test_what_is_left_of_a_part(
    scored_before: list[tuple[int, int]], rows: int, size: int, expected: list[tuple[int, int]]
) -> None:
    assert list(ranges(scored_before, rows, size, [None] * rows)) == expected


def test_a_shard_lies_in_one_part_of_the_earlier_tables() -> None:
    assert list(ranges([], 6, 4, [0, 0, 1, 1, None, None])) == [(0, 2), (2, 4), (4, 6)]


def test_shards_are_small_where_there_are_few_inputs() -> None:
    assert shard_rows(10, 4) == 1
    assert shard_rows(10_000_000, 4) == 1000


class TestKilled:
    """2,000 inputs, the driver killed with -9 again and again: as if nothing had happened."""

    def test_killed_and_resumed(self, tmp_path: Path, profile: str) -> None:
        source = write_zip(tmp_path / "x.zip", 2000)
        subprocess.run(command(source, tmp_path / "whole", profile, "--workers", "2"), check=True, cwd=ROOT)
        out = tmp_path / "killed"
        again = command(source, out, profile, "--workers", "2", "--shard-size", "50")
        killed = 0
        for parts in (0, 5, 17, 29):  # of 40: by what is written, not by the clock
            process = subprocess.Popen(again, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            while process.poll() is None and len(list(out.rglob("*.images.parquet"))) < parts:
                time.sleep(0.01)
            killed += process.poll() is None
            process.kill()
            process.wait()
        subprocess.run(again, check=True, cwd=ROOT)
        assert killed > 0
        rows = images(out)
        assert len(rows) == 2000
        assert rows == images(tmp_path / "whole")
        assert findings(out) == findings(tmp_path / "whole")


@pytest.fixture
def poisoned(tmp_path: Path) -> Path:
    """14 pictures, of which one kills its process and one hangs."""
    lines = ["id,path"]
    for number in range(14):
        (tmp_path / f"{number}.jpg").write_bytes(tiny_jpeg(number + 200))
        name = {4: "kills", 9: "hangs"}.get(number, "picture")
        lines.append(f"{name}-{number:02},{number}.jpg")
    (tmp_path / "m.csv").write_text("\n".join(lines), "utf-8")
    return tmp_path / "m.csv"


@pytest.mark.parametrize("engine", ["local", "ray"])
def test_pictures_that_kill_or_hang_their_worker(poisoned: Path, profile: str, engine: str) -> None:
    out = poisoned.parent / "out"
    line = command(poisoned, out, profile, "--workers", "2", "--timeout", "3", "--engine", engine)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(POISON), *filter(None, sys.path)])}
    environment.pop("RAY_ADDRESS", None)
    told = subprocess.run(line, check=True, cwd=ROOT, env=environment, timeout=240, stdout=subprocess.PIPE, text=True)
    assert told.stdout.count("\n") == 2
    rows = images(out)
    assert len(rows) == 14
    assert {key: row["error"] for key, row in rows.items() if key.startswith(("kills", "hangs"))} == {
        "kills-04": "worker-killed",
        "hangs-09": "timed-out",
    }
    assert sum(row["verdict"] is not None for row in rows.values()) == 12
    assert "3 seconds" in rows["hangs-09"]["error_text"]


def test_ctrl_c_stops_and_says_how_to_go_on(tmp_path: Path, profile: str) -> None:
    source = write_zip(tmp_path / "x.zip", 400)
    line = command(source, tmp_path / "out", profile, "--workers", "1", "--recycle", "20", "--shard-size", "20")
    process = subprocess.Popen(line, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while not list((tmp_path / "out").rglob("*.images.parquet")):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told.splitlines()[-1] == "Stopped. What is done is kept; run the same command again to go on."
    assert "Traceback" not in told
    line[line.index("20")] = "1000"
    went_on = subprocess.run(line, check=True, cwd=ROOT, capture_output=True, text=True)
    assert "were done before" in went_on.stderr
    assert len(images(tmp_path / "out")) == 400


@pytest.mark.usefixtures("here")
class TestEarlier:
    """Scoring again with an earlier run at hand."""

    def test_unchanged_is_kept(self, scored: Path, pictures: Path, profile: str, tmp_path: Path) -> None:
        done = batch(str(pictures), tmp_path / "out", settings(profile), Options(), earlier=scored)
        assert done["origins"] == {"kept": 60}
        assert without(images(tmp_path / "out"), "origin") == without(images(scored), "origin")
        assert findings(tmp_path / "out") == findings(scored)

    def test_changed_limits_are_judged_from_values(self, scored: Path, pictures: Path, tmp_path: Path) -> None:
        changed = PROFILE.replace("pass = [700, 1500], review = [300, 2500]", "pass = [900, 1200]")
        stricter = settings(write_profile(tmp_path, changed.replace("[30, 60], review = [20, 80]", "[40, 50]")))
        done = batch(str(pictures), tmp_path / "judged", stricter, Options(), earlier=scored)
        assert done["origins"] == {"kept": 1, "judged": 59}  # the damaged file has no values
        batch(str(pictures), tmp_path / "fresh", stricter, Options())
        assert without(images(tmp_path / "judged"), "origin") == without(images(tmp_path / "fresh"), "origin")
        assert findings(tmp_path / "judged") == findings(tmp_path / "fresh")
        assert findings(tmp_path / "judged") != findings(scored)

    def test_what_changed_is_scored(self, scored: Path, pictures: Path, profile: str, tmp_path: Path) -> None:
        copies = tmp_path / "in"
        copies.mkdir()
        for path in pictures.iterdir():
            (copies / path.name).write_bytes(path.read_bytes())
        (copies / "001.jpg").write_bytes(tiny_jpeg(1001))
        (copies / "new.jpg").write_bytes(tiny_jpeg(1002))
        (copies / "002.jpg").unlink()
        batch(str(copies), tmp_path / "out", settings(profile), Options(), earlier=scored)
        rows = images(tmp_path / "out")
        assert len(rows) == 60
        assert {key for key, row in rows.items() if row["origin"] == "scored"} == {"001.jpg", "new.jpg"}

    def test_another_day_is_scored_again(self, scored: Path, pictures: Path, profile: str, tmp_path: Path) -> None:
        later = Settings(date(2027, 1, 1), profile, "portrait", language="en")
        done = batch(str(pictures), tmp_path / "out", later, Options(), earlier=scored)
        assert done["origins"] == {"kept": 1, "scored": 59}

    def test_a_stated_digest_spares_the_reading(self, scored: Path, profile: str, tmp_path: Path) -> None:
        known = images(scored)
        lines = ["id,path,sha256", *(f"{key},gone/{key},{row['sha256']}" for key, row in known.items())]
        (tmp_path / "m.csv").write_text("\n".join(lines), "utf-8")
        done = batch(str(tmp_path / "m.csv"), tmp_path / "out", settings(profile), Options(), earlier=scored)
        assert done["origins"] == {"kept": 60}

    def test_what_was_revealed_is_not_kept(self, pictures: Path, profile: str, tmp_path: Path) -> None:
        batch(str(pictures), tmp_path / "old", settings(profile, reveal=True), Options())
        done = batch(str(pictures), tmp_path / "out", settings(profile), Options(), earlier=tmp_path / "old")
        assert done["origins"] == {"scored": 60}

    def test_where(self, scored: Path, pictures: Path, profile: str, tmp_path: Path) -> None:
        where = """verdict = 'fail' AND id IN (SELECT id FROM findings WHERE "check" = 'pixel-size' AND margin < -1)"""
        done = batch(str(pictures), tmp_path / "out", settings(profile), Options(), earlier=scored, where=where)
        small = {id_ for (id_, check), row in findings(scored).items() if check == "pixel-size" and row["margin"] < -1}
        assert set(images(tmp_path / "out")) == small
        assert done["origins"] == {"scored": len(small)}

    @pytest.mark.parametrize(("where", "said"), [("colour = 1", "colour"), ("verdict = 'none'", "No input")])
    def test_where_that_is_wrong(
        self, scored: Path, pictures: Path, profile: str, tmp_path: Path, where: str, said: str
    ) -> None:
        with pytest.raises(ArchiveError, match=said):
            batch(str(pictures), tmp_path / "out", settings(profile), Options(), earlier=scored, where=where)

    def test_no_earlier_run(self, pictures: Path, profile: str, tmp_path: Path) -> None:
        with pytest.raises(ArchiveError, match="holds no finished run"):
            batch(str(pictures), tmp_path / "out", settings(profile), Options(), earlier=tmp_path)


@pytest.mark.usefixtures("here")
def test_missing_shard_rows_are_noticed(scored: Path, pictures: Path, profile: str, tmp_path: Path) -> None:
    batch(str(pictures), tmp_path / "out", settings(profile), Options())
    path = tmp_path / "out" / "findings" / "part-000000.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    (tmp_path / "out" / "done.json").unlink()
    with pytest.raises(ArchiveError, match="rows of findings"):
        batch(str(pictures), tmp_path / "out", settings(profile), Options())


def test_metrics_file(tmp_path: Path, pictures: Path, profile: str) -> None:
    path = tmp_path / "photocheck.prom"
    line = command(pictures, tmp_path / "out", profile, "--metrics", str(path), "--workers", "1")
    told = subprocess.run(line, check=True, cwd=ROOT, capture_output=True, text=True)
    text = path.read_text("utf-8")
    assert "photocheck_batch_inputs_done 60.0" in text
    assert "photocheck_batch_complete 1.0" in text
    assert 'photocheck_batch_pictures{verdict="error"} 1.0' in text
    assert told.stderr.splitlines()[-1].startswith("60 of 60 (100%)")
    assert told.stdout.startswith(f"{tmp_path / 'out'}: 60 pictures, 354 findings.")


def test_wrong_usage() -> None:
    answer = CliRunner().invoke(app, ["batch", "nowhere", "--out", "/proc/none"])
    assert answer.exit_code == 2
    answer = CliRunner().invoke(app, ["batch", "nowhere", "--out", "x", "--where", "true"])
    assert answer.exit_code == 2
    assert "--from" in answer.stderr
    answer = CliRunner().invoke(app, ["batch", "nowhere", "--out", "s3://bucket/x"])
    assert "folder of a file system" in answer.stderr


@pytest.mark.parametrize(("module", "extra"), [("pyarrow", "batch"), ("duckdb", "batch"), ("ray", "ray")])
def test_missing_package(monkeypatch: pytest.MonkeyPatch, module: str, extra: str) -> None:
    from photocheck.archive.extras import MissingExtra, need

    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=rf"pip install 'photocheck\[{extra}\]'"):
        need(module)
