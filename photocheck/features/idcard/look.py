"""What kind of card the flat picture shows, and which way up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["portrait", "emblem"]
CardType = Literal["resident", "hkmt-residence", "foreign-pr", "residence-permit", "temporary", "other"]


@dataclass(frozen=True, slots=True)
class CardLook:
    """Side and type.

    Attributes:
        side, side_probability: the likelier side, 0.5..1.
        card_type, type_probability: the likeliest type.
        upright_probability: that the flat card is the right way up.
        card_probability: that it is a card at all, 0..1.
    """

    side: Side
    side_probability: float
    card_type: CardType
    type_probability: float
    upright_probability: float
    card_probability: float
