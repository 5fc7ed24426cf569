"""What changed between runs, what other limits would change, and the page of a run: each against the plain rules."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from photocheck.archive.analysis.compare import compare, together
from photocheck.archive.analysis.page import page
from photocheck.archive.analysis.results import Results
from photocheck.archive.analysis.rules import margin, rules, severity
from photocheck.archive.analysis.sheets import look, planned_entries, run_settings
from photocheck.archive.analysis.simulate import simulate
from photocheck.archive.analysis.summary import summarise
from photocheck.archive.analysis.what_if import as_profile, changed
from photocheck.archive.errors import ArchiveError
from photocheck.archive.rejudge import NeedsPicture, bands_of, described, follows_from_values, judge_again
from photocheck.cli import app
from photocheck.finding import Outcome
from photocheck.limits import Band
from photocheck.profile import Profile, load_profile
from photocheck.registry import find_check
from tests.archive.made_runs import write_run
from tests.archive.makers import tiny_jpeg, write_folder, write_profile
from tests.archive.reading import findings, images

ASKED = (
    *("file-format", "file-bytes", "pixel-size", "multi-frame", "head-height", "eye-line", "yaw", "gaze", "exposure"),
    *("face-shadow", "skin-colour", "noise", "compression", "single-face"),
)
SEVERITIES = {0: Outcome.PASS, 2: Outcome.REVIEW, 4: Outcome.FAIL}
CHANGES = ("head-height.pass=0.72,0.78", "yaw.pass=-2,2", "face-shadow.patch.pass=,0.3", "noise.at_most=review")


@pytest.fixture(scope="module")
def profile() -> Profile:
    """Some of the checks of the default profile: with one band, with several, with none, and those that look at bands."""
    whole = load_profile("cn-exit-entry")
    return whole.model_copy(update={"settings": {name: whole.settings[name] for name in ASKED}, "hash": "sha256:few"})


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory, profile: Profile) -> Path:
    folder = tmp_path_factory.mktemp("old") / "out"
    write_run(folder, profile, 240, part_rows=100)
    return folder


def other(profile: Profile, *changes: str) -> Profile:
    return changed(described(profile), changes)[0].model_copy(update={"hash": "sha256:other"})


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory, profile: Profile) -> Path:
    """The same values under other limits, with ten inputs more, cut otherwise."""
    folder = tmp_path_factory.mktemp("new") / "out"
    write_run(folder, other(profile, *CHANGES), 250, about=profile, part_rows=80)
    return folder


def random_band(chance: random.Random) -> Band:
    ends = sorted(chance.choice([chance.uniform(-5, 5), float(chance.randint(-3, 3))]) for _ in range(4))
    if chance.random() < 0.2:
        ends[0] = ends[1]
    if chance.random() < 0.2:
        ends[3] = ends[2]
    low, high, open_review = chance.random() < 0.75, chance.random() < 0.75, chance.random() < 0.2
    passing = (ends[1] if low else None, ends[2] if high else None)
    review = (ends[0] if low and not open_review else None, ends[3] if high else None)
    return Band(passing=passing, review=None if chance.random() < 0.25 else review)


def test_sql_judges_as_a_band_does() -> None:
    """Open ends, bands without review, empty review bands, values on the limits themselves."""
    chance = random.Random(7)
    with duckdb.connect() as database:
        for _ in range(150):
            band = random_band(chance)
            ends = [end for end in (*band.passing, *band.review_range) if end is not None]
            values = [chance.uniform(-7, 7) for _ in range(20)] + ends + [0.1 + 0.2, 1e-300, -1e12]
            answer = database.execute(
                f"SELECT {severity(band, 'v')}, {margin(band, 'v')} FROM (SELECT unnest(?) AS v)", [values]
            ).fetchall()
            assert [SEVERITIES[told] for told, _ in answer] == [band.outcome(value) for value in values]
            assert [told for _, told in answer] == [
                None if band.margin(value) is None else pytest.approx(band.margin(value), rel=1e-12) for value in values
            ]


def judged_plainly(out: Path, kept: dict[str, Any], new: Profile) -> tuple[Counter[Any], Counter[Any]]:
    """Verdicts and outcomes by judging every image again in Python."""
    by_id: dict[str, list[dict[str, Any]]] = {}
    for (id_, _), row in findings(out).items():
        by_id.setdefault(id_, []).append(row)
    verdicts: Counter[Any] = Counter()
    outcomes: Counter[Any] = Counter()
    for id_, row in images(out).items():
        again = judge_again(row, by_id[id_], kept, new)
        verdicts[row["verdict"], again.image["verdict"]] += 1
        now = {found["check"]: found["outcome"] for found in again.findings}
        for found in by_id[id_]:
            if found["check"] in now and now[found["check"]] != found["outcome"]:
                outcomes[found["check"], found["outcome"], now[found["check"]]] += 1
    return verdicts, outcomes


def test_simulation_is_judging_again(old: Path, profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random limits, caps and requirements: the same verdicts and outcomes as `judge_again`, image by image."""
    chance = random.Random(3)
    kept = described(profile)
    flipped = 0
    for _ in range(3):
        settings = dict(profile.settings)
        for name, setting in profile.settings.items():
            check, bands = find_check(name), bands_of(setting.limits)
            if setting.off or not bands or not follows_from_values(check) or chance.random() < 0.4:
                continue
            moved = {key: stretched(band, chance) for key, band in bands.items()}
            limits = moved[""] if "" in moved else setting.limits.model_copy(update=moved)
            update = {
                "limits": limits,
                "at_most": chance.choice(["review", "fail"]),
                "required": chance.random() < 0.5,
                "off": chance.random() < 0.1,
            }
            settings[name] = setting.model_copy(update=update)
        new = profile.model_copy(update={"settings": settings, "hash": "sha256:new"})
        monkeypatch.setattr("photocheck.archive.analysis.simulate.load_profile", lambda name, new=new: new)
        found = simulate(old, profile="new", limit=2)
        verdicts, outcomes = judged_plainly(old, kept, new)
        assert found.changes.verdicts == verdicts
        assert {(change.check, change.was, change.now): change.count for change in found.changes.checks} == outcomes
        assert not found.unknown
        flipped += found.changes.flipped
    assert flipped > 5


