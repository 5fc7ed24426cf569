"""Patches of a card whose ground is not that of the card around them: other words pasted in, another photo.

Under the print of a card its fine lines go on. Who changes a text paints its place over, or takes the old strokes out
and leaves the ground smoother, noisier or otherwise compressed than beside it; who changes the photo brings its ground
along, which ends at the photo's edge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.shape import FLAT_PER_MM
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.idcard.card import IdCard
    from photocheck.features.subject import Image

Plane = NDArray[np.float32]
Box = tuple[float, float, float, float]

_HALF = 2
"""Maps have half the flat card's pixels."""
_PER_MM = FLAT_PER_MM / _HALF
_PIECE_MM = 9.0
"""Length of the pieces that lines of text are cut into: a few digits may be pasted."""
_LEAST = 60.0
"""Pixels of ground under which a place cannot be compared."""
_INK = 0.18
"""How much darker than the ground around it a pixel of ink is, as a share."""
_LEAST_PIECES = 1
_STEP, _GLARE, _BLOWN = 8.0, 1.12, 240.0
"""Levels of luma, ratio and levels beyond which a place lies in other light than the ground beside it."""

# Penalised logistic regression (as in medium.toml) on simulated captures of the world "tune": lines and grain of 1200
# pieces of text, 64 of them pasted; lines, grain, step and tint of 177 photos, 41 of them swapped. Offsets set so that
# of captures without an edit about one in fifty lies above 0.
_TEXT_MIDDLE = np.array([0.012, -0.031])
_TEXT_SCALE = np.array([0.254, 0.183])
_TEXT_WEIGHT = np.array([0.31, 0.61])
_TEXT_OFFSET = -2.33
_PHOTO_MIDDLE = np.array([0.003, 0.010, 0.613, 0.453])
_PHOTO_SCALE = np.array([0.35, 0.25, 3.0, 1.2])
_PHOTO_WEIGHT = np.array([1.41, 0.45, 0.75, 1.77])
_PHOTO_OFFSET = -5.08


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground of one place, ink left out.

    Attributes:
        light: mean luma, 8-bit levels.
        red, blue: mean Cr and Cb.
        lines: mean square of what lies between 0.1 and 1 mm: the card's fine lines.
        grain: mean square of what is finer: noise and traces of compression.
    """

    light: float
    red: float
    blue: float
    lines: float
    grain: float


@dataclass(frozen=True, slots=True)
class Patch:
    """A place and how its ground differs from that around it; logarithms of ratios, natural.

    Attributes:
        box: left, top, right, bottom in flat pixels.
        lines, grain: of the place's ground over that of the ground around it.
        step: difference in luma, levels.
        tint: difference of colour (Cr, Cb), levels.
        light: luma of the lighter of both, levels.
    """

    box: Box
    lines: float
    grain: float
    step: float
    tint: float
    light: float


@dataclass(frozen=True, slots=True)
class Edits:
    """What was compared.

    Attributes:
        texts: pieces of lines of text.
        photo: the photo's edge; None where it was not looked at or cannot be compared.
    """

    texts: tuple[Patch, ...]
    photo: Patch | None

    def text_odds(self) -> NDArray[np.float64]:
        """For each of `texts` how much speaks for another's ground: logarithm of odds, 0 at the limit.

        What counts is fine detail that is missing against the ground beside the piece.

        Raises:
            NotAssessable: `no-print` where no piece could be compared.
        """
        if len(self.texts) < _LEAST_PIECES:
            raise NotAssessable("no-print")
        measured = np.array([(-patch.lines, -patch.grain) for patch in self.texts])
        terms = np.clip((measured - _TEXT_MIDDLE) / _TEXT_SCALE, -4.0, 6.0)
        return np.asarray(terms @ _TEXT_WEIGHT + _TEXT_OFFSET, dtype=np.float64)

    def photo_odds(self) -> float:
        """The same for the photo; minus infinity where it was not compared."""
        if self.photo is None or self.photo.light > _BLOWN:
            return -math.inf
        measured = np.array([-self.photo.lines, -self.photo.grain, abs(self.photo.step), self.photo.tint])
        terms = np.clip((measured - _PHOTO_MIDDLE) / _PHOTO_SCALE, -3.0, 4.0)
        return float(terms @ _PHOTO_WEIGHT + _PHOTO_OFFSET)


@dataclass(frozen=True, slots=True)
class _Maps:
    """Half-size maps: where ground is (0 or 1), and what is measured on it: luma, Cr, Cb, lines, grain."""

    ground: Plane
    values: Plane


def see_card_edits(card: IdCard) -> Edits:
    """The card's own texts, and its photo where such a card's photo has the card's ground."""
    lines: dict[Box, None] = dict.fromkeys(line for text in card.texts.values() for line in text.lines)
    no_edge = card.side != "portrait" or card.card_type in ("residence-permit", "other")
    return see_edits(card.flat, list(lines), None if no_edge else card.portrait_box)


def see_edits(flat: Image, lines: Sequence[Box], photo: Box | None) -> Edits:
    """Compare the ground at every text and at the photo's edge with that beside them.

    Args:
        flat: the card upright and flat.
        lines: boxes of the lines of text, flat pixels.
        photo: box of the photo; None where there is none or where cards have photos with a ground of their own.
    """
    maps = _mapped(flat)
    texts = _compared_alike(_text_patches(maps, lines))
    portrait = None if photo is None else _photo_patch(maps, photo)
    return Edits(texts, portrait)


