"""The file checks beyond their case files: edges of limits, ages by the calendar, tones."""

from __future__ import annotations

from datetime import date
from typing import Any

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from photocheck.checks.file import ColourMode, Formats, PixelSize, Resolution
from photocheck.checks.provenance import SoftwareTraces
from photocheck.decode import decode
from photocheck.features.colourfulness import colourfulness
from photocheck.features.portrait import Portrait
from photocheck.finding import Finding, NotAssessable, Outcome
from photocheck.limits import Band, Limits
from photocheck.messages import LANGUAGES, advice, message
from photocheck.registry import find_check
from samples.maker.astronaut import astronaut
from samples.maker.encode import encode

AS_OF = date(2026, 11, 22)


def photo(rgb: Any = None, **how: Any) -> Portrait:
    return Portrait(decode(encode(astronaut() if rgb is None else rgb, **how)))


def ask(name: str, subject: Portrait, limits: Limits, as_of: date = AS_OF) -> Finding:
    check = find_check(name)
    assert check is not None
    return check.run(subject, limits, as_of)


def band(low: float, high: float, **more: Any) -> Band:
    return Band.model_validate({"pass": (low, high), **more})


@pytest.mark.parametrize(
    ("taken", "months"),
    [
        ("2026:11:22 10:00:00", 0.0),
        ("2026:11:23 01:00:00", 0.0),  # a camera east of here
        ("2026:05:22 10:00:00", 6.0),
        ("2026:05:21 10:00:00", 6.03),
        ("2025-11-22T10:00:00", 12.0),
    ],
)
def test_age_goes_by_the_calendar(taken: str, months: float) -> None:
    finding = ask("capture-age", photo(exif={"DateTimeOriginal": taken}), band(0, 6))
    assert finding.value == pytest.approx(months, abs=0.01)
    assert (finding.outcome is Outcome.PASS) == (months <= 6)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "    :  :     :  :  ", "1970:01:01 00:00:00", "yesterday"])
def test_an_unusable_date_is_not_assessed(taken: str) -> None:
    with pytest.raises(NotAssessable, match="no-date"):
        ask("capture-age", photo(exif={"DateTimeOriginal": taken}), band(0, 6))


def test_the_date_of_the_last_change_is_no_date_of_capture() -> None:
    with pytest.raises(NotAssessable, match="no-date"):
        ask("capture-age", photo(exif={"DateTime": "2026:11:01 10:00:00"}), band(0, 6))


def test_the_side_further_from_its_limits_is_told() -> None:
    limits = PixelSize.model_validate(
        {"width": {"pass": (354, 480), "review": (300, 1000)}, "height": {"pass": (472, 640)}}
    )
    finding = ask("pixel-size", photo(np.zeros((700, 360, 3), np.uint8)), limits)
    assert (finding.outcome, finding.case, finding.value) == (Outcome.FAIL, "height-high", 700)
    finding = ask("pixel-size", photo(np.zeros((500, 340, 3), np.uint8)), limits)
    assert (finding.outcome, finding.case, finding.value) == (Outcome.REVIEW, "width-low", 340)


def test_limits_that_say_nothing_are_refused() -> None:
    with pytest.raises(ValidationError, match="width or height"):
        PixelSize.model_validate({})
    with pytest.raises(ValidationError):
        Formats.model_validate({"allowed": []})
    with pytest.raises(ValidationError):
        Formats.model_validate({"allowed": ["GIF"]})
    with pytest.raises(ValidationError):
        Resolution.model_validate({"pass": (300, 300), "missing": "perhaps"})


@pytest.mark.parametrize(("file_format", "dpi"), [("JPEG", 300), ("PNG", 300), ("TIFF", 300)])
def test_three_hundred_dpi_are_three_hundred_in_every_format(file_format: str, dpi: float) -> None:
    finding = ask("resolution-dpi", photo(format=file_format, dpi=dpi), Resolution.model_validate({"pass": (300, 300)}))
    assert (finding.outcome, finding.value) == (Outcome.PASS, 300)


