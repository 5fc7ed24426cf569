"""The sides of a card to a fraction of a pixel, at native resolution.

A strip along each side is taken from the picture, from inside the card to outside it. Across the strip the picture's
change is measured; the side is the straight line through the strip along which most columns change. A column counts
once however strongly it changes, so fingers and things that touch the card cannot pull the line to themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.edges import NOWHERE, Levels, find_line
from photocheck.features.idcard.rivals import doubt, settled
from photocheck.features.idcard.shape import Corners, area, completed, is_convex, side_lengths
from photocheck.features.subject import Image

_PASSES = (0.065, 0.022, 0.008)
"""How far from the line a side is looked for, as shares of the card's longer side, pass by pass."""
_FURTHER = 0.16
"""The same where a side was not found so."""
SURE = 0.7
"""Support of a side from which it is taken as found: almost all within 1 % of the truth have more."""
_VERY_SURE = 0.85
"""The same of a side that the net did not see in the picture."""
_SCALES = (0.75, 0.84, 0.92, 1.08, 1.18, 1.3)
_BETTER = 0.7
"""Share of the doubt that other lines must leave at most to be taken instead."""
_DOUBTFUL = 0.35
"""Share of their support that sides in doubt lose: a card may lie along a line, and a picture may be a cutting."""

Flags = tuple[bool, ...]
"""One for each side, first to second corner and on."""


@dataclass(frozen=True, slots=True)
class Refined:
    """Corners and how well each of the four sides is borne out.

    Attributes:
        corners: 4×2 native pixels, clockwise.
        support: for each side, first to second corner and on, the mean support of the line found, 0..1; 0 for a side
            that does not lie in the picture; less where the four together are in doubt.
        seen: for each side whether it lies in the picture, by the net or by its support.
    """

    corners: Corners
    support: tuple[float, float, float, float]
    seen: tuple[bool, bool, bool, bool]

    @property
    def weakest(self) -> float:
        """Support of the side that is borne out least, of those in the picture; 1 where none is."""
        return min((value for value, shown in zip(self.support, self.seen, strict=True) if shown), default=1.0)


def refined(rgb: Image, corners: Corners, seen: Flags, work: Image | None = None) -> Refined:
    """The corners, each where the two sides beside it meet.

    Where sides are not borne out, they are looked for again: further away, and where the shape of ID-1 has them by the
    sides that are. The answer whose weakest side is borne out best counts.

    Args:
        rgb: H×W×3 uint8.
        corners: 4×2 native pixels, clockwise, within about 5 % of the card's width of the truth.
        seen: for each side whether it is known to lie in the picture; another is taken as found only where it is
            borne out very well, and stays where it is otherwise.
        work: a smaller copy, on which the first and widest search is quicker.
    """
    levels = (rgb,) if work is None or work.shape == rgb.shape else (rgb, work)
    best = _moved(levels, corners, seen, _PASSES)
    for attempt in range(3):
        weak = [index for index in range(4) if best.support[index] < SURE]
        if not weak:
            break
        if attempt == 0 and any(seen[index] for index in weak):
            other = _moved(levels, best.corners, seen, (_FURTHER, *_PASSES))
        elif attempt == 1 and len(weak) == 1:
            other = _moved(levels, completed(best.corners, weak[0], least=0.7), (True,) * 4, (_FURTHER, *_PASSES))
        elif attempt == 2 and len(weak) == 2 and any(seen[index] for index in weak):
            other = _grown(levels, best, weak)
        else:
            continue
        best = max(best, other, key=lambda found: sorted(found.support))
    shown = [known or value >= SURE for known, value in zip(seen, best.support, strict=True)]
    found = Refined(best.corners, best.support, (shown[0], shown[1], shown[2], shown[3]))
    return _made_a_card(levels, found, corners) if all(shown) else found


def _made_a_card(levels: Levels, found: Refined, anchor: Corners) -> Refined:
    """The same, or rivals of its sides where these are no card's or lie on lines that go on beyond it."""
    before = doubt(levels, found.corners)
    if before <= 1.0:
        return found
    better = settled(levels, found.corners, anchor)
    other = None if better is None else _moved(levels, better, found.seen, _PASSES[2:])
    after = before if other is None else doubt(levels, other.corners)
    best, left = (found, before) if other is None or after > _BETTER * before else (other, after)
    share = 1.0 - _DOUBTFUL * min(max(left - 1.0, 0.0), 1.0)
    top, right, bottom, left_side = (share * value for value in best.support)
    return replace(best, support=(top, right, bottom, left_side))


def _grown(levels: Levels, best: Refined, weak: list[int]) -> Refined:
    """Two sides not borne out: the quadrilateral made larger and smaller from the corner between the other two."""
    if (weak[1] - weak[0]) % 2 == 0:
        return best
    fixed = (weak[0] + 3) % 4 if weak[1] - weak[0] == 1 else 2
    tried = [
        _moved(levels, best.corners[fixed] + (best.corners - best.corners[fixed]) * scale, (True,) * 4, _PASSES[:1])
        for scale in _SCALES
    ]
    likeliest = max(tried, key=lambda found: sum(found.support))
    return _moved(levels, likeliest.corners, (True,) * 4, _PASSES)


def _moved(levels: Levels, corners: Corners, seen: Flags, passes: tuple[float, ...]) -> Refined:
    support = (0.0, 0.0, 0.0, 0.0)
    for reach in passes:
        sides, supports = [], []
        for index in range(4):
            start, end = corners[index], corners[(index + 1) % 4]
            line = find_line(levels, start, end, reach * side_lengths(corners).max())
            if not seen[index] and line.support < _VERY_SURE:
                line = NOWHERE
            ahead = (end - start) / max(float(np.hypot(*(end - start))), 1e-6)
            outwards = np.array([ahead[1], -ahead[0]])  # clockwise corners have the card on their right
            sides.append((start + line.at_start * outwards, end + line.at_end * outwards))
            supports.append(line.support)
        moved = np.array([_meeting(sides[index - 1], sides[index]) for index in range(4)])
        if not is_convex(moved) or not 0.6 < area(moved) / area(corners) < 1.6:
            break
        corners = moved
        support = (supports[0], supports[1], supports[2], supports[3])
    return Refined(corners, support, (seen[0], seen[1], seen[2], seen[3]))


def _meeting(
    one: tuple[NDArray[np.float64], NDArray[np.float64]], other: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Where the lines through two pairs of points meet."""
    ahead, beside = one[1] - one[0], other[1] - other[0]
    across = np.column_stack([ahead, -beside])
    if abs(np.linalg.det(across)) < 1e-6:
        return one[1]
    answer: NDArray[np.float64] = one[0] + np.linalg.solve(across, other[0] - one[0])[0] * ahead
    return answer
