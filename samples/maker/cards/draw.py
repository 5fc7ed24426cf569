"""Draw a side of a card: ground, ornament, portrait and print."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samples.maker.cards import ground as grounds
from samples.maker.cards import ornament, resident
from samples.maker.cards.fonts import Fonts, fonts
from samples.maker.cards.people import Person, random_person
from samples.maker.cards.photo import FACES, photo
from samples.maker.cards.sheet import Sheet
from samples.maker.cards.specimen import CARD_TYPES, Box, CardType, Side, Specimen, World

Image = NDArray[np.uint8]

RESIDENT_PHOTO: Box = (54.0, 7.5, 80.0, 39.5)
_FIELDS = {
    ("resident", "portrait"): ("name", "sex", "nation", "birth", "address", "number"),
    ("resident", "emblem"): ("authority", "valid_from", "valid_until"),
}  # fmt: skip


def random_specimen(
    seed: int,
    card_type: CardType | None = None,
    side: Side | None = None,
    world: World = "tune",
    *,
    dpi: float = 300.0,
    **options: Any,
) -> Specimen:
    """A card of an invented person; equal arguments give equal cards.

    Half of the cards are resident cards unless `card_type` says otherwise. The regions of the numbers are real ones, so
    that such pictures are for use while a program runs and not for keeping; `options` as `draw_card`.
    """
    random = np.random.default_rng([seed, 17])
    shares = np.array([0.5, 0.15, 0.15, 0.12, 0.08])
    kind = card_type or CARD_TYPES[int(random.choice(len(CARD_TYPES), p=shares))]
    face = side or ("portrait" if random.random() < 0.5 else "emblem")
    return draw_card(card_type=kind, side=face, dpi=dpi, seed=seed, world=world, **options)


def draw_card(
    person: Person | Mapping[str, Any] | None = None,
    *,
    card_type: CardType = "resident",
    side: Side = "portrait",
    dpi: float = 300.0,
    font: Fonts | None = None,
    seed: int = 0,
    world: World = "tune",
    jitter_mm: float = 0.8,
    specimen_mark: bool = True,
    region: str | None = None,
) -> Specimen:
    """Draw one side.

    Args:
        person: who holds the card; a mapping gives some fields and leaves the rest to the person invented for `seed`, so
            that faulty numbers, dates or names can be drawn. Both sides of one seed are of one person.
        font: type of labels, titles and numbers; by default one that `world` has.
        seed: person where none is given, ground, inks and looseness of the print.
        world: whose fonts, faces and grounds: those for tuning and those held apart differ.
        jitter_mm: how far the print is off at most.
        specimen_mark: whether 样本 stands at `MARK_BOX`.
        region: first six digits of an invented number; by default a real region's.
    """
    random = np.random.default_rng([seed, zlib.crc32(world.encode()), zlib.crc32(card_type.encode())])
    choices = fonts(world)
    kit = font or choices[int(random.integers(len(choices)))]
    holder = _holder(person, random, card_type, kit, region)
    variant = int(random.integers(grounds.VARIANTS)) + (grounds.VARIANTS if world == "held" else 0)
    random = np.random.default_rng([seed, zlib.crc32(side.encode())])
    sheet = Sheet(
        _tinted(_ground(card_type, side, float(dpi), variant), random),
        dpi,
        kit,
        random,
        shift=tuple(np.clip(random.normal(0, 0.4, 2), -0.7, 0.7) * jitter_mm),
        loose=0.12 * jitter_mm,
        ink=_varied((32, 30, 34), 8, random),
        label_ink=_varied((62, 120, 178), 10, random),
    )
    place = _print(sheet, holder, card_type, side, world)
    if specimen_mark:
        sheet.mark()
    fields = {key: getattr(holder, key) for key in _FIELDS[card_type, side] if getattr(holder, key)}
    return Specimen(sheet.rgb(), dpi, card_type, side, fields, sheet.lines, sheet.places, place)


def _print(sheet: Sheet, holder: Person, card_type: CardType, side: Side, world: World) -> Box | None:
    """Everything on the ground; returns the place of the photo."""
    if side == "emblem":
        resident.emblem_side(sheet, holder)
        return None
    left, top, right, bottom = RESIDENT_PHOTO
    place = sheet.picture(photo(holder.photo % (FACES + 1), world), left, top, right - left, bottom - top)
    resident.portrait_side(sheet, holder)
    return place


def _holder(
    person: Person | Mapping[str, Any] | None,
    random: np.random.Generator,
    card_type: CardType,
    kit: Fonts,
    region: str | None,
) -> Person:
    invented = random_person(random, card_type, kit.text, region=region)
    if isinstance(person, Person):
        return person
    return replace(invented, **(person or {}))


@lru_cache(maxsize=24)
def _ground(card_type: CardType, side: Side, dpi: float, variant: int) -> Image:
    """The ground with its ornaments, read-only."""
    page = grounds.ground(f"resident-{side}", dpi, variant)
    if side == "emblem":
        page = ornament.with_wall(page, dpi, ink=(104, 150, 170), strength=0.5, top=20.0, variant=variant)
        page = ornament.with_emblem(page, dpi, left=5.5, top=5.8)
    return page


def _tinted(page: Image, random: np.random.Generator) -> Image:
    """A print run's own tint: each channel scaled by up to some per cent."""
    gains = np.clip(random.normal(1.0, 0.008, 3), 0.97, 1.02)
    tables = np.clip(np.arange(256)[:, None] * gains[None, :], 0, 255).astype(np.uint8)
    import cv2

    return np.asarray(cv2.LUT(page, tables[None]), dtype=np.uint8)


def _varied(colour: tuple[int, int, int], spread: float, random: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = (int(np.clip(value + random.normal(0.0, spread), 0, 255)) for value in colour)
    return red, green, blue
