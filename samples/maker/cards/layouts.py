"""What each side of each card is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from samples.maker.cards import relatives, resident
from samples.maker.cards.people import Person
from samples.maker.cards.sheet import Colour, Sheet
from samples.maker.cards.specimen import Box, CardType, Side


@dataclass(frozen=True)
class Layout:
    """One side.

    Attributes:
        style: of `ground.STYLES`.
        printed: sets labels and values.
        photo: box of the portrait in mm.
        emblem: left, top and width in mm.
        wall: height in mm from which the wall's drawing reaches down, and its colour and strength.
    """

    style: str
    printed: Callable[[Sheet, Person], None]
    photo: Box | None = None
    emblem: tuple[float, float, float] | None = None
    wall: tuple[float, Colour, float] | None = None


_BLUE, _GREY = (104, 150, 170), (140, 160, 160)
_RIGHT: Box = (54.0, 7.5, 80.0, 39.5)
_SMALL_RIGHT: Box = (58.0, 11.5, 80.0, 38.5)
_LEFT: Box = (5.0, 13.0, 27.0, 40.5)

LAYOUTS: dict[tuple[CardType, Side], tuple[Layout, ...]] = {
    ("resident", "portrait"): (Layout("resident-portrait", resident.portrait_side, _RIGHT),),
    ("resident", "emblem"): (
        Layout("resident-emblem", resident.emblem_side, emblem=(5.5, 5.8, 15.0), wall=(20.0, _BLUE, 0.5)),
    ),
    ("hkmt-residence", "portrait"): (Layout("hkmt", relatives.hkmt_portrait, _RIGHT),),
    ("hkmt-residence", "emblem"): (Layout("hkmt", relatives.hkmt_emblem, wall=(16.0, (90, 150, 165), 0.5)),),
    ("foreign-pr", "portrait"): (
        Layout("foreign", relatives.foreign_portrait, _LEFT, emblem=(4.0, 2.6, 7.5)),
        Layout("permit-green", relatives.foreign_portrait, _LEFT, emblem=(4.0, 2.6, 7.5)),
    ),
    ("foreign-pr", "emblem"): (
        Layout("foreign", relatives.foreign_emblem, wall=(22.0, (150, 140, 176), 0.4)),
        Layout("permit-green", relatives.foreign_emblem, wall=(22.0, _GREY, 0.4)),
    ),
    ("residence-permit", "portrait"): (
        Layout("permit-blue", relatives.permit_all_in_one, _SMALL_RIGHT),
        Layout("permit-green", relatives.permit_front, _LEFT),
        Layout("permit-pink", relatives.permit_all_in_one, _SMALL_RIGHT),
    ),
    ("residence-permit", "emblem"): (
        Layout("permit-blue", relatives.permit_notes),
        Layout("permit-green", relatives.permit_back, wall=(18.0, _GREY, 0.3)),
        Layout("permit-pink", relatives.permit_notes),
    ),
    ("temporary", "portrait"): (Layout("temporary", relatives.temporary_portrait, (54.0, 8.5, 80.0, 40.5)),),
    ("temporary", "emblem"): (Layout("temporary", relatives.temporary_emblem, wall=(20.0, _GREY, 0.35)),),
}
"""Variants of one card stand at the same place on both sides."""
