"""The sides of a card to a fraction of a pixel, at native resolution.

A strip along each side is taken from the picture, from inside the card to outside it. Across the strip the picture's
change is measured; the side is the straight line through the strip along which most columns change. A column counts
once however strongly it changes, so fingers and things that touch the card cannot pull the line to themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.shape import Corners, area, completed, is_convex, side_lengths
from photocheck.features.subject import Image

_COLUMNS = 40
_PER_COLUMN = 6
"""A strip has so many columns, each the mean of so many samples along the side."""
_HALF_ROWS = 24
"""Rows of a strip on either side of the line it is searched around."""
_PASSES = (0.065, 0.022, 0.008)
"""How far from the line a side is looked for, as shares of the card's longer side, pass by pass."""
_FURTHER = 0.16
"""The same where a side was not found so."""
SURE = 0.7
"""Support of a side from which it is taken as found: almost all within 1 % of the truth have more."""
_VERY_SURE = 0.85
"""The same of a side that the net did not see in the picture."""
_SCALES = (0.75, 0.84, 0.92, 1.08, 1.18, 1.3)
_FAINT = 1.0
_FAINT_SHARE = 2.5
"""Change across a side, in levels of 255 a row, under which a column counts less: that, or so many times the median."""
_LEAST_SUPPORT = 0.25
"""Mean support of a line, of 1, under which the side is left where it was."""


_LEAST_PER_ROW = 0.8
"""Pixels a row of a strip from which the smaller copy is fine enough for it."""

Levels = tuple[Image, ...]
"""The native picture, and perhaps a smaller copy."""
Flags = tuple[bool, ...]
"""One for each side, first to second corner and on."""


class _Strip(NamedTuple):
    """Support for an edge: rows (out of the card upwards) × columns (along the side), 0..1; and pixels a row."""

    support: NDArray[np.float32]
    per_row: float


@dataclass(frozen=True, slots=True)
class Refined:
    """Corners and how well each of the four sides is borne out.

    Attributes:
        corners: 4×2 native pixels, clockwise.
        support: for each side, first to second corner and on, the mean support of the line found, 0..1; 0 for a side
            that does not lie in the picture.
        seen: for each side whether it lies in the picture, by the net or by its support.
    """

    corners: Corners
    support: tuple[float, float, float, float]
    seen: tuple[bool, bool, bool, bool]

    @property
    def weakest(self) -> float:
        """Support of the side that is borne out least, of those in the picture; 1 where none is."""
        return min((value for value, shown in zip(self.support, self.seen, strict=True) if shown), default=1.0)


class _Line(NamedTuple):
    """How far outwards, in pixels, a side lies at its start and its end; mean support of it, 0..1."""

    at_start: float
    at_end: float
    support: float


_NOWHERE = _Line(0.0, 0.0, 0.0)


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
    return Refined(best.corners, best.support, (shown[0], shown[1], shown[2], shown[3]))


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
            line = _find_line(levels, start, end, reach * side_lengths(corners).max())
            if not seen[index] and line.support < _VERY_SURE:
                line = _NOWHERE
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


@cache
def _lines() -> tuple[NDArray[np.int_], NDArray[np.int_], NDArray[np.intp], NDArray[np.float64]]:
    """Every line through a strip: its rows at start and end, its row index in each column; how likely it is."""
    rows = np.arange(-_HALF_ROWS, _HALF_ROWS + 1)
    places = (np.arange(_COLUMNS) + 0.5) / _COLUMNS
    first, last = np.meshgrid(rows, rows, indexing="ij")
    slanted = np.abs(first - last) <= _HALF_ROWS
    first, last = first[slanted], last[slanted]
    at = np.rint(first[:, None] * (1 - places) + last[:, None] * places).astype(np.intp) + _HALF_ROWS
    return first, last, at * _COLUMNS + np.arange(_COLUMNS), np.exp(-0.5 * ((first + last) / 1.2 / _HALF_ROWS) ** 2)


