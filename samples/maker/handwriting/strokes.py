"""Stroke data: in which strokes, and in which order, a hand writes each character."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent

Stroke = NDArray[np.float64]
"""N×2 points x, y on the way of the pen; y runs downwards."""

_HAN_GRID = 256.0
_LATIN_GRID = 12.0
"""`latin.txt` counts from the top of capitals (0) over the top of x (4) and the baseline (9) to tails (12)."""
_LATIN_SIDE = 0.09
"""Blank after a letter, in ems."""


@dataclass(frozen=True)
class Glyph:
    """What is written as one piece: a character, a letter, or a whole word of a joined script.

    Attributes:
        strokes: in ems, the em's top left at 0, 0.
        advance: how far the next glyph's origin lies to the right, ems.
        joined: whether the pen may stay down towards the next glyph.
    """

    text: str
    strokes: tuple[Stroke, ...]
    advance: float
    joined: bool = False


def _strokes(text: str, grid: float) -> tuple[Stroke, ...]:
    return tuple(
        np.array([point.split(",") for point in stroke.split()], dtype=np.float64) / grid for stroke in text.split(";")
    )


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (FOLDER / name).read_text("utf-8").splitlines()]


@cache
def characters() -> dict[str, tuple[Stroke, ...]]:
    """Strokes of every Chinese character in `strokes.txt` (hanzi-writer-data, Arphic Public License)."""
    return {character: _strokes(strokes, _HAN_GRID) for character, strokes in _rows("strokes.txt")}


@cache
def _letters() -> dict[str, Glyph]:
    return {
        letter: Glyph(letter, _strokes(strokes, _LATIN_GRID), float(advance) / _LATIN_GRID + _LATIN_SIDE, joined=True)
        for letter, advance, strokes in _rows("latin.txt")
    }


@cache
def words() -> dict[str, dict[str, Glyph]]:
    """Whole names in joined scripts, by script (`words.txt`: script, name, strokes)."""
    found: dict[str, dict[str, Glyph]] = {}
    for script, name, strokes in _rows("words.txt"):
        lines = _strokes(strokes, _HAN_GRID)
        right = max(float(line[:, 0].max()) for line in lines)
        found.setdefault(script, {})[name] = Glyph(name, lines, right + _LATIN_SIDE)
    return found


def glyphs(name: str) -> list[Glyph]:
    """The pieces a name is written in, in the order of writing; a blank is a glyph without strokes.

    Raises:
        ValueError: no stroke data for a character of it.
    """
    for known in words().values():
        if name in known:
            return [known[name]]
    return [_glyph(character) for character in name]


def _glyph(character: str) -> Glyph:
    if character == " ":
        return Glyph(character, (), 0.45)
    if character in characters():
        return Glyph(character, characters()[character], 1.0)
    if character in _letters():
        return _letters()[character]
    raise ValueError(f"no stroke data for U+{ord(character):04X}")
