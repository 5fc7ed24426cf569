"""What each field may say, and how what the net saw becomes its text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from photocheck.features.idcard import parse
from photocheck.features.idcard.lines import FlatBox
from photocheck.features.idcard.nations import NATIONS, OTHER_NATIONS
from photocheck.features.idcard.parse import NOTHING, Reading
from photocheck.features.idcard.shape import FLAT_PER_MM
from photocheck.features.idcard.strips import accounts_for
from photocheck.features.text import LineScores

Readings = dict[str, Reading]
"""By the key of the report; one place may hold two fields."""
Decode = Callable[[Sequence[LineScores], Sequence[FlatBox]], Readings]

PASSED_OVER = 0.3
"""The most that is believed of a line some of whose ink no character accounts for."""

_WHOLE_NUMBER_MM = 41.0
"""Eighteen digits take about 45 mm; fifteen of them with the others hidden take less."""


@dataclass(frozen=True, slots=True)
class Decoder:
    """How one field is read.

    Attributes:
        decode: from the net's answers for its lines.
        fill, squeeze: how its strips are cut (`strips.strip`).
        gap: room without ink inside a line, in heights of a character.
        alone: whether something else may stand close above it.
        all_inks: whether coloured ink belongs to the line: the blue 年, 月 and 日 of the date of birth.
    """

    decode: Decode
    fill: float = 0.57
    squeeze: float = 1.0
    gap: float = 2.2
    all_inks: bool = False
    alone: bool = False


def _text(key: str, parser: Callable[..., Reading], likely: str) -> Decode:
    """For Chinese text; `likely` as `LineScores.line`."""

    def decode(scores: Sequence[LineScores], boxes: Sequence[FlatBox]) -> Readings:
        lines = [answer.line(likely=likely) for answer in scores]
        found = parser(lines)
        whole = all(accounts_for(line, box) for line, box in zip(lines, boxes, strict=True))
        return {key: found if whole else found._replace(confidence=min(found.confidence, PASSED_OVER))}

    return decode


def _formed(key: str, parser: Callable[..., Reading], alphabet: str | None = None) -> Decode:
    """For texts whose form tells whether something is missing."""
    return lambda scores, _: {key: parser([answer.line(alphabet) for answer in scores])}


def _choice(key: str, choices: Sequence[str]) -> Decode:
    return lambda scores, _: {key: Reading(*scores[0].choose(choices)) if scores else NOTHING}


def _bilingual_sex(scores: Sequence[LineScores], _: Sequence[FlatBox]) -> Readings:
    if not scores:
        return {"sex": NOTHING}
    # The letter behind the slash is small and adds nothing.
    seen = [character for character in scores[0].line().characters if character.text in parse.SEXES]
    if len(seen) == 1:
        return {"sex": Reading(seen[0].text, seen[0].confidence)}
    chosen = scores[0].choose((*parse.BILINGUAL_SEXES, *parse.SEXES))
    return {"sex": Reading(chosen.text[0], chosen.confidence)}


def _number(key: str, alphabet: str, lengths: Collection[int], old_length: int | None = None) -> Decode:
    """For numbers that have one of some lengths, or an older one where it takes the room of a whole number."""

    def decode(scores: Sequence[LineScores], boxes: Sequence[FlatBox]) -> Readings:
        if not scores:
            return {key: NOTHING}
        line = scores[0].line(alphabet)
        found = parse.number([line])
        whole = len(found.text) in lengths or (
            len(found.text) == old_length and boxes[0].right - boxes[0].left >= _WHOLE_NUMBER_MM * FLAT_PER_MM
        )
        if not whole or not accounts_for(line, boxes[0], evenly=True):
            found = found._replace(confidence=min(found.confidence, PASSED_OVER))
        return {key: found}

    return decode


def _lettered_number(key: str) -> Decode:
    """Three letters and twelve digits, or as `_number`: letters are looked for only in front."""

    def decode(scores: Sequence[LineScores], boxes: Sequence[FlatBox]) -> Readings:
        if not scores:
            return {key: NOTHING}
        front = scores[0].line(parse.DIGITS + parse.LETTERS).characters[:3]
        if len(front) < 3 or any(character.text in parse.DIGITS for character in front):
            return _number(key, parse.NUMBER_ALPHABET, (18,))(scores, boxes)
        digits = scores[0].line(parse.DIGITS).characters
        characters = [*front, *(character for character in digits if character.left >= front[-1].right)]
        return {key: Reading("".join(character.text for character in characters), parse.least_sure(characters))}

    return decode


def _validity(scores: Sequence[LineScores], _: Sequence[FlatBox]) -> Readings:
    first, last = parse.validity([answer.line(parse.VALIDITY_ALPHABET) for answer in scores])
    return {"valid_from": first, "valid_until": last}


_NAME = Decoder(_text("name", parse.name, parse.DOTS), fill=0.66, alone=True)
_NUMBER = Decoder(_number("number", parse.NUMBER_ALPHABET, (18,), old_length=15), fill=0.6, squeeze=0.8, gap=2.2)

DECODERS: Mapping[str, Decoder] = {
    "name": _NAME,
    "sex": Decoder(_choice("sex", parse.SEXES)),
    "nation": Decoder(_choice("nation", (*NATIONS, *OTHER_NATIONS))),
    "birth": Decoder(_formed("birth", parse.birth, parse.BIRTH_ALPHABET), gap=4.0, all_inks=True),
    "address": Decoder(_text("address", parse.joined, parse.IN_ADDRESSES)),
    "number": _NUMBER,
    "authority": Decoder(_text("authority", parse.joined, parse.IN_ADDRESSES)),
    "validity": Decoder(_validity),
    "permit_number": Decoder(_number("permit_number", parse.PERMIT_ALPHABET, (8, 9))),
    "issue_count": Decoder(_formed("issue_count", parse.number, parse.DIGITS)),
    "registered_address": Decoder(_text("registered_address", parse.joined, parse.IN_ADDRESSES)),
}
"""By the field's place in `layouts.toml`."""

FOREIGN_DECODERS: Mapping[str, Decoder] = {
    "name": _NAME,
    "latin_name": Decoder(_formed("latin_name", parse.latin), fill=0.66),
    "sex": Decoder(_bilingual_sex),
    "birth": Decoder(_formed("birth", parse.date_line, parse.DATE_ALPHABET)),
    "nationality": Decoder(_formed("nationality", parse.joined)),
    "validity": Decoder(_validity),
    "number": Decoder(_lettered_number("number"), fill=0.6, squeeze=0.8, gap=2.2),
    "authority": Decoder(_text("authority", parse.joined, parse.IN_ADDRESSES)),
    "former_number": Decoder(_lettered_number("former_number")),
}
"""The same for the permanent resident card, which is bilingual."""
