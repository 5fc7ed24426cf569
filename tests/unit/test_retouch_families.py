"""Beauty operations for training: what they say of themselves must be true."""

from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
import pytest
import skimage.data
from PIL import Image

from models.train.retouch import chain
from models.train.retouch.capture import camera, delivered, delivery
from models.train.retouch.face import face_of, sampling_grid
from models.train.retouch.made import FAMILIES
from models.train.retouch.pools import generated, group, number_of, person_of
from models.train.retouch.warp import JAW_RIGHT
from photocheck.features import landmarks

NAMES = sorted(FAMILIES)
WARPS = sorted(name for name, one in FAMILIES.items() if one.sign == "warp")
SPREADING = {"whiten-log", "whiten-table", "whiten-gamma", "beautify"}  # by chance over the whole picture


@pytest.fixture(scope="module")
def rgb():
    """A face 250 pixels wide with the grain that a camera would give it."""
    face = cv2.resize(skimage.data.astronaut()[0:300, 90:360], None, fx=2.4, fy=2.4, interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(0).normal(0, 4, face.shape[:2])
    return np.clip(face + cv2.GaussianBlur(grain, (0, 0), 0.6)[..., None] * 2, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def face(rgb):
    return face_of(rgb)


def change(one, other):
    return np.abs(one.astype(float) - other.astype(float)).max(axis=-1)


def test_face(rgb, face):
    assert 180 < face.width < 320
    cheek = face.points[landmarks.CHEEKS[0]].astype(int)
    eye = face.points[landmarks.RIGHT_IRIS[0]].astype(int)
    assert face.skin[cheek[1], cheek[0]] > 0.8
    assert face.skin[eye[1], eye[0]] < 0.1
    assert face.person[cheek[1], cheek[0]] > 0.9


def test_families_of_the_final_test_are_kept_apart():
    kept = [one for one in FAMILIES.values() if one.part == "test"]
    assert len(kept) >= 2
    assert any(one.sign == "warp" for one in kept)
    assert not {one.name for one in chain.families(["train"])} & {one.name for one in kept}


@pytest.mark.parametrize("name", NAMES)
def test_strength_nothing_is_the_picture_itself(name, rgb, face):
    made = FAMILIES[name].make(rgb, face, 0.0, np.random.default_rng(1))
    assert np.array_equal(made.rgb, rgb)
    assert not made.mask.any()
    assert made.names == ()


@pytest.mark.parametrize("name", NAMES)
def test_more_strength_changes_more_and_only_where_the_mask_says(name, rgb, face):
    differences = []
    for strength in (0.15, 0.5, 1.0):
        made = FAMILIES[name].make(rgb, face, strength, np.random.default_rng(4))
        assert made.names == (name,)
        assert made.mask.shape == rgb.shape[:2]
        assert 0 <= made.mask.min() <= made.mask.max() <= 1
        if made.displacement is None and name not in SPREADING:
            assert change(made.rgb, rgb)[made.mask == 0].max(initial=0) == 0
        differences.append(change(made.rgb, rgb).mean())
    assert differences[0] > 0
    if FAMILIES[name].sign != "background":  # another background is another one at any strength: its edge differs
        assert differences == sorted(differences)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_makes_the_same_picture(name, rgb, face):
    first, second = (FAMILIES[name].make(rgb, face, 0.6, np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(first.rgb, second.rgb)


@pytest.mark.parametrize("name", WARPS)
def test_displacement_tells_where_pixels_come_from(name, rgb, face):
    """A dot painted on the face is found again where the displacement and the moved landmarks say."""
    index = JAW_RIGHT[2] if name in ("slim-pull", "head-squeeze", "liquify") else 33
    index = 48 if name == "nose-and-mouth" else index
    x, y = face.points[index]
    dotted = np.zeros_like(rgb)
    cv2.circle(dotted, (round(x), round(y)), 4, (255, 255, 255), cv2.FILLED, cv2.LINE_AA)
    made = FAMILIES[name].make(dotted, face, 1.0, np.random.default_rng(2))
    weight = made.rgb[..., 0].astype(float)
    rows, columns = np.mgrid[: weight.shape[0], : weight.shape[1]]
    found = np.array([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum()
    assert face.warped(made.displacement).points[index] == pytest.approx(found, abs=1.0)
    assert np.hypot(*np.moveaxis(made.displacement, -1, 0)).max() > 0.01 * face.width
    assert made.displacement[:5].any() == False  # noqa: E712


def test_displacements_of_two_warps_are_joined(rgb, face):
    steps = [(FAMILIES["slim-pull"], 0.7), (FAMILIES["head-squeeze"], 0.7)]
    made = chain.applied(rgb, face, steps, np.random.default_rng(3))
    once = cv2.remap(rgb, sampling_grid(made.displacement), None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    assert np.abs(cv2.GaussianBlur(once, (0, 0), 3).astype(float) - cv2.GaussianBlur(made.rgb, (0, 0), 3)).max() < 6
    assert made.names == ("slim-pull", "head-squeeze")


def test_slimming_narrows_the_face(rgb, face):
    made = FAMILIES["slim-pull"].make(rgb, face, 1.0, np.random.default_rng(3))
    after = face_of(made.rgb).points
    jaws = [np.hypot(*(points[288] - points[58])) for points in (face.points, after)]
    assert jaws[1] < 0.96 * jaws[0]


def test_chains_follow_the_order_of_apps():
    pool, rng = chain.families(["train"]), np.random.default_rng(5)
    lengths = set()
    for _ in range(200):
        steps = chain.drawn_chain(pool, rng)
        signs = [one.sign for one, _ in steps]
        assert signs == sorted(set(signs), key=chain.ORDER.index)
        assert all(0.12 <= strength <= 1 for _, strength in steps)
        lengths.add(len(steps))
    assert lengths == {1, 2, 3, 4}


def test_delivery_is_one_for_touched_and_untouched(rgb):
    rng = np.random.default_rng(6)
    for _ in range(10):
        way = delivery(rgb.shape[0], rng)
        made, jpeg = delivered(rgb, way)
        held = Image.open(BytesIO(jpeg))
        assert made.shape[0] == way.height <= rgb.shape[0]
        assert 55 <= way.quality <= 95
        assert not held.getexif()
        assert np.array_equal(np.asarray(held), made)


def test_camera_repeats_and_keeps_the_face(rgb):
    first, second = (camera(rgb, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first, second)
    assert first.shape == rgb.shape
    assert np.abs(face_of(first).width - face_of(rgb).width) < 0.1 * face_of(rgb).width


def test_group_holds_untouched_and_retouched_versions_of_one_size(rgb):
    versions = group(rgb, chain.families(["train"]), np.random.default_rng(8))
    assert [bool(one.names) for one in versions] == [False, True, True, True, True, False]
    assert len({Image.open(BytesIO(one.jpeg)).size for one in versions}) == 1
    for one in versions:
        assert one.points.shape == (478, 2)
        assert one.mask.any() == bool(one.names)
        assert len(one.names) == len(one.strengths)
        warped = any(FAMILIES[name].sign == "warp" for name in one.names)
        assert one.displacement.any() == warped


def test_a_generated_picture_is_whole(rgb):
    for one in generated(rgb, np.random.default_rng(8)):
        assert one.names == ("generated-face",)
        assert one.mask.min() == pytest.approx(1)


def test_both_pictures_of_one_person_are_of_one_part():
    assert person_of("london/001_03.jpg") == person_of("london/001_08.jpg")
    assert number_of("a") == number_of("a") != number_of("b")
