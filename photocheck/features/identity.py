"""Who it is: the main face as a vector that is near for one person and far for two, and as an aligned picture.

The net is dlib's face recognition ResNet (see models/face-embedding.md). It knows nothing about a person but how alike
two pictures are; nothing of it is kept or written anywhere.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.faces import FaceMesh
from photocheck.features.landmarks import LEFT_EYE_CORNERS, NOSE_BASE, RIGHT_EYE_CORNERS
from photocheck.features.nets import run_net
from photocheck.features.subject import Affine, Image, averaged_down

CHIP_SIDE = 150
"""Pixels of the aligned picture."""

# dlib's mean face: outer and inner corner of the left eye, of the right eye, base of the nose; shares of the face.
_MEAN_FACE = np.array(
    [
        (0.8595674595992, 0.2134981538014),
        (0.6460604764104, 0.2289674387677),
        (0.1205750620789, 0.2137274526848),
        (0.3340850613712, 0.2290642403242),
        (0.4901123135679, 0.6277975316475),
    ]
)
_PADDING = 0.25
_BETWEEN_EYES = 52.6
"""Pixels between the middles of the eyes on the chip."""
_RIM = 24
"""Pixels at the chip's edge that show little of the face."""
_LANDMARKS = (*LEFT_EYE_CORNERS, *RIGHT_EYE_CORNERS, NOSE_BASE)


@dataclass(frozen=True, slots=True)
class Identity:
    """The main face, aligned.

    Attributes:
        chip: 150×150×3 uint8 sRGB, the face upright with the eyes level.
        embedding: 128 float32; two of one person are mostly less than 0.5 apart, two of different people more.
        pixels_between_eyes: native pixels between the middles of the eyes; what the chip has of detail.
    """

    chip: Image
    embedding: NDArray[np.float32]
    pixels_between_eyes: float


def see_identity(rgb: Image, mesh: FaceMesh) -> Identity:
    """The main face of a picture.

    Args:
        rgb: H×W×3 uint8, native.
        mesh: its landmarks in native pixels.
    """
    right, left = (mesh.xy(*corners).mean(axis=0) for corners in (RIGHT_EYE_CORNERS, LEFT_EYE_CORNERS))
    chip = _chip(rgb, mesh)
    (answer,) = run_net("face-embedding", {"chip": chip[None].astype(np.float32)})
    return Identity(chip, answer[0], float(np.hypot(*(left - right))))


def distance(one: Identity, other: Identity) -> float:
    """How unlike two faces are, 0 and up."""
    return float(np.linalg.norm(one.embedding - other.embedding))


def displacement(one: Identity, other: Identity) -> float:
    """How far the details of two faces lie apart once the faces are aligned, as a share of the distance of the eyes.

    Two photos of one person differ in look and turn, which no alignment takes away: on the training images 0.013 and
    more (56 pairs of one session). Copies of one photo differ in sharpness, tone and print only: up to 0.006 where the
    copy has 60 pixels between the eyes or more, up to 0.02 at 40.
    """
    first, second = _detail(one.chip), _detail(other.chip)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-5)
    move = np.eye(2, 3, dtype=np.float32)
    everywhere = np.full(first.shape, 255, np.uint8)
    with contextlib.suppress(cv2.error):  # the two have nothing in common to align by: they stay as they are
        found = cv2.findTransformECC(first, second, move, cv2.MOTION_AFFINE, stop, everywhere, 5)[1]
        move = np.asarray(found, dtype=np.float32)
    size = (CHIP_SIDE, CHIP_SIDE)
    moved = cv2.warpAffine(second, move, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    flow = np.zeros((CHIP_SIDE, CHIP_SIDE, 2), np.float32)
    seeing = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flow = np.asarray(seeing.calc(_bytes(first), _bytes(np.asarray(moved, dtype=np.float32)), flow))
    inner = flow[_RIM:-_RIM, _RIM:-_RIM]
    return float(np.hypot(inner[..., 0], inner[..., 1]).mean()) / _BETWEEN_EYES


def _bytes(detail: NDArray[np.float32]) -> Image:
    return np.asarray(np.clip(128 + 40 * detail, 0, 255), dtype=np.uint8)


def _chip(rgb: Image, mesh: FaceMesh) -> Image:
    """The face turned and scaled onto dlib's mean face, averaged down first so that no pixel is skipped."""
    target = (_MEAN_FACE + _PADDING) / (1 + 2 * _PADDING) * CHIP_SIDE
    points = mesh.xy(*_LANDMARKS)
    move = _similarity(points, target)
    scale = float(np.hypot(move[0, 0], move[1, 0]))
    if scale < 1.0:
        shrunk = averaged_down(rgb, round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
        points = points * (shrunk.shape[1] / rgb.shape[1], shrunk.shape[0] / rgb.shape[0])
        rgb, move = shrunk, _similarity(points, target)
    chip = cv2.warpAffine(rgb, move, (CHIP_SIDE, CHIP_SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(chip, dtype=np.uint8)


def _similarity(source: NDArray[np.float64], target: NDArray[np.float64]) -> Affine:
    """The turn, scale and shift that bring one set of points nearest to the other (least squares)."""
    middle, goal = source.mean(axis=0), target.mean(axis=0)
    from_points = (source - middle) @ (1, 1j)
    to_points = (target - goal) @ (1, 1j)
    turn = np.vdot(from_points, to_points) / np.vdot(from_points, from_points)
    linear = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    return np.column_stack([linear, goal - linear @ middle])


def _detail(chip: Image) -> NDArray[np.float32]:
    """Lightness between the scales that a print of 26 × 32 mm keeps, with even contrast."""
    grey = cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY).astype(np.float32)
    band = cv2.GaussianBlur(grey, (0, 0), 1.5) - cv2.GaussianBlur(grey, (0, 0), 12.0)
    contrast = np.sqrt(cv2.GaussianBlur(band * band, (0, 0), 12.0)) + 2.0
    return np.asarray(band / contrast, dtype=np.float32)
