"""Numbers on cards: their parts and their check digit.

Source: GB 11643-1999 (citizens: six of region, eight of birth, three of sequence, ISO 7064 MOD 11-2);
新版外国人永久居留身份证机读信息规则（2023版） (18 characters that begin with 9); the travel permits' numbers from
news and re-posts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from photocheck.features.idcard.regions import is_province

NumberKind = Literal[
    "citizen",  # 18 characters by GB 11643, those of 港澳台居民居住证 included
    "foreign-resident",  # 18 characters that begin with 9 and a province
    "first-generation",  # 15 digits, cards withdrawn on 2013-01-01
    "old-foreign-resident",  # three letters and 12 digits, before 2023-12-01; no public check rule
    "other",
]
Sex = Literal["男", "女"]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Number:
    """A number and what it says. Its text never shows in a repr, so that no log can hold it.

    Attributes:
        kind: which rule its form follows.
        text: upper case, without spaces.
        region: six digits of GB/T 2260 for citizens; the two of the province for foreign residents; else empty.
        nationality: three digits of ISO 3166-1 for foreign residents of 2023; else empty.
        birth: None where the number holds no date that exists, or none at all.
        holds_birth: whether numbers of this kind hold one.
        sex: by the sequence, odd for men; None where numbers of this kind do not tell.
        check_right: whether the last character fits the others; None where there is no rule.
    """

    kind: NumberKind
    text: str = field(repr=False)
    region: str = field(default="", repr=False)
    nationality: str = field(default="", repr=False)
    birth: date | None = field(default=None, repr=False)
    holds_birth: bool = False
    sex: Sex | None = None
    check_right: bool | None = None


def check_character(first: str) -> str:
    """The 18th character to 17 digits: their weighted sum modulo 11, looked up.

    Raises:
        ValueError: unless `first` is 17 digits.
    """
    if not re.fullmatch(r"[0-9]{17}", first):
        raise ValueError("17 digits are needed")
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def parse_number(text: str) -> Number:
    """Take a number apart as far as its form allows; never fails."""
    plain = unicodedata.normalize("NFKC", "".join(text.split())).upper()
    if re.fullmatch(r"[0-9]{17}[0-9X]", plain):
        return _eighteen(plain)
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", plain):
        return Number("old-foreign-resident", plain)
    if re.fullmatch(r"[0-9]{15}", plain) and not _is_cut_short(plain):
        birth = _day(f"19{plain[6:12]}")
        if birth is not None:
            return Number("first-generation", plain, plain[:6], birth=birth, holds_birth=True, sex=_sex(plain[14]))
    return Number("other", plain)


def _eighteen(plain: str) -> Number:
    right = plain[17] == check_character(plain[:17])
    foreign = plain[0] == "9" and is_province(plain[1:3])
    return Number(
        "foreign-resident" if foreign else "citizen",
        plain,
        region=plain[1:3] if foreign else plain[:6],
        nationality=plain[3:6] if foreign else "",
        birth=_day(plain[6:14]),
        holds_birth=True,
        # That the sequence tells the sex is said of citizens' numbers only.
        sex=None if foreign else _sex(plain[16]),
        check_right=right,
    )


def _is_cut_short(plain: str) -> bool:
    """Whether 15 digits begin as a number of 18 does, so that three may not have been read.

    Read as a first-generation number its holder would be born in 1918, 1919 or 1920.
    """
    return plain[6:8] in ("18", "19", "20") and _day(plain[6:14]) is not None


def _sex(digit: str) -> Sex:
    return "男" if int(digit) % 2 else "女"


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def permit_region(text: str) -> str:
    """The first two digits that a residence permit's number must have, by the travel permit printed on it.

    Hong Kong permits are H and 8 or 10 digits, Macau's M and 8 or 10, Taiwan's 8 digits (older copies up to 10).

    Returns:
        `81`, `82`, `83`, or an empty text for what is no such permit's number.
    """
    plain = unicodedata.normalize("NFKC", "".join(text.split())).upper()
    if re.fullmatch(r"[HM][0-9]{8}(?:[0-9]{2})?", plain):
        return "81" if plain[0] == "H" else "82"
    return "83" if re.fullmatch(r"[0-9]{8,10}", plain) else ""
