"""The command line as its users run it: output, exit codes, errors."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image
from skimage.data import astronaut
from typer.testing import CliRunner

from photocheck.cli import app
from photocheck.profile import load_profile, profile_ids


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    Image.fromarray(astronaut()).save(folder / "a.png")
    Image.new("RGB", (300, 400), "white").save(folder / "b.jpg")
    (folder / "notes.txt").write_text("not a picture")
    (folder / ".hidden.jpg").write_bytes((folder / "b.jpg").read_bytes())
    return folder


def test_json_is_a_list_of_reports_with_one_finding_a_check(pictures):
    done = run(
        "check", pictures / "a.png", "--kind", "portrait", "--format", "json", "--as-of", "2026-11-22", "--lang", "en"
    )
    assert done.exit_code == 1
    assert done.stderr == ""
    (report,) = json.loads(done.stdout)
    assert report["path"] == str(pictures / "a.png")
    assert report["as_of"] == "2026-11-22"
    profile = load_profile("cn-exit-entry")
    assert [finding["check"] for finding in report["findings"]] == [check.name for check, _ in profile.checks("final")]
    assert report["profile"]["hash"] == profile.hash
    assert report["timings_ms"]["total"] > 0


def test_a_folder_is_searched_for_pictures_by_content(pictures):
    done = run("check", pictures, "--kind", "portrait", "--format", "jsonl", "--workers", "1")
    assert [json.loads(line)["path"][-5:] for line in done.stdout.splitlines()] == ["a.png", "b.jpg"]


def test_several_processes_say_the_same_as_one(pictures):
    def findings(workers):
        done = run(
            "check", pictures, "--kind", "portrait", "--format", "json", "--workers", workers, "--as-of", "2026-01-01"
        )
        return [{key: value for key, value in row.items() if key != "timings_ms"} for row in json.loads(done.stdout)]

    assert findings(2) == findings(1)


def test_an_unreadable_input_is_exit_code_2_and_the_others_are_still_checked(pictures, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff" + b"x" * 50)
    done = run("check", tmp_path / "broken.jpg", tmp_path / "none.jpg", pictures / "b.jpg", "--kind", "portrait",
               "--format", "json", "--lang", "en", "--workers", "1")  # fmt: skip
    assert done.exit_code == 2
    assert len(json.loads(done.stdout)) == 1
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "Missing argument"),
        (["check", "a.jpg", "--profile", "nowhere"], "no profile 'nowhere'"),
        (["check", "a.jpg", "--format", "xml"], "xml"),
        (["check", "a.jpg", "--as-of", "22.11.2026"], "22.11.2026"),
        (["explain", "nothing"], "no check 'nothing'"),
        (["profiles", "nowhere"], "no profile 'nowhere'"),
        (["evaluate", "--labels", "none.csv", "--images", "."], "none.csv"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_sentence(arguments, said):
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_an_empty_folder_is_wrong_usage(tmp_path):
    assert run("check", tmp_path, "--lang", "en").exit_code == 2


@pytest.mark.parametrize("output", ["text", "html", "sarif"])
def test_every_format_is_written(pictures, output):
    done = run("check", pictures / "b.jpg", "--kind", "portrait", "--format", output)
    assert done.exit_code == 1
    assert done.stdout.strip()
    assert done.stderr == ""


def test_annotated_pictures_of_one_name_do_not_overwrite_each_other(pictures, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.png").write_bytes((pictures / "b.jpg").read_bytes())
    run(
        "check",
        pictures / "b.jpg",
        other / "b.png",
        "--kind",
        "portrait",
        "--annotate",
        tmp_path / "out",
        "--workers",
        "1",
    )
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["b-2.jpg", "b.jpg"]


def test_prepare_makes_a_file_that_passes_and_refuses_a_place_it_cannot_write(tmp_path):
    original = Path(__file__).parents[2] / "samples" / "phone-original.jpg"
    done = run("prepare", original, "-o", tmp_path / "new" / "made.jpg", "--lang", "en")
    assert done.exit_code == 0, done.stdout
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["made.jpg"]
    refused = run("prepare", original, "-o", tmp_path / "new", "--lang", "en")
    assert refused.exit_code == 2
    assert str(tmp_path / "new") in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_checks_are_listed_for_programs():
    listed = json.loads(run("checks", "--format", "json").stdout)
    assert {"code": "GEO02", "check": "head-height", "kind": "portrait", "since": "0.1"} in listed


def test_a_check_is_explained_with_its_limits_and_their_source():
    done = run("explain", "GEO02", "--lang", "en")
    assert done.exit_code == 0
    assert "head-height" in done.stdout
    assert "pass 70%" in done.stdout


def test_profiles_are_listed_and_shown():
    listed = run("profiles").stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(profile_ids())
    assert "head-height" in run("profiles", "icao").stdout


def test_the_doctor_finds_this_installation_healthy():
    done = run("doctor", "--lang", "en")
    assert done.exit_code == 0, done.stdout
    assert "face-mesh sha256:" in done.stdout


def test_the_same_bytes_give_the_same_findings_in_any_process(pictures):
    command = [sys.executable, "-m", "photocheck", "check", str(pictures / "a.png"), "--kind", "portrait", "--format", "jsonl",
               "--as-of", "2026-11-22"]  # fmt: skip
    seen = []
    for seed in ("1", "2"):
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": seed}, check=False
        )
        assert done.stderr == ""
        seen.append({key: value for key, value in json.loads(done.stdout).items() if key != "timings_ms"})
    assert seen[0] == seen[1]


def test_an_interrupt_leaves_no_half_written_output(pictures, tmp_path):
    many = []
    for number in range(40):
        path = tmp_path / f"{number}.png"
        path.write_bytes((pictures / "a.png").read_bytes())
        many.append(str(path))
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "photocheck",
        "check",
        *many,
        "--kind",
        "portrait",
        "--format",
        "json",
        "--annotate",
        str(out),
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while not (out.is_dir() and any(out.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert stdout == ""
    assert "Traceback" not in stderr
    for path in out.iterdir():
        assert not path.name.startswith("."), "a temporary file was left"
        with Image.open(path) as written:
            written.load()
