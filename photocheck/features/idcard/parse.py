"""From a line as it was read to what it says: names, addresses, dates and numbers, with how sure that is.

Nothing is corrected: a text that does not have the form of its field is given as far as it was read, with confidence 0
where the form is what makes it readable (dates). Whether a number or a date can be true is not asked here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from photocheck.features.text import Character, TextLine

DIGITS = "0123456789"
NUMBER_ALPHABET = DIGITS + "X"
BIRTH_ALPHABET = DIGITS + "年月日"
VALIDITY_ALPHABET = DIGITS + ".-长期"
DATE_ALPHABET = DIGITS + "."
PERMIT_ALPHABET = DIGITS + "HM"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

FOR_EVER = "长期"
SEXES = ("男", "女")
BILINGUAL_SEXES = ("男/M", "女/F")
DOTS = "·・•‧∙⋅●．."
IN_ADDRESSES = DIGITS + LETTERS + "-－—()（）#、"
"""What to expect beside Chinese characters in names, and in addresses and the names of authorities."""
_DOT = "·"
_VALIDITY = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})-(?:(\d{4})\.?(\d{2})\.?(\d{2})|长期|长|期)")
_GAP_BETWEEN_NUMBERS = 1.6
"""Digits further apart than this many of their usual distances belong to different numbers."""


class Reading(NamedTuple):
    """What a field says: its text, and the confidence of the character that is least sure."""

    text: str
    confidence: float


NOTHING = Reading("", 0.0)
STRANGE = 0.3
"""The most that is believed of a name with characters that no name has: the net did not know what stands there."""


def least_sure(characters: Sequence[Character]) -> float:
    """The lowest confidence of the characters; 0 without any."""
    return min((character.confidence for character in characters), default=0.0)


def joined(lines: Sequence[TextLine]) -> Reading:
    """Lines of Chinese text one after another, without spaces, Latin letters and digits at half width."""
    characters = [character for line in lines for character in line.characters if character.text.strip()]
    text = "".join(unicodedata.normalize("NFKC", character.text) for character in characters)
    return Reading(text, least_sure(characters)) if text else NOTHING


def name(lines: Sequence[TextLine]) -> Reading:
    """A name; the dot inside it is the middle dot, however it was read."""
    found = joined(lines)
    text = re.sub(f"[{DOTS},，、]", _DOT, found.text).strip(_DOT)
    known = all(character == _DOT or "CJK UNIFIED" in unicodedata.name(character, "") for character in text)
    return Reading(text, found.confidence if known else min(found.confidence, STRANGE))


def number(lines: Sequence[TextLine]) -> Reading:
    """A number as it was read, whatever its length."""
    return joined(lines[:1])


def latin(lines: Sequence[TextLine]) -> Reading:
    """A line of Latin letters with its spaces, one after a comma whether it was seen or not."""
    text = " ".join(unicodedata.normalize("NFKC", line.text) for line in lines)
    text = re.sub(r"\s*,\s*", ", ", re.sub(r"\s+", " ", text)).strip()
    return Reading(text, least_sure([character for line in lines for character in line.characters if text]))


def date_line(lines: Sequence[TextLine]) -> Reading:
    """A date written 1985.01.01, as YYYY-MM-DD; `NOTHING` where it does not have that form."""
    read = joined(lines[:1])
    found = re.fullmatch(r"(\d{4})\.?(\d{2})\.?(\d{2})", read.text)
    return NOTHING if found is None else Reading("-".join(found.groups()), read.confidence)


def birth(lines: Sequence[TextLine]) -> Reading:
    """The date before 年, 月 and 日, as YYYY-MM-DD; `NOTHING` where it does not have that form."""
    groups = _digit_groups(lines[0]) if lines else []
    if [len(group) for group in groups[:1]] != [4] or len(groups) != 3 or any(len(group) > 2 for group in groups[1:]):
        return NOTHING
    year, month, day = ("".join(character.text for character in group) for group in groups)
    sure = least_sure([character for group in groups for character in group])
    return Reading(f"{year}-{int(month):02d}-{int(day):02d}", sure)


def _digit_groups(line: TextLine) -> list[list[Character]]:
    """Digits between other characters, and between gaps: the pale 年 may not have been seen."""
    middles = [(character.left + character.right) / 2 for character in line.characters]
    steps = sorted(after - before for before, after in pairwise(middles))
    usual = steps[len(steps) // 4] if steps else 0.0
    groups: list[list[Character]] = []
    last: float | None = None
    for character, middle in zip(line.characters, middles, strict=True):
        if character.text not in DIGITS:
            last = None
            continue
        if last is None or (usual and middle - last > _GAP_BETWEEN_NUMBERS * usual + 0.02):
            groups.append([])
        groups[-1].append(character)
        last = middle
    return groups


def validity(lines: Sequence[TextLine]) -> tuple[Reading, Reading]:
    """First and last day of a span, as YYYY-MM-DD, the last one possibly 长期; both `NOTHING` without that form."""
    read = joined(lines[:1])
    found = _VALIDITY.fullmatch(read.text)
    if found is None:
        return NOTHING, NOTHING
    parts = found.groups()
    until = FOR_EVER if parts[3] is None else "-".join(parts[3:])
    return Reading("-".join(parts[:3]), read.confidence), Reading(until, read.confidence)
