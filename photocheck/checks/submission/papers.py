"""SUB: whether the pictures are all there, and say the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from photocheck.features.idcard.fields import birth_of, field_regions, field_text, number_of, validity_of
from photocheck.features.idcard.sides import EmblemSide, PortraitSide, compare_sides
from photocheck.features.submission.submission import ITEMS, Submission
from photocheck.finding import Finding, NotAssessable, Region, failed, passed, to_review
from photocheck.registry import check

T = TypeVar("T")

_LEAST_COMPARED = 2
"""Questions that must have been asked: the type of card alone says little."""
_DOTS = str.maketrans({"•": "·", "・": "·", "．": "·", ".": "·", "‧": "·"})


@check("SUB02", "sides-match", kind="submission", since="0.1")
def sides_match(submission: Submission) -> Finding:
    """Whether the two sides can be of one card, by everything that both of them say.

    Why: the sides of two cards, of husband and wife or of an old card and its successor, are easily mixed up.
    Asked are the type of card, that it was issued after its holder's birth and for the term that the law gives at the
    holder's age, that the issuer is near the address or the number's region, and the regions of travel permit and
    number. A match proves nothing. It sends the pictures to a person and never refuses them.
    Abstains without both sides, and where nothing could be read to compare (`sides-unread`).
    Source: 居民身份证法 art. 5; 港澳台居民居住证申领发放办法; GB/T 2260.
    """
    front, back = submission.front, submission.back
    portrait = PortraitSide(
        front.card_type,
        _read(lambda: number_of(front)),
        _read(lambda: birth_of(front)),
        _read(lambda: field_text(front, "address")) or "",
    )
    emblem = EmblemSide(
        back.card_type,
        _read(lambda: field_text(back, "authority")) or "",
        _read(lambda: validity_of(back)),
        _read(lambda: field_text(back, "permit_number")) or "",
    )
    answer = compare_sides(portrait, emblem)
    if not answer.disagreements and len(answer.compared) < _LEAST_COMPARED:
        raise NotAssessable("sides-unread")
    regions = (
        *_on("id-portrait", field_regions(front, "birth", "address", "number")),
        *_on("id-emblem", field_regions(back, "authority", "valid_from", "valid_until")),
    )
    return to_review(answer.disagreements[0], regions=regions) if answer.disagreements else passed(regions=regions)


@check("SUB03", "name-matches", kind="submission", since="0.1")
def name_matches(submission: Submission) -> Finding:
    """Whether the name on the card is the one on the form.

    Why: an application under another name than the card's is returned.
    Compared without spaces and case, the dots inside names taken as one. What differs goes to a person: a rare
    character may have been misread. Whether the signature is that name too is what `signature-name` tells.
    Abstains where no name was given, and where the card's was not read (`field-unreadable`).
    Source: 国家移民管理局 on 全程网办: the names on card, form and signature agree.
    """
    if submission.name is None:
        raise NotAssessable("no-name")
    regions = _on("id-portrait", field_regions(submission.front, "name"))
    same = _plain(field_text(submission.front, "name")) == _plain(submission.name)
    return passed(regions=regions) if same else to_review("differs", regions=regions)


@check("SUB06", "complete", kind="submission", since="0.1")
def complete(submission: Submission) -> Finding:
    """Whether every picture of the application is there, each in its own place.

    Why: a missing picture, or two in each other's place, is the quickest of all faults to mend and a common one.
    What each picture shows is told from the picture: a face, one side of a card, a signature. One whose kind is not
    clear is taken to be in its place; `kind-matches` speaks about it.
    Source: 国家移民管理局 on 全程网办: portrait, both sides of the resident ID card, signature.
    """
    missing = tuple(f"item-{item}" for item in ITEMS if submission.items[item] is None)
    if submission.swaps:
        return failed("swapped", items=tuple(f"item-{item}" for item in submission.swaps[0]))
    for item, shown in submission.shown.items():
        if shown is not None and shown != item and submission.items[shown] is None:
            return failed("moved", item=(f"item-{item}",), shown=(f"item-{shown}",))
    if missing:
        return failed("missing", items=missing)
    astray = tuple(f"item-{item}" for item, shown in submission.shown.items() if shown not in (None, item))
    return failed("wrong", items=astray) if astray else passed()


def _read(ask: Callable[[], T]) -> T | None:
    """What a field says, or None where it could not be read."""
    try:
        return ask()
    except NotAssessable:
        return None


def _on(item: str, regions: Iterable[Region]) -> tuple[Region, ...]:
    return tuple(replace(region, item=item) for region in regions)


def _plain(name: str) -> str:
    """A name without what people write in different ways."""
    return "".join(unicodedata.normalize("NFKC", name).split()).upper().translate(_DOTS)
