"""Lines of writing: which marks belong together, and which way they run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photocheck.features.signature.paper import Mask

_TIED = 0.12
"""Blank between two bands, as a share of the usual band's size, that does not part them."""
_SPECK = 0.35
"""Size of a band, as a share of the usual one, below which it is a dot or a stroke of its neighbour."""
_APART = 2.2
"""Blank inside a line, in heights of the line, from which what follows is something else."""


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

    def turned(self) -> Box:
        """The box with x and y exchanged."""
        return Box(self.top, self.left, self.bottom, self.right)

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
    """

    box: Box
    upright: bool
    ink: int

    @property
    def size(self) -> int:
        """Pixels across the line: about the height of its characters."""
        return self.box.width if self.upright else self.box.height

    @property
    def length(self) -> int:
        """Pixels along the line."""
        return self.box.height if self.upright else self.box.width


def find_lines(mask: Mask) -> tuple[Line, ...]:
    """The lines of writing of a mask of ink, the one with the most ink first."""
    if not mask.any():
        return ()
    turned = np.ascontiguousarray(mask.T)
    across, down = _lines(mask), _lines(turned)
    upright = _runs_down(mask, across, turned, down)
    chosen = [box.turned() for box in down] if upright else across
    lines = [Line(box, upright, int(np.count_nonzero(_part(mask, box)))) for box in chosen]
    return tuple(sorted(lines, key=lambda line: -line.ink))


def _runs_down(mask: Mask, across: Sequence[Box], turned: Mask, down: Sequence[Box]) -> bool:
    """Whether the writing runs down the picture.

    Characters are about square. Read along the wrong axis, several lines look like one line of oblong characters, and
    one line like several of one character each.

    Args:
        mask, across: the ink, and its lines read from left to right.
        turned, down: the same with x and y exchanged.
    """
    whole = max(down, key=lambda box: box.width * box.height)
    pieces = len(bands(_part(turned, whole).any(axis=0)))
    if whole.width < (1.35 if pieces > 1 else 2.0) * whole.height:
        return False
    oblong = _oblong(mask, across), _oblong(turned, down)
    if len(down) < len(across):
        return oblong[1] <= 1.25 * oblong[0]
    return oblong[0] > 1.5 and oblong[1] < 0.75 * oblong[0]


def _lines(mask: Mask) -> list[Box]:
    """Boxes of the lines, read as running from left to right."""
    boxes = []
    for top, bottom in _split_tall(bands(mask.any(axis=1)), np.count_nonzero(mask, axis=1)):
        row = mask[top:bottom]
        for left, right in _runs(row.any(axis=0), least_gap=_APART * (bottom - top)):
            ys = np.flatnonzero(row[:, left:right].any(axis=1))
            boxes.append(Box(left, top + int(ys[0]), right, top + int(ys[-1]) + 1))
    return boxes


def _split_tall(found: list[tuple[int, int]], ink: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Bands that are as tall as two or more of the others cut where there is least ink: lines that touch."""
    if len(found) < 3:
        return found
    usual = float(np.median([end - begin for begin, end in found]))
    parts: list[tuple[int, int]] = []
    for begin, end in found:
        count = round((end - begin) / (1.1 * usual))
        while count > 1:
            middle = begin + (end - begin) // count
            reach = max(1, round(0.3 * usual))
            cut = middle - reach + int(np.argmin(ink[middle - reach : middle + reach]))
            parts.append((begin, cut))
            begin, count = cut, count - 1
        parts.append((begin, end))
    return parts


def bands(profile: NDArray[np.bool_], *, tied: float = _TIED, speck: float = _SPECK) -> list[tuple[int, int]]:
    """Stretches of a profile that hold ink, small ones joined to their neighbours.

    Args:
        profile: N, whether there is ink.
        tied: blank between bands, as a share of the usual band, that does not part them.
        speck: size, as a share of the usual band, below which a band is part of its nearest neighbour.
    """
    found = _runs(profile, least_gap=1)
    if len(found) < 2:
        return found
    sizes = np.array([end - begin for begin, end in found], dtype=np.float64)
    usual = float(np.average(sizes, weights=sizes))
    joined = _joined(found, tied * usual)
    while len(joined) > 1:
        sizes = np.array([end - begin for begin, end in joined], dtype=np.float64)
        small = int(np.argmin(sizes))
        if sizes[small] >= speck * usual:
            break
        gaps = [joined[i + 1][0] - joined[i][1] for i in range(len(joined) - 1)]
        before = gaps[small - 1] if small > 0 else np.inf
        after = gaps[small] if small < len(gaps) else np.inf
        first = small - 1 if before <= after else small
        joined[first : first + 2] = [(joined[first][0], joined[first + 1][1])]
    return joined


def _joined(found: Sequence[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    joined = [found[0]]
    for begin, end in found[1:]:
        if begin - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _runs(profile: NDArray[np.bool_], least_gap: float) -> list[tuple[int, int]]:
    """Stretches that are true; blanks shorter than `least_gap` do not part them."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], profile, [False]]).astype(np.int8)))
    pairs = [(int(begin), int(end)) for begin, end in zip(steps[::2], steps[1::2], strict=True)]
    return _joined(pairs, least_gap - 1) if pairs else []


def _oblong(mask: Mask, lines: Sequence[Box]) -> float:
    """How much taller than wide the pieces of the lines are, by the usual one; at least 1."""
    shapes, weights = [], []
    for line in lines:
        part = _part(mask, line)
        for begin, end in bands(part.any(axis=0)):
            ys = np.flatnonzero(part[:, begin:end].any(axis=1))
            shapes.append((int(ys[-1]) + 1 - int(ys[0])) / (end - begin))
            weights.append(float(end - begin))
    order = np.argsort(shapes)
    heavier = np.cumsum(np.array(weights)[order]) >= 0.5 * sum(weights)
    return max(1.0, float(np.array(shapes)[order][np.argmax(heavier)]))


def _part(mask: Mask, box: Box) -> Mask:
    return mask[box.top : box.bottom, box.left : box.right]
