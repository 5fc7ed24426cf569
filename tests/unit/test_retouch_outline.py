"""The person's outline as a lens draws it and as a matte does; walls that are lit, not cut in."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from models.train.retouch.face import face_of, portrait_of
from models.train.retouch.made import FAMILIES
from models.train.retouch.studio import before_wall
from photocheck.features.retouch.areas import see_areas
from photocheck.features.retouch.evidence import bands_of
from photocheck.features.retouch.outline import RINGS, see_outline


def outline(rgb):
    areas = see_areas(portrait_of(rgb))
    luma = cv2.cvtColor(areas.rgb, cv2.COLOR_RGB2YCrCb)[..., 0].astype(np.float32)
    return see_outline(areas, bands_of(luma)[0])


@pytest.fixture(scope="module")
def rgb():
    """A face 250 pixels wide before a grey backdrop with its grain, lit evenly."""
    picture = cv2.resize(skimage.data.astronaut()[0:300, 90:360], None, fx=2.4, fy=2.4, interpolation=cv2.INTER_CUBIC)
    person = cv2.GaussianBlur(face_of(picture).person, (0, 0), 1.5)[..., None]
    grain = np.random.default_rng(0).normal(0, 3, picture.shape)
    return np.clip(150 + person * (picture.astype(float) - 150) + grain, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def face(rgb):
    return face_of(rgb)


def test_the_person_ends_at_the_edge(rgb):
    values = outline(rgb)
    shares = [values[f"edge-share{low}"] for low in RINGS[:-1]]
    assert 0.3 < shares[0] < 0.7
    assert shares[0] > shares[1] + 0.2
    assert np.abs(shares[2:]).max() < 0.05


def test_a_new_background_has_no_grain_beside_the_person(rgb, face):
    made = FAMILIES["background-by-brush"].make(rgb, face, 1.0, np.random.default_rng(3)).rgb
    before, after = outline(rgb), outline(made)
    assert after["edge-varies6"] < before["edge-varies6"] - 0.3


def test_a_lit_wall_is_even_and_bright_and_leaves_the_person(rgb, face):
    made = before_wall(rgb, face, np.random.default_rng(4))
    behind, inside = face.person < 0.02, face.person > 0.98
    assert made[behind].mean() > rgb[behind].mean() + 20
    assert np.abs(made[inside].astype(float) - rgb[inside]).mean() < 8
