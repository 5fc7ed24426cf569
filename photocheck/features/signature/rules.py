"""Ruled lines, grids and boxes, found as long straight marks."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.signature.paper import Mask
from photocheck.features.subject import Image, averaged_down

_SEARCH_SIDE = 640
"""Pixels of the longer side of the copy on which lines are looked for."""
_LEAST_SEGMENT = 0.025
"""Length of a straight edge that counts, as a share of the longer side."""
_LEAST_LENGTH = 0.55
"""How far a line must run that ends on the paper, as a share of the longer side, unless it is the side of a box: no
stroke of a pen is as long and as straight."""
_LEAST_SIDE = 0.1
"""How far a line must run that is a side of a box."""
_LEAST_COVER = 0.5
"""Share of a line's run that must be seen, of a line that runs from edge to edge of the picture."""
_LEAST_COVER_OF_MANY = 0.25
"""The same of a line among others of its direction, which is broken where it crosses writing and other lines."""
_LEAST_OF_MANY = 0.3
"""How far such a line must run, as a share of the longer side."""
_MANY = 3
"""Lines of one direction from which there are likely to be more."""
_CLOSED = 0.85
"""The same of a line that ends on the paper."""
_UNBROKEN = 0.5
"""Share of the run of such a line that must be seen in one piece: strokes of several characters may lie on one line."""
_AT_EDGE = 0.03
"""How near the picture's edge a line ends that runs off it, as a share of the longer side."""
_SHORT_OF = 0.1
"""How far a side of a sheet may end before the next one, as a share of its run."""
_THICKEST = 0.03
"""Width of the thickest line, as a share of the longer side."""
_DARK_BETWEEN = 170
"""Light of 255 below which the place between two edges is a thick line."""
_LEAST_HEIGHT = 0.15
"""Height of a box, as a share of its width, at least."""
_LEAST_BOX = 0.03
"""Area of a box as a share of the picture's."""
_MOST_SIDES = 24
"""Lines among which the sides of boxes are looked for."""
_TOLERANCES = (3.2, 2.8, 2.8, 2.8, 2.8, 2.8, 2.8)
"""Pixels that segments may lie beside the line, each time it is fitted anew: the direction of a short seed is not that
of the whole line yet."""
_LEAN = 0.05
"""Angle, in radians, between a segment and the line that it lies on, at most."""

