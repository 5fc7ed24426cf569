"""Draw a side of a card: ground, ornament, portrait and print."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker.cards import ground as grounds
from samples.maker.cards import ornament, resident
from samples.maker.cards.fonts import Fonts, fonts
from samples.maker.cards.layouts import LAYOUTS, Layout
from samples.maker.cards.people import Person, random_person
from samples.maker.cards.photo import FACES, photo
from samples.maker.cards.scripts import scripts
from samples.maker.cards.sheet import Colour, Sheet
from samples.maker.cards.specimen import CARD_TYPES, Box, CardType, Side, Specimen, World

Image = NDArray[np.uint8]

_SHARES = (0.5, 0.15, 0.15, 0.12, 0.08)
"""How often a random specimen is of each of `CARD_TYPES`."""


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

    Half of the cards are resident cards unless `card_type` says otherwise, and one in eight is bilingual.
    The regions of the numbers are real ones, so such pictures are not for keeping;
    `options` as `draw_card`.
    """
    random = np.random.default_rng([seed, 17])
    kind = card_type or CARD_TYPES[int(random.choice(len(CARD_TYPES), p=_SHARES))]
    face: Side = side or ("portrait" if random.random() < 0.5 else "emblem")
    if "script" not in options and random.random() < 0.12:
        options["script"] = str(random.choice(sorted(scripts())))
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
    script: str | None = None,
    variant: int | None = None,
) -> Specimen:
    """Draw one side.

    Args:
        person: who holds the card; a mapping gives some fields and leaves the rest to the person invented for `seed`,
            so that faulty numbers, dates or names can be drawn. Both sides of one seed are of one person.
        font: type of labels, titles and numbers; by default one that `world` has.
        seed: person where none is given, ground, inks and looseness of the print.
        world: whose fonts, faces and grounds: those for tuning and those held apart differ.
        jitter_mm: how far the print is off at most.
        specimen_mark: whether 样本 stands at `MARK_BOX`.
        region: first six digits of an invented citizen number; by default a real region's.
        script: a second script of `scripts.scripts()` on a resident card; other cards have none.
        variant: which of the card's layouts; by default one by the seed.
    """
    random = np.random.default_rng([seed, zlib.crc32(world.encode()), zlib.crc32(card_type.encode())])
    choices = fonts(world)
    kit = font or choices[int(random.integers(len(choices)))]
    pattern = int(random.integers(grounds.VARIANTS)) + (grounds.VARIANTS if world == "held" else 0)
    layouts = LAYOUTS[card_type, side]
    layout = layouts[(int(random.integers(60)) if variant is None else variant) % len(layouts)]
    holder = person if isinstance(person, Person) else _invented(person or {}, random, card_type, kit, region)

    random = np.random.default_rng([seed, zlib.crc32(side.encode())])
    right, down = np.clip(random.normal(0.0, 0.4, 2), -0.7, 0.7) * jitter_mm
    sheet = Sheet(
        _tinted(_ground(layout, dpi, pattern, random), random),
        dpi,
        kit,
        random,
        shift=(float(right), float(down)),
        loose=0.05 * jitter_mm,
        ink=_varied((32, 30, 34), 8, random),
        label_ink=_varied((62, 120, 178), 10, random),
    )
    place = _photo(sheet, layout, holder, world)
    if card_type == "resident" and script:
        printed = resident.portrait_side if side == "portrait" else resident.emblem_side
        printed(sheet, holder, script=scripts()[script])
    else:
        layout.printed(sheet, holder)
    if specimen_mark:
        sheet.mark()
    texts = {part.name: getattr(holder, part.name) for part in fields(holder) if part.name in sheet.places}
    return Specimen(sheet.rgb(), dpi, card_type, side, texts, sheet.lines, sheet.places, place)


def _photo(sheet: Sheet, layout: Layout, holder: Person, world: World) -> Box | None:
    if layout.photo is None:
        return None
    left, top, right, bottom = layout.photo
    return sheet.picture(photo(holder.photo % (FACES + 1), world), left, top, right - left, bottom - top)


def _invented(
    known: Mapping[str, Any], random: np.random.Generator, card_type: CardType, kit: Fonts, region: str | None
) -> Person:
    return replace(random_person(random, card_type, kit.text, region=region), **known)


def _ground(layout: Layout, dpi: float, pattern: int, random: np.random.Generator) -> Image:
    """The ground with its ornaments; one without any may be turned over. Nobody writes into it."""
    page = _kept_ground(layout, 300.0 if dpi <= 300 else 600.0, pattern)
    turned = int(random.integers(4))
    if layout.wall is None and layout.emblem is None:
        page = page[:: -1 if turned & 1 else 1, :: -1 if turned & 2 else 1]
    size = grounds.size(dpi)
    if page.shape[1::-1] == size:
        return page
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


@lru_cache(maxsize=60)
def _kept_ground(layout: Layout, dpi: float, pattern: int) -> Image:
    page = grounds.ground(layout.style, dpi, pattern)
    if layout.wall:
        top, ink, strength = layout.wall
        page = ornament.with_wall(page, dpi, ink=ink, strength=strength, top=top, variant=pattern)
    if layout.emblem:
        left, top, width = layout.emblem
        page = ornament.with_emblem(page, dpi, left=left, top=top, width=width)
    return page


def _tinted(page: Image, random: np.random.Generator) -> Image:
    """A print run's own tint: each channel scaled by up to some per cent."""
    gains = np.clip(random.normal(1.0, 0.008, 3), 0.97, 1.02)
    table = np.clip(np.arange(256)[None, :, None] * gains, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(page, table), dtype=np.uint8)


def _varied(colour: Colour, spread: float, random: np.random.Generator) -> Colour:
    red, green, blue = (int(np.clip(value + random.normal(0.0, spread), 0, 255)) for value in colour)
    return red, green, blue
