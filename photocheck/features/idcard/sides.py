"""Whether two sides can be of one card: what one says against what the other says. No pictures, only what was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from photocheck.features.idcard.authority import authority_places
from photocheck.features.idcard.number import Number, permit_region
from photocheck.features.idcard.regions import is_region, near, places_named
from photocheck.features.idcard.validity import Validity, depends_on_age, nearest_term

SLACK_DAYS = 60
"""What may lie between asking for a card and its issue; a guess, the one that profiles give `validity-age`."""

Disagreement = Literal[
    "card-type",  # the sides are of different cards
    "place",  # the issuer is of another prefecture than the address and the number
    "issued-before-birth",
    "term-for-age",  # the card is valid for longer or shorter than the holder's age at issue allows
    "permit-region",  # the travel permit is of another region than the number
]


@dataclass(frozen=True, slots=True)
class PortraitSide:
    """What the portrait side says; None or empty where it could not be read. No text shows in a repr."""

    card_type: str
    number: Number | None = None
    birth: date | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class EmblemSide:
    """What the emblem side says; None or empty where it could not be read."""

    card_type: str
    authority: str = field(default="", repr=False)
    validity: Validity | None = field(default=None, repr=False)
    permit_number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two sides say of each other.

    Attributes:
        compared: the questions that both sides could be asked.
        disagreements: those on which they disagree, the plainest first.
        days_outside: days by which the card was issued before (negative) or after the ages of its term; None where
            that could not be asked.
    """

    compared: tuple[Disagreement, ...]
    disagreements: tuple[Disagreement, ...]
    days_outside: int | None = None


def compare_sides(portrait: PortraitSide, emblem: EmblemSide, *, slack_days: int = SLACK_DAYS) -> Comparison:
    """Ask both sides everything that they can be asked together.

    A match proves nothing: two people of one place and age have sides that fit. A citizen's number keeps the region of
    the first registration, so an issuer near either the address or that region is plausible.

    Args:
        slack_days: how long after the ages of its term a card may have been issued.
    """
    answers: dict[Disagreement, bool] = {"card-type": portrait.card_type == emblem.card_type}
    days = None
    if answers["card-type"]:
        if emblem.validity is not None and portrait.birth is not None:
            answers["issued-before-birth"] = emblem.validity.issued >= portrait.birth
            days = days_outside_term(portrait.birth, emblem.validity, portrait.card_type)
            if days is not None and answers["issued-before-birth"]:
                answers["term-for-age"] = 0 <= days <= slack_days
        fits = _issuer_fits(portrait, emblem)
        if fits is not None:
            answers["place"] = fits
        fits = _permit_fits(portrait, emblem)
        if fits is not None:
            answers["permit-region"] = fits
    return Comparison(tuple(answers), tuple(asked for asked, agrees in answers.items() if not agrees), days)


def days_outside_term(birth: date, validity: Validity, card_type: str) -> int | None:
    """Days by which a card was issued before (negative) or after the ages at which its term is given.

    Returns:
        None where the type's term does not depend on age, or the printed dates are no lawful term apart.
    """
    if not depends_on_age(card_type):
        return None
    found = nearest_term(validity, card_type)
    return None if found is None or found[1] != 0 else found[0].days_outside(birth, validity.issued)


def _issuer_fits(portrait: PortraitSide, emblem: EmblemSide) -> bool | None:
    """Whether the issuer is near the address or the number's region; None where either is not known."""
    if portrait.card_type not in ("resident", "temporary", "hkmt-residence"):
        return None
    issuer = authority_places(emblem.authority)
    homes = set(places_named(portrait.address))
    number = portrait.number
    if number is not None and number.kind == "citizen" and number.check_right and number.region[0] != "8":
        homes |= {number.region} if is_region(number.region) else set()
    return near(issuer, frozenset(homes)) if issuer and homes else None


def _permit_fits(portrait: PortraitSide, emblem: EmblemSide) -> bool | None:
    """Whether travel permit and number are of the same region; None where either is not known."""
    region = permit_region(emblem.permit_number)
    number = portrait.number
    if portrait.card_type != "hkmt-residence" or not region or number is None or not number.check_right:
        return None
    return number.region[:2] == region