Segments = NDArray[np.float64]
"""N×4: x and y of both ends."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One straight printed line.

    Attributes:
        start, end: (x, y) in pixels.
        width: pixels, of a line so thick that both its edges were seen; else 0.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    width: float = 0.0

    @property
    def length(self) -> float:
        """Pixels."""
        return math.dist(self.start, self.end)

    @property
    def angle(self) -> float:
        """Degrees against the horizontal, -90..90, clockwise as seen."""
        return (
            math.degrees(math.atan2(self.end[1] - self.start[1], self.end[0] - self.start[0]) + math.pi / 2) % 180 - 90
        )

    def moved(self, scale: float, left: float, top: float) -> Rule:
        """The line in a picture whose pixels are `scale` times as many, cut at (left, top) of it."""
        (x0, y0), (x1, y1) = self.start, self.end
        return Rule((x0 * scale - left, y0 * scale - top), (x1 * scale - left, y1 * scale - top), self.width * scale)


def find_rules(flat: Image) -> tuple[Rule, ...]:
    """Long straight lines, the longest first.

    Args:
        flat: H×W uint8 with white paper.
    """
    height, width = flat.shape
    scale = min(1.0, _SEARCH_SIDE / max(height, width))
    small = flat if scale == 1.0 else averaged_down(flat, round(width * scale), round(height * scale))
    side = max(small.shape)
    # Weak lines are as good as strong ones: contrast beyond a pale line's adds nothing but the strokes of the pen.
    pale = cv2.LUT(small, np.clip((np.arange(256) - 150.0) * 255.0 / 105.0, 0, 255).astype(np.uint8))
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(pale)[0]
    if found is None:
        return ()
    segments = found.reshape(-1, 4).astype(np.float64)
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    segments = segments[np.argsort(-lengths)]
    lengths = np.sort(lengths)[::-1]
    free = lengths >= _LEAST_SEGMENT * side
    lines: list[_Straight] = []
    shorter: list[_Straight] = []
    broken: list[_Straight] = []
    for seed in np.flatnonzero(lengths >= 1.3 * _LEAST_SEGMENT * side):
        line = _grown(segments, lengths, free, int(seed)) if free[seed] else None
        if line is not None and line.covered(segments) >= _LEAST_COVER:
            free[line.members] = False
            (lines if _is_sure(line, segments, small) else shorter).append(line)
        elif line is not None and line.covered(segments) >= _LEAST_COVER_OF_MANY:
            broken.append(line)
    lines += _of_many(lines, [*shorter, *(line for line in broken if free[line.members].all())], _LEAST_OF_MANY * side)
    shorter = [line for line in shorter if line not in lines]
    lines += _sides_of_sheet(shorter, lines, small.shape)
    shorter = [line for line in shorter if line not in lines]
    shorter = [line for line in shorter if line.run >= _LEAST_SIDE * side]
    lines += [line for line in shorter if _is_side_of_box(line, lines)]
    lines += [line for line in _boxes(shorter, small) if line not in lines]
    rules = _thick_ones_joined([line.rule() for line in lines], small)
    return tuple(sorted((rule.moved(1.0 / scale, 0.0, 0.0) for rule in rules), key=lambda rule: -rule.length))


@dataclass(frozen=True, slots=True, eq=False)
class _Straight:
    """Segments that lie on one straight line.

    Attributes:
        members: their numbers.
        origin, direction: a point of the line, and a unit vector along it.
        begin, end: where it runs, along the direction from the origin.
    """

    members: NDArray[np.intp]
    origin: NDArray[np.float64]
    direction: NDArray[np.float64]
    begin: float
    end: float

    @property
    def run(self) -> float:
        """Pixels from the begin to the end."""
        return self.end - self.begin

    def at(self, along: float) -> NDArray[np.float64]:
        """The point that far along."""
        return self.origin + along * self.direction

    def covered(self, segments: Segments) -> float:
        """Share of the run on which there is a segment."""
        ends = (segments[self.members].reshape(-1, 2) - self.origin) @ self.direction - self.begin
        there = np.zeros(int(self.run) + 2, np.bool_)
        for first, last in np.sort(ends.reshape(-1, 2), axis=1):
            there[int(first) : int(last) + 1] = True
        return float(there.mean())

    def rule(self) -> Rule:
        """The line from its begin to its end."""
        first, last = self.at(self.begin), self.at(self.end)
        return Rule((float(first[0]), float(first[1])), (float(last[0]), float(last[1])))


def _grown(segments: Segments, lengths: NDArray[np.float64], free: Mask, seed: int) -> _Straight | None:
    """Every segment that lies on the seed's line, which is fitted anew as it grows."""
    members = np.array([seed])
    x, y = segments[:, 0::2], segments[:, 1::2]
    for tolerance in _TOLERANCES:
        origin, direction = _fitted(x[members], y[members], lengths[members])
        away, lean = _apart(x, y, origin, direction)
        # A pen's stroke that crosses at a small angle is not on the line.
        before, members = members, np.flatnonzero(free & (away < tolerance) & (lean < _LEAN * lengths))
        if not len(members):
            return None
        if np.array_equal(before, members):
            break
    along = (segments[members].reshape(-1, 2) - origin) @ direction
    return _Straight(members, origin, direction, float(along.min()), float(along.max()))


