"""The person mask."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from photocheck.features.person import hanging_together, sharpened
from photocheck.features.portrait import Portrait
from samples.maker.portrait import draw, draw_with_truth
from tests.cases.pictures import shapes
from tests.evaluation.operations import picture_of


def portrait(**parameters: object) -> Portrait:
    return Portrait(picture_of(draw(**parameters)))


def test_face_and_clothes_are_inside_and_the_wall_is_not() -> None:
    photo = portrait()
    inside = photo.person.inside
    x, y = (photo.mesh.eye_midpoint * photo.person.scale).astype(int)
    assert inside[y, x]
    assert inside[-5, x]
    assert not inside[:10].any()
    assert not inside[y, :5].any()


def test_mask_has_the_size_of_the_work_copy() -> None:
    photo = portrait(width=900, height=1200)
    assert photo.person.probability.shape == photo.work.shape[:2]
    assert photo.person.probability.dtype == np.float32
    assert 0.0 <= photo.person.probability.min() <= photo.person.probability.max() <= 1.0


def test_small_person_in_a_large_scene_is_cut_out_as_well() -> None:
    scene = np.full((1600, 2100, 3), 236, np.uint8)
    figure, truth = draw_with_truth(width=420, height=560, background=(236, 236, 236))
    scene[900:1460, 300:720] = figure
    photo = Portrait(picture_of(scene))
    assert photo.person.region.width < 0.6 * photo.width
    assert photo.person.region.left == 0.0
    assert photo.head.crown == pytest.approx(900 + truth.crown, abs=0.03 * (truth.chin - truth.crown))


def test_what_does_not_hang_together_with_the_face_is_not_the_person() -> None:
    rough = np.zeros((256, 256), np.float32)
    rough[60:, 40:120] = 0.9
    rough[100:, 180:230] = 0.9
    kept = hanging_together(rough, np.array([60.0, 80.0]), np.array([100.0, 120.0]))
    assert (kept[:, :140] == rough[:, :140]).all()
    assert not kept[:, 140:].any()


def test_without_a_face_the_whole_picture_is_segmented() -> None:
    photo = Portrait(picture_of(shapes()))
    assert (photo.person.region.width, photo.person.region.height) == (photo.width, photo.height)


def test_sharpening_draws_the_edge_to_the_picture_s_own() -> None:
    picture = np.full((300, 300, 3), 230, np.uint8)
    picture[:, :157] = 40
    rough = np.zeros((256, 256), np.float32)
    rough[:, :133] = 1.0
    rough = cv2.GaussianBlur(rough, (0, 0), 2.0)
    after = sharpened(rough, picture)[150]
    assert (after >= 0.5).sum() == pytest.approx(157, abs=1)