def _find_line(levels: Levels, start: NDArray[np.float64], end: NDArray[np.float64], reach: float) -> _Line:
    """The straight line near the side along which the picture changes in most places."""
    small = levels[-1]
    scale = small.shape[1] / levels[0].shape[1]
    if reach / _HALF_ROWS * scale >= _LEAST_PER_ROW:
        strip = _strip(small, start * scale, end * scale, reach * scale)
    else:
        scale = 1.0
        strip = _strip(levels[0], start, end, reach)
    if strip is None:
        return _NOWHERE
    support, per_row = strip.support, strip.per_row / scale
    known = int((support.max(axis=0) > 0).sum())
    if known < _COLUMNS // 6:
        return _NOWHERE
    first, last, cells, likely = _lines()
    smooth = cv2.GaussianBlur(support, (1, 3), sigmaX=0.1, sigmaY=0.8)
    votes = smooth.ravel()[cells].sum(axis=1) / known
    best = int(np.argmax(votes * likely))
    if votes[best] < _LEAST_SUPPORT:
        return _NOWHERE
    at_start, at_end = _fitted(support, first[best], last[best], (np.arange(_COLUMNS) + 0.5) / _COLUMNS)
    return _Line(at_start * per_row, at_end * per_row, float(votes[best]))


def _fitted(support: NDArray[np.float32], first: int, last: int, places: NDArray[np.float64]) -> tuple[float, float]:
    """The line's rows at start and end, from the middles of the support within two rows of it."""
    line = first * (1 - places) + last * places
    rows = np.arange(-_HALF_ROWS, _HALF_ROWS + 1)
    for width in (2.5, 1.5):
        near = support * np.clip(1 - np.abs(rows[:, None] - line) / (width + 0.5), 0, None)
        weight = near.sum(axis=0)
        held = weight > 0.15
        if held.sum() < 5:
            break
        middle = (near * rows[:, None]).sum(axis=0)[held] / weight[held]
        slope, level = np.polyfit(places[held], middle, 1, w=np.sqrt(np.minimum(weight[held], 1.5)))
        line = level + slope * places
    gradient = (line[-1] - line[0]) / (places[-1] - places[0])
    return float(line[0] - gradient * places[0]), float(line[-1] + gradient * (1 - places[-1]))


def _strip(rgb: Image, start: NDArray[np.float64], end: NDArray[np.float64], reach: float) -> _Strip | None:
    """Samples around a side, its ends left out where the corners are round."""
    length = float(np.hypot(*(end - start)))
    if length < 16:
        return None
    ahead = (end - start) / length
    outwards = np.array([ahead[1], -ahead[0]])
    per_row = max(reach / _HALF_ROWS, 0.35)
    finer = min(4, max(1, round(per_row)))  # samples a row, so that none of a large picture is skipped
    count = _COLUMNS * _PER_COLUMN
    places = (np.arange(count) + 0.5) / count
    along = start + places[:, None] * (end - start)
    rows = (np.arange((2 * _HALF_ROWS + 3) * finer) + 0.5) / finer - (_HALF_ROWS + 1.5)
    across = rows[:, None] * per_row * outwards
    x = (along[:, 0] + across[:, :1]).astype(np.float32)
    y = (along[:, 1] + across[:, 1:]).astype(np.float32)
    # Only the part of the picture that the strip lies in: OpenCV cannot take coordinates beyond 32767.
    left, top = max(0, int(x.min()) - 2), max(0, int(y.min()) - 2)
    patch = rgb[top : int(y.max()) + 3, left : int(x.max()) + 3]
    if patch.size == 0 or max(patch.shape) > 32000:
        return None
    taken = cv2.remap(patch, x - left - 0.5, y - top - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = (x > 1) & (y > 1) & (x < rgb.shape[1] - 1) & (y < rgb.shape[0] - 1)
    cells = (2 * _HALF_ROWS + 3, _COLUMNS)
    means = np.asarray(cv2.resize(taken.astype(np.float32), cells[::-1], interpolation=cv2.INTER_AREA))
    change = np.sqrt(((means[2:] - means[:-2]) ** 2).sum(axis=2)) / 2
    whole = inside.reshape(cells[0], finer, _COLUMNS, _PER_COLUMN).all(axis=(1, 3))
    change *= whole[2:] & whole[:-2]
    change *= np.abs((np.arange(_COLUMNS) + 0.5) / _COLUMNS - 0.5) < 0.42  # the corners are round
    some = change[change > 0]
    faint = max(_FAINT, _FAINT_SHARE * float(np.median(some))) if some.size else _FAINT
    return _Strip(change / np.maximum(change.max(axis=0), faint), per_row)


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
