"""FLD: what was read, and whether a card may say it."""

from __future__ import annotations

from photocheck.features.idcard.authority import authority_fault
from photocheck.features.idcard.fields import (
    LEAST_CONFIDENCE,
    ReadCard,
    carried,
    field_regions,
    field_text,
    label,
)
from photocheck.features.idcard.names import latin_name_fault, name_fault
from photocheck.features.idcard.nations import is_listed
from photocheck.finding import Finding, NotAssessable, Outcome, passed, to_review
from photocheck.limits import Band
from photocheck.registry import check

_FREE_TEXT = frozenset({"name", "address", "registered_address", "authority"})


@check("FLD01", "fields-legible", kind="id-card", unit="probability", since="0.1")
def fields_legible(card: ReadCard, limits: Band) -> Finding:
    """How surely the least legible field of this side was read: the probability of its least sure character.

    Why: a field that cannot be read has to be asked for again. This check alone complains about it and names the
    fields; checks that need them abstain.
    A field of which nothing could be read counts as 0. Names, addresses and issuers of which something was read count
    as 0.5 at least: their rare characters are beyond the text net, and a person can read them.
    Abstains where no card is found and for cards whose fields are not known (`other-card`, `no-fields`).
    Source: 居民身份证法 art. 3 and GA 448-2013 (the fields); the limits are this project's own.
    """
    # A side that must hold nothing may still hold something: what was found there is judged.
    expected = carried(card) or tuple(card.texts)
    if not expected:
        raise NotAssessable("no-fields")
    sure = {key: _confidence(card, key) for key in expected}
    unsure = [key for key in expected if limits.outcome(sure[key]) is not Outcome.PASS]
    regions = field_regions(card, *(unsure or expected))
    return limits.judge(min(sure.values()), regions=regions, fields=tuple(label(key) for key in unsure))


def _confidence(card: ReadCard, key: str) -> float:
    read = card.texts.get(key)
    if read is None or not read.text:
        return 0.0
    return max(read.confidence, LEAST_CONFIDENCE) if key in _FREE_TEXT else read.confidence


@check("FLD06", "name-plausible", kind="id-card", since="0.1")
def name_plausible(card: ReadCard) -> Finding:
    """Whether what was read as the name can be one.

    Why: a label, a line of the background or half a name read as the name misleads whoever relies on it.
    A name is 2 to 15 Han characters, however rare, with · inside names of other languages; on foreigners' cards the
    Latin one is judged, with or without a Chinese name behind it. Nothing is looked up in lists of names, and no name
    is refused: what is none goes to a person.
    Abstains on the emblem side (`not-on-this-side`) and where the name was not read (`field-unreadable`).
    Source: the chip's field of 15 characters; ICAO Doc 9303 part 3 for Latin names.
    """
    key, fault_of = ("latin_name", latin_name_fault) if card.card_type == "foreign-pr" else ("name", name_fault)
    fault = fault_of(field_text(card, key))
    regions = field_regions(card, key)
    return passed(regions=regions) if fault is None else to_review(fault, regions=regions)


@check("FLD07", "nation-listed", kind="id-card", since="0.1")
def nation_listed(card: ReadCard) -> Finding:
    """Whether 民族 is one of the 56, or what is printed for people outside them (其他, 穿青人, 革家人, 入籍).

    Why: anything else was misread or is not of such a card.
    Abstains where the side or the type of card has no 民族 (`not-on-this-side`) and where it was not read
    (`field-unreadable`).
    Source: GB/T 3304-1991.
    """
    regions = field_regions(card, "nation")
    return passed(regions=regions) if is_listed(field_text(card, "nation")) else to_review("unlisted", regions=regions)


@check("FLD08", "authority-plausible", kind="id-card", since="0.1")
def authority_plausible(card: ReadCard) -> Finding:
    """Whether the issuer is one that issues such cards, and names a place that is or was there.

    Why: a card signed by anyone else is no such card, or was misread.
    Resident cards and those of Hong Kong, Macau and Taiwan residents are signed by the police of a county or district
    (…公安局, …分局), foreigners' by 国家移民管理局 or, before it, 公安部. Places are those of GB/T 2260 since 1980,
    their short names included; police of farms, forests and development zones may have none and go to a person.
    Whether it is the right place for the holder is asked of both sides together.
    Abstains on the portrait side (`not-on-this-side`) and where the issuer was not read (`field-unreadable`).
    Source: 居民身份证法 art. 6; 港澳台居民居住证申领发放办法; GB/T 2260.
    """
    fault = authority_fault(field_text(card, "authority"), card.card_type)
    regions = field_regions(card, "authority")
    return passed(regions=regions) if fault is None else to_review(fault, regions=regions)