def stretched(band: Band, chance: random.Random) -> Band:
    def moved(end: float | None, out: float) -> float | None:
        return None if end is None else end + out * (abs(end) or 1.0)

    inner, outer = chance.uniform(-0.05, 0.05), chance.uniform(0.05, 0.2)
    passing = (moved(band.passing[0], -inner), moved(band.passing[1], inner))
    if None not in passing and passing[0] > passing[1]:
        passing = band.passing
    review = None if chance.random() < 0.3 else (moved(passing[0], -outer), moved(passing[1], outer))
    return band.model_copy(update={"passing": passing, "review": review})


def test_set_changes_what_it_names(old: Path, profile: Profile) -> None:
    found = simulate(old, sets=CHANGES)
    verdicts, outcomes = judged_plainly(old, described(profile), other(profile, *CHANGES))
    assert found.changes.verdicts == verdicts
    assert {(change.check, change.was, change.now): change.count for change in found.changes.checks} == outcomes
    (change,) = [one for one in found.changes.checks if (one.check, one.now) == ("head-height", "review")]
    example = change.examples[0]
    assert (example["pass_low"], example["pass_high"]) == (0.72, 0.78)
    band = Band(passing=(0.72, 0.78), review=(0.65, 0.85))
    assert 0 > example["margin"] == pytest.approx(band.margin(example["value"]), abs=1e-4)


def test_what_values_do_not_tell_is_said(old: Path) -> None:
    found = simulate(old, sets=['file-format.allowed=["PNG"]', "exposure.face.pass=60,"])
    assert found.unknown == {"file-format": "no-band", "exposure": "looks"}
    assert {now for _, now in found.changes.verdicts} <= {"fail", "unknown"}
    assert found.changes.flipped == 0
    assert found.changes.unknown + found.changes.verdicts[("fail", "fail")] == 240
    # A failure of another check stands, whatever these two would say.
    assert ("fail", "unknown") in found.changes.verdicts or found.changes.verdicts[("fail", "fail")]


