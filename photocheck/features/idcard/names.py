"""What can be a person's name on a card. Every Han character is taken, however rare; nothing is looked up.

Source: the card's chip holds 15 characters of name; names of other languages are written in Han characters with ·;
Latin letters as in passports (ICAO Doc 9303 part 3) on the cards of foreigners.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

NameFault = Literal["characters", "length", "dots"]

LONGEST_NAME = 15
LONGEST_LATIN_NAME = 64
_DOTS = "·•・‧．."
# Radicals are left out; 〇 is a character of names, and private-use areas hold those that Unicode lacks.
_HAN = "㐀-䶿一-鿿豈-﫿𠀀-𿿽〇\ue000-\uf8ff"


def name_fault(text: str) -> NameFault | None:
    """What keeps a text from being a name in Han characters; None where nothing does.

    `dots` is a dot at an end or beside another, `length` less than 2 or more than 15 characters.
    """
    plain = "".join(text.split())
    for dot in _DOTS[1:]:
        plain = plain.replace(dot, _DOTS[0])
    if not re.fullmatch(f"[{_HAN}·]+", plain):
        return "characters"
    if plain.startswith("·") or plain.endswith("·") or "··" in plain:
        return "dots"
    return None if 2 <= len(plain) <= LONGEST_NAME else "length"


def latin_name_fault(text: str) -> NameFault | None:
    """What keeps a text from being a name in Latin letters, a Han name behind it being taken too."""
    plain = re.sub(f"[{_HAN}·]+", "", unicodedata.normalize("NFC", text)).strip()
    letters = re.sub(r"[ \-',.]", "", plain)
    if not letters.isalpha() or not all("LATIN" in unicodedata.name(letter, "") for letter in letters):
        return "characters"
    return None if 2 <= len(letters) <= LONGEST_LATIN_NAME else "length"
