"""The aligned chip and the skin on it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from photocheck.features.portrait import Portrait
from photocheck.features.skin import CHIP_EYES, CHIP_SIDE, foreign_pixels, halved
from photocheck.finding import NotAssessable
from samples.maker.astronaut import astronaut
from samples.maker.portrait import draw
from tests.evaluation.operations import picture_of

REGIONS = {"forehead", "right-cheek", "left-cheek", "nose", "chin"}


def portrait(**parameters: object) -> Portrait:
    return Portrait(picture_of(draw(**parameters)))


@pytest.mark.parametrize("tone", [1, 4, 7, 10])
def test_every_tone_shows_all_regions(tone: int) -> None:
    skin = portrait(tone=tone).skin
    assert set(skin.masks) == REGIONS
    assert min(skin.kept.values()) > 0.9


def test_eyes_are_level_and_at_their_place_on_the_chip() -> None:
    skin = portrait(roll=12.0).skin
    right, left = skin.landmarks[468], skin.landmarks[473]
    assert left - right == pytest.approx([CHIP_EYES, 0.0], abs=0.5)
    assert (left + right) / 2 == pytest.approx([0.5 * CHIP_SIDE, 0.37 * CHIP_SIDE], abs=0.5)


@pytest.mark.parametrize("height", [560, 1200])
def test_chip_shows_the_same_place_whether_averaged_or_not(height: int) -> None:
    photo = portrait(width=height * 3 // 4, height=height)
    skin = photo.skin
    smooth = cv2.GaussianBlur(photo.rgb, (0, 0), max(0.5, height / 1000))

    def apart(step: float) -> float:
        moved = skin.to_chip.copy()
        moved[:, 2] += step
        return float(np.abs(cv2.warpAffine(smooth, moved, (CHIP_SIDE, CHIP_SIDE)).astype(int) - skin.chip).mean())

    assert apart(0.0) < min(apart(1.0), apart(-1.0))


def test_large_face_is_averaged_not_sampled() -> None:
    rng = np.random.default_rng(1)
    rgb = draw(width=900, height=1200, noise=0.0)
    noisy = np.clip(rgb + rng.normal(0, 20, rgb.shape), 0, 255).astype(np.uint8)
    clean, grainy = Portrait(picture_of(rgb)), Portrait(picture_of(noisy))
    mask = clean.skin.masks["forehead"] & grainy.skin.masks["forehead"]
    assert grainy.skin.lab[halved(mask)][:, 0].std() < 0.5 * cv2.cvtColor(noisy, cv2.COLOR_RGB2LAB)[..., 0].std()
    assert float(np.abs(grainy.skin.colour("forehead") - clean.skin.colour("forehead")).max()) < 3.0


def test_dark_neutral_pixels_are_foreign_and_shaded_skin_is_not() -> None:
    lab = np.empty((60, 60, 3), np.float32)
    lab[:] = (65.0, 14.0, 18.0)
    lab[:20] = (18.0, 1.0, 2.0)  # hair
    lab[20:40] = (42.0, 9.6, 12.3)  # the skin with a stop and a half less light
    whole = np.ones((60, 60), bool)
    low = np.zeros((60, 60), bool)
    low[40:] = True
    found = foreign_pixels(lab, {"forehead": whole, "right-cheek": low, "left-cheek": low, "nose": low})
    assert found[:18].all()
    assert not found[22:].any()


def test_hair_over_the_forehead_is_left_out() -> None:
    rgb = draw(tone=4).copy()
    mesh = Portrait(picture_of(rgb)).mesh
    brow = round(float(mesh.points[151, 1]))
    top = round(float(mesh.points[10, 1]))
    left, right = (round(float(mesh.points[index, 0])) for index in (103, 332))
    rgb[top:brow, left:right] = (30, 26, 24)
    kept = Portrait(picture_of(rgb)).skin.kept
    assert kept["forehead"] < 0.6
    assert kept["right-cheek"] > 0.9


def test_outline_lies_on_the_face_in_native_pixels() -> None:
    photo = portrait()
    region = photo.skin.outline(photo.skin.masks["nose"], "skin")
    box = photo.mesh.box
    assert all(box.left <= x <= box.right and box.top <= y <= box.bottom for x, y in region.points)


def test_too_small_a_face_is_not_judged() -> None:
    whole = portrait(width=420, height=560)
    small = cv2.resize(whole.rgb, (84, 112), interpolation=cv2.INTER_AREA)
    photo = Portrait(picture_of(np.ascontiguousarray(np.pad(small, ((40, 40), (40, 40), (0, 0)), mode="edge"))))
    with pytest.raises(NotAssessable, match="too-small"):
        _ = photo.skin


def test_covered_region_has_no_colour() -> None:
    photo = Portrait(picture_of(astronaut()))
    photo.skin.masks.pop("chin", None)  # type: ignore[attr-defined]
    with pytest.raises(NotAssessable, match="skin-covered"):
        photo.skin.colour("chin")
