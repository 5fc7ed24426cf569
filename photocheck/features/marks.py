"""Thin long marks on the face and the background: pen strokes, stamps, creases, scratches."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.background import Background
from photocheck.features.geometry import Box
from photocheck.features.landmarks import (
    FACE_OVAL,
    LEFT_BROW,
    LEFT_EYE_OUTLINE,
    LIPS_OUTER,
    NOSE_TIP,
    RIGHT_BROW,
    RIGHT_EYE_OUTLINE,
)
from photocheck.features.skin import CHIP_EYES, Skin
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

_COLOUR_STEP, _LIGHTNESS_STEP = 9.0, 12.0  # CIELAB, from the surroundings
_SURROUNDINGS = 0.14  # radius as a ratio of the inter-eye distance: what is wider is no stroke
_CLEAR = 0.12  # of the inter-eye distance, from the face's rim and features
_GLASSES = 0.45  # of the inter-eye distance below the eyes: rims of glasses are dark and thin too
_THINNEST, _THICKEST = 0.35, 0.16  # area over length², and width in inter-eye distances
_PLAIN = 0.02  # share of marks above which a background has a pattern of its own
_EYES_IN_EYE_TO_CHIN = 0.9

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: where, in native pixels, and its length as a ratio of the inter-eye distance."""

    box: Box
    length: float


def see_marks(photo: Portrait) -> tuple[Mark, ...]:
    """Every mark on skin or plain background, the longest first.

    Raises:
        NotAssessable: `too-small` where the skin cannot be judged; `no-face`.
    """
    marks = _on_face(photo.skin)
    with contextlib.suppress(NotAssessable):  # the face alone is judged then
        marks += _on_background(photo.background)
    return tuple(sorted(marks, key=lambda mark: -mark.length))


def _on_face(skin: Skin) -> list[Mark]:
    half = np.asarray(cv2.resize(skin.lab, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.float32)
    points, eyes = skin.landmarks / 2, CHIP_EYES / 2
    area = np.zeros(half.shape[:2], np.uint8)
    _fill(area, points, FACE_OVAL, 1)
    side = 2 * round(_CLEAR * eyes) + 1
    ring = np.ones((side, side), np.uint8)
    area = np.asarray(cv2.erode(area, ring), dtype=np.uint8)
    features = np.zeros_like(area)
    for part in (RIGHT_BROW, LEFT_BROW, RIGHT_EYE_OUTLINE, LEFT_EYE_OUTLINE, LIPS_OUTER, _NOSTRILS):
        _fill(features, points, part, 1)
    area[cv2.dilate(features, ring) > 0] = 0
    eye_row = float(points[list(RIGHT_EYE_OUTLINE + LEFT_EYE_OUTLINE), 1].mean())
    brow_row = float(points[list(RIGHT_BROW + LEFT_BROW), 1].min())
    area[max(0, int(brow_row)) : int(eye_row + _GLASSES * eyes)] = 0
    back = cv2.invertAffineTransform(skin.to_chip)
    marks = []
    for corners, length in _thin(half, area > 0, eyes):
        native = (corners * 2) @ back[:, :2].T + back[:, 2]
        marks.append(Mark(Box(*native.min(axis=0).tolist(), *native.max(axis=0).tolist()), length))
    return marks


def _on_background(background: Background) -> list[Mark]:
    eyes = background.view.unit * _EYES_IN_EYE_TO_CHIN
    if _strange(background.lab, background.mask, eyes).any(axis=0).sum() > _PLAIN * background.mask.sum():
        return []
    marks = []
    for corners, length in _thin(background.lab, background.mask, eyes):
        native = background.native(corners)
        marks.append(Mark(Box(*native.min(axis=0).tolist(), *native.max(axis=0).tolist()), length))
    return marks


def _fill(mask: NDArray[np.uint8], points: NDArray[np.float64], part: tuple[int, ...], value: int) -> None:
    cv2.fillConvexPoly(mask, cv2.convexHull(points[list(part)].round().astype(np.int32)), (value,))


def _strange(lab: NDArray[np.float32], area: Mask, eyes: float) -> NDArray[np.bool_]:
    """3×h×w: pixels inside the area of another colour, darker, or lighter than the middle of their surroundings."""
    coded = (lab * (2.55, 1.0, 1.0) + (0.0, 128.0, 128.0)).astype(np.uint8)
    side = 2 * max(1, round(_SURROUNDINGS * eyes)) + 1
    middle = cv2.medianBlur(coded, side).astype(np.float32)
    lightness = lab[..., 0] - middle[..., 0] / 2.55
    colour = np.hypot(lab[..., 1] + 128.0 - middle[..., 1], lab[..., 2] + 128.0 - middle[..., 2])
    strange: NDArray[np.bool_] = np.stack(
        [colour > _COLOUR_STEP, lightness < -_LIGHTNESS_STEP, lightness > _LIGHTNESS_STEP]
    )
    return strange & area


def _thin(lab: NDArray[np.float32], area: Mask, eyes: float) -> list[tuple[NDArray[np.float64], float]]:
    """Corners (2×2, pixels of the copy) and length (inter-eye distances) of each thin connected piece."""
    found = []
    for kind in _strange(lab, area, eyes):
        _, _, pieces, _ = cv2.connectedComponentsWithStats(kind.astype(np.uint8), connectivity=8)
        for left, top, width, height, size in pieces[1:].astype(float):
            length = float(np.hypot(width, height))
            if size <= _THINNEST * length**2 and size <= _THICKEST * eyes * length:
                found.append((np.array([[left, top], [left + width, top + height]]), length / eyes))
    return found


_NOSTRILS = (NOSE_TIP, 2, 4, 64, 98, 294, 327)