@pytest.mark.parametrize("missing", ["pass", "review", "fail"])
def test_a_file_without_resolution_gets_what_the_profile_says(missing: str) -> None:
    limits = Resolution.model_validate({"pass": (300, 300), "missing": missing})
    finding = ask("resolution-dpi", photo(dpi=None), limits)
    assert finding.outcome is Outcome(missing)
    assert finding.value is None


def toned(rgb: Any, channels: tuple[float, float, float]) -> Any:
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255.0
    return np.stack([255.0 * grey**power for power in channels], axis=-1).round().astype(np.uint8)


def test_one_tone_is_told_from_colour() -> None:
    """Grey, sepia and blue prints stray little from their tone curve, colour pictures far."""
    colour = colourfulness(photo())
    assert colour > 8
    for channels in ((1.0, 1.0, 1.0), (0.8, 1.0, 1.35), (1.3, 1.0, 0.75)):
        assert colourfulness(photo(toned(astronaut(), channels), quality=70)) < 4


def test_colour_noise_of_a_grey_picture_is_no_colour() -> None:
    noise = np.random.default_rng(1).normal(0, 8, (*astronaut().shape[:2], 3))
    noisy = np.clip(toned(astronaut(), (1, 1, 1)) + noise, 0, 255).astype(np.uint8)
    assert colourfulness(photo(noisy)) < 2


def test_a_picture_of_one_lightness_can_be_measured() -> None:
    assert colourfulness(photo(np.full((64, 64, 3), 128, np.uint8))) == pytest.approx(0.0, abs=0.01)
    assert colourfulness(photo(np.full((64, 64, 3), 255, np.uint8))) == pytest.approx(0.0, abs=0.01)


COLOUR = ColourMode.model_validate({"colourfulness": {"pass": (4, None), "review": (2, None)}})


@pytest.mark.parametrize(
    ("how", "case"),
    [
        ({"mode": "CMYK"}, "cmyk"),
        ({"mode": "P", "format": "PNG"}, "palette"),
        ({"mode": "RGBA", "format": "PNG"}, "alpha"),
        ({"mode": "L"}, "grey"),
    ],
)
def test_ways_of_storing_that_are_not_taken(how: dict[str, Any], case: str) -> None:
    finding = ask("colour-mode", photo(**how), COLOUR)
    assert (finding.outcome, finding.case) == (Outcome.FAIL, case)


def test_where_grey_is_taken_nothing_is_measured() -> None:
    limits = ColourMode.model_validate({"stored": ["rgb", "grey"]})
    assert ask("colour-mode", photo(mode="L"), limits).outcome is Outcome.PASS
    only_rgb = ColourMode.model_validate({"stored": ["rgb"]})
    assert ask("colour-mode", photo(mode="L"), only_rgb).case == "stored-grey"


def test_what_a_trace_leads_to_is_the_profiles_choice() -> None:
    edited = photo(exif={"Software": "Snapseed 2.0"})
    assert ask("edited-software", edited, SoftwareTraces()).outcome is Outcome.REVIEW
    assert ask("edited-software", edited, SoftwareTraces(editor="fail")).outcome is Outcome.FAIL
    accepted = ask("edited-software", edited, SoftwareTraces(editor="pass"))
    assert accepted.outcome is Outcome.PASS
    for language in LANGUAGES:
        assert "Snapseed" in message(accepted, language)


def test_what_is_allowed_does_not_hide_what_is_not() -> None:
    both = photo(exif={"Software": "Meitu"}, comment=b"CapCut 12")
    finding = ask("edited-software", both, SoftwareTraces(beauty_app="pass"))
    assert (finding.outcome, finding.facts["tool"]) == (Outcome.REVIEW, "剪映 / CapCut")


def test_a_finding_without_traces_does_not_claim_that_the_photo_is_unedited() -> None:
    finding = ask("edited-software", photo(), SoftwareTraces())
    assert "不能证明" in message(finding, "zh-CN")
    assert "does not prove" in message(finding, "en")
    assert advice(finding, "en") == ""
