"""Error rates: intervals, curves, labels, counting."""

from datetime import date

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut
from typer.testing import CliRunner

from photocheck.cli import app
from photocheck.evaluation.labels import Label, LabelsError, read_labels
from photocheck.evaluation.measure import Answer, measure
from photocheck.evaluation.run import evaluate, write
from photocheck.evaluation.statistics import Rate, curve
from photocheck.evaluation.tables import group_markdown, markdown
from photocheck.finding import Finding, Outcome
from photocheck.intake import Request


def test_the_wilson_interval_is_the_textbook_one():
    low, high = Rate(8, 10).interval
    assert low == pytest.approx(0.4902, abs=1e-4)
    assert high == pytest.approx(0.9433, abs=1e-4)


def test_no_errors_in_few_images_is_no_proof():
    assert Rate(0, 10).interval == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert Rate(0, 0).interval == (0.0, 1.0)
    assert str(Rate(0, 0)) == "–"


def test_separated_scores_have_no_equal_error():
    found = curve([0, 1, 2], [3, 4, 5])
    assert found is not None
    assert found.equal_error[0] == 0.0
    assert 2 < found.equal_error[1] <= 3


def test_scores_that_say_nothing_err_half_the_time():
    generator = np.random.default_rng(0)
    found = curve(generator.normal(size=4000), generator.normal(size=4000))
    assert found is not None
    assert found.equal_error[0] == pytest.approx(0.5, abs=0.03)


def test_overlapping_scores_of_known_distance_have_the_known_equal_error():
    generator = np.random.default_rng(0)
    found = curve(generator.normal(0, 1, 20000), generator.normal(2, 1, 20000))
    assert found is not None
    assert found.equal_error[0] == pytest.approx(0.1587, abs=0.01)  # the normal tail beyond one deviation


def test_a_curve_needs_both_classes():
    assert curve([], [1]) is None
    assert curve([1], []) is None


def answer(truth, outcome, margin=None, group=""):
    return Answer(Label("a.jpg", "roll", truth, group), Finding(outcome, margin=margin))


def test_counts_are_of_what_was_assessed_and_abstentions_are_told():
    measured = measure(
        "roll",
        [
            answer(False, Outcome.PASS, 1.0, "tone-1"),
            answer(False, Outcome.FAIL, -2.0, "tone-2"),
            answer(False, Outcome.REVIEW, -0.5, "tone-2"),
            answer(False, Outcome.NOT_ASSESSED, None, "tone-2"),
            answer(True, Outcome.FAIL, -3.0),
            answer(True, Outcome.PASS, 0.1),
            answer(True, Outcome.ERROR),
        ],
    )
    assert (measured.false_refusals.count, measured.false_refusals.total) == (1, 3)
    assert (measured.false_alarms.count, measured.false_alarms.total) == (2, 3)
    assert (measured.missed.count, measured.missed.total) == (1, 2)
    assert measured.abstained_good.count == 1
    assert measured.abstained_defective.count == 1
    assert measured.groups["tone-2"] == Rate(1, 2)
    table = markdown([measured])
    assert "| roll | 3 / 2 |" in table
    assert "tone-2" in group_markdown([measured])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,check\na.jpg,roll\n", ":1: the column truth is missing"),
        ("file,check,truth\na.jpg,roll,1\nb.jpg,roll,maybe\n", ":3: truth is 'maybe'"),
        ("file,check,truth\n", "no labels"),
    ],
)
def test_a_wrong_labels_file_is_told_with_its_line(tmp_path, text, said):
    path = tmp_path / "labels.csv"
    path.write_text(text)
    with pytest.raises(LabelsError, match=said):
        read_labels(path)


def test_only_the_split_asked_for_is_read(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("file,check,truth,split\na.jpg,roll,0,train\nb.jpg,roll,1,test\n")
    assert [label.file for label in read_labels(path, "test")] == ["b.jpg"]


@pytest.fixture
def labelled(tmp_path):
    Image.fromarray(astronaut()).save(tmp_path / "face.png")
    Image.new("RGB", (200, 260), "white").save(tmp_path / "empty.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    path = tmp_path / "labels.csv"
    path.write_text("file,check,truth\nface.png,single-face,0\nempty.png,single-face,1\nface.png,made-up,0\n")
    return path


def test_labels_become_rates_answers_and_plots(labelled, tmp_path):
    labels = read_labels(labelled)
    done = evaluate(labels, tmp_path, Request(date(2026, 1, 1), "icao", "portrait"), "en", workers=1)
    assert [row.check for row in done.measured] == ["single-face"]
    assert done.measured[0].false_refusals == Rate(0, 1)
    assert done.measured[0].missed == Rate(0, 1)
    assert done.skipped == ["made-up"]
    write(done, labels, tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "evaluation.md",
        "answers.csv",
        "roc.png",
        "det.png",
    }
    assert "empty.png,single-face,1,,fail" in (tmp_path / "out" / "answers.csv").read_text()


def test_the_command_prints_the_table_and_refuses_unreadable_images(labelled, tmp_path):
    labelled.write_text(labelled.read_text() + "broken.png,single-face,0\n")
    arguments = [
        "evaluate",
        "--labels",
        str(labelled),
        "--images",
        str(tmp_path),
        "--workers",
        "1",
        "--intake",
        "final",
    ]
    done = CliRunner().invoke(app, [*arguments, "--lang", "en"])
    assert done.exit_code == 2
    assert "| single-face | 1 / 1 |" in done.stdout
    assert "broken.png" in done.stderr
