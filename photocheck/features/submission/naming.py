"""Which picture of a folder belongs in which place, told by its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from photocheck.features.submission.submission import Item

# The longer and more telling words first: `id-portrait` is no portrait.
_WORDS: tuple[tuple[Item, str], ...] = (
    ("id-emblem", r"emblem|back|reverse|反面|背面|国徽"),
    ("id-portrait", r"id.?(card.?)?(portrait|front|face)|card.?(front|portrait)|front|obverse|正面|人像面|身份证"),
    ("signature", r"sign|签名|签字|签署"),
    ("portrait", r"portrait|photo|face|head|人像|照片|相片|证件照"),
)


def by_name(names: Iterable[str]) -> Mapping[str, Item]:
    """The place that each name tells; names that tell none are left out."""
    placed = {}
    for name in names:
        plain = unicodedata.normalize("NFKC", name).lower()
        for item, words in _WORDS:
            if re.search(words, plain):
                placed[name] = item
                break
    return placed
