"""A name in ink: where the pen goes, how wide its line is, and what of it is to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker.handwriting.pen import coverage, density, widths
from samples.maker.handwriting.strike import strike_out
from samples.maker.handwriting.strokes import Glyph, Stroke, glyphs
from samples.maker.handwriting.writer import Writer

Box = tuple[float, float, float, float]
Run = tuple[NDArray[np.float64], NDArray[np.float64]]
"""One way of the pen without lifting it: N×2 points, and N shares of the full line (less where it hardly touches)."""

_STEP = 0.012
"""Distance of points along a stroke, in heights of a character."""
_MARGIN = 1.0
"""Blank around the ink, mm."""


@dataclass(frozen=True)
class Correction:
    """What was written first: `wrong` stands at character `at`, then `struck` through or `overwritten`."""

    at: int
    wrong: str
    how: Literal["struck", "overwritten"] = "struck"


@dataclass(frozen=True)
class Ink:
    """A name in ink, and the truth about it.

    Attributes:
        alpha: H×W float32 0..1, how much of the paper the ink covers, with the pen's texture.
        mask: H×W bool, True where the pen's line covers half a pixel or more.
        boxes: (left, top, right, bottom) in pixels of each character's ink, in the order of writing; one for a whole
            word of a joined script, none for a blank or a struck character.
        strokes: N×3 float64 x, y, width in pixels, one array for each time the pen is put down.
        per_mm: pixels a millimetre.
    """

    name: str
    writer: Writer | None
    alpha: NDArray[np.float32]
    mask: NDArray[np.bool_]
    boxes: tuple[Box, ...]
    strokes: tuple[NDArray[np.float64], ...]
    per_mm: float


def write(
    name: str,
    *,
    writer: Writer,
    seed: int = 0,
    per_mm: float = 12.0,
    vertical: bool = False,
    correction: Correction | None = None,
) -> Ink:
    """A name as this writer writes it on the `seed`-th try.

    Args:
        name: characters `strokes.glyphs` knows.
        writer: whose hand; `dataclasses.replace` changes a habit, such as the spacing.
        seed: which try: the same hand never writes twice alike.
        per_mm: pixels a millimetre.
        vertical: characters below each other.
        correction: a slip of the pen on the way.

    Raises:
        ValueError: a character without stroke data.
    """
    random = np.random.default_rng((abs(writer.seed), seed, len(name)))
    runs: list[Run] = []
    owners: list[int] = []
    place = np.zeros(2)
    for number, glyph in enumerate(glyphs(name)):
        wrong = glyphs(correction.wrong)[0] if correction is not None and correction.at == number else None
        if wrong is not None:
            first = _written(wrong, writer, random)
            if correction is not None and correction.how == "struck":
                runs += _moved([*first, *_strike(first, writer, random)], place)
                owners += [-1] * (len(runs) - len(owners))
                place = place + _advance(wrong, first, writer, random, vertical)
            else:
                runs += _moved(first, place)
                owners += [number] * (len(runs) - len(owners))
        written = _written(glyph, writer, random)
        runs += _moved(written, place)
        owners += [number] * (len(runs) - len(owners))
        place = place + _advance(glyph, written, writer, random, vertical)
    turn = np.radians(writer.drift)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    drawn = [(points @ turned * writer.size, share) for points, share in runs if len(points) > 1]
    owners = [owner for owner, (points, _) in zip(owners, runs, strict=True) if len(points) > 1]
    return _rendered(name, writer, drawn, owners, per_mm, random)


def _rendered(
    name: str, writer: Writer, runs: list[Run], owners: list[int], per_mm: float, random: np.random.Generator
) -> Ink:
    everything = np.vstack([points for points, _ in runs])
    origin = everything.min(axis=0) - writer.width - _MARGIN
    extent = everything.max(axis=0) + writer.width + _MARGIN - origin
    shape = (int(np.ceil(extent[1] * per_mm)), int(np.ceil(extent[0] * per_mm)))
    strokes = []
    for points, share in runs:
        wide = widths(points, share, writer, random)
        strokes.append(np.column_stack([(points - origin) * per_mm, wide * per_mm]))
    covered = coverage(strokes, shape)
    boxes = [_box([s for s, owner in zip(strokes, owners, strict=True) if owner == n]) for n in sorted(set(owners))]
    return Ink(
        name=name,
        writer=writer,
        alpha=covered * density(shape, writer, per_mm, random),
        mask=covered >= 0.5,
        boxes=tuple(box for box, n in zip(boxes, sorted(set(owners)), strict=True) if n >= 0),
        strokes=tuple(strokes),
        per_mm=per_mm,
    )


def _box(strokes: list[NDArray[np.float64]]) -> Box:
    low = np.min([(stroke[:, :2] - stroke[:, 2:] / 2).min(axis=0) for stroke in strokes], axis=0)
    high = np.max([(stroke[:, :2] + stroke[:, 2:] / 2).max(axis=0) for stroke in strokes], axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _moved(runs: list[Run], by: NDArray[np.float64]) -> list[Run]:
    return [(points + by, share) for points, share in runs]


def _advance(
    glyph: Glyph, runs: list[Run], writer: Writer, random: np.random.Generator, vertical: bool
) -> NDArray[np.float64]:
    """From a glyph's origin to the next one's, in heights of a character."""
    if not runs:
        return np.array([0.0, glyph.advance] if vertical else [glyph.advance * writer.aspect, 0.0])
    gap = writer.spacing * random.uniform(0.75, 1.25) if not glyph.joined else 0.25 * writer.spacing
    end = np.vstack([points for points, _ in runs]).max(axis=0)
    wobble = random.normal(0.0, 0.025)
    return np.array([wobble, end[1] + gap] if vertical else [end[0] + gap, wobble])


def _written(glyph: Glyph, writer: Writer, random: np.random.Generator) -> list[Run]:
    """The pen's ways of one glyph in heights of a character, its ink's left edge at x = 0."""
    letters = glyph.joined or glyph.advance > 1.5  # bends of letters are their shape, not turns of a printed stroke
    tolerance = writer.plainness * (0.25 if letters else 1.0)
    strokes = [_plain(stroke, tolerance * random.uniform(0.6, 1.3)) for stroke in glyph.strokes]
    if not strokes:
        return []
    bend = random.normal(0.0, 0.035, (2, 4)) / max(1.0, glyph.advance) ** 2
    scale = 1.0 + random.normal(0.0, writer.size_variation)
    lean = np.tan(np.radians(writer.slant + random.normal(0.0, 1.5)))
    rise = np.tan(np.radians(0.0 if letters else writer.rise + random.normal(0.0, 1.5)))
    shaped: list[Stroke] = []
    for stroke in strokes:
        middle = stroke.mean(axis=0)
        turn = random.normal(0.0, 2.2 * writer.jitter)
        length = 1.0 + random.normal(0.03, 4.0 * writer.jitter)
        turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        points = (stroke - middle) @ turned.T * length + middle + random.normal(0.0, writer.jitter, 2)
        points += random.normal(0.0, 0.35 * writer.jitter, points.shape)
        x, y = points[:, 0] - 0.5, points[:, 1] - 0.5
        bent = np.column_stack([x, y]) + np.stack([x * y, x * x - 0.08, y * y - 0.08, x], axis=1) @ bend.T
        bent = bent @ np.array([[1.0, -rise], [-lean, 1.0]]) * (writer.aspect * scale, scale)
        shaped.append(bent + 0.5)
    left = min(float(stroke[:, 0].min()) for stroke in shaped)
    roundness = max(0.7, writer.roundness) if letters else writer.roundness
    runs = _joined([stroke - (left, 0.0) for stroke in shaped], writer, random)
    return [_smooth(points, share, roundness) for points, share in runs]


def _plain(stroke: Stroke, tolerance: float) -> Stroke:
    """Without the small turns of a printed model's stroke ends."""
    few = cv2.approxPolyDP(stroke.astype(np.float32)[:, None], tolerance, closed=False)[:, 0].astype(np.float64)
    return stroke if len(few) < 2 else few


