"""The background, its measures and the limits of its checks."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from photocheck.checks.portrait.background_limits import COLOURS, ColourLimits, NamedColour
from photocheck.checks.portrait.geometry_limits import CrownLength, Height, InterEyeLimits, Length
from photocheck.features.background_measures import contrast, deviating, edges, shadow
from photocheck.features.portrait import Portrait
from photocheck.features.rim import frame_bands
from photocheck.finding import NotAssessable
from samples.maker.portrait import draw
from tests.evaluation.degradations import apply
from tests.evaluation.operations import picture_of


def portrait(*operations: dict[str, object], **parameters: object) -> Portrait:
    return Portrait(picture_of(apply(draw(**parameters), operations)))


def test_background_is_clear_of_the_person() -> None:
    background = portrait(background=(205, 222, 240)).background
    away = np.abs(background.lab[background.mask] - background.colour).max()
    assert away < 12.0
    assert 0.2 < background.mask.mean() < 0.8
    assert set(background.parts) == {"left", "right", "top"}


def test_far_corners_of_a_scene_are_not_judged() -> None:
    scene = np.full((1200, 2000, 3), 60, np.uint8)
    scene[100:1100, 400:1600] = draw(
        width=1200, height=1000, background=(230, 230, 230), head_height=0.5, crown_margin=0.25
    )
    photo = Portrait(picture_of(scene))
    assert photo.background.colour[0] > 85
    assert photo.background.evenness.pattern < 1.5


def test_too_little_background_is_no_background() -> None:
    photo = portrait({"op": "crop", "left": 0.22, "right": 0.22, "top": 0.1, "bottom": 0.2})
    with pytest.raises(NotAssessable, match="no-background"):
        _ = photo.background


def test_places_come_back_to_the_picture() -> None:
    photo = portrait(width=900, height=1200)
    view = photo.background.view
    corner = photo.background.native(np.array([[0.0, 0.0]]))[0]
    assert corner == pytest.approx([view.box.left, view.box.top])
    middle = photo.background.native(np.array([[view.middle, view.chin]]))[0]
    assert middle == pytest.approx([photo.mesh.eye_midpoint[0], photo.head.chin], abs=1e-6)


def test_spread_rises_with_a_gradient_and_pattern_does_not() -> None:
    plain = portrait().background.evenness
    graded = portrait({"op": "background_pattern", "kind": "gradient", "contrast": 0.3}).background.evenness
    assert graded.spread > plain.spread + 8
    assert graded.pattern < plain.pattern + 0.5


def test_deviating_places_are_where_the_thing_is() -> None:
    photo = portrait({"op": "background_pattern", "kind": "furniture", "contrast": 0.3})
    columns = np.nonzero(deviating(photo.background))[1]
    assert np.median(columns) > 0.8 * photo.background.mask.shape[1]


@pytest.mark.parametrize("offset", [0.35, -0.35])
def test_shadow_is_told_on_its_side(offset: float) -> None:
    photo = portrait({"op": "background_shadow", "strength": 0.4, "offset": offset}, background="grey")
    losses = shadow(photo.background)
    assert losses["right" if offset > 0 else "left"] > 0.15
    assert losses["left" if offset > 0 else "right"] < 0.08
    assert not edges(photo.background).any()


def test_outline_merges_with_a_background_of_its_colour() -> None:
    merging = contrast(portrait(clothes=(250, 250, 250)).background).difference["clothes"]
    standing_out = contrast(portrait().background).difference["clothes"]
    assert np.median(merging) < 8 < 30 < np.median(standing_out)


def test_frame_is_measured_on_every_side() -> None:
    bands = frame_bands(apply(draw(width=900, height=1200), [{"op": "border", "share": 0.02}]))
    assert {band.side for band in bands} == {"top", "bottom", "left", "right"}
    assert {band.thickness for band in bands} == {18}
    assert {band.side: band.box for band in bands}["bottom"].top == 1182


def test_frame_is_not_taken_for_background() -> None:
    photo = portrait({"op": "border", "share": 0.05, "colour": (200, 30, 30)}, background="grey")
    assert photo.background.evenness.pattern < 1.0


@pytest.mark.parametrize(
    ("lab", "name", "distance"),
    [
        ((95.0, 1.0, -2.0), "white", 0.0),
        ((80.0, 0.0, 0.0), "white", 8.0),
        ((76.0, -12.0, -37.0), "light-blue", 0.0),
        ((70.0, 0.0, 0.0), "plain-light", 0.0),
        ((50.0, 0.0, 0.0), "plain-light", 10.0),
        ((80.0, 0.0, 32.0), "plain-light", 12.0),
    ],
)
def test_distance_to_a_named_colour(lab: tuple[float, float, float], name: str, distance: float) -> None:
    assert COLOURS[name].distance(np.array(lab)) == pytest.approx(distance)  # type: ignore[index]


def test_hue_ranges_may_cross_zero() -> None:
    pink = NamedColour((0.0, 100.0), (0.0, 60.0), (340.0, 380.0))
    assert pink.distance(np.array([50.0, 30.0, 0.0])) == 0.0
    assert pink.distance(np.array([50.0, -30.0, 0.0])) > 30.0


def test_unknown_colours_are_refused() -> None:
    with pytest.raises(ValidationError):
        ColourLimits.model_validate({"allowed": ["puce"], "pass": [0, 1]})


def test_lengths_may_stand_in_the_authority_s_unit() -> None:
    assert Length.model_validate({"pass": [28, 33], "of": 48}).passing == pytest.approx((28 / 48, 33 / 48))
    assert CrownLength.model_validate({"pass": [0.6, 0.9], "crown": "skull"}).crown == "skull"


def test_heights_may_count_from_the_lower_edge() -> None:
    limits = Height.model_validate({"pass": [207, float("inf")], "of": 441, "from": "bottom"})
    assert limits.passing[0] is None
    assert limits.passing[1] == pytest.approx(1 - 207 / 441)


@pytest.mark.parametrize("wrong", [{"of": 0}, {"of": "472"}, {"of": True}, {"from": "side"}, {"pixels": 3}])
def test_wrong_lengths_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Height.model_validate({"pass": [0.1, 0.2], **wrong})


def test_eye_distance_needs_at_least_one_limit() -> None:
    with pytest.raises(ValidationError, match="give pixels, ratio, or both"):
        InterEyeLimits.model_validate({})