def _fitted(
    x: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A point of the straight line through N×2 ends of segments, and a unit vector along it."""
    whole = 2.0 * float(weights.sum())
    middle = np.array([float(weights @ x.sum(axis=1)), float(weights @ y.sum(axis=1))]) / whole
    x, y = x - middle[0], y - middle[1]
    skew = 2.0 * float(weights @ (x * y).sum(axis=1))
    turn = 0.5 * math.atan2(skew, float(weights @ (x * x - y * y).sum(axis=1)))
    return middle, np.array([math.cos(turn), math.sin(turn)])


def _apart(
    x: NDArray[np.float64], y: NDArray[np.float64], origin: NDArray[np.float64], direction: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far the further end of each of N segments lies from a line, and how far apart across it both ends lie."""
    across = direction[0] * (y - origin[1]) - direction[1] * (x - origin[0])
    first, last = across[:, 0], across[:, 1]
    return np.maximum(np.abs(first), np.abs(last)), np.abs(last - first)


def _is_sure(line: _Straight, segments: Segments, flat: Image) -> bool:
    """Whether the line runs from edge to edge, or too far for a stroke."""
    height, width = flat.shape
    near = _AT_EDGE * max(flat.shape)
    ends = np.array([line.at(line.begin), line.at(line.end)])
    at_edge = (ends < near).any(axis=1) | (ends > np.array([width, height]) - near).any(axis=1)
    if at_edge.all() and line.run > 0.5 * min(flat.shape):
        return True
    if line.run < _LEAST_LENGTH * max(flat.shape) or line.covered(segments) < _CLOSED:
        return False
    pieces = segments[line.members]
    longest = float(np.hypot(*(pieces[:, 2:] - pieces[:, :2]).T).max())
    return longest >= _UNBROKEN * line.run or not _is_dark(line, flat)


def _is_dark(line: _Straight, flat: Image) -> bool:
    """Whether the line, or one of its sides within a stroke's width, is darker than what lies on both sides."""
    normal = np.array([-line.direction[1], line.direction[0]])
    along = line.origin + np.linspace(line.begin, line.end, 80)[:, None] * line.direction
    lights = []
    for away in range(-10, 11):
        x, y = np.rint(along + away * normal).astype(int).T
        inside = (x >= 0) & (y >= 0) & (x < flat.shape[1]) & (y < flat.shape[0])
        lights.append(float(np.median(flat[y[inside], x[inside]])) if inside.any() else 255.0)
    return min(lights[7:14]) < 0.7 * min(max(lights[:7]), max(lights[14:]))


def _sides_of_sheet(lines: Sequence[_Straight], sure: Sequence[_Straight], shape: tuple[int, ...]) -> list[_Straight]:
    """Long lines that run between sure lines or edges of the picture, one by one or joined end to end."""
    long = [line for line in lines if line.run >= 0.5 * min(shape)]
    anchored = [[_is_anchored(end, line, sure, shape) for end in _ends(line)] for line in long]
    kept = [True] * len(long)
    changed = True
    while changed:
        changed = False
        for number, line in enumerate(long):
            others = [other for place, other in enumerate(long) if kept[place] and other is not line]
            for end, fixed in zip(_ends(line), anchored[number], strict=True):
                if kept[number] and not fixed and not any(_is_corner(end, line, other) for other in others):
                    kept[number], changed = False, True
    # Strokes of one large character may join end to end too, but reach nothing else.
    return [line for line, fixed, stays in zip(long, anchored, kept, strict=True) if stays and any(fixed)]


def _ends(line: _Straight) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return line.at(line.begin), line.at(line.end)


def _is_anchored(end: NDArray[np.float64], line: _Straight, sure: Sequence[_Straight], shape: tuple[int, ...]) -> bool:
    """Whether the end of a line lies at an edge of the picture or on a sure line."""
    near = _AT_EDGE * max(shape)
    at_edge = (end < near).any() or (end > np.array(shape[::-1]) - near).any()
    return bool(at_edge) or any(_meets(end, other, max(near, _SHORT_OF * line.run)) for other in sure)


def _meets(point: NDArray[np.float64], line: _Straight, reach: float) -> bool:
    """Whether a point lies on a line, or a little beyond its ends."""
    away = point - line.origin
    along = float(away @ line.direction)
    across = abs(float(away[0] * line.direction[1] - away[1] * line.direction[0]))
    return across < reach and line.begin - 5.0 * reach < along < line.end + 5.0 * reach


def _is_corner(end: NDArray[np.float64], line: _Straight, other: _Straight) -> bool:
    """Whether the end of a line meets an end of another one that runs across it."""
    if abs(float(line.direction @ other.direction)) > 0.5:
        return False
    return min(math.dist(end, far) for far in _ends(other)) < 0.5 * _SHORT_OF * line.run


def _of_many(lines: Sequence[_Straight], others: Sequence[_Straight], least: float) -> list[_Straight]:
    """Those of the others that run as several sure lines do, on ruled or squared paper; each line once."""
    found: list[_Straight] = []
    for line in sorted(others, key=lambda one: -one.run):
        alike = sum(abs(float(line.direction @ sure.direction)) > 0.9994 for sure in lines)
        fresh = not any(np.isin(line.members, one.members).any() for one in found)
        if line.run >= least and alike >= _MANY and fresh:
            found.append(line)
    return found


def _is_side_of_box(line: _Straight, others: Sequence[_Straight]) -> bool:
    """Whether both ends meet the end of another line at about a right angle, as the sides of a box do."""
    reach = 0.06 * line.run + 4.0
    return all(
        any(
            abs(float(other.direction @ line.direction)) < 0.2
            and min(math.dist(end, other.at(other.begin)), math.dist(end, other.at(other.end))) < reach
            for other in others
        )
        for end in (line.at(line.begin), line.at(line.end))
    )


def _boxes(lines: Sequence[_Straight], flat: Image) -> list[_Straight]:
    """Lines that are the four sides of a box, each meeting two of the others end to end, with most of the ink inside.

    Args:
        lines: on a copy of the picture.
        flat: that copy, with white paper.
    """
    dark = (flat < _DARK_BETWEEN).astype(np.uint8)
    sides = sorted(lines, key=lambda line: -line.run)[:_MOST_SIDES]
    found: list[_Straight] = []
    for first, second in itertools.combinations(sides, 2):
        if abs(float(first.direction @ second.direction)) < 0.97 or not 0.8 < first.run / second.run < 1.25:
            continue
        apart = abs(float(np.cross(first.direction, second.at((second.begin + second.end) / 2) - first.origin)))
        if apart < _LEAST_HEIGHT * first.run:
            continue  # the two edges of one stroke
        ends = [first.at(first.begin), first.at(first.end), second.at(second.begin), second.at(second.end)]
        if float(first.direction @ second.direction) < 0:
            ends[2:] = ends[:1:-1]
        uprights = [_joining(ends[0], ends[2], sides), _joining(ends[1], ends[3], sides)]
        if uprights[0] is not None and uprights[1] is not None and _holds_most(ends, dark):
            found += [first, second, uprights[0], uprights[1]]
    return list({id(line): line for line in found}.values())


def _holds_most(corners: Sequence[NDArray[np.float64]], dark: Image) -> bool:
    """Whether most dark pixels lie well inside a quadrilateral: the strokes of one character hold little ink."""
    ring = np.array([corners[0], corners[1], corners[3], corners[2]])
    inner = np.zeros_like(dark)
    middle = ring.mean(axis=0)
    cv2.fillConvexPoly(inner, np.rint(middle + 0.94 * (ring - middle)).astype(np.int32), (1,))
    outer = np.zeros_like(dark)
    cv2.fillConvexPoly(outer, np.rint(middle + 1.08 * (ring - middle)).astype(np.int32), (1,))
    within, beyond = cv2.countNonZero(dark & inner), cv2.countNonZero(dark & (1 - outer))
    return within > 2 * beyond and inner.mean() > _LEAST_BOX


def _joining(start: NDArray[np.float64], end: NDArray[np.float64], lines: Sequence[_Straight]) -> _Straight | None:
    """The line that runs from one point to another."""
    reach = 0.06 * math.dist(start, end) + 3.0
    for line in lines:
        ends = line.at(line.begin), line.at(line.end)
        for first, last in (ends, ends[::-1]):
            if math.dist(first, start) < reach and math.dist(last, end) < reach:
                return line
    return None


def _thick_ones_joined(rules: Sequence[Rule], flat: Image) -> list[Rule]:
    """The lines, with those that are the two edges of one thick line made one."""
    joined: list[Rule] = []
    for rule in sorted(rules, key=lambda known: -known.length):
        for place, other in enumerate(joined):
            both = _as_one(other, rule, flat)
            if both is not None:
                joined[place] = both
                break
        else:
            joined.append(rule)
    return joined


def _as_one(longer: Rule, shorter: Rule, flat: Image) -> Rule | None:
    """The thick line whose edges both are; None where they are two lines."""
    turn = abs(longer.angle - shorter.angle) % 180
    if min(turn, 180 - turn) > 3.0 or longer.width > 0:
        return None
    start, end = np.array(longer.start), np.array(longer.end)
    direction = (end - start) / longer.length
    normal = np.array([-direction[1], direction[0]])
    ends = np.array([shorter.start, shorter.end])
    along, away = (ends - start) @ direction, (ends - start) @ normal
    if along.max() < 0 or along.min() > longer.length or np.abs(away).max() > _THICKEST * max(flat.shape):
        return None
    middle = start + np.linspace(0.1, 0.9, 40)[:, None] * (end - start) + 0.5 * away.mean() * normal
    x, y = np.clip(np.rint(middle).astype(int), 0, np.array(flat.shape[::-1]) - 1).T
    if np.median(flat[y, x]) > _DARK_BETWEEN:
        return None
    shift = 0.5 * away.mean() * normal
    first, last = start + shift, end + shift
    return Rule((float(first[0]), float(first[1])), (float(last[0]), float(last[1])), abs(float(away.mean())))
