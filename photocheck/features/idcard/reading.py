"""Reading the fields of a card whose layout is fixed: each at its place, under what it may say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from photocheck.features.idcard.decoders import DECODERS, FOREIGN_DECODERS, PASSED_OVER, Decoder, Readings
from photocheck.features.idcard.layout import FieldPlace, field_places
from photocheck.features.idcard.lines import FlatBox, find_ink, find_lines, print_offset
from photocheck.features.idcard.look import CardType, Side
from photocheck.features.idcard.shape import FLAT_PER_MM
from photocheck.features.idcard.strips import runs_out_of_sight, strip
from photocheck.features.subject import Image
from photocheck.features.text import score_lines

UNSURE = 0.8
"""A field of which some character is less sure than this is looked at again, finer and coarser."""
UNREADABLE = 0.3
"""A field of which some character is less sure than this is not told: a person could not read it either."""


@dataclass(frozen=True, slots=True)
class FieldText:
    """One field as it was read.

    Attributes:
        text: in the report's form; empty where nothing could be read.
        confidence: of the character that is least sure, 0..1.
        box: left, top, right, bottom in flat pixels, around all its lines; its nominal place where none was found.
        lines: the box of each line found.
    """

    text: str
    confidence: float
    box: FlatBox
    lines: tuple[FlatBox, ...]


def read_fields(flat: Image, card_type: CardType, side: Side) -> dict[str, FieldText]:
    """Every field of one side by its key in the report; empty for a card without a fixed layout.

    Args:
        flat: the card upright and flat, `FLAT_PER_MM` pixels to the millimetre.
    """
    ink = find_ink(flat)
    places = field_places(card_type, side)
    decoders = FOREIGN_DECODERS if card_type == "foreign-pr" else DECODERS
    offsets = {
        block: print_offset(ink.black, [place for place in places.values() if place.block == block])
        for block in {place.block for place in places.values()}
    }
    texts: dict[str, FieldText] = {}
    for key, place in places.items():
        decoder = decoders[key]
        shown = ink.all if decoder.all_inks else ink.black
        lines = find_lines(shown, place, offsets[place.block], gap_mm=decoder.gap * place.size)
        texts.update(field_texts(flat, decoder, lines, nominal=_nominal(place)))
    return texts


def field_texts(flat: Image, decoder: Decoder, lines: Sequence[FlatBox], *, nominal: FlatBox) -> dict[str, FieldText]:
    """The fields that stand on some lines.

    Args:
        nominal: where they should stand; their box where no line was found.
    """
    edges = np.array(lines or [nominal])
    box = FlatBox(*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist())
    return {
        key: FieldText(reading.text if reading.confidence >= UNREADABLE else "", reading.confidence, box, tuple(lines))
        for key, reading in read_lines_as(flat, decoder, lines).items()
    }


def read_lines_as(flat: Image, decoder: Decoder, lines: Sequence[FlatBox]) -> Readings:
    """The surest of several looks at the lines of one field; one look where that is sure."""

    def look(fill: float, squeeze: float) -> Readings:
        least = _least_fill(lines)
        strips = [strip(flat, box, fill=max(fill, least), squeeze=squeeze, alone=decoder.alone) for box in lines]
        return decoder.decode(score_lines(strips), lines)

    best = look(decoder.fill, decoder.squeeze)
    if lines and _sure(best) < UNSURE:
        best = max(best, look(0.72, 1.0), look(0.5, 1.0), key=_sure)
    if any(runs_out_of_sight(flat, box) for box in lines):
        best = {key: found._replace(confidence=min(found.confidence, PASSED_OVER)) for key, found in best.items()}
    return best


def _sure(readings: Readings) -> float:
    return min(reading.confidence for reading in readings.values())


def _least_fill(lines: Sequence[FlatBox]) -> float:
    """The share of the strip's height from which none shows the lines above and under its own."""
    pitches = [(after.top + after.bottom - before.top - before.bottom) / 2 for before, after in pairwise(lines)]
    size = max((line.bottom - line.top for line in lines), default=0.0)
    return min(1.0, size / (2 * min(pitches) - size)) if pitches else 0.0


def _nominal(place: FieldPlace) -> FlatBox:
    box = np.array([place.left, place.top, place.right, place.bottom]) * FLAT_PER_MM
    return FlatBox(*box.tolist())
