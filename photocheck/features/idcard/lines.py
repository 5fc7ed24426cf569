"""Lines of print on the flat card: where exactly the ink of a line stands near the place where it should."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from photocheck.features.idcard.layout import FieldPlace
from photocheck.features.idcard.shape import FLAT_PER_MM
from photocheck.features.subject import Image

_PER_MM = FLAT_PER_MM / 2
"""Pixels of the copy on which ink is looked for."""
_THICKEST_MM = 1.5
"""Anything darker than its surroundings and narrower than this in one direction is ink, anything wider a shadow."""
_FAINTEST = 14
"""Levels of 8 bits by which ink must be darker than its ground."""
_INK_SHARE = 0.4
"""Of the darkest ink of a band: what is fainter there is ground."""

REACH_MM = 2.1
"""How far print may stand from its place: the printer's, the corners' and the layout's errors together."""
_LOWER_MM = 1.6
"""How much lower than usual the print may stand besides, where a second script stands above it."""
_NEAR_MM = 1.1
"""How far a line may stand from its place once it is known how far the print as a whole is off."""
_GUARD_MM = 0.8
"""Height of the empty stripes above and under a line by which the print's offset is told."""
_JOINED_MM = 0.75
"""Rows of ink nearer than this are one line: parts of a character stand apart too."""
_LEAST_ROW_MM = 0.25
"""Ink in a row of a line: one stroke. The fullest row has at least three times as much."""
_SMALLER = 0.7
"""A line lower than this share of the tallest is no line of the same field: a second script above the name."""


class FlatBox(NamedTuple):
    """A place on the card in flat pixels.

    Of a line of print left and right are those of its ink, top and bottom those of full characters.
    """

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """How much darker than its ground each place of the flat card is.

    Attributes:
        black: H×W uint8 at half the flat card's size: darkness of the lightest colour channel, so that blue labels,
            red stamps and coloured ornament are faint.
        all: the same of the mean of red and green: darkness of black and blue print.
    """

    black: NDArray[np.uint8]
    all: NDArray[np.uint8]


