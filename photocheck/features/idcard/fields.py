"""What checks need of the fields that were read: which a side carries, and their texts where they could be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from photocheck.features.idcard.dates import read_date
from photocheck.features.idcard.number import Number, parse_number
from photocheck.features.idcard.validity import Validity, nearest_term, read_validity, terms
from photocheck.finding import NotAssessable, Region

LEAST_CONFIDENCE = 0.5
"""Of the least sure character; below it a field counts as not read. Shipped profiles ask `fields-legible` for more."""

_ON_PORTRAIT = ("name", "sex", "nation", "birth", "address", "number")
_ON_EMBLEM = ("authority", "valid_from", "valid_until")
_CARRIED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("resident", "portrait"): _ON_PORTRAIT,
    ("resident", "emblem"): _ON_EMBLEM,
    ("temporary", "portrait"): _ON_PORTRAIT,
    ("temporary", "emblem"): _ON_EMBLEM,
    ("hkmt-residence", "portrait"): ("name", "sex", "birth", "address", "number"),
    ("hkmt-residence", "emblem"): (*_ON_EMBLEM, "permit_number", "issue_count"),
    # A Chinese name stands on it only where its holder has one.
    ("foreign-pr", "portrait"): ("latin_name", "sex", "nationality", "birth", "number", "valid_from", "valid_until"),
    ("foreign-pr", "emblem"): ("authority",),
    # Without a national layout: what every place prints, somewhere on this side.
    ("residence-permit", "portrait"): ("name", "number"),
    ("residence-permit", "emblem"): (),
}


class FieldText(Protocol):
    """One field as it was read."""

    @property
    def text(self) -> str:
        """In the report's form; empty where nothing could be read."""

    @property
    def confidence(self) -> float:
        """Of the character that is least sure, 0..1."""

    @property
    def box(self) -> Sequence[float]:
        """Left, top, right, bottom in flat pixels."""


class ReadCard(Protocol):
    """The part of an `IdCard` that the checks of its fields look at."""

    @property
    def card_type(self) -> str:
        """Which card it is."""

    @property
    def side(self) -> str:
        """Which side is up."""

    @property
    def texts(self) -> Mapping[str, FieldText]:
        """What was read, by key."""

    def region(self, label: str, shape: Sequence[float]) -> Region:
        """A box on the flat card as a region of the picture."""


def carried(card: ReadCard) -> tuple[str, ...]:
    """The fields that this side of such a card has.

    Raises:
        NotAssessable: `other-card` for a card whose fields are not known.
    """
    known = _CARRIED.get((card.card_type, card.side))
    if known is None:
        raise NotAssessable("other-card")
    return known


def field_text(card: ReadCard, key: str) -> str:
    """The text of a field.

    Raises:
        NotAssessable: `other-card`, `not-on-this-side` or `field-unreadable`.
    """
    expected = key in carried(card)
    read = card.texts.get(key)
    if not expected and (read is None or not read.text):
        raise NotAssessable("not-on-this-side")
    if read is None or not read.text or read.confidence < LEAST_CONFIDENCE:
        raise NotAssessable("field-unreadable")
    return read.text


def has_field(card: ReadCard, key: str) -> bool:
    """Whether this side carries the field, readable or not."""
    return key in carried(card) or bool(key in card.texts and card.texts[key].text)


def field_regions(card: ReadCard, *keys: str) -> Iterator[Region]:
    """Where the fields stand, those that were looked for."""
    for key in keys:
        if key in card.texts:
            yield card.region(label(key), card.texts[key].box)


def label(key: str) -> str:
    """The key of `messages/labels.toml` for a field."""
    return f"field-{key.replace('_', '-')}"


def number_of(card: ReadCard) -> Number:
    """The number as read; reasons as `field_text`."""
    return parse_number(field_text(card, "number"))


def right_number(card: ReadCard) -> Number:
    """The number, where its form is known and its check digit, if it has one, fits.

    Raises:
        NotAssessable: `number-doubtful` otherwise, which `number-checksum` tells; reasons as `field_text`.
    """
    number = number_of(card)
    if number.kind in ("other", "first-generation") or number.check_right is False:
        raise NotAssessable("number-doubtful")
    return number


def birth_of(card: ReadCard) -> date:
    """The printed day of birth; `not-a-date` where there is no such day, other reasons as `field_text`."""
    birth = read_date(field_text(card, "birth"))
    if birth is None:
        raise NotAssessable("not-a-date")
    return birth


def validity_of(card: ReadCard) -> Validity:
    """The printed validity; `not-a-date` where one end is no day that exists, other reasons as `field_text`."""
    validity = read_validity(field_text(card, "valid_from"), field_text(card, "valid_until"))
    if validity is None:
        raise NotAssessable("not-a-date")
    return validity


def confirmed_validity(card: ReadCard) -> Validity:
    """The validity where both its ends confirm each other, being a lawful term apart.

    Raises:
        NotAssessable: `dates-doubtful` where they do not, which `validity-span` tells; reasons as `validity_of`.
    """
    validity = validity_of(card)
    term = nearest_term(validity, card.card_type)
    if terms(card.card_type) and (term is None or term[1] != 0):
        raise NotAssessable("dates-doubtful")
    return validity