def test_a_check_that_was_not_asked_is_not_told(old: Path, profile: Profile) -> None:
    fewer = {name: setting for name, setting in profile.settings.items() if name != "gaze"}
    told = rules(described(profile.model_copy(update={"settings": fewer})), profile, "final")
    assert told.added
    assert told.reasons == {"gaze": "not-asked"}
    row = next(iter(images(old).values()))
    own = [found for (id_, check), found in findings(old).items() if id_ == row["id"] and check != "gaze"]
    with pytest.raises(NeedsPicture):
        judge_again(row, own, described(profile.model_copy(update={"settings": fewer})), profile)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("head-height", "is no change"),
        ("no-such.pass=1,2", "is no change"),
        ("head-height.pass=1", "two numbers"),
        ("head-height.pass=0.9,0.8", "inverted"),
        ("head-height.pas=0.7,0.8", "it has"),
        ("signature-found.at_most=review", "no profile of this run"),
    ],
)
def test_wrong_changes_are_refused(old: Path, change: str, said: str) -> None:
    with pytest.raises(ArchiveError, match=said):
        simulate(old, sets=[change])


def test_profiles_are_read_back_from_a_run() -> None:
    for name in ("cn-exit-entry", "icao", "jp-passport", "uk-passport"):
        known = load_profile(name)
        asked = {key: setting for key, setting in known.settings.items() if not setting.off}
        assert as_profile(json.loads(json.dumps(described(known)))).settings == asked


def test_diff_counts_every_change(old: Path, new: Path) -> None:
    found = compare(old, new, limit=3)
    before, after = images(old), images(new)
    assert found.changes.verdicts == Counter((row["verdict"], after[id_]["verdict"]) for id_, row in before.items())
    said, says = findings(old), findings(new)
    expected = Counter(
        (check, row["outcome"], says[id_, check]["outcome"])
        for (id_, check), row in said.items()
        if says[id_, check]["outcome"] != row["outcome"]
    )
    assert {(change.check, change.was, change.now): change.count for change in found.changes.checks} == expected
    assert {change.check for change in found.changes.checks} <= {change.split(".")[0] for change in CHANGES}
    assert (found.only_old.count, found.only_new.count, found.only_new.examples) == (
        0, 10, ["000000240.jpg", "000000241.jpg", "000000242.jpg"],
    )  # fmt: skip
    assert found.differ == {"profile_hash": 240, "models_hash": 0, "version": 0, "sha256": 0, "as_of": 0}
    assert all(len(change.examples) <= 3 for change in found.changes.checks)
    assert compare(old, old).changes.flipped == 0


def test_diff_agrees_with_simulation(old: Path, new: Path) -> None:
    assert compare(old, new).changes.verdicts == simulate(old, sets=CHANGES).changes.verdicts


def test_parts_that_share_inputs_are_looked_at_together() -> None:
    shared = [("a", "x", 5), ("b", "y", 3), ("b", "z", 1), ("c", "z", 4)]
    assert list(together(shared)) == [(["a"], ["x"]), (["b", "c"], ["y", "z"])]


