"""Each degradation makes the defect that it is named for, the same every time, and leaves its input alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from samples.maker.portrait import Image, Truth
from tests.evaluation.degradations import OPS, FaceGeometry, apply, geometry_of

Drawn = tuple[Image, Truth]


@pytest.fixture(scope="module")
def face(drawn: Drawn) -> FaceGeometry:
    found = geometry_of(drawn[0])
    assert found is not None
    return found


def detail(rgb: Image) -> float:
    return float(cv2.Laplacian(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var())


def lightness(rgb: Image, where: np.ndarray | None = None) -> float:
    plane = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[..., 0]
    return float(plane.mean() if where is None else plane[where].mean())


@pytest.mark.parametrize("name", [name for name in sorted(OPS) if name != "crop"])
def test_every_operation_is_repeatable_and_changes_only_what_it_returns(
    name: str, drawn: Drawn, face: FaceGeometry
) -> None:
    rgb = drawn[0]
    kept = rgb.copy()
    first, second = (OPS[name](rgb, face) for _ in range(2))
    assert first.dtype == np.uint8
    assert first.ndim == 3
    assert np.array_equal(first, second)
    assert np.array_equal(rgb, kept)
    assert first.shape != rgb.shape or not np.array_equal(first, rgb)


@pytest.mark.parametrize(
    ("name", "parameter", "steps"),
    [
        ("blur", "sigma", (1.0, 2.0, 4.0)),
        ("defocus", "radius", (1.5, 3.0, 6.0)),
        ("motion", "length", (4.0, 8.0, 16.0)),
        ("upscale", "factor", (2.0, 3.0, 5.0)),
    ],
)
def test_stronger_loss_of_sharpness_leaves_less_detail(
    name: str, parameter: str, steps: tuple[float, ...], drawn: Drawn
) -> None:
    left = [detail(apply(drawn[0], [{"op": name, parameter: step}])) for step in steps]
    assert detail(drawn[0]) > left[0] > left[1] > left[2]


def test_motion_blurs_along_its_angle_only() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::8] = 255
    along = apply(stripes, [{"op": "motion", "length": 8.0, "angle": 90.0}])
    across = apply(stripes, [{"op": "motion", "length": 8.0, "angle": 0.0}])
    assert along.std() > 3 * across.std()


def test_noise_has_the_strength_asked_for() -> None:
    grey = np.full((200, 200, 3), 128, np.uint8)
    noisy = apply(grey, [{"op": "noise", "sigma": 10.0, "chroma": 0.0}])
    assert noisy[..., 0].std() == pytest.approx(10.0, rel=0.05)
    assert np.array_equal(noisy[..., 0], noisy[..., 2])


def test_exposure_counts_stops_in_linear_light() -> None:
    grey = np.full((4, 4, 3), 188, np.uint8)  # half of full light
    assert apply(grey, [{"op": "exposure", "ev": 1.0}])[0, 0, 0] == pytest.approx(255, abs=1)
    assert apply(grey, [{"op": "exposure", "ev": -1.0}])[0, 0, 0] == pytest.approx(137, abs=1)


def test_side_light_darkens_the_other_side_of_the_face(drawn: Drawn, face: FaceGeometry) -> None:
    lit = OPS["side_light"](drawn[0], face, strength=0.6, side="left")
    cheeks = face.at(50, 280).round().astype(int)
    (near_x, near_y), (far_x, far_y) = cheeks
    before = drawn[0].astype(int)
    assert before[near_y, near_x].sum() - lit[near_y, near_x].sum() < 60
    assert before[far_y, far_x].sum() - lit[far_y, far_x].sum() > 120


@pytest.mark.parametrize("name", ["cast_shadow", "hot_spot", "ink"])
def test_marks_on_the_face_leave_the_background_alone(name: str, drawn: Drawn, face: FaceGeometry) -> None:
    marked = OPS[name](drawn[0], face)
    corner = slice(0, 40), slice(0, 40)
    assert np.abs(marked[corner].astype(int) - drawn[0][corner]).max() <= 1
    left, top, right, bottom = (round(value) for value in face.box)
    assert np.abs(marked[top:bottom, left:right].astype(int) - drawn[0][top:bottom, left:right]).max() > 40


@pytest.mark.parametrize("name", ["background_colour", "background_pattern", "background_shadow"])
def test_backgrounds_change_behind_the_person_only(name: str, drawn: Drawn, face: FaceGeometry) -> None:
    changed = np.abs(OPS[name](drawn[0], face).astype(int) - drawn[0]).max(axis=2)
    left, top, right, bottom = (round(value) for value in face.box)
    middle = (top + bottom) // 2
    assert changed[middle - 60 : middle + 60, left + 40 : right - 40].max() <= 3
    assert changed[face.person < 0.02].max() > 25


def test_rotation_turns_clockwise_as_seen(drawn: Drawn) -> None:
    turned = geometry_of(apply(drawn[0], [{"op": "rotate", "degrees": 10.0}]))
    assert turned is not None
    (right_x, right_y), (left_x, left_y) = turned.at(468, 473)
    assert np.degrees(np.arctan2(left_y - right_y, left_x - right_x)) == pytest.approx(10.0, abs=2.0)


def test_scale_and_shift_move_the_face_by_what_they_say(drawn: Drawn, face: FaceGeometry) -> None:
    height, width = drawn[0].shape[:2]
    smaller = geometry_of(apply(drawn[0], [{"op": "scale", "factor": 0.7}]))
    moved = geometry_of(apply(drawn[0], [{"op": "shift", "right": 0.1, "down": 0.05}]))
    assert smaller is not None
    assert moved is not None
    assert smaller.eye_distance == pytest.approx(0.7 * face.eye_distance, rel=0.05)
    travelled = (moved.at(4) - face.at(4))[0]
    assert travelled == pytest.approx((0.1 * width, 0.05 * height), abs=6)


def test_red_eye_reddens_the_pupils(drawn: Drawn, face: FaceGeometry) -> None:
    red = OPS["red_eye"](drawn[0], face)
    for centre, _ in face.irises:
        x, y = centre.round().astype(int)
        assert int(red[y, x, 0]) - int(red[y, x, 1:].max()) > 80


def test_grey_posterise_and_pixelate_leave_fewer_colours(drawn: Drawn) -> None:
    grey = apply(drawn[0], [{"op": "grey"}])
    assert (grey == grey[..., :1]).all()
    assert len(np.unique(apply(drawn[0], [{"op": "posterise", "levels": 6}]))) <= 6
    blocks = apply(drawn[0], [{"op": "pixelate", "block": 10}])
    assert (blocks[0, :10] == blocks[0, 0]).all()


def test_light_operations_do_not_depend_on_skin_tone_for_their_strength() -> None:
    from samples.maker.portrait import draw

    ratios = []
    for tone in (2, 9):
        rgb = draw(tone=tone, width=210, height=280, noise=0.0, texture=False)
        darker = apply(rgb, [{"op": "exposure", "ev": -1.0}])
        ratios.append(lightness(darker) / lightness(rgb))
    assert ratios[0] == pytest.approx(ratios[1], rel=0.1)


def test_an_operation_that_needs_a_face_says_so() -> None:
    empty = np.full((128, 128, 3), 200, np.uint8)
    with pytest.raises(ValueError, match="red_eye needs a face"):
        apply(empty, [{"op": "red_eye"}])
