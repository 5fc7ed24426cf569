"""Reading the fields of a card whose layout is fixed: each at its place, with what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from photocheck.features.idcard import parse
from photocheck.features.idcard.layout import FieldPlace, field_places
from photocheck.features.idcard.lines import Ink, LineBox, find_ink, find_lines, print_offset
from photocheck.features.idcard.look import CardType, Side
from photocheck.features.idcard.parse import NOTHING, Reading
from photocheck.features.idcard.shape import FLAT_PER_MM
from photocheck.features.subject import Image
from photocheck.features.text import LINE_HEIGHT, LineScores, score_lines

_FILL = 0.66
"""Height of a character as a share of the strip's that the net sees."""
_MARGIN = 0.35
"""Ground left and right of the ink, in characters' heights."""

UNSURE = 0.8
"""A field of which some character is less sure than this is looked at a second time."""


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
    box: LineBox
    lines: tuple[LineBox, ...]


def read_fields(flat: Image, card_type: CardType, side: Side) -> dict[str, FieldText]:
    """Every field of one side.

    Args:
        flat: the card upright and flat, `FLAT_PER_MM` pixels to the millimetre.
    """
    ink = find_ink(flat)
    places = field_places(card_type, side)
    offsets = {
        block: print_offset(ink.black, [place for place in places.values() if place.block == block])
        for block in {place.block for place in places.values()}
    }
    texts: dict[str, FieldText] = {}
    for key, place in places.items():
        gap = _GAPS_MM.get(key, 2.2 * place.size)
        lines = find_lines(_map_of(ink, key), place, offsets[place.block], gap_mm=gap)
        for name, reading in _read(flat, key, lines).items():
            texts[name] = FieldText(reading.text, reading.confidence, _around(lines, place), tuple(lines))
    return texts


_GAPS_MM = {"birth": 12.0, "number": 8.0, "validity": 6.0}
"""Room inside a line that holds no ink: between the year and the month stands a pale 年."""


def _map_of(ink: Ink, key: str) -> np.ndarray:
    return ink.grey if key == "birth" else ink.black


def _around(lines: Sequence[LineBox], place: FieldPlace) -> LineBox:
    if not lines:
        nominal = np.array([place.left, place.top, place.right, place.bottom]) * FLAT_PER_MM
        return LineBox(*nominal.tolist())
    edges = np.array(lines)
    return LineBox(*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist())


def _read(flat: Image, key: str, lines: Sequence[LineBox]) -> Mapping[str, Reading]:
    decode = _DECODERS[key]
    fill = max(_FILL, _least_fill(lines))
    best = decode(score_lines([strip(flat, box, fill=fill) for box in lines]))
    if lines and min(reading.confidence for reading in best.values()) < UNSURE:
        for scale, grow in ((0.84, 0.1), (1.14, 0.0)):
            again = decode(score_lines([strip(flat, box, fill=scale * fill, margin=_MARGIN + grow) for box in lines]))
            best = max(best, again, key=lambda readings: min(reading.confidence for reading in readings.values()))
    return best


def _least_fill(lines: Sequence[LineBox]) -> float:
    """The share of the strip's height from which none shows the lines above and under its own."""
    pitches = [
        (after.top + after.bottom - before.top - before.bottom) / 2
        for before, after in zip(lines, lines[1:], strict=False)
    ]
    size = max((line.bottom - line.top for line in lines), default=0.0)
    return min(1.0, size / (2 * min(pitches) - size)) if pitches else 0.0


def strip(flat: Image, box: LineBox, *, fill: float = _FILL, margin: float = _MARGIN) -> Image:
    """One line as the net wants it: `LINE_HEIGHT`×W×3 uint8."""
    size = box.bottom - box.top
    scale = fill * LINE_HEIGHT / size
    left, right = box.left - margin * size, box.right + margin * size
    top = (box.top + box.bottom) / 2 - LINE_HEIGHT / scale / 2
    width = max(1, round((right - left) * scale))
    to_strip = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
    cut = cv2.warpAffine(flat, to_strip, (width, LINE_HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cut, dtype=np.uint8)


def _free(key: str, read: Callable[..., Reading], alphabet: str | None = None) -> Callable[..., dict[str, Reading]]:
    return lambda scores: {key: read([line.line(alphabet) for line in scores])}


def _choice(key: str, choices: Sequence[str]) -> Callable[..., dict[str, Reading]]:
    return lambda scores: {key: Reading(*scores[0].choose(choices)) if scores else NOTHING}


def _validity(scores: Sequence[LineScores]) -> dict[str, Reading]:
    first, last = parse.validity([line.line(parse.VALIDITY_ALPHABET) for line in scores])
    return {"valid_from": first, "valid_until": last}


_DECODERS: Mapping[str, Callable[[Sequence[LineScores]], dict[str, Reading]]] = {
    "name": _free("name", parse.name),
    "sex": _choice("sex", parse.SEXES),
    "nation": _choice("nation", parse.NATIONS),
    "birth": _free("birth", parse.birth, parse.BIRTH_ALPHABET),
    "address": _free("address", parse.joined),
    "number": _free("number", parse.number, parse.NUMBER_ALPHABET),
    "authority": _free("authority", parse.joined),
    "validity": _validity,
    "permit_number": _free("permit_number", parse.number, parse.PERMIT_ALPHABET),
    "issue_count": _free("issue_count", parse.number, parse.DIGITS),
}
