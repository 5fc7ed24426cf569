"""Faces of all sizes, none, several, and the mesh on the main one."""

from __future__ import annotations

from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from photocheck.decode import decode
from photocheck.features import vision
from photocheck.features.faces import MESH_SIDE
from photocheck.features.portrait import Portrait
from photocheck.finding import NotAssessable
from samples.maker.astronaut import astronaut
from samples.maker.encode import encode
from samples.maker.portrait import draw, draw_with_truth

Image = NDArray[np.uint8]


def photo_of(rgb: Image) -> Portrait:
    return Portrait(decode(encode(rgb, format="PNG")))


def on_grey(rgb: Image, *, face_width: int, side: int) -> Image:
    """The portrait so scaled that its face has that many pixels, off the middle of a grey square."""
    scale = face_width / photo_of(rgb).face.box.width
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    field = np.full((side, side, 3), 128, np.uint8)
    top, left = (side - small.shape[0]) // 3, (side - small.shape[1]) // 4
    field[top : top + small.shape[0], left : left + small.shape[1]] = small
    return field


@pytest.mark.parametrize("side", [160, 600, 1500])
def test_a_face_of_40_pixels_is_found_in_pictures_of_any_size(side: int) -> None:
    photo = photo_of(on_grey(astronaut(), face_width=40, side=side))
    assert len(photo.faces) == 1
    assert photo.face.box.width == pytest.approx(40, rel=0.4)


@pytest.mark.parametrize("kept", [1.2, 1.0, 0.85])
def test_a_face_that_fills_the_picture_is_found(kept: float) -> None:
    rgb = astronaut()
    box = photo_of(rgb).face.box
    half, (x, y) = kept * box.width / 2, box.centre
    tight = np.ascontiguousarray(rgb[int(y - half) : int(y + half), int(x - half) : int(x + half)])
    assert len(photo_of(tight).faces) == 1


@pytest.mark.parametrize("degrees", [30, -45, 60, 90, 120, -135, 180])
def test_the_mesh_is_as_accurate_on_tilted_heads(degrees: float) -> None:
    rgb = draw(width=600, height=800, head_height=0.5, crown_margin=0.2)
    turn = cv2.getRotationMatrix2D((300, 400), degrees, 1.0)
    turned = cv2.warpAffine(rgb, turn, (600, 800), borderMode=cv2.BORDER_REPLICATE)
    upright, tilted = photo_of(rgb).mesh, photo_of(np.asarray(turned, dtype=np.uint8)).mesh
    expected = upright.points[:, :2] @ turn[:, :2].T + turn[:, 2]
    off = np.hypot(*(tilted.points[:, :2] - expected).T)
    assert np.median(off) < 0.05 * upright.inter_eye_distance


def test_landmarks_lie_where_they_were_drawn() -> None:
    rgb, truth = draw_with_truth()
    photo = photo_of(rgb)
    corners = [33, 133, 263, 362]
    off = np.hypot(*(photo.mesh.points[corners, :2] - truth.landmarks[corners]).T)
    assert off.max() < 0.12 * photo.mesh.inter_eye_distance


def test_the_larger_of_two_people_comes_first() -> None:
    large, small = draw(seed=1), draw(seed=2, tone=8)
    small = np.asarray(cv2.resize(small, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    field = np.full((large.shape[0], large.shape[1] + small.shape[1], 3), 230, np.uint8)
    field[: small.shape[0], : small.shape[1]] = small
    field[:, small.shape[1] :] = large
    faces = photo_of(field).faces
    assert len(faces) == 2
    assert faces[0].box.centre[0] > small.shape[1]


def test_a_person_alone_is_one_face() -> None:
    for rgb in (astronaut(), astronaut(plain=False), draw(), draw(tone=10), draw(yaw=30)):
        assert len(photo_of(rgb).faces) == 1


def test_nothing_is_not_a_face() -> None:
    empty = photo_of(np.full((900, 1200, 3), 200, np.uint8))
    noise = photo_of(np.random.default_rng(1).integers(0, 256, (500, 400, 3), dtype=np.uint8))
    for photo in (empty, noise):
        assert photo.faces == ()
        with pytest.raises(NotAssessable, match="no-face"):
            _ = photo.mesh


@pytest.mark.parametrize("answer", [None, np.full((478, 3), 5.0)])
def test_a_mesh_that_is_not_on_the_face_is_no_mesh(
    answer: NDArray[np.float64] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vision, "face_landmarks", lambda rgb: answer)
    with pytest.raises(NotAssessable, match="no-face"):
        _ = photo_of(draw()).mesh


def test_landmarks_that_are_no_numbers_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = SimpleNamespace(x=0.5, y=0.5, z=float("nan"))
    monkeypatch.setattr(vision, "_run", lambda name, rgb, answer: [SimpleNamespace(landmark=[mark] * 478)])
    assert vision.face_landmarks(np.zeros((MESH_SIDE, MESH_SIDE, 3), np.uint8)) is None
