"""Thin long marks on the face and the background: pen strokes, stamps, creases, scratches."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
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
from photocheck.features.quantile import quantile
from photocheck.features.skin import CHIP_EYES, CHIP_SIDE, Skin
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

_COLOUR_STEP, _LIGHTNESS_STEP = 9.0, 12.0  # CIELAB, from the surroundings
_BLUE, _REDDER = -2.0, 18.0  # CIELAB b below which, and a beyond the surroundings' at which, it is no skin but ink
_SURROUNDINGS = 0.14  # radius as a ratio of the inter-eye distance: what is wider is no stroke
_CLEAR = 0.12  # of the inter-eye distance, from the face's rim and features
_GLASSES = 0.45  # of the inter-eye distance below the eyes: rims of glasses are dark and thin too
_THINNEST, _THICKEST = 0.35, 0.16  # area over length², and width in inter-eye distances
_SHORTEST = 0.15  # of the inter-eye distance
_SCENERY = 6  # pieces of one kind above which the background has a pattern of its own
_MOSTLY, _PLAIN = 0.85, 14.0  # share of a plain background within this CIELAB distance of its middle colour
_AS_WRINKLE = 0.7  # what dark or light lines on skin count: wrinkles and hairs look alike
_EYES_IN_EYE_TO_CHIN = 0.9

Mask = NDArray[np.bool_]
Lab = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Mark:
    """One piece of a mark: where, in native pixels, and its length as a ratio of the inter-eye distance."""

    box: Box
    length: float


@dataclass(frozen=True, slots=True)
class Marks:
    """What was found.

    Attributes:
        length: of the longest mark, as a ratio of the inter-eye distance. Pieces of ink colour on the face, and pieces
            on the background, are one mark together; dark or light lines on skin count for less.
        pieces: the pieces of that mark, the longest first.
    """

    length: float
    pieces: tuple[Mark, ...]


def see_marks(photo: Portrait) -> Marks:
    """Look on skin and plain background.

    Raises:
        NotAssessable: `too-small` or `skin-covered` where the skin cannot be judged; `no-face`.
    """
    found = _on_face(photo.skin)
    with contextlib.suppress(NotAssessable):  # the face alone is judged then
        found += _on_background(photo.background)
    return max(found, key=lambda marks: marks.length)


def _on_face(skin: Skin) -> list[Marks]:
    """The ink, the longest line of another colour, the longest dark and the longest light one."""
    half = (CHIP_SIDE // 2, CHIP_SIDE // 2)
    lab = np.asarray(cv2.resize(skin.lab, half, interpolation=cv2.INTER_AREA), dtype=np.float32)
    points, eyes = skin.landmarks / 2, CHIP_EYES / 2
    area, clear = _areas(points, eyes)
    off = _off(lab, area, eyes)
    colour, darker, lighter = _kinds(off)
    ink = colour & ((lab[..., 2] < _BLUE) | (off[..., 1] > _REDDER))
    back = cv2.invertAffineTransform(skin.to_chip)

    def native(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((corners * 2) @ back[:, :2].T + back[:, 2])

    together = _pieces(ink, eyes, native)
    single = [(_pieces(kind & clear, eyes, native)[:1], weight) for kind, weight in (
        (colour, 1.0), (darker, _AS_WRINKLE), (lighter, _AS_WRINKLE))]  # fmt: skip
    return [_one(together, 1.0), *(_one(pieces, weight) for pieces, weight in single)]


def _areas(points: NDArray[np.float64], eyes: float) -> tuple[Mask, Mask]:
    """Where the skin is, and where of it no glasses are."""
    area = np.zeros((CHIP_SIDE // 2, CHIP_SIDE // 2), np.uint8)
    _fill(area, points, FACE_OVAL)
    side = 2 * round(_CLEAR * eyes) + 1
    ring = np.ones((side, side), np.uint8)
    features = np.zeros_like(area)
    for part in (RIGHT_BROW, LEFT_BROW, RIGHT_EYE_OUTLINE, LEFT_EYE_OUTLINE, LIPS_OUTER, _NOSTRILS):
        _fill(features, points, part)
    skin = (cv2.erode(area, ring) > 0) & (cv2.dilate(features, ring) == 0)
    clear = skin.copy()
    eye_row = float(points[list(RIGHT_EYE_OUTLINE + LEFT_EYE_OUTLINE), 1].mean())
    brow_row = float(points[list(RIGHT_BROW + LEFT_BROW), 1].min())
    clear[max(0, int(brow_row)) : int(eye_row + _GLASSES * eyes)] = False
    return skin, clear


def _on_background(background: Background) -> list[Marks]:
    eyes = background.view.unit * _EYES_IN_EYE_TO_CHIN
    away = np.sqrt(((background.sample.T - background.colour[:, None]) ** 2).sum(axis=0))
    if quantile(away, _MOSTLY) > _PLAIN:
        return []
    kinds = _kinds(_off(background.lab, background.mask, eyes))
    pieces = [_pieces(kind, eyes, background.native) for kind in kinds]
    if max(len(kind) for kind in pieces) > _SCENERY:
        return []
    return [_one([piece for kind in pieces for piece in kind], 1.0)]


def _one(pieces: list[Mark], weight: float) -> Marks:
    return Marks(weight * sum(piece.length for piece in pieces), tuple(pieces))


def _fill(mask: NDArray[np.uint8], points: NDArray[np.float64], part: tuple[int, ...]) -> None:
    cv2.fillConvexPoly(mask, cv2.convexHull(points[list(part)].round().astype(np.int32)), (1,))


def _off(lab: Lab, area: Mask, eyes: float) -> Lab:
    """How far each pixel of the area is from the mean of the area around it; zero outside."""
    side = 2 * max(1, round(_SURROUNDINGS * eyes)) + 1
    inside = area.astype(np.uint8)
    sums, weight = (
        cv2.boxFilter(plane, cv2.CV_32F, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)
        for plane in (cv2.copyTo(lab, inside), inside)
    )
    mean = cv2.divide(sums, cv2.merge([np.maximum(weight, 1.0)] * 3))
    return np.asarray(cv2.copyTo(cv2.subtract(lab, mean), inside), dtype=np.float32)


def _kinds(off: Lab) -> tuple[Mask, Mask, Mask]:
    """Where the colour is another, where it is darker, where it is lighter."""
    lightness, a, b = cv2.split(off)
    colour = a * a + b * b > _COLOUR_STEP**2
    return colour, lightness < -_LIGHTNESS_STEP, lightness > _LIGHTNESS_STEP


def _pieces(kind: Mask, eyes: float, native: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> list[Mark]:
    """The thin connected pieces of a mask, the longest first; `native` takes N×2 places to native pixels."""
    if not kind.any():
        return []
    # Twice as quick as the default algorithm where little is found.
    _, _, found, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        kind.astype(np.uint8), connectivity=8, ltype=cv2.CV_32S, ccltype=cv2.CCL_BBDT
    )
    left, top, width, height, size = found[1:].astype(np.float64).T
    length = np.hypot(width, height)
    thin = size <= np.minimum(_THINNEST * length, _THICKEST * eyes) * length
    pieces = []
    for number in np.flatnonzero(thin & (length >= _SHORTEST * eyes)):
        west, north = left[number], top[number]
        corners = native(np.array([[west, north], [west + width[number], north + height[number]]]))
        box = Box(*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist())
        pieces.append(Mark(box, float(length[number]) / eyes))
    return sorted(pieces, key=lambda piece: -piece.length)


_NOSTRILS = (NOSE_TIP, 2, 4, 64, 98, 294, 327)
