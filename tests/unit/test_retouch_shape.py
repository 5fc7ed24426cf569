"""The shape of the face: the same however it is turned, and told when it is slimmed or its eyes enlarged."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from models.train.retouch import chain  # noqa: F401  fills the table
from models.train.retouch.face import face_of, portrait_of
from models.train.retouch.made import FAMILIES
from photocheck.features.retouch.places import changed_part, outline
from photocheck.features.retouch.shape import KINDS, see_shape, upright


@pytest.fixture(scope="module")
def rgb():
    """A face 250 pixels wide."""
    return cv2.resize(skimage.data.astronaut()[0:300, 90:360], None, fx=2.4, fy=2.4, interpolation=cv2.INTER_CUBIC)


@pytest.fixture(scope="module")
def face(rgb):
    return face_of(rgb)


def shape(rgb):
    return see_shape(portrait_of(rgb).mesh.points[:, :2])


def test_turned_moved_and_scaled_it_is_the_same(face):
    turn = cv2.getRotationMatrix2D((40, 20), 17, 1.7)
    assert upright(face.points @ turn[:, :2].T + turn[:, 2]) == pytest.approx(upright(face.points), abs=1e-6)


def test_the_eyes_are_level_and_one_apart(face):
    placed = upright(face.points).reshape(-1, 2)
    assert placed[468] == pytest.approx([-0.5, 0.0])
    assert placed[473] == pytest.approx([0.5, 0.0])


@pytest.mark.parametrize(("family", "kind"), [("slim-pull", "slimmed"), ("eyes-radial", "eyes")])
def test_a_warp_is_told_by_its_kind(family, kind, rgb, face):
    before = shape(rgb)
    after = shape(FAMILIES[family].make(rgb, face, 0.8, np.random.default_rng(2)).rgb)
    rise = {name: after[name] - before[name] for name in before}
    assert rise[f"shape-{kind}"] > 1.0
    assert rise[f"shape-{kind}"] == max(rise.values())


def test_another_filter_leaves_the_shape(rgb, face):
    made = FAMILIES["median-under"].make(rgb, face, 0.8, np.random.default_rng(2)).rgb
    before, after = shape(rgb), shape(made)
    assert all(abs(after[name] - before[name]) < 0.8 for name in before)


def test_the_part_lies_on_the_face(rgb):
    photo = portrait_of(rgb)
    box = photo.mesh.box
    for kind in KINDS:
        for region in changed_part(kind, photo):
            places = np.array(region.points)
            assert (places >= (box.left - 10, box.top - 10)).all()
            assert (places <= (box.right + 10, box.bottom + 10)).all()


def test_the_outline_holds_the_face(rgb):
    photo = portrait_of(rgb)
    (region,) = outline(photo)
    places = np.array(region.points)
    assert places[:, 0].min() < photo.mesh.box.left
    assert places[:, 0].max() > photo.mesh.box.right
