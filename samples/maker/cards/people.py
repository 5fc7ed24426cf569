"""Invented holders of cards, each consistent in itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from photocheck.features.idcard.dates import months_later
from samples.maker.cards import words
from samples.maker.cards.fonts import Face
from samples.maker.cards.number import citizen_number, resident_alien_number
from samples.maker.cards.specimen import CardType

IMPOSSIBLE_REGION = "990101"
"""No place has this code: for pictures that are kept."""

_AUTHORITY_OF_FOREIGNERS = "中华人民共和国国家移民管理局"
_PHOTOS = {"男": (0, 2, 3), "女": (1, 4, 5, 6)}
_HKMT_PREFIXES = ("810000", "820000", "830000")


@dataclass(frozen=True)
class Person:
    """What a card says of its holder, in photocheck's form; any text may be asked for, also a false one.

    Attributes:
        birth: YYYY-MM-DD.
        valid_from, valid_until: YYYY-MM-DD; the end may be 长期.
        registered_address: 户籍地址 of a residence permit.
        permit_number, issue_count: of a 港澳台居民居住证.
        latin_name, nationality, former_number: of a permanent resident.
        photo: which portrait, 0..6.
    """

    name: str = ""
    sex: str = "女"
    nation: str = "汉"
    birth: str = "1990-01-02"
    address: str = ""
    number: str = ""
    authority: str = ""
    valid_from: str = ""
    valid_until: str = ""
    registered_address: str = ""
    permit_number: str = ""
    issue_count: str = ""
    latin_name: str = ""
    nationality: str = ""
    former_number: str = ""
    photo: int = field(default=0)


def random_person(
    random: np.random.Generator,
    card_type: CardType,
    face: Face,
    *,
    region: str | None = None,
    as_of: date = date(2026, 11, 22),
) -> Person:
    """Somebody whose number, birth, sex and validity fit together, and whose card is valid on `as_of`.

    Args:
        face: rare characters are taken only where it has them.
        region: six digits in front of the citizen number; by default those of a real place, with the address there.
    """
    code, place, authority = words.REGIONS[int(random.integers(len(words.REGIONS)))]
    sex = "男" if random.random() < 0.5 else "女"
    nation = "汉" if random.random() < 0.5 else str(random.choice(words.NATIONS))
    birth, start, end = _dates(random, card_type, as_of)
    sequence = int(random.integers(0, 500)) * 2 + (sex == "男")
    common = {
        "sex": sex,
        "birth": birth.isoformat(),
        "valid_from": start.isoformat(),
        "valid_until": end if isinstance(end, str) else end.isoformat(),
        "photo": int(random.choice(_PHOTOS[sex])),
    }
    if card_type == "foreign-pr":
        return _foreigner(random, common, code, sequence)
    if card_type == "hkmt-residence":
        code = str(random.choice(_HKMT_PREFIXES))
        nation = "汉"
        common["permit_number"] = (
            f"{random.integers(10**8):08d}"
            if code == "830000"
            else f"{'HM'[code == '820000']}{random.integers(10**8):08d}"
        )
        common["issue_count"] = f"{int(random.integers(1, 6)):02d}"
    if card_type == "residence-permit":
        common["registered_address"] = _address(random, words.REGIONS[int(random.integers(len(words.REGIONS)))][1])
    return Person(
        name=_name(random, nation, face),
        nation=nation,
        address=_address(random, place),
        number=citizen_number(region or code, common["birth"], sequence),  # type: ignore[arg-type]
        authority=authority,
        **common,  # type: ignore[arg-type]
    )


def _dates(random: np.random.Generator, card_type: CardType, as_of: date) -> tuple[date, date, date | str]:
    """Birth, and first and last day of validity; every span of the law equally often."""
    if card_type == "resident":
        span, youngest, oldest = ((5, 0, 15), (10, 16, 25), (20, 26, 45), (0, 46, 88))[int(random.integers(4))]
    else:
        span, youngest, oldest = {"foreign-pr": (10, 18, 70), "hkmt-residence": (5, 1, 80)}.get(card_type, (1, 16, 70))
    if card_type == "temporary":
        start = as_of - timedelta(days=int(random.integers(0, 60)))
        end: date | str = months_later(start, 3)
    else:
        window = 365 * min(span or 17, 17) - 60
        start = as_of - timedelta(days=int(random.integers(5, window)))
        if (start.month, start.day) == (2, 29):
            start = start.replace(day=28)
        end = start.replace(year=start.year + span) if span else "长期"
        if card_type == "foreign-pr" and isinstance(end, date):
            end -= timedelta(days=1)
    days = random.integers(365 * youngest + youngest // 4 + 3, 365 * (oldest + 1) + oldest // 4 - 3)
    return start - timedelta(days=int(days)), start, end


def _name(random: np.random.Generator, nation: str, face: Face) -> str:
    if nation in (*words.TURKIC, "彝"):
        parts = random.choice(words.GIVEN_YI if nation == "彝" else words.GIVEN_UYGHUR, 2, replace=False)
        return "·".join(str(part) for part in parts)
    if nation == "藏":
        return "".join(
            str(part) for part in random.choice(words.GIVEN_TIBETAN, int(random.integers(1, 3)), replace=False)
        )
    if nation == "蒙古":
        return str(random.choice(words.GIVEN_MONGOLIAN))
    surname = str(random.choice(words.SURNAMES))
    given = "".join(_given(random, face) for _ in range(1 if random.random() < 0.2 else 2))
    return surname + given


def _given(random: np.random.Generator, face: Face) -> str:
    """Mostly a common character; of twenty one is of the second level of GB 2312, one outside the usual ones.

    That is more than among people, so that what a reader makes of rare characters shows in its error rate.
    """
    draw = random.random()
    if draw < 0.9:
        return words.GIVEN[int(random.integers(len(words.GIVEN)))]
    if draw < 0.95:
        second_level = bytes([int(random.integers(0xD8, 0xF8)), int(random.integers(0xA1, 0xFF))]).decode("gb2312")
        return second_level if face.covers(second_level) and second_level not in words.COMPONENTS else "安"
    rare = [character for character in words.RARE if face.covers(character)]
    return str(random.choice(rare))


def _address(random: np.random.Generator, place: str) -> str:
    number = int(random.integers(1, 400))
    if random.random() < 0.4:
        tail = f"{random.choice(words.TOWNS)}{random.choice(words.VILLAGES)}{int(random.integers(1, 15))}组{number}号"
    elif random.random() < 0.4:
        tail = f"{random.choice(words.ROADS)}{number}号"
    else:
        house, door, floor, flat = (int(random.integers(1, most)) for most in (40, 7, 33, 5))
        tail = f"{random.choice(words.ROADS)}{number}号{random.choice(words.ESTATES)}"
        tail += f"{house}号楼{door}单元{floor}{flat:02d}室"
    return (place + tail)[:35]


def _foreigner(random: np.random.Generator, common: dict[str, object], code: str, sequence: int) -> Person:
    numeric, letters, country = words.COUNTRIES[int(random.integers(len(words.COUNTRIES)))]
    birth = str(common["birth"])
    given = " ".join(str(name) for name in random.choice(words.LATIN_GIVEN, int(random.integers(1, 3)), replace=False))
    former = f"{letters}{code[:2]}{int(random.integers(10**4)):04d}{birth[2:].replace('-', '')}"
    old = random.random() < 0.25
    chinese = (
        str(random.choice(words.SURNAMES)) + words.GIVEN[int(random.integers(len(words.GIVEN)))]
        if random.random() < 0.6
        else ""
    )
    return Person(
        name=chinese,
        latin_name=f"{random.choice(words.LATIN_SURNAMES)}, {given}",
        nationality=f"{country}/{letters}",
        number=former if old else resident_alien_number(code[:2], numeric, birth, sequence),
        former_number="" if old else former,
        authority=_AUTHORITY_OF_FOREIGNERS,
        **common,  # type: ignore[arg-type]
    )
