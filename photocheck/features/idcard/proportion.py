"""Where a side that is not seen must be: the shape of ID-1 is known, and so is about how a camera sees it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.shape import HEIGHT_MM, WIDTH_MM, Corners, homography, long_side_first

_USUAL_FOCAL = 0.8
"""Focal length of a phone's main camera in longer sides of its picture."""
_ROUNDS = 5
_FURTHEST = 0.3
"""Share of the sides beside it that a side is moved by."""


def proportioned(corners: Corners, side: int, width: int, height: int) -> Corners:
    """One side moved and turned between the two beside it until the shape is that of a card, by Newton's method.

    Args:
        corners: clockwise, in pixels, that side about where it should be.
        side: 0 for the side from the first to the second corner, and on.
        width, height: of the picture.

    Returns:
        The corners; unchanged where there is no such place near by.
    """
    ends = (side, (side + 1) % 4)
    ahead = [corners[ends[0]] - corners[side - 1], corners[ends[1]] - corners[(side + 2) % 4]]
    start = 0 if np.array_equal(long_side_first(corners), corners) else 1

    def placed(further: NDArray[np.float64]) -> Corners:
        moved = corners.copy()
        for end, way, share in zip(ends, ahead, further, strict=True):
            moved[end] += share * way
        return moved

    def off(further: NDArray[np.float64]) -> NDArray[np.float64]:
        return _off(np.roll(placed(further), -start, axis=0), _USUAL_FOCAL, width, height)

    further, step = np.zeros(2), 1e-4 * np.eye(2)
    for _ in range(_ROUNDS):
        now = off(further)
        slopes = np.column_stack([(off(further + step[index]) - now) / 1e-4 for index in range(2)])
        if abs(np.linalg.det(slopes)) < 1e-6:
            return corners
        further = further - np.linalg.solve(slopes, now)
        if np.abs(further).max() > _FURTHEST:
            return corners
    return placed(further)


def _off(corners: Corners, focal: float, width: int, height: int) -> NDArray[np.float64]:
    """Logarithm of what the ratio of the sides is off, and cosine of the angle between them."""
    onto = np.linalg.inv(homography(corners, WIDTH_MM, HEIGHT_MM))
    scale = focal * max(width, height)
    back = np.array([[1 / scale, 0, -width / 2 / scale], [0, 1 / scale, -height / 2 / scale], [0, 0, 1]])
    along, down = (back @ onto)[:, :2].T
    lengths = float(np.linalg.norm(along)), float(np.linalg.norm(down))
    return np.array([np.log(lengths[0] / lengths[1]), (along @ down) / (lengths[0] * lengths[1])])
