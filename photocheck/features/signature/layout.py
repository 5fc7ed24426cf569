"""Lines of writing: which marks belong together, and which way they run."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]
"""N×4: left, top, right, bottom of marks in pixels."""
Bands = list[tuple[float, float]]

_TIED = 0.08
"""Blank between two bands, as a share of the usual band's size, that does not part them."""
_SPECK = 0.35
"""Size of a band, as a share of the usual one, below which it is a dot or a stroke of its neighbour."""
_NEAR = 0.5
"""Blank, as a share of the usual band's size, beyond which a speck is not its neighbour's."""
_MANY = 5
"""Marks in a row from which a low band is a line of small print and no speck."""
_APART = 2.2
"""Blank inside a line, in heights of the line, from which what follows is something else."""
_WIDE = 1.12
"""Width of what stands in a column, in heights of it, from which it may be several characters of a line."""
_BETWEEN_LINES = 0.35
"""Blank between such pieces, as a share of the column's width, from which they are lines: characters stand closer."""
_TILTS = np.tan(np.radians(np.arange(-6.0, 7.0)))
"""Slopes at which lines are tried."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in whole pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels."""
        return self.bottom - self.top

    def scaled(self, scale: float) -> Box:
        """The box in a picture `scale` times as large, rounded outwards."""
        return Box(
            int(np.floor(self.left * scale)),
            int(np.floor(self.top * scale)),
            int(np.ceil(self.right * scale)),
            int(np.ceil(self.bottom * scale)),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of writing.

    Attributes:
        box: around its ink.
        upright: whether it runs down the picture: written from top to bottom, or turned by 90°.
        ink: pixels of ink.
        marks: how many separate marks it has.
    """

    box: Box
    upright: bool
    ink: int
    marks: int

    @property
    def size(self) -> int:
        """Pixels across the line: about the height of its characters."""
        return self.box.width if self.upright else self.box.height

    @property
    def length(self) -> int:
        """Pixels along the line."""
        return self.box.height if self.upright else self.box.width


def find_lines(boxes: Boxes, ink: NDArray[np.int_]) -> tuple[Line, ...]:
    """The lines of writing that marks make up, the one with the most ink first; ink of larger writing counts more.

    Args:
        boxes: around each mark.
        ink: N, pixels of ink of each mark.
    """
    if not len(boxes):
        return ()
    turned = boxes[:, [1, 0, 3, 2]]
    across, down = _lines(boxes, ink), _lines(turned, ink)
    upright = _runs_down(boxes, across, turned, down)
    lines = []
    for members in down if upright else across:
        left, top = boxes[members, :2].min(axis=0)
        right, bottom = boxes[members, 2:].max(axis=0)
        box = Box(int(left), int(top), int(right), int(bottom))
        lines.append(Line(box, upright, int(ink[members].sum()), len(members)))
    return tuple(sorted(lines, key=lambda line: -line.ink * line.size))


def _runs_down(boxes: Boxes, across: list[NDArray[np.intp]], turned: Boxes, down: list[NDArray[np.intp]]) -> bool:
    """Whether the writing runs down the picture.

    Characters are about square. Read along the wrong axis, several lines look like one line of oblong characters, and
    one line like several of one character each.

    Args:
        boxes, across: the marks, and those of each line read from left to right.
        turned, down: the same with x and y exchanged.
    """
    longest = max(down, key=lambda members: float(np.prod(_extent(turned[members]))))
    width, height = _extent(turned[longest])
    pieces = len(_pieces(turned[longest]))
    if width < (1.35 if pieces > 1 else 2.0) * height:
        return False
    oblong = _oblong(boxes, across), _oblong(turned, down)
    if len(down) == 1 and len(across) > 1 and all(len(_pieces(boxes[members])) == 1 for members in across):
        # Two short names, one below the other, are wider than characters and stand further apart.
        apart = oblong[1] > _WIDE and _blank(turned, down) > _BETWEEN_LINES * height
        return not apart and oblong[1] <= 2.0 * oblong[0]
    if len(down) > 1 and len(across) > 1 and 0.8 < oblong[0] / oblong[1] < 1.25:
        return _blank(turned, down) < _blank(boxes, across)
    if len(down) < len(across):
        return oblong[1] <= 1.25 * oblong[0]
    return oblong[0] > 1.5 and oblong[1] < 0.75 * oblong[0]


def _lines(boxes: Boxes, ink: NDArray[np.int_]) -> list[NDArray[np.intp]]:
    """The marks of each line, read as running from left to right along the slope that parts them best."""
    middle = boxes[:, [0, 2]].mean(axis=1)
    shifts = [slope * middle for slope in _TILTS]
    covers = [sum(end - begin for begin, end in _union(boxes[:, 1] - s, boxes[:, 3] - s)) for s in shifts]
    # A level line is taken unless a slope makes the lines clearly lower.
    level = len(_TILTS) // 2
    best = int(np.argmin(covers))
    shift = shifts[best if covers[best] < 0.93 * covers[level] else level]
    top, bottom = boxes[:, 1] - shift, boxes[:, 3] - shift
    found = _split_tall(bands(top, bottom, boxes[:, 0], boxes[:, 2]), top, bottom, ink)
    row = np.searchsorted([begin for begin, _ in found], (top + bottom) / 2, side="right") - 1
    lines = []
    for number in range(len(found)):
        members = np.flatnonzero(row == number)
        if len(members):
            height = float(bottom[members].max() - top[members].min())
            lines.extend(_parted(boxes, members, _APART * height))
    return lines


def _parted(boxes: Boxes, members: NDArray[np.intp], gap: float) -> list[NDArray[np.intp]]:
    """The marks of a row in groups that lie further than `gap` from each other."""
    runs = _joined(_union(boxes[members, 0], boxes[members, 2]), gap)
    group = np.searchsorted([begin for begin, _ in runs], boxes[members, 0], side="right") - 1
    return [members[group == number] for number in range(len(runs))]


def _split_tall(found: Bands, top: NDArray[np.float64], bottom: NDArray[np.float64], ink: NDArray[np.int_]) -> Bands:
    """Bands that are as tall as two or more of the others cut where there is least ink: lines that touch."""
    if len(found) < 3:
        return found
    usual = float(np.median([end - begin for begin, end in found]))
    parts: Bands = []
    for first, end in found:
        begin = first
        count = round((end - begin) / (1.1 * usual))
        # Marks larger than the other lines are larger writing, not two lines.
        inside = (top >= begin) & (bottom <= end)
        if float((bottom - top)[inside].max()) > 1.3 * usual:
            count = 1
        while count > 1:
            middle = begin + (end - begin) / count
            cuts = np.linspace(middle - 0.3 * usual, middle + 0.3 * usual, 25)
            crossed = [float(ink[(top < cut) & (bottom > cut)].sum()) for cut in cuts]
            cut = float(cuts[int(np.argmin(crossed))])
            parts.append((begin, cut))
            begin, count = cut, count - 1
        parts.append((begin, end))
    return parts


def bands(
    low: NDArray[np.float64], high: NDArray[np.float64], left: NDArray[np.float64], right: NDArray[np.float64]
) -> Bands:
    """Stretches along one axis that hold marks, small ones joined to their neighbours.

    Args:
        low, high: where each mark begins and ends along the axis.
        left, right: the same along the other axis.
    """
    found = _union(low, high)
    if len(found) < 2:
        return found
    usual = _usual(found)
    joined = _joined(found, _TIED * usual)
    settled: set[tuple[float, float]] = set()
    while len(joined) > 1:
        usual = _usual(joined)
        small = min((band for band in joined if band not in settled), key=lambda band: band[1] - band[0], default=None)
        if small is None or small[1] - small[0] >= _SPECK * usual:
            break
        place = joined.index(small)
        before = small[0] - joined[place - 1][1] if place > 0 else np.inf
        after = joined[place + 1][0] - small[1] if place + 1 < len(joined) else np.inf
        inside = (low >= small[0]) & (high <= small[1])
        long = float(right[inside].max() - left[inside].min()) > 3.0 * (small[1] - small[0])
        if (long and np.count_nonzero(inside) >= _MANY) or min(before, after) > _NEAR * usual:
            settled.add(small)
            continue
        first = place - 1 if before <= after else place
        joined[first : first + 2] = [(joined[first][0], joined[first + 1][1])]
    return joined


def _usual(found: Bands) -> float:
    """The size of a band, larger ones counting more."""
    sizes = np.array([end - begin for begin, end in found])
    return float(np.average(sizes, weights=sizes))


def _union(low: NDArray[np.float64], high: NDArray[np.float64]) -> Bands:
    """The stretches that are covered by any of the intervals, in order."""
    order = np.argsort(low)
    reach = np.maximum.accumulate(high[order])
    begins = np.concatenate([[0], np.flatnonzero(low[order][1:] > reach[:-1]) + 1])
    ends = np.concatenate([begins[1:] - 1, [len(order) - 1]])
    return [(float(low[order][begin]), float(reach[end])) for begin, end in zip(begins, ends, strict=True)]


def _joined(found: Bands, gap: float) -> Bands:
    """Bands with blanks of at most `gap` between them made one."""
    joined = [found[0]]
    for begin, end in found[1:]:
        if begin - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _pieces(boxes: Boxes) -> Bands:
    """The characters of a line, or parts of them: what blanks part."""
    return bands(boxes[:, 0], boxes[:, 2], boxes[:, 1], boxes[:, 3])


def _blank(boxes: Boxes, lines: list[NDArray[np.intp]]) -> float:
    """Mean blank between the marks along the lines, pixels."""
    gaps = [
        after[0] - before[1]
        for members in lines
        for before, after in itertools.pairwise(_union(boxes[members, 0], boxes[members, 2]))
    ]
    return float(np.mean(gaps)) if gaps else 0.0


def _oblong(boxes: Boxes, lines: list[NDArray[np.intp]]) -> float:
    """How much taller than wide the pieces of the lines are, by the usual one; at least 1."""
    shapes, weights = [], []
    for members in lines:
        line = boxes[members]
        for begin, end in _pieces(line):
            inside = (line[:, 0] >= begin) & (line[:, 2] <= end)
            shapes.append(float(line[inside, 3].max() - line[inside, 1].min()) / (end - begin))
            weights.append(end - begin)
    order = np.argsort(shapes)
    heavier = np.cumsum(np.array(weights)[order]) >= 0.5 * sum(weights)
    return max(1.0, float(np.array(shapes)[order][np.argmax(heavier)]))


def _extent(boxes: Boxes) -> NDArray[np.float64]:
    """Width and height of all boxes together."""
    return np.asarray(boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0))
