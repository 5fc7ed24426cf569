"""The shape of a card: sizes, corners and the maps between the picture and the flat card.

Coordinates are continuous: pixel i covers i to i + 1, so the picture runs from 0 to its width.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH_MM, HEIGHT_MM = 85.60, 54.00
"""GA 490: 85.6 mm × 54.0 mm; ISO/IEC 7810 ID-1 says 53.98."""
ASPECT = WIDTH_MM / HEIGHT_MM
CORNER_RADIUS_MM = 3.18
"""ISO/IEC 7810: 2.88 to 3.48 mm."""

FLAT_PER_MM = 15
"""Pixels of the flat card per millimetre."""
FLAT_WIDTH, FLAT_HEIGHT = round(WIDTH_MM * FLAT_PER_MM), round(HEIGHT_MM * FLAT_PER_MM)

Corners = NDArray[np.float64]
"""4×2 (x, y) pixels, clockwise as seen."""
Homography = NDArray[np.float64]
"""3×3 matrix that takes (x, y, 1) to (x, y, 1) up to scale."""


def homography(corners: Corners, width: float, height: float) -> Homography:
    """The map that takes the corners to those of an upright rectangle at the origin, the first to its top left."""
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64)
    return np.asarray(_solve(corners, target), dtype=np.float64)


def _solve(source: Corners, target: Corners) -> Homography:
    # cv2.getPerspectiveTransform takes float32 only, which costs a tenth of a pixel on a large picture.
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    solution = np.linalg.solve(np.array(rows, dtype=np.float64), np.asarray(target, dtype=np.float64).ravel())
    return np.append(solution, 1.0).reshape(3, 3)


def mapped(points: NDArray[np.float64], by: Homography) -> NDArray[np.float64]:
    """N×2 points under the homography."""
    flat = np.asarray(points, dtype=np.float64).reshape(-1, 2) @ by[:, :2].T + by[:, 2]
    answer: NDArray[np.float64] = flat[:, :2] / flat[:, 2:]
    return answer


def side_lengths(corners: Corners) -> NDArray[np.float64]:
    """Pixels of the four sides: first to second corner, second to third, ..."""
    lengths: NDArray[np.float64] = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    return lengths


def area(corners: Corners) -> float:
    """Square pixels; positive for corners that go clockwise on the screen."""
    x, y = np.asarray(corners, dtype=np.float64).T
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)


def is_convex(corners: Corners) -> bool:
    """Whether the corners go clockwise around a convex shape."""
    return area(corners) > 0 and bool(cv2.isContourConvex(np.asarray(corners, dtype=np.float32)))


def long_side_first(corners: Corners) -> Corners:
    """The corners, clockwise, begun so that the first side is one of the longer two."""
    sides = side_lengths(corners)
    return corners if sides[0] + sides[2] >= sides[1] + sides[3] else np.roll(corners, -1, axis=0)


def quarter_turns(corners: Corners) -> int:
    """How far the card is turned clockwise in the picture, to the nearest of 0, 90, 180 and 270 degrees.

    Args:
        corners: clockwise from the card's own top left.
    """
    across = corners[1] + corners[2] - corners[0] - corners[3]
    return int(round(np.degrees(np.arctan2(across[1], across[0])) / 90.0) % 4) * 90


def completed(corners: Corners, side: int, least: float) -> Corners:
    """The corners with one side put where the shape of ID-1 has it, by the side opposite.

    Args:
        side: 0 for the side from the first to the second corner, and on.
        least: the card reaches no less than this share of where the side is now; the nearer of the two places that are
            possible (the opposite side is a long or a short one) is taken.
    """
    turn = side - 2  # that side becomes the third, the one opposite it the first
    turned = np.roll(corners, -turn, axis=0)
    across, out_right, _, out_left = side_lengths(turned)
    now = max((out_right + out_left) / 2, 1e-6)
    likely = [length for length in (across / ASPECT, across * ASPECT) if length >= least * now]
    reach = min(likely, key=lambda length: abs(np.log(length / now)), default=now)
    stretched = turned.copy()
    stretched[2] = turned[1] + (turned[2] - turned[1]) * reach / max(out_right, 1e-6)
    stretched[3] = turned[0] + (turned[3] - turned[0]) * reach / max(out_left, 1e-6)
    return np.asarray(np.roll(stretched, turn, axis=0), dtype=np.float64)
