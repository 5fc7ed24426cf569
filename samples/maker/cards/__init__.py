"""Specimens of identity cards in a drawing of our own: invented people and ornaments, and what is true of each."""

from samples.maker.cards.draw import draw_card, random_specimen
from samples.maker.cards.fonts import Fonts, fonts
from samples.maker.cards.people import Person, random_person
from samples.maker.cards.specimen import HEIGHT_MM, WIDTH_MM, CardType, Side, Specimen, World

__all__ = [
    "HEIGHT_MM",
    "WIDTH_MM",
    "CardType",
    "Fonts",
    "Person",
    "Side",
    "Specimen",
    "World",
    "draw_card",
    "fonts",
    "random_person",
    "random_specimen",
]