def _joined(strokes: list[Stroke], writer: Writer, random: np.random.Generator) -> list[Run]:
    """Strokes whose end lies near the next one's start become one way, the pen touching lightly in between."""
    runs: list[Run] = []
    for stroke in strokes:
        share = np.ones(len(stroke))
        if runs:
            before, had = runs[-1]
            apart = float(np.hypot(*(stroke[0] - before[-1])))
            if random.random() < writer.joining * np.exp(-((apart / 0.45) ** 2)):
                light = random.uniform(0.45, 0.85)
                middle = (before[-1] + stroke[0]) / 2 + random.normal(0.0, 0.06 * apart, 2)
                runs[-1] = (
                    np.vstack([before, middle, stroke]),
                    np.concatenate([had, [light], share]),
                )
                continue
        runs.append((stroke, share))
    return runs


def _smooth(points: NDArray[np.float64], share: NDArray[np.float64], roundness: float) -> Run:
    """Points at equal steps, corners rounded."""
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    steps = np.linspace(0.0, length[-1], max(3, int(length[-1] / _STEP)))
    dense = np.column_stack([np.interp(steps, length, points[:, axis]) for axis in (0, 1)])
    weight = np.interp(steps, length, share)
    sigma = (0.012 + 0.04 * roundness) / _STEP
    reach = min(int(3 * sigma), len(dense) - 1)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    padded = np.vstack(
        [2 * dense[0] - dense[reach:0:-1], dense, 2 * dense[-1] - dense[-2 : -reach - 2 : -1]]
    )  # odd reflection keeps the ends where they are
    return np.column_stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)]), weight


def _strike(runs: list[Run], writer: Writer, random: np.random.Generator) -> list[Run]:
    """Strokes through what stands there."""
    points = np.vstack([points for points, _ in runs])
    ways = strike_out(points.min(axis=0), points.max(axis=0), random)
    return [_smooth(way, np.ones(len(way)), writer.roundness) for way in ways]