def find_ink(flat: Image) -> Ink:
    """Ink of the whole card.

    Args:
        flat: H×W×3 uint8, `FLAT_PER_MM` pixels to the millimetre.
    """
    small = cv2.resize(flat, (flat.shape[1] // 2, flat.shape[0] // 2), interpolation=cv2.INTER_AREA)
    red, green, blue = cv2.split(small)
    return Ink(_darkness(cv2.max(cv2.max(red, green), blue)), _darkness(cv2.addWeighted(red, 0.5, green, 0.5, 0.0)))


def _darkness(channel: MatLike) -> NDArray[np.uint8]:
    width = round(_THICKEST_MM * _PER_MM)
    return np.asarray(cv2.morphologyEx(channel, cv2.MORPH_BLACKHAT, np.ones((width, width), np.uint8)), np.uint8)


def print_offset(ink: NDArray[np.uint8], places: Collection[FieldPlace]) -> float:
    """How many mm lower than its places the print stands: where the fields' rows hold ink and the stripes between none.

    Args:
        ink: one of the maps of `Ink`.
        places: the fields to go by, those of several lines left out, since nobody knows how many they have.
    """
    rows = [place for place in places if place.lines == 1]
    lowest = REACH_MM + (_LOWER_MM if any(place.block == "upper" for place in places) else 0.0)
    shifts = np.arange(-REACH_MM, lowest, 1.0 / _PER_MM)
    score = np.zeros(len(shifts))
    for place in rows:
        band = ink[:, _pixels(max(0.0, place.left - REACH_MM)) : _pixels(place.right)]
        heights = np.concatenate([[0.0], np.cumsum((band > _FAINTEST).mean(axis=1))])

        def between(top: NDArray[np.float64], bottom: NDArray[np.float64], sums: NDArray[np.float64]) -> Any:
            edges = [np.clip(np.rint(edge * _PER_MM), 0, len(sums) - 1).astype(int) for edge in (top, bottom)]
            return sums[edges[1]] - sums[edges[0]]

        top, bottom = place.top + shifts, place.top + place.size + shifts
        score += between(top, bottom, heights)
        score -= 2 * (between(top - _GUARD_MM, top, heights) + between(bottom, bottom + _GUARD_MM, heights))
    return float(shifts[(score - 1e-3 * np.abs(shifts)).argmax()]) if rows else 0.0


def find_lines(ink: NDArray[np.uint8], place: FieldPlace, offset_mm: float, *, gap_mm: float) -> list[FlatBox]:
    """The lines of one field from top to bottom; none where there is no ink.

    Args:
        ink: one of the maps of `Ink`.
        place: where the field should stand.
        offset_mm: how much lower the print stands than it should.
        gap_mm: ink further away than this from the rest of a line does not belong to it.
    """
    left, right = max(0.0, place.left - REACH_MM), place.right + REACH_MM / 2
    above = place.above + _NEAR_MM
    top, bottom = max(0.0, place.top + offset_mm - above), place.bottom + offset_mm + _NEAR_MM
    band = ink[_pixels(top) : _pixels(bottom), _pixels(left) : _pixels(right)]
    if band.size == 0:
        return []
    written = band > max(_FAINTEST, _INK_SHARE * float(np.percentile(band, 99.5)))
    lines = []
    for begin, end in _rows(written, place):
        columns = _columns(written[begin:end], gap_mm)
        if columns is None:
            continue
        # Short characters (digits, 一) say less about the line than its middle and the size of its type.
        middle = (begin + end) / 2 / _PER_MM + top
        half = max(place.size, (end - begin) / _PER_MM) / 2
        sides = (left + columns[0] / _PER_MM, left + columns[1] / _PER_MM)
        box = np.array([sides[0], middle - half, sides[1], middle + half]) * FLAT_PER_MM
        lines.append(FlatBox(*box.tolist()))
    return lines


def _pixels(millimetres: float) -> int:
    return round(millimetres * _PER_MM)


def _rows(written: NDArray[np.bool_], place: FieldPlace) -> list[tuple[int, int]]:
    """First and one past the last row of every line, at most `place.lines` of them, those with the most ink."""
    count = written.sum(axis=1)
    least, size = _LEAST_ROW_MM * _PER_MM, place.size * _PER_MM
    joined = _JOINED_MM * _PER_MM if place.lines > 1 else 0.5 * size
    runs = [
        run
        for run in _runs(count >= least, joined)
        if run[1] - run[0] >= 0.3 * size and count[slice(*run)].max() >= 3 * least
    ]
    lines = [part for run in runs for part in _split(run, count, size, place)]
    fullest = sorted(lines, key=lambda line: -int(count[slice(*line)].sum()))[: place.lines]
    tallest = max((end - begin for begin, end in fullest), default=0)
    return sorted(line for line in fullest if line[1] - line[0] >= _SMALLER * tallest)


def _split(run: tuple[int, int], count: NDArray[np.int64], size: float, place: FieldPlace) -> list[tuple[int, int]]:
    """A run that is too tall for one line, cut at its emptiest rows."""
    pitch = (place.pitch or 1.3 * place.size) * _PER_MM
    parts = round((run[1] - run[0] - size) / pitch) + 1
    if parts < 2:
        return [run]
    cuts = [run[0]]
    for part in range(1, parts):
        at = run[0] + (run[1] - run[0]) * part / parts
        low = max(cuts[-1] + 1, round(at - 0.25 * pitch))
        high = min(run[1] - 1, round(at + 0.25 * pitch))
        cuts.append(low + int(count[low : high + 1].argmin()) if high > low else round(at))
    return list(zip(cuts, [*cuts[1:], run[1]], strict=True))


def _columns(written: NDArray[np.bool_], gap_mm: float) -> tuple[int, int] | None:
    """First and one past the last column of the group with the most ink."""
    count = written.sum(axis=0)
    groups = _runs(count > 1, gap_mm * _PER_MM)
    return max(groups, key=lambda group: int(count[group[0] : group[1]].sum()), default=None)


def _runs(marked: NDArray[np.bool_], joined: float) -> list[tuple[int, int]]:
    """Begin and end of each stretch of marked places; stretches nearer than `joined` are one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and begin - runs[-1][1] < joined:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((begin, end))
    return runs
