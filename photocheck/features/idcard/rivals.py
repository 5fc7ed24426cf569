"""Sides taken for a line beside them: the lines that rival each other, and which four of them make a card.

The edge of a desk, a sheet of paper or a ruled line beside the card and nearly parallel to a side can be stronger than
the side itself. Four lines of which one is wrong are not the picture of an ID-1 card.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.edges import NOWHERE, Levels, find_rivals, goes_on
from photocheck.features.idcard.pose import misfits
from photocheck.features.idcard.shape import Corners, is_convex, long_side_first, side_lengths

_PLAUSIBLE = 0.009
"""Misfit up to which corners are taken to be a card's."""
_CHANCE = 0.5
"""Share of a line beyond the card that is taken for chance."""
_REACH = 0.11
"""How far rivals are looked for, as a share of the card's longer side."""
_PER_SIDE = 5
_TOLERANCE = 0.006
"""Misfit, beyond `_EXACT`, that costs as much as a side's whole support: lines of the wide search are not exact."""
_EXACT = 0.004
_MOST_COST = 4.0
_FAR_COST = 1.0
"""What a line at `_REACH` from where the side was costs."""

_GOES_ON_COST = 0.7
"""What a line costs that goes on beyond the card's corners."""


def doubt(levels: Levels, corners: Corners) -> float:
    """Whether a side may be a line beside the card: up to 1 no, above it the more likely.

    Of 143 made captures of the world "tune" with lines drawn beside the card, those found within 1 % of the truth had
    up to 0.9, nine in ten of those that were not before rivals were weighed 2.0 and more.
    """
    height, width = levels[0].shape[:2]
    unlike = float(misfits(long_side_first(corners)[None], width, height)[0]) / _PLAUSIBLE
    further = max(goes_on(levels, corners[index], corners[(index + 1) % 4]) for index in range(4)) / _CHANCE
    return max(unlike, further)


def settled(levels: Levels, corners: Corners, anchor: Corners) -> Corners | None:
    """The likeliest quadrilateral of the lines near the sides; None where there is no choice.

    Args:
        levels: the native picture, and perhaps a smaller copy.
        corners: 4×2 native pixels, clockwise; all sides lie in the picture.
        anchor: 4×2, where the net saw the card: lines near it are likelier.
    """
    height, width = levels[0].shape[:2]
    reach = _REACH * float(side_lengths(corners).max())
    lines, values = [], []
    for index in range(4):
        start, end = corners[index], corners[(index + 1) % 4]
        ahead = (end - start) / max(float(np.hypot(*(end - start))), 1e-6)
        outwards = np.array([ahead[1], -ahead[0]])
        net = float(((anchor[index] + anchor[(index + 1) % 4]) / 2 - (start + end) / 2) @ outwards)
        rivals = find_rivals(levels, start, end, reach, _PER_SIDE) or [(NOWHERE, 0.0)]
        lines.append(
            np.array([_homogeneous(start + one.at_start * outwards, end + one.at_end * outwards) for one, _ in rivals])
        )
        values.append(
            np.array(
                [
                    one.support
                    - _FAR_COST * (((one.at_start + one.at_end) / 2 - net) / reach) ** 2
                    - _GOES_ON_COST * further
                    for one, further in rivals
                ]
            )
        )
    met = [_meetings(lines[index - 1], lines[index]) for index in range(4)]
    choices = np.array(list(product(*(range(len(one)) for one in lines))))
    quads = np.stack([met[index][choices[:, index - 1], choices[:, index]] for index in range(4)], axis=1)
    turn = 0 if np.array_equal(long_side_first(corners), corners) else 1
    misfit_of = misfits(np.roll(quads, -turn, axis=1), width, height)
    cost = np.minimum((np.maximum(misfit_of - _EXACT, 0.0) / _TOLERANCE) ** 2, _MOST_COST)
    total = sum(values[index][choices[:, index]] for index in range(4)) - cost
    best = quads[int(np.argmax(total))]
    return best if is_convex(best) else None


def _homogeneous(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.cross(np.append(start, 1.0), np.append(end, 1.0)), dtype=np.float64)


def _meetings(ones: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where each of N lines meets each of M: N×M×2."""
    met = np.cross(ones[:, None], others[None])
    with np.errstate(divide="ignore", invalid="ignore"):
        answer: NDArray[np.float64] = met[..., :2] / met[..., 2:]
    return answer
