"""Straight edges in a strip of the picture along a line.

Across the strip the picture's change is measured; an edge is a straight line through the strip along which many columns
change. A column counts once however strongly it changes, so fingers and things that touch the card cannot pull the line
to themselves.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.subject import Image

_COLUMNS = 40
_PER_COLUMN = 6
"""A strip has so many columns, each the mean of so many samples along the side."""
_HALF_ROWS = 24
"""Rows of a strip on either side of the line it is searched around."""
_FAINT = 1.0
_FAINT_SHARE = 2.5
"""Change across a side, in levels of 255 a row, under which a column counts less: that, or so many times the median."""
_LEAST_SUPPORT = 0.25
"""Mean support of a line, of 1, under which it is none."""
_LEAST_PER_ROW = 0.8
"""Pixels a row of a strip from which the smaller copy is fine enough for it."""
_APART = 3.0
"""Rows between the middles of two lines that are different ones."""

_BEYOND = (0.03, 0.15)
"""From where to where beyond the ends of a side, in its lengths, it is looked whether the line goes on."""
_NARROW = 0.03
"""Reach of the strips for that, in the side's lengths, where only one line is asked about."""

Levels = tuple[Image, ...]
"""The native picture, and perhaps a smaller copy."""
Point = NDArray[np.float64]


class Line(NamedTuple):
    """How far outwards, in pixels, an edge lies at the start and the end of a side; mean support of it, 0..1."""

    at_start: float
    at_end: float
    support: float


NOWHERE = Line(0.0, 0.0, 0.0)


class _Strip(NamedTuple):
    """Rows (out of the card upwards) × columns (along the side).

    Attributes:
        support: change as a share of the column's greatest, 0..1.
        certain: change as a share of what is more than noise, 0..1: also where a stronger line lies beside.
        per_row: pixels a row.
    """

    support: NDArray[np.float32]
    certain: NDArray[np.float32]
    per_row: float


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


def find_line(levels: Levels, start: Point, end: Point, reach: float) -> Line:
    """The straight line near the side along which the picture changes in most places.

    Args:
        start, end: of the side, native pixels, the card on its right.
        reach: how far from the side, native pixels, it is looked for.
    """
    strip = _fit_strip(levels, start, end, reach)
    if strip is None:
        return NOWHERE
    known = _known(strip.support)
    if known < _COLUMNS // 6:
        return NOWHERE
    first, last, cells, likely = _lines()
    votes = _votes(strip.support, cells, known)
    best = int(np.argmax(votes * likely))
    if votes[best] < _LEAST_SUPPORT:
        return NOWHERE
    at_start, at_end = _fitted(strip.support, first[best], last[best])
    return Line(at_start * strip.per_row, at_end * strip.per_row, float(votes[best]))


def find_rivals(levels: Levels, start: Point, end: Point, reach: float, count: int) -> list[tuple[Line, float]]:
    """The likeliest lines near the side that are apart from each other, faint ones among them, the surest first.

    Args:
        start, end, reach: as of `find_line`.
        count: how many at most.

    Returns:
        The lines, each with the share of it that goes on beyond the side's ends, 0..1.
    """
    strip = _fit_strip(levels, start, end, reach)
    if strip is None:
        return []
    known = _known(strip.certain)
    if known < _COLUMNS // 6:
        return []
    first, last, cells, _ = _lines()
    votes = _votes(strip.certain, cells, known)
    beyond = _beyond(levels, start, end, reach)
    found: list[tuple[Line, float]] = []
    left = votes.copy()
    while len(found) < count:
        best = int(np.argmax(left))
        if left[best] < _LEAST_SUPPORT:
            break
        at_start, at_end = _fitted(strip.certain, first[best], last[best])
        line = Line(at_start * strip.per_row, at_end * strip.per_row, float(votes[best]))
        found.append((line, _going_on(beyond, at_start, at_end)))
        left[np.abs(first - first[best] + last - last[best]) / 2 < _APART] = 0.0
    return found


def goes_on(levels: Levels, start: Point, end: Point) -> float:
    """Share of the line that goes on beyond the side's ends, 0..1: a card's side ends there."""
    return _going_on(_beyond(levels, start, end, _NARROW * float(np.hypot(*(end - start)))), 0.0, 0.0)


def _beyond(levels: Levels, start: Point, end: Point, reach: float) -> list[tuple[float, _Strip]]:
    """Strips of the same rows before the side and after it, each with its place; only those that lie in the picture."""
    found = []
    for place in (-_BEYOND[1], 1 + _BEYOND[0]):
        first = start + place * (end - start)
        strip = _fit_strip(levels, first, first + (_BEYOND[1] - _BEYOND[0]) * (end - start), reach)
        if strip is not None and _known(strip.certain) >= _COLUMNS // 2:
            found.append((place, strip))
    return found


def _going_on(beyond: list[tuple[float, _Strip]], at_start: float, at_end: float) -> float:
    """Share of the strips' columns that show the line, by its rows at the side's ends, more than chance has it."""
    shares = []
    for place, strip in beyond:
        near = cv2.dilate(strip.certain, np.ones((3, 1), np.uint8))
        columns = np.arange(_COLUMNS)
        along = place + (columns + 0.5) / _COLUMNS * (_BEYOND[1] - _BEYOND[0])
        rows = np.rint(at_start + along * (at_end - at_start)).astype(int) + _HALF_ROWS
        known = strip.certain.max(axis=0) > 0
        if rows.min() < 0 or rows.max() >= len(near):
            continue
        chance = float(near[:, known].mean())
        shares.append(max(0.0, (float(near[rows, columns][known].mean()) - chance) / max(1.0 - chance, 0.1)))
    return float(np.mean(shares)) if shares else 0.0


def _fit_strip(levels: Levels, start: Point, end: Point, reach: float) -> _Strip | None:
    """The strip, from the smaller copy where that is fine enough; native pixels a row."""
    small = levels[-1]
    scale = small.shape[1] / levels[0].shape[1]
    if reach / _HALF_ROWS * scale < _LEAST_PER_ROW:
        return _strip(levels[0], start, end, reach)
    strip = _strip(small, start * scale, end * scale, reach * scale)
    return strip and strip._replace(per_row=strip.per_row / scale)


def _known(support: NDArray[np.float32]) -> int:
    """How many columns show anything."""
    return int((support.max(axis=0) > 0).sum())


def _votes(support: NDArray[np.float32], cells: NDArray[np.intp], known: int) -> NDArray[np.float32]:
    """Mean support of every line."""
    smooth = cv2.GaussianBlur(support, (1, 3), sigmaX=0.1, sigmaY=0.8)
    votes: NDArray[np.float32] = smooth.ravel()[cells].sum(axis=1) / known
    return votes


def _fitted(support: NDArray[np.float32], first: int, last: int) -> tuple[float, float]:
    """The line's rows at start and end, from the middles of the support within two rows of it."""
    places = (np.arange(_COLUMNS) + 0.5) / _COLUMNS
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


def _strip(rgb: Image, start: Point, end: Point, reach: float) -> _Strip | None:
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
    certain = np.minimum(change / np.float32(faint), 1.0)
    return _Strip(change / np.maximum(change.max(axis=0), faint), certain, per_row)
