"""Things drawn on heads lie where they should, and their truth says what can be seen."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from models.train.head import cloth, glasses, hair, hand, labels, makeup
from models.train.head.pool import base_of, captured, drawn_on
from models.train.head.scene import UNKNOWN, Scene, graded
from models.train.retouch.face import portrait_of
from photocheck.features import landmarks
from photocheck.features.head_look import BEYOND, LOOKS

NOTHING = dict.fromkeys(LOOKS, 0.0)


@pytest.fixture(scope="module")
def base(drawn):
    found = base_of("made", portrait_of(drawn[0]), NOTHING)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def scene(base):
    return base.scene


def made(drawer, scene, seeds=12):
    return [drawer(scene, np.random.default_rng(seed)) for seed in range(seeds)]


def changed(one: Scene, other: Scene):
    return np.abs(one.rgb.astype(int) - other.rgb).max(axis=-1) > 25


def test_the_square_is_grey_beyond_the_picture(base):
    assert 0 < base.beyond.mean() < 1
    assert (base.scene.rgb[base.beyond] == BEYOND).mean() > 0.95


def test_a_place_in_the_heads_own_axes_is_found_on_the_picture(scene):
    eyes = scene.project(np.array([[-0.5, 0.0, 0.0], [0.5, 0.0, 0.0]]))
    irises = scene.points[[landmarks.RIGHT_IRIS[0], landmarks.LEFT_IRIS[0]], :2]
    assert np.abs(eyes - irises).max() < 2


def test_glasses_sit_before_the_eyes(scene):
    for worn in made(glasses.with_glasses, scene):
        assert worn.truth["glasses"] == 1
        where = worn.where["glasses"]
        for eye in (landmarks.RIGHT_EYE_OUTLINE, landmarks.LEFT_EYE_OUTLINE):
            assert worn.covered(eye, where) > 0.8
        assert worn.covered((landmarks.CHIN, 148, 377, 17), where) < 0.05


def test_dark_lenses_are_tinted_and_darker_than_before(scene):
    tinted = [worn for worn in made(glasses.with_glasses, scene, 30) if worn.truth["tint"] == 1]
    assert len(tinted) >= 3
    for worn in tinted:
        lens = worn.where["tint"] > 0.9
        assert np.median(worn.rgb[lens]) < np.median(scene.rgb[lens])


def test_a_mask_covers_the_mouth_and_leaves_the_eyes(scene):
    for worn in made(cloth.with_mask, scene):
        assert worn.truth["mask"] == 1
        assert worn.covered(landmarks.LIPS_OUTER[10:], worn.where["mask"]) > 0.6
        assert worn.covered(landmarks.RIGHT_EYE_OUTLINE, worn.where["mask"]) < 0.05


def test_a_veil_covers_the_chin(scene):
    for worn in made(cloth.with_veil, scene):
        assert worn.truth["veil"] == 1
        assert changed(worn, scene)[round(scene.points[landmarks.CHIN, 1]), round(scene.points[landmarks.CHIN, 0])]


def test_a_hat_is_above_the_brows_or_says_that_it_hides_them(scene):
    for worn in made(cloth.with_hat, scene, 20):
        if worn.truth["hat"] == UNKNOWN:  # a band
            continue
        where = worn.where["hat"]
        crown = scene.project(np.array([[0.0, -1.5, 0.3]]))[0].astype(int)
        assert where[crown[1], crown[0]] > 0.5
        brows = min(worn.covered(brow, where) for brow in (landmarks.RIGHT_BROW, landmarks.LEFT_BROW))
        assert (worn.truth["brows"] == 1) == (brows >= 0.7)


def test_a_scarf_leaves_the_face(scene):
    for worn in made(cloth.with_scarf, scene):
        assert worn.truth["scarf"] == 1
        for part in (landmarks.RIGHT_EYE_OUTLINE, landmarks.LIPS_OUTER):
            assert worn.covered(part, worn.where["scarf"]) < 0.05


def test_a_fringe_tells_whether_the_brows_are_gone(scene):
    told = {worn.truth["brows"] for worn in made(hair.with_fringe, scene, 30)}
    assert {0.0, 1.0} <= told


def test_side_hair_covers_the_places_of_the_ears(scene):
    for worn in made(hair.with_side_hair, scene, 5):
        assert worn.truth["ears"] in (1.0, UNKNOWN)
        beside = worn.project(np.array([[-1.25, 0.3, 0.9], [1.25, 0.3, 0.9]])).astype(int)
        assert all(changed(worn, scene)[y - 6 : y + 7, x - 6 : x + 7].any() for x, y in beside)


def test_a_hand_before_the_face_counts_where_it_covers_enough(scene):
    told = [worn.truth["hand"] for worn in made(hand.with_hand, scene, 12)]
    assert 1.0 in told


def test_make_up_counts_where_it_is_heavy(scene):
    told = {worn.truth["make-up"] for worn in made(makeup.with_make_up, scene, 20)}
    assert {1.0, UNKNOWN} <= told


def test_nothing_is_drawn_where_it_is_already(scene):
    covered = Scene(scene.rgb, scene.points, dict.fromkeys(LOOKS, 1.0))
    assert drawn_on(covered, np.random.default_rng(0)) is covered


def test_the_same_seed_draws_the_same(scene):
    one, other = (drawn_on(scene, np.random.default_rng(4)) for _ in range(2))
    assert (one.rgb == other.rgb).all()
    assert one.truth == other.truth


def test_the_camera_leaves_the_grey_beyond_the_picture(base):
    stored = captured(base.scene.rgb, base.beyond, np.random.default_rng(3))
    assert stored.shape == (208, 208, 3)
    assert (stored[base.beyond[8::22, 8::22].repeat(13, 0).repeat(13, 1)[:208, :208]] == BEYOND).mean() > 0.5


def test_what_is_graded_between_is_unknown():
    assert graded(0.5, 0.2, 0.4, 0.0) == 1.0
    assert graded(0.3, 0.2, 0.4, 0.0) == UNKNOWN
    assert graded(0.1, 0.2, 0.4, 0.0) == 0.0
    assert graded(0.0, 0.2, 0.4, 1.0) == 1.0


ROW = dict.fromkeys(
    ("file", "glasses", "heavy_frames", "head_cover", "face_cover", "eyes", "hair_over_eyes"), ""
)  # as in the attributes


def test_attributes_become_truth():
    truth = labels.truth({**ROW, "file": "sdfd/a.jpg", "glasses": "tinted", "heavy_frames": "y", "head_cover": "scarf",
                          "face_cover": "hand", "eyes": "hidden"}, {})  # fmt: skip
    assert truth == {"glasses": 1, "tint": 1, "frame": 1, "scarf": 1, "mask": 0, "hand": 1, "veil": 0, "eyes": 1}


def test_what_was_not_labelled_is_not_in_the_truth():
    truth = labels.truth({**ROW, "file": "sdfd/a.jpg"}, {})
    assert truth == {}


def test_what_was_seen_later_joins_the_attributes():
    seen = {"glasses": "1", "frame": "0", "ears": "1", "brows": "-1"}
    truth = labels.truth({**ROW, "file": "taiwan_id/a.jpg"}, seen)
    assert {look: truth[look] for look in ("glasses", "frame", "ears")} == {"glasses": 1, "frame": 0, "ears": 1}
    assert not {"brows", "make-up"} & truth.keys()


def test_the_training_knows_the_answers_by_the_same_names():
    """It runs where photocheck is not installed, so it holds its own copy."""
    tree = ast.parse(Path("models/train/head/train.py").read_text("utf-8"))
    named = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    assert ast.literal_eval(named["LOOKS"].elts[0].value) == LOOKS