def _compared_alike(patches: Sequence[Patch]) -> tuple[Patch, ...]:
    """Those in the same light as the ground beside them and not in glare, which hides fine lines too."""
    usual = float(np.median([patch.light for patch in patches])) if patches else 0.0
    return tuple(patch for patch in patches if abs(patch.step) < _STEP and patch.light < min(_BLOWN, _GLARE * usual))


def _text_patches(maps: _Maps, lines: Sequence[Box]) -> tuple[Patch, ...]:
    """Every piece of a line, against the ground a millimetre and more from it."""
    no_print = np.ones_like(maps.ground)
    for line in lines:
        no_print[_cut(_grown(line, 0.9, 0.7))] = 0.0
    patches = []
    for piece in (piece for line in lines for piece in _pieces(line)):
        place, around = _cut(_grown(piece, 0.15, 0.25)), _cut(_grown(piece, 3.0, 2.8))
        here = _measured(maps.ground[place], maps.values[place])
        there = _measured(maps.ground[around] * no_print[around], maps.values[around])
        if here is not None and there is not None:
            patches.append(_compared(piece, here, there))
    return tuple(patches)


def _photo_patch(maps: _Maps, box: Box) -> Patch | None:
    """The ground just inside the photo's edge, above and beside the head, against that just outside it."""
    top, bottom = box[1], box[3]
    # The print may be off by 0.8 mm and the corners by as much: the edge itself is left out.
    half = top + 0.42 * (bottom - top)
    within = _frame(maps, _inset(box, 1.0), _inset(box, 3.2), half)
    beside = _frame(maps, _inset(box, -3.4), _inset(box, -1.2), half)
    return None if within is None or beside is None else _compared(box, within, beside)


def _frame(maps: _Maps, outer: Box, inner: Box, bottom: float) -> Ground | None:
    """The ground between two boxes, down to `bottom`."""
    weight = maps.ground.copy()
    weight[_cut((*inner[:3], bottom))] = 0.0
    cut = _cut((*outer[:3], bottom))
    return _measured(weight[cut], maps.values[cut])


def _compared(box: Box, here: Ground, there: Ground) -> Patch:
    return Patch(
        box,
        lines=math.log((here.lines + 0.3) / (there.lines + 0.3)),
        grain=math.log((here.grain + 0.05) / (there.grain + 0.05)),
        step=here.light - there.light,
        tint=math.hypot(here.red - there.red, here.blue - there.blue),
        light=max(here.light, there.light),
    )


def _mapped(flat: Image) -> _Maps:
    colour = cv2.cvtColor(flat, cv2.COLOR_RGB2YCrCb)
    size = (flat.shape[1] // _HALF, flat.shape[0] // _HALF)
    luma = np.ascontiguousarray(colour[..., 0])
    rough = cv2.subtract(luma, cv2.GaussianBlur(luma, (7, 7), 1.4), dtype=cv2.CV_32F)
    grain = cv2.resize(np.minimum(rough * rough, np.float32(60.0)), size, interpolation=cv2.INTER_AREA)
    small = cv2.resize(colour, size, interpolation=cv2.INTER_AREA)
    soft = np.ascontiguousarray(small[..., 0])
    reach = round(1.8 * _PER_MM) | 1
    light = cv2.blur(cv2.dilate(soft, np.ones((reach, reach), np.uint8)), (reach, reach))
    dark = (soft < light * (1.0 - _INK)).astype(np.uint8)
    near = round(0.4 * _PER_MM) * 2 + 1
    ground = (cv2.dilate(dark, np.ones((near, near), np.uint8)) == 0).astype(np.float32)
    weight = cv2.blur(ground, (9, 9)) + 1e-3
    level = cv2.blur(soft * ground, (9, 9)) / weight
    lines = np.minimum((soft - level) ** 2, np.float32(300.0))
    values = cv2.merge([soft.astype(np.float32), *(small[..., k].astype(np.float32) for k in (1, 2)), lines, grain])
    return _Maps(ground, np.asarray(values, dtype=np.float32))


def _measured(weight: Plane, values: Plane) -> Ground | None:
    total = float(weight.sum())
    if total < _LEAST:
        return None
    means = (weight[..., None] * values).sum(axis=(0, 1)) / total
    return Ground(*means.tolist())


def _pieces(line: Box) -> list[Box]:
    left, top, right, bottom = line
    count = max(1, round((right - left) / FLAT_PER_MM / _PIECE_MM))
    ends = np.linspace(left, right, count + 1).tolist()
    return [(start, top, end, bottom) for start, end in pairwise(ends)]


def _grown(box: Box, across: float, down: float) -> Box:
    """The box wider by so many millimetres on each side, and higher."""
    left, top, right, bottom = box
    return (left - across * FLAT_PER_MM, top - down * FLAT_PER_MM,
            right + across * FLAT_PER_MM, bottom + down * FLAT_PER_MM)  # fmt: skip


def _inset(box: Box, by: float) -> Box:
    return _grown(box, -by, -by)


def _cut(box: Box) -> tuple[slice, slice]:
    """Rows and columns of a box on the maps."""
    left, top, right, bottom = (max(0, round(edge / _HALF)) for edge in box)
    return slice(top, bottom), slice(left, right)
