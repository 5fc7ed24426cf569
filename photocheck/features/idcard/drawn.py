"""Signs that no camera was there: surroundings of one exact colour, and corners that stand exactly square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from photocheck.features.idcard.shape import side_lengths

if TYPE_CHECKING:
    from photocheck.features.idcard.card import IdCard

_EVERY = 7
"""One row in so many is looked at."""
_CLEAR = 0.04
"""How far outside the card's edge the surroundings begin, as a share of its size."""
_LEAST = 2000
"""Pairs of pixels outside the card under which nothing is told of them."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a photo never has together.

    Attributes:
        equal: share of neighbouring pixels outside the card that are exactly alike, 0..1: about 0.1 in photos, nearly
            1 on a drawn page; not a number where nothing is outside.
        skew: largest angle between a side of the card and the picture's own sides, degrees.
        taper: largest difference of two opposite sides, as a share of them.
    """

    equal: float
    skew: float
    taper: float


def see_drawn(card: IdCard) -> Drawn:
    """Measure them."""
    corners = card.place.corners
    along = np.roll(corners, -1, axis=0) - corners
    angles = np.degrees(np.arctan2(along[:, 1], along[:, 0]))
    sides = side_lengths(corners)
    return Drawn(
        equal=_equal(card),
        skew=float(np.abs((angles + 45.0) % 90.0 - 45.0).max()),
        taper=float(max(abs(sides[0] / sides[2] - 1), abs(sides[1] / sides[3] - 1))),
    )


def _equal(card: IdCard) -> float:
    corners = card.place.corners
    hull = corners + _CLEAR * (corners - corners.mean(axis=0))
    outside = np.ones((len(range(0, card.height, _EVERY)), card.width), np.uint8)
    rows = (hull * (1.0, 1.0 / _EVERY)).round().astype(np.int32)
    cv2.fillConvexPoly(outside, rows, (0,))
    grey = cv2.cvtColor(np.ascontiguousarray(card.rgb[::_EVERY]), cv2.COLOR_RGB2GRAY)
    alike = (grey[:, 1:] == grey[:, :-1])[outside[:, 1:] > 0]
    return float(alike.mean()) if alike.size >= _LEAST else float("nan")
