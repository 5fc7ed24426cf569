"""A submission: four pictures judged one by one and together."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from photocheck.cli import app
from photocheck.decode import read
from photocheck.features.submission.naming import by_name
from photocheck.finding import Finding, Outcome, SubmissionReport, Verdict
from photocheck.messages import LANGUAGES, advice, message
from photocheck.profile import ProfileError
from photocheck.submission import (
    AmbiguousFolder,
    SubmissionRequest,
    check_pictures,
    check_submission,
    files_of_folder,
    profiles_of,
)

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = {
    "portrait": SAMPLES / "good.jpg",
    "id-portrait": SAMPLES / "id-portrait.jpg",
    "id-emblem": SAMPLES / "id-emblem.jpg",
    "signature": SAMPLES / "signature-good.jpg",
}
REQUEST = SubmissionRequest(date(2026, 1, 1))


def finding(report: SubmissionReport, check: str) -> Finding:
    return next(found for found in report.findings if found.check == check)


def checked(**changed: Path | None) -> SubmissionReport:
    files = {item: path for item, path in {**FILES, **changed}.items() if path is not None}
    return check_submission(files, REQUEST, "en").report


@pytest.fixture(scope="module")
def whole() -> SubmissionReport:
    return check_submission(FILES, REQUEST, "en").report


def test_every_picture_has_a_report_and_every_check_a_finding(whole: SubmissionReport) -> None:
    assert [report.kind for report in whole.items.values() if report] == ["portrait", "id-card", "id-card", "signature"]
    assert [found.code for found in whole.findings] == [f"SUB0{number}" for number in range(1, 7)]
    for found in whole.findings:
        for language in LANGUAGES:
            assert message(found, language)
            assert advice(found, language) or found.outcome not in (Outcome.FAIL, Outcome.REVIEW)


def test_what_the_pictures_say_together(whole: SubmissionReport) -> None:
    assert finding(whole, "complete").outcome is Outcome.PASS
    assert finding(whole, "sides-match").outcome is Outcome.PASS
    assert finding(whole, "applicant-age").outcome is Outcome.PASS


def test_another_face_than_on_the_card_goes_to_a_person(whole: SubmissionReport) -> None:
    other = finding(checked(portrait=SAMPLES / "astronaut.jpg"), "same-person")
    assert other.outcome is Outcome.REVIEW
    assert {region.item for region in other.regions} == {"portrait", "id-portrait"}
    same = finding(whole, "same-person")
    assert same.value is not None
    assert other.value is not None
    assert same.value < other.value


def test_the_verdict_is_the_worst_of_all(whole: SubmissionReport) -> None:
    assert checked(portrait=SAMPLES / "too-dark.jpg").verdict is Verdict.FAIL
    own = {report.verdict for report in whole.items.values() if report is not None}
    assert whole.verdict is not Verdict.PASS or own == {Verdict.PASS}


def test_a_missing_picture_is_named() -> None:
    report = checked(signature=None)
    assert report.items["signature"] is None
    assert finding(report, "complete").case == "missing"
    assert "signature" in message(finding(report, "complete"), "en")
    assert report.verdict is Verdict.FAIL


def test_pictures_in_each_others_place_can_be_swapped() -> None:
    report = checked(**{"id-portrait": FILES["id-emblem"], "id-emblem": FILES["id-portrait"]})
    assert report.swaps == (("id-portrait", "id-emblem"),)
    assert finding(report, "complete").case == "swapped"
    assert finding(report, "complete").outcome is Outcome.FAIL


def test_a_picture_in_the_wrong_place_belongs_elsewhere() -> None:
    report = checked(signature=FILES["id-emblem"], **{"id-emblem": None})
    assert finding(report, "complete").case == "moved"


def test_the_portrait_cut_from_the_card_is_told(tmp_path: Path) -> None:
    from PIL import Image

    from photocheck.features.idcard.card import IdCard

    card = IdCard(read(FILES["id-portrait"]))
    cut = tmp_path / "cut.png"
    Image.fromarray(card.portrait_crop).resize((354, 472)).save(cut)
    found = finding(checked(portrait=cut), "portrait-reused")
    assert found.outcome is Outcome.REVIEW
    assert found.case == "low"


def test_a_portrait_of_an_earlier_application_is_told(tmp_path: Path) -> None:
    from PIL import Image

    again = tmp_path / "again.jpg"
    Image.open(FILES["portrait"]).resize((300, 400)).save(again, quality=80)
    found = check_submission(FILES, REQUEST, "en", earlier=(again,)).report
    assert finding(found, "portrait-reused").case == "same-as-earlier"
    other = check_submission(FILES, REQUEST, "en", earlier=(SAMPLES / "astronaut.jpg",)).report
    assert finding(other, "portrait-reused").case != "same-as-earlier"


def test_the_name_on_the_form(whole: SubmissionReport) -> None:
    assert finding(whole, "name-matches").outcome is Outcome.NOT_ASSESSED
    card = whole.items["id-portrait"]
    assert card is not None
    name = card.fields["name"].text
    pictures = {item: read(path) for item, path in FILES.items()}
    for given, outcome in ((name, Outcome.PASS), (f" {name} ", Outcome.PASS), ("另一人", Outcome.REVIEW)):
        report = check_pictures(pictures, SubmissionRequest(date(2026, 1, 1), name=given)).report
        assert finding(report, "name-matches").outcome is outcome


@pytest.mark.parametrize(("as_of", "outcome"), [(date(2005, 12, 31), Outcome.FAIL), (date(2008, 1, 2), Outcome.PASS)])
def test_age_is_that_of_the_day_asked_about(as_of: date, outcome: Outcome) -> None:
    pictures = {"id-portrait": read(FILES["id-portrait"])}
    report = check_pictures(pictures, SubmissionRequest(as_of)).report
    assert finding(report, "applicant-age").outcome is outcome


def test_a_picture_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 broken")
    report = checked(portrait=broken)
    assert report.items["portrait"] is None
    assert report.unreadable["portrait"]
    assert report.verdict is Verdict.FAIL


def test_names_tell_places() -> None:
    assert by_name(["portrait", "id-portrait", "id-emblem", "signature", "IMG_1234"]) == {
        "portrait": "portrait",
        "id-portrait": "id-portrait",
        "id-emblem": "id-emblem",
        "signature": "signature",
    }
    assert by_name(["身份证正面", "身份证反面", "手写签名", "证件照"]) == {
        "身份证正面": "id-portrait",
        "身份证反面": "id-emblem",
        "手写签名": "signature",
        "证件照": "portrait",
    }


def test_a_folder_is_sorted_by_names_and_by_what_pictures_show(tmp_path: Path) -> None:
    for number, (item, path) in enumerate(FILES.items()):
        shutil.copy(path, tmp_path / (f"{item}.jpg" if number % 2 else f"IMG_{number}.jpg"))
    found = files_of_folder(tmp_path)
    assert {item: path.name for item, path in found.items()} == {
        "portrait": "IMG_0.jpg",
        "id-portrait": "id-portrait.jpg",
        "id-emblem": "IMG_2.jpg",
        "signature": "signature.jpg",
    }
    shutil.copy(FILES["portrait"], tmp_path / "portrait-2.jpg")
    shutil.copy(FILES["portrait"], tmp_path / "portrait-3.jpg")
    with pytest.raises(AmbiguousFolder):
        files_of_folder(tmp_path)


def test_profiles_of_the_pictures() -> None:
    submission, pictures = profiles_of("cn-exit-entry-renewal")
    assert submission.kind == "submission"
    assert {item: profile.kind for item, profile in pictures.items()} == {
        "portrait": "portrait",
        "id-portrait": "id-card",
        "id-emblem": "id-card",
        "signature": "signature",
    }
    assert profiles_of("icao")[1]["portrait"].id == "icao"
    with pytest.raises(ProfileError, match="not for submissions"):
        profiles_of("cn-resident-id")


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["submission", *arguments, "--as-of", "2026-01-01"])
    return done.exit_code, done.stdout, done.stderr


def test_the_command(tmp_path: Path) -> None:
    folder, drawn = tmp_path / "pictures", tmp_path / "drawn"
    folder.mkdir()
    for item, path in FILES.items():
        shutil.copy(path, folder / f"{item}.jpg")
    code, out, _ = run(str(folder), "--format", "json", "--annotate", str(drawn))
    document = json.loads(out)
    assert document["schema"] == "photocheck/submission-1"
    assert code == (0 if document["verdict"] == "pass" else 1)
    assert set(document["items"]) == set(FILES)
    number = document["items"]["id-portrait"]["fields"]["number"]["text"]
    assert number[1:].strip("*") == ""
    assert {path.name for path in drawn.iterdir()} == {f"{item}.jpg" for item in FILES}
    code, out, _ = run(str(folder), "--lang", "en")
    assert "portrait side of the ID card" in out
    code, out, _ = run(str(folder), "--format", "html")
    assert out.startswith("<!DOCTYPE html>")
    assert out.count("<section>") == 5


def test_wrong_usage(tmp_path: Path) -> None:
    assert run()[0] == 2
    assert run(str(tmp_path / "nowhere"))[0] == 2
    code, _, err = run("--portrait", str(tmp_path / "no.jpg"))
    assert code == 2
    assert "no.jpg" in err