def test_diff_on_the_command_line(old: Path, new: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    found = run(app, ["diff", str(old), str(new), "--format", "json", "--group", "--limit", "1"])
    assert found.exit_code == 1
    document = json.loads(found.stdout)
    assert document["schema"] == "photocheck/diff-1"
    assert document["flipped"] == sum(row["images"] for row in document["verdicts"] if row["was"] != row["now"])
    assert sum(group["images"] for group in document["groups"]) == document["images"] == 240
    only = json.loads(run(app, ["diff", str(old), str(new), "--format", "json", "--check", "GEO02"]).stdout)
    assert {change["check"] for change in only["checks"]} == {"head-height"}
    assert only["images"] == sum(change["count"] for change in only["checks"])
    text = run(app, ["diff", str(old), str(new), "--lang", "en"]).stdout
    assert "head-height" in text
    assert "Only in the new run: 10" in text
    assert run(app, ["diff", str(old), str(old)]).exit_code == 0
    assert run(app, ["diff", str(old), str(tmp_path)]).exit_code == 2
    assert run(app, ["diff", str(old), str(new), "--check", "no-such"]).exit_code == 2


def test_simulate_on_the_command_line(old: Path) -> None:
    run = CliRunner().invoke
    found = run(app, ["simulate", str(old), "--set", "head-height.pass=0.72,0.78", "--format", "json"])
    document = json.loads(found.stdout)
    assert document["schema"] == "photocheck/simulation-1"
    assert found.exit_code == (1 if document["flipped"] else 0)
    assert {change["check"] for change in document["checks"]} == {"head-height"}
    assert "unknown" in run(app, ["simulate", str(old), "--profile", "icao", "--lang", "en"]).stdout
    assert run(app, ["simulate", str(old)]).exit_code == 2
    assert run(app, ["simulate", str(old), "--set", "nonsense"]).exit_code == 2


def test_summary_counts_and_distributions(old: Path) -> None:
    found = summarise(old, pictures=False)
    rows, said = images(old), findings(old)
    assert found.verdicts == Counter(row["verdict"] for row in rows.values())
    for check in found.checks:
        outcomes = Counter(row["outcome"] for (_, name), row in said.items() if name == check["check"])
        assert {name: check[name] for name in outcomes} == outcomes
    rates = [check["fail"] / check["total"] for check in found.checks]
    assert rates == sorted(rates, reverse=True)
    assert sum(group["total"] for group in found.groups) == sum(month["total"] for month in found.months) == 240
    for histogram in found.histograms:
        values = [
            part["value"] for (_, name), row in said.items() if name == histogram.check
            for part in row["judged"] if part["quantity"] == histogram.quantity
        ]  # fmt: skip
        assert sum(histogram.counts) == histogram.count == len(values)
    (head,) = [one for one in found.histograms if one.check == "head-height"]
    assert head.limits is not None
    assert head.limits.passing == (0.70, 0.80)
    assert head.start < 0.65 < 0.85 < head.stop


def test_page_needs_nothing_from_elsewhere(old: Path) -> None:
    html = page(summarise(old, pictures=False), "en")
    assert html.startswith("<!DOCTYPE html>")
    assert "<script" not in html
    assert not re.findall(r"(?:src|href)=\"(?!data:)", html)
    assert not re.findall(r"url\(", html)
    assert "default-src 'none'" in html
    assert "头部高度" in html
    assert "Head height" in html
    assert "data:image" not in html


def test_pictures_of_the_sheets_are_looked_at_again(tmp_path: Path) -> None:
    """Drawn where all is as it was; said where a picture has changed or is gone."""
    pictures = write_folder(tmp_path / "in", 9)
    out = tmp_path / "out"
    asked = ["--profile", write_profile(tmp_path), "--kind", "portrait", "--lang", "en", "--workers", "1"]
    done = CliRunner().invoke(app, ["batch", str(pictures), "--out", str(out), *asked, "--no-pictures"])
    assert done.exit_code == 0
    assert "data:image" not in (out / "summary.html").read_text("utf-8")
    results = Results(out)
    rows = images(out)
    (pictures / "001.jpg").write_bytes(tiny_jpeg(50))
    (pictures / "002.jpg").unlink()
    looks = {
        entry.id: look(entry, run_settings(results), rows[entry.id])
        for entry in planned_entries(["000.jpg", "001.jpg", "002.jpg"], results)
    }
    assert {id_: one.reason for id_, one in looks.items()} == {
        "000.jpg": "", "001.jpg": "changed", "002.jpg": "unreadable",
    }  # fmt: skip
    assert looks["000.jpg"].thumbnail.startswith(b"\xff\xd8")
    said = {row["check"]: row["outcome"] for (id_, _), row in findings(out).items() if id_ == "000.jpg"}
    shown = {name for name, outcome in said.items() if outcome in ("fail", "review", "error")}
    assert {finding.check for finding in looks["000.jpg"].shown} == shown
    (first,) = planned_entries(["000.jpg"], results)
    assert look(first, run_settings(results), rows["000.jpg"] | {"version": "0"}).reason == "other-judge"
