"""Levels of light and shade, and that the tone of the skin does not decide."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from photocheck.features.portrait import Portrait
from photocheck.finding import Outcome
from photocheck.profile import load_profile
from photocheck.registry import find_check
from samples.maker.portrait import draw
from tests.evaluation.degradations import apply
from tests.evaluation.operations import picture_of

CHECKS = (
    "exposure",
    "illumination-uniformity",
    "face-shadow",
    "hot-spot",
    "skin-colour",
    "washed-out",
    "saturation",
)


def portrait(tone: float = 4, *steps: dict[str, Any]) -> Portrait:
    return Portrait(picture_of(apply(draw(tone=tone), steps)))


def outcome(photo: Portrait, name: str) -> Outcome:
    check, profile = find_check(name), load_profile("cn-exit-entry")
    limits = profile.limits(name)
    assert check is not None
    assert limits is not None
    return check.run(photo, limits, date(2026, 11, 22)).outcome


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("tone", range(1, 11, 3))
def test_well_lit_face_of_any_tone_passes(name: str, tone: int) -> None:
    assert outcome(portrait(tone), name) is Outcome.PASS


@pytest.mark.parametrize("tone", [1, 10])
def test_eye_whites_tell_the_light_whatever_the_tone(tone: int) -> None:
    usual, dim = portrait(tone).light, portrait(tone, {"op": "exposure", "ev": -1.0}).light
    assert usual.eye_whites is not None
    assert dim.eye_whites is not None
    assert usual.eye_whites.lightness == pytest.approx(78, abs=4)
    assert dim.eye_whites.lightness < usual.eye_whites.lightness - 12


@pytest.mark.parametrize("tone", [2, 9])
def test_shade_is_told_in_stops_whatever_the_tone(tone: int) -> None:
    across = portrait(tone, {"op": "side_light", "strength": 0.7}).shading.across
    assert across == pytest.approx(1.0, abs=0.25)
    assert portrait(tone, {"op": "side_light", "strength": 0.7, "side": "right"}).shading.across < -0.8


def test_less_light_does_not_change_what_shade_measures() -> None:
    shaded: dict[str, Any] = {"op": "cast_shadow", "strength": 0.7}
    usual, dim = portrait(4, shaded).shading, portrait(4, shaded, {"op": "exposure", "ev": -1.5}).shading
    assert dim.patch == pytest.approx(usual.patch, rel=0.2)


def test_shadow_region_lies_on_the_shaded_side() -> None:
    photo = portrait(4, {"op": "cast_shadow", "strength": 0.75})
    left_of_chip = photo.shading.patch_area[:, :128].sum()
    assert left_of_chip > 5 * photo.shading.patch_area[:, 128:].sum()


def test_grey_picture_is_told() -> None:
    assert portrait(4, {"op": "grey"}).light.grey
    assert not portrait(4).light.grey
    assert not portrait(10, {"op": "exposure", "ev": -2.0}).light.grey


def test_shine_is_found_where_it_is() -> None:
    photo = portrait(4, {"op": "hot_spot", "where": "left-cheek"})
    shine = photo.light.shine
    assert shine.any()
    assert not (shine & ~photo.skin.masks["left-cheek"]).any()


def test_one_fault_is_told_once() -> None:
    photo = portrait(4, {"op": "side_light", "strength": 0.85})
    assert outcome(photo, "illumination-uniformity") is Outcome.FAIL
    assert outcome(photo, "face-shadow") is not Outcome.FAIL
    photo = portrait(4, {"op": "cast_shadow", "strength": 0.8})
    assert outcome(photo, "face-shadow") is Outcome.FAIL
    assert outcome(photo, "illumination-uniformity") is Outcome.PASS
