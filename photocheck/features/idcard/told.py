"""What a report tells of a card: its type, side and turn, and its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photocheck.features.idcard.fields import label
from photocheck.features.idcard.labelled import read_labelled
from photocheck.features.idcard.reading import FieldText, read_fields
from photocheck.finding import Field

if TYPE_CHECKING:
    from photocheck.features.idcard.card import IdCard

_PERSONAL = frozenset(
    {"name", "latin_name", "number", "former_number", "permit_number", "birth", "address", "registered_address"}
)


def read_texts(card: IdCard) -> dict[str, FieldText]:
    """The fields of the side that is up: those of its layout, or those found by their labels."""
    if card.card_type in ("residence-permit", "other"):
        return read_labelled(card.flat)
    return read_fields(card.flat, card.card_type, card.side)


def told_fields(card: IdCard) -> dict[str, Field]:
    """What the report tells, by key; `no-card` where there is none."""
    look = card.place.look
    told = {
        "card_type": Field(card.card_type, look.type_probability),
        "side": Field(card.side, look.side_probability),
        "rotation": Field(str(card.rotation), look.upright_probability),
    }
    for key, read in card.texts.items():
        told[key] = Field(read.text, read.confidence, card.region(label(key), read.box), key in _PERSONAL)
    return told
