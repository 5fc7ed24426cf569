"""Glasses, covers, hats and hair are seen where they are worn, on a drawn head and on a real one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.train.retouch.face import portrait_of
from photocheck.features.head_look import LOOKS
from photocheck.finding import NotAssessable, Outcome
from photocheck.profile import load_profile
from photocheck.registry import find_check
from samples.maker.astronaut import astronaut
from samples.maker.portrait import draw
from tests.evaluation.degradations import apply

CHECKS = (
    *("eyes-visible", "glasses-tint", "glasses-glare", "glasses-frame", "face-cover", "head-cover"),
    *("eyebrows-visible", "ears-visible", "make-up"),
)


def judged(photo, name):
    setting = load_profile("cn-visa").settings[name]
    finding = find_check(name).function(photo, setting.limits)
    return setting.cap(finding.outcome), finding


@pytest.fixture(scope="module")
def faces():
    return astronaut(), draw()


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("tone", [1, 5, 10])
def test_a_bare_head_passes(name, tone):
    assert judged(portrait_of(draw(tone=tone)), name)[0] is Outcome.PASS


@pytest.mark.parametrize("name", [name for name in CHECKS if name not in ("ears-visible", "make-up")])
def test_an_astronaut_wears_nothing(name, faces):
    assert judged(portrait_of(faces[0]), name)[0] is Outcome.PASS


def worn(rgb, look, seed=0):
    return portrait_of(apply(rgb, [{"op": "wear", "look": look, "seed": seed}]))


THINGS = {
    "tint": "glasses-tint", "frame": "glasses-frame", "mask": "face-cover", "hand": "face-cover", "veil": "face-cover",
    "hat": "head-cover", "scarf": "head-cover", "brows": "eyebrows-visible",
}  # fmt: skip


@pytest.mark.parametrize("look", THINGS)
def test_what_is_worn_is_told(look, faces):
    """Most of several drawn at random, none of them in the training."""
    seeds = (31, 41, 51)
    told = [judged(worn(rgb, look, seed), THINGS[look])[0] is not Outcome.PASS for rgb in faces for seed in seeds]
    assert sum(told) >= 4


@pytest.mark.parametrize(("look", "case"), [("mask", "mask"), ("hand", "hand"), ("veil", "other")])
def test_the_case_names_what_covers_the_face(look, case, faces):
    assert judged(worn(faces[0], look), "face-cover")[1].case == case


def test_the_region_lies_on_what_is_worn(faces):
    before, after = faces[0], worn(faces[0], "mask")
    (region,) = judged(after, "face-cover")[1].regions
    shown = np.zeros(before.shape[:2], np.uint8)
    cv2.fillPoly(shown, [np.rint(region.points).astype(np.int32)], (1,))
    changed = np.abs(after.rgb.astype(int) - before).max(axis=-1) > 25
    assert (changed & (shown > 0)).sum() > 0.5 * shown.sum()


def test_a_hat_is_never_refused_by_itself(faces):
    assert judged(worn(faces[0], "hat"), "head-cover")[0] in (Outcome.PASS, Outcome.REVIEW)


def test_small_faces_are_not_judged():
    small = cv2.resize(draw(), None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    with pytest.raises(NotAssessable, match=r"too-small|no-face"):
        judged(portrait_of(small), "glasses-tint")


def test_ears_are_not_judged_on_a_turned_head():
    turned = portrait_of(draw(yaw=28.0))
    with pytest.raises(NotAssessable, match="turned-away"):
        judged(turned, "ears-visible")


def test_without_a_face_nothing_is_told():
    with pytest.raises(NotAssessable, match="no-face"):
        judged(portrait_of(np.full((300, 240, 3), 128, np.uint8)), "face-cover")


def test_every_answer_is_a_probability(faces):
    seen = portrait_of(faces[0]).head_look
    assert tuple(seen.chances) == LOOKS
    assert all(0 <= chance <= 1 for chance in seen.chances.values())
    assert seen.places.shape == (len(LOOKS), 11, 11)
