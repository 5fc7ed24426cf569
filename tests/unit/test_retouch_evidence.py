"""Evidence of retouching moves the way it should when a picture is retouched, and not with the camera's tone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from models.train.retouch import chain
from models.train.retouch.face import face_of, portrait_of
from models.train.retouch.made import FAMILIES
from models.train.retouch.patches import PLACE_NAMES, patches
from photocheck.features.retouch import views
from photocheck.features.retouch.areas import see_areas
from photocheck.features.retouch.evidence import SIGMAS, bands_of, see_evidence
from photocheck.finding import NotAssessable


@pytest.fixture(scope="module")
def rgb():
    """A face 250 pixels wide with the grain that a camera would give it."""
    face = cv2.resize(skimage.data.astronaut()[0:300, 90:360], None, fx=2.4, fy=2.4, interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(0).normal(0, 4, face.shape[:2])
    return np.clip(face + cv2.GaussianBlur(grain, (0, 0), 0.6)[..., None] * 2, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def face(rgb):
    return face_of(rgb)


def evidence(rgb):
    return see_evidence(see_areas(portrait_of(rgb)))


@pytest.fixture(scope="module")
def untouched(rgb):
    return evidence(rgb)


def retouched(name, rgb, face, strength=1.0):
    assert chain.MODULES
    return evidence(FAMILIES[name].make(rgb, face, strength, np.random.default_rng(1)).rgb)


def test_areas_lie_where_they_should(rgb):
    photo = portrait_of(rgb)
    areas = see_areas(photo)
    assert {"skin", "features", "hair", "background", "outline", "right-cheek", "forehead"} <= set(areas.masks)
    assert areas.rgb.shape[:2] == areas.masks["skin"].shape
    assert not (areas.masks["skin"] & areas.masks["background"]).any()
    assert not (areas.masks["hair"] & areas.masks["background"]).any()
    cheek = areas.points[205].astype(int)
    assert areas.masks["skin"][cheek[1], cheek[0]]
    eye = areas.points[468].astype(int)
    assert areas.masks["features"][eye[1], eye[0]]


def test_small_faces_are_not_judged():
    small = cv2.resize(skimage.data.astronaut()[0:300, 90:360], None, fx=1.2, fy=1.2)
    with pytest.raises(NotAssessable, match="too-small"):
        see_areas(portrait_of(small))


def test_every_measure_is_there(untouched):
    assert all(isinstance(value, float) for value in untouched.values.values())
    finite = [name for name, value in untouched.values.items() if np.isfinite(value)]
    assert len(finite) > 70


@pytest.mark.parametrize("name", ["frequency-bands", "median-under", "guided", "grind-signed", "non-local"])
def test_smoothing_takes_the_skin_away_from_the_eyes(name, rgb, face, untouched):
    made = retouched(name, rgb, face)
    assert made.values["skin-to-features-2.0"] < untouched.values["skin-to-features-2.0"] - 0.1
    assert np.nanmedian(made.texture) < np.nanmedian(untouched.texture) - 0.1


def test_the_map_shows_where(rgb, face, untouched):
    """Only one cheek smoothed: its cells sink, those of the other stay."""
    smooth = FAMILIES["median-under"].make(rgb, face, 1.0, np.random.default_rng(1)).rgb
    half = int(face.points[1, 0])
    mixed = rgb.copy()
    mixed[:, :half] = smooth[:, :half]
    made, areas = evidence(mixed), see_areas(portrait_of(mixed))
    column = int(areas.points[1, 0]) // 16
    sunk = untouched.texture - made.texture
    assert np.nanmedian(sunk[:, : column - 1]) > 0.2
    assert abs(np.nanmedian(sunk[:, column + 1 :])) < 0.1


def test_sharpening_overshoots(rgb, face, untouched):
    made = retouched("unsharp", rgb, face)
    assert made.values["features-overshoot"] > untouched.values["features-overshoot"] + 0.1


def test_another_background_is_empty(rgb, face, untouched):
    made = retouched("background-hard", rgb, face)
    assert made.values["skin-to-background-0.7"] > untouched.values["skin-to-background-0.7"] + 0.5


def test_whitening_parts_face_and_neck(rgb, face, untouched):
    made = retouched("whiten-lab", rgb, face)
    assert made.values["features-lighter"] < untouched.values["features-lighter"]


def test_up_sampling_repeats(rgb, untouched):
    small = cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    large = cv2.resize(small, rgb.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    assert evidence(large).values["repeats-2"] > untouched.values["repeats-2"] + 0.3


def test_brightness_alone_changes_little(rgb, untouched):
    """Ratios within the photo hardly move when all of it gets darker."""
    darker = evidence(np.rint(rgb * 0.8).astype(np.uint8))
    for sigma in SIGMAS[1:]:
        name = f"skin-to-features-{sigma}"
        assert darker.values[name] == pytest.approx(untouched.values[name], abs=0.12)


def test_bands_add_up():
    luma = np.random.default_rng(2).normal(0, 10, (64, 64)).astype(np.float32)
    rest = cv2.GaussianBlur(luma, (0, 0), SIGMAS[-1])
    assert np.allclose(sum(bands_of(luma)) + rest, luma, atol=1e-3)


def test_patches_are_native_pixels(rgb):
    points = portrait_of(rgb).mesh.points[:, :2]
    cut = patches(rgb, points)
    assert cut.shape == (12, 96, 96, 3)
    x, y = (round(value - 48) for value in points[205])
    assert np.array_equal(cut[PLACE_NAMES.index("right-cheek")], rgb[y : y + 96, x : x + 96])


def test_patches_of_a_small_picture_are_filled_up():
    small = skimage.data.astronaut()[0:80, 190:260]
    points = np.full((478, 2), 40.0)
    assert patches(small, points).shape == (12, 96, 96, 3)


def test_the_head_is_turned_upright(rgb):
    points = portrait_of(rgb).mesh.points[:, :2]
    turned = cv2.warpAffine(rgb, cv2.getRotationMatrix2D((300, 300), 15, 0.9), rgb.shape[1::-1])
    after = portrait_of(turned).mesh.points[:, :2]
    for placed in (points, after):
        onto = views.to_head(placed)
        eyes = placed[[468, 473]] @ onto[:, :2].T + onto[:, 2]
        assert eyes[:, 1] == pytest.approx([0.35 * views.HEAD] * 2)
        assert np.ptp(eyes[:, 0]) == pytest.approx(0.31 * views.HEAD)
    one, other = views.head(rgb, points).astype(float), views.head(turned, after).astype(float)
    assert np.abs(one - other)[45:130, 60:130].mean() < 14


def test_smoothing_raises_the_probability(rgb, face):
    before = portrait_of(rgb).retouch
    after = portrait_of(FAMILIES["median-under"].make(rgb, face, 1.0, np.random.default_rng(1)).rgb).retouch
    assert before.chances["smoothing"] < 0.2
    assert after.chances["smoothing"] > 0.7
    assert after.weaker > 1.3 * before.weaker
    assert after.usual == pytest.approx(before.usual, rel=0.02)


def test_the_smoothest_skin_is_shown(rgb, face):
    """Only the right half smoothed: the first region lies there."""
    half = int(face.points[1, 0])
    mixed = rgb.copy()
    mixed[:, :half] = FAMILIES["median-under"].make(rgb, face, 1.0, np.random.default_rng(1)).rgb[:, :half]
    first = portrait_of(mixed).retouch.smooth[0]
    assert first.label == "smooth-skin"
    assert np.mean([x for x, _ in first.points]) < half


def test_large_faces_are_averaged_down(rgb):
    large = cv2.resize(rgb, None, fx=2.5, fy=2.5, interpolation=cv2.INTER_CUBIC)
    areas, small = see_areas(portrait_of(large)), see_areas(portrait_of(rgb))
    assert areas.factor == 2
    assert areas.width <= 480
    whole = np.array(areas.corner) + areas.factor * areas.points
    assert whole / 2.5 == pytest.approx(np.array(small.corner) + small.points, abs=3.0)
    for name in ("skin", "features", "hair"):
        share = [seen.masks[name].sum() / seen.width**2 for seen in (areas, small)]
        assert share[0] == pytest.approx(share[1], rel=0.15)
