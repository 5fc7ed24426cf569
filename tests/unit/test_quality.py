"""What sharpness, motion, noise, grids, tones, patterns and marks measure: levels, order, and what must not matter."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from photocheck.features.portrait import Portrait
from photocheck.finding import NotAssessable
from samples.maker.astronaut import astronaut
from samples.maker.portrait import draw
from tests.evaluation.degradations import apply
from tests.evaluation.operations import picture_of

PHOTO = astronaut()


def photo(*steps: dict[str, Any], tone: float | None = None) -> Portrait:
    return Portrait(picture_of(apply(PHOTO if tone is None else draw(tone=tone), steps)))


@pytest.mark.parametrize("sigma", [2.0, 3.0])
def test_blur_is_told_in_its_own_measure(sigma: float) -> None:
    blurred = photo({"op": "blur", "sigma": sigma})
    assert blurred.edges.blur * blurred.mesh.inter_eye_distance == pytest.approx(sigma, rel=0.25)


def test_contrast_and_tone_do_not_change_blur() -> None:
    plain = photo({"op": "blur", "sigma": 2.0}).edges.blur
    pale = photo({"op": "blur", "sigma": 2.0}, {"op": "washed_out", "strength": 0.4}).edges.blur
    assert pale == pytest.approx(plain, rel=0.12)
    light, dark = (photo({"op": "blur", "sigma": 2.5}, tone=tone).edges.blur for tone in (2, 9))
    assert dark == pytest.approx(light, rel=0.3)


@pytest.mark.parametrize("angle", [0.0, 45.0, 90.0, 135.0])
def test_motion_is_told_with_its_direction(angle: float) -> None:
    edges = photo({"op": "motion", "length": 16.0, "angle": angle}).edges
    assert edges.streak > 0.042
    assert min(abs(edges.direction - angle), 180.0 - abs(edges.direction - angle)) < 20.0


def test_focus_and_motion_are_told_apart() -> None:
    still, moved = photo({"op": "blur", "sigma": 3.0}).edges, photo({"op": "motion", "length": 14.0}).edges
    assert still.streak < 0.03 < moved.streak
    assert moved.blur < 0.015 < still.blur


def test_noise_grows_with_noise_on_every_tone() -> None:
    for tone in (1, 9):
        levels = [
            photo({"op": "noise", "sigma": sigma, "chroma": 0.0}, tone=tone).grain.luma for sigma in (0.0, 6.0, 12.0)
        ]
        assert levels[0] < 1.0
        assert levels[1] == pytest.approx(6.0, rel=0.2)
        assert levels[2] == pytest.approx(12.0, rel=0.2)


def test_coloured_noise_is_seen_in_colour() -> None:
    assert photo({"op": "noise", "sigma": 14.0, "chroma": 1.0}).grain.chroma > 2.5
    assert photo({"op": "noise", "sigma": 14.0, "chroma": 0.0}).grain.chroma < 1.0


def test_blocks_are_found_at_every_offset() -> None:
    blocky = apply(PHOTO, [{"op": "jpeg", "quality": 10}])
    steps = [
        Portrait(picture_of(np.ascontiguousarray(blocky[down:, right:]))).grid.step for right, down in ((0, 0), (3, 5))
    ]
    assert min(steps) > 2.5
    assert steps[0] == pytest.approx(steps[1], rel=0.15)
    assert photo().grid.step < 0.5


@pytest.mark.parametrize("block", [2, 3, 4, 6])
def test_the_side_of_a_cell_is_measured(block: int) -> None:
    assert photo({"op": "pixelate", "block": block}).grid.cell == pytest.approx(block, abs=0.1)


def test_uneven_repetition_of_pixels_is_found() -> None:
    small = cv2.resize(PHOTO, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    large = cv2.resize(small, PHOTO.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    assert 1.3 < Portrait(picture_of(np.asarray(large, dtype=np.uint8))).grid.cell < 2.1


def test_tones_fall_with_levels_and_not_with_brightness() -> None:
    shares = [photo({"op": "posterise", "levels": levels}).tones for levels in (6, 16, 256)]
    assert shares == sorted(shares)
    assert shares[-1] > 0.85
    assert min(photo(tone=tone).tones for tone in (1, 5, 10)) > 0.8
    assert photo({"op": "exposure", "ev": -1.5}).tones > 0.8


@pytest.mark.parametrize("period", [3.2, 4.0, 6.0])
def test_printing_dots_are_measured(period: float) -> None:
    raster = photo({"op": "halftone", "period": period, "strength": 0.4}).raster
    assert raster.pattern == "print"
    assert raster.strength > 20.0
    assert raster.period == pytest.approx(period, rel=0.45)  # crossed dots also repeat along their diagonal


@pytest.mark.parametrize("pitch", [1.15, 1.7, 2.6])
def test_a_display_is_no_print(pitch: float) -> None:
    raster = photo({"op": "screen", "pitch": pitch}).raster
    assert raster.pattern == "screen"
    assert raster.strength > 20.0


@pytest.mark.parametrize("steps", [(), ({"op": "jpeg", "quality": 30},), ({"op": "noise", "sigma": 12.0},)])
def test_no_pattern_is_seen_where_none_is(steps: tuple[dict[str, Any], ...]) -> None:
    assert photo(*steps).raster.strength < 15.0


def test_marks_point_at_the_ink() -> None:
    inked = photo({"op": "ink", "colour": (20, 40, 160)}, tone=4)
    box = inked.mesh.box
    assert inked.marks.length > 0.5
    for piece in inked.marks.pieces:
        x, y = piece.box.centre
        assert box.left - 5 < x < box.right + 5
        assert box.top < y < box.bottom
    assert photo(tone=4).marks.length < 0.3


def test_what_a_small_face_cannot_show_is_not_guessed() -> None:
    tiny = photo({"op": "resize", "width": 60, "height": 80}, tone=4)
    for name in ("texture", "edges", "grain", "grid", "tones", "raster"):
        with pytest.raises(NotAssessable) as refusal:
            getattr(tiny, name)
        assert refusal.value.reason == "too-small"


def test_a_large_face_is_seen_through_a_window_of_native_pixels() -> None:
    large = Portrait(picture_of(cv2.resize(PHOTO, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)))
    assert max(large.texture.rgb.shape) == 512
    left, top = int(large.texture.box.left), int(large.texture.box.top)
    assert np.array_equal(large.texture.rgb[0, 0], large.rgb[top, left])
