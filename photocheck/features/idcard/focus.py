"""How sharp the print is: the width of its edges, field by field, in the direction where they are widest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.importance import PHOTO, Part
from photocheck.features.idcard.lines import FlatBox
from photocheck.features.idcard.shape import FLAT_PER_MM
from photocheck.features.idcard.surface import TO_FLAT, Mask
from photocheck.features.subject import Image

_CALM_PX = 1.0
"""Standard deviation of the smoothing that takes the grain away first."""
_STEEPEST = 99
"""Percentile of the gradient that stands for the strokes' edges."""
_LIGHT, _DARK = 90, 1
"""Percentiles of a place's levels that stand for its ground and its ink."""
_FAINTEST = 20.0
"""Levels of 8 bits between ground and ink below which a place has no print to tell by."""
_UNEVEN = 1.25
"""Ratio of a place's lightest ground to its darkest from which a shadow's edge lies across it."""
_GROUND_PX = 6
"""Flat pixels a pixel of the ground's map; a stroke and a half are five of its pixels."""
_DIRECTIONS = np.radians(np.arange(0.0, 180.0, 22.5))
_NARROWEST_MM = 10.0
"""A shorter field (sex) has too few strokes of every direction."""
_LEAST_INK = 0.04
"""Share of a place that must be ink: with less, the steepest hundredth is not of its strokes."""
_MOST_HIDDEN = 0.05
_AWAY_PX = 9
"""Pixels of the surface's map that edges of fingers and glare reach."""
_TILE_MM = (20.0, 9.0)


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of the print of one place.

    Attributes:
        label: of the place; empty for one that is no known field.
        box: in flat pixels.
        width: mm from ink to ground at the steepest, across the direction where that is widest.
        narrowest: the same across the direction where it is narrowest; much less means that the camera moved.
    """

    label: str
    box: FlatBox
    width: float
    narrowest: float


def see_edges(flat: Image, parts: Iterable[Part], hidden: Mask) -> list[Edges]:
    """The edges of every place that has print to tell by.

    Args:
        flat: H×W×3 uint8, `FLAT_PER_MM` pixels to the millimetre.
        parts: the fields; where there are none the card is looked at tile by tile.
        hidden: of the surface's maps, what is covered, in glare or outside the picture.
    """
    places = [(part.label, part.box) for part in parts if part.label != PHOTO] or _tiles(flat)
    near = cv2.dilate(hidden.astype(np.uint8), np.ones((_AWAY_PX, _AWAY_PX), np.uint8))
    found = []
    for label, box in places:
        if box.right - box.left < _NARROWEST_MM * FLAT_PER_MM:
            continue
        left, top, right, bottom = (max(0, round(edge / TO_FLAT)) for edge in box)
        if near[top:bottom, left:right].mean() > _MOST_HIDDEN:
            continue
        left, top, right, bottom = (max(0, round(edge)) for edge in box)
        widths = _edge_widths(np.asarray(flat[top:bottom, left:right, 1], np.float32))
        if widths is not None:
            found.append(Edges(label, box, *widths))
    if found and not found[0].label:
        # Tiles cut characters and lines of ornament as they fall: the one in the middle stands for the card.
        return [sorted(found, key=lambda edges: edges.width)[len(found) // 2]]
    return found


def _tiles(flat: Image) -> list[tuple[str, FlatBox]]:
    wide, high = (edge * FLAT_PER_MM for edge in _TILE_MM)
    return [
        ("", FlatBox(column * wide, row * high, (column + 1) * wide, (row + 1) * high))
        for row in range(int(flat.shape[0] // high))
        for column in range(int(flat.shape[1] // wide))
    ]


def _edge_widths(grey: NDArray[np.float32]) -> tuple[float, float] | None:
    """Widest and narrowest in mm; None where there is no print."""
    calm = cv2.GaussianBlur(_evened(grey), (0, 0), _CALM_PX)
    ground, ink = np.percentile(calm, (_LIGHT, _DARK)).tolist()
    if ground - ink < _FAINTEST or float((calm < (ground + ink) / 2).mean()) < _LEAST_INK:
        return None
    across, down = cv2.Scharr(calm, cv2.CV_32F, 1, 0) / 32, cv2.Scharr(calm, cv2.CV_32F, 0, 1) / 32
    slopes = [
        float(np.percentile(np.abs(np.cos(turn) * across + np.sin(turn) * down), _STEEPEST)) for turn in _DIRECTIONS
    ]
    widths = (ground - ink) / np.maximum(slopes, 1e-3) / FLAT_PER_MM
    return float(widths.max()), float(widths.min())


def _evened(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The place as it were without the edge of a shadow across it; as it is where there is none."""
    height, width = grey.shape
    size = (max(1, width // _GROUND_PX), max(1, height // _GROUND_PX))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    ground = cv2.blur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), (3, 3))
    dark, usual, light = np.percentile(ground, (5, 50, 95)).tolist()
    if light < _UNEVEN * dark:
        return grey
    even = cv2.resize(ground, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(grey * (usual / np.maximum(even, 1.0)), np.float32)
