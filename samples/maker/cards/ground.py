"""The fine-lined ground of a card: waves and rosettes of our own in pale colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from samples.maker.cards.specimen import HEIGHT_MM, WIDTH_MM

Image = NDArray[np.uint8]
Plane = NDArray[np.float32]
Colour = tuple[int, int, int]

VARIANTS = 4
"""How many grounds of each style there are: other phases, pitches and tints."""


@dataclass(frozen=True)
class Style:
    """Colours of a ground.

    Attributes:
        wash: colours from left to right.
        lines: colours of the sets of waves.
        rosette: colour of the rosettes.
        strength: how strongly lines stand out, 0..1.
    """

    wash: tuple[Colour, ...]
    lines: tuple[Colour, ...]
    rosette: Colour
    strength: float = 1.0


STYLES = {
    "resident-portrait": Style(
        ((209, 228, 234), (224, 230, 228), (240, 226, 220), (231, 225, 232), (212, 226, 238)),
        ((142, 190, 214), (232, 178, 166), (150, 186, 220)),
        (232, 172, 150),
    ),
    "resident-emblem": Style(
        ((238, 224, 222), (226, 229, 230), (206, 228, 232), (222, 230, 226), (240, 226, 216)),
        ((150, 194, 216), (228, 180, 172), (150, 200, 200)),
        (236, 184, 156),
    ),
    "hkmt": Style(
        ((204, 226, 236), (216, 232, 228), (234, 232, 214), (214, 230, 226), (206, 222, 238)),
        ((126, 184, 206), (206, 198, 140), (136, 180, 214)),
        (206, 186, 130),
    ),
    "foreign": Style(
        ((214, 226, 240), (232, 228, 236), (242, 226, 226), (236, 232, 220), (216, 232, 228)),
        ((146, 172, 218), (226, 170, 182), (172, 196, 160)),
        (220, 160, 176),
    ),
    "permit-blue": Style(
        ((206, 224, 242), (228, 238, 246), (210, 228, 242)), ((140, 182, 222), (172, 204, 226)), (164, 196, 226)
    ),
    "permit-green": Style(
        ((214, 234, 220), (238, 244, 228), (216, 236, 226)), ((150, 204, 170), (204, 212, 150)), (214, 202, 150)
    ),
    "permit-pink": Style(
        ((244, 226, 222), (246, 240, 232), (236, 226, 236)), ((232, 178, 170), (206, 184, 214)), (236, 188, 160)
    ),
    "temporary": Style(
        ((230, 232, 226), (236, 238, 234), (230, 234, 232)), ((176, 204, 200), (200, 206, 190)), (204, 210, 190), 0.6
    ),
}


@lru_cache(maxsize=4)
def ground(style: str, dpi: float, variant: int) -> Image:
    """H×W×3 uint8, read-only; `variant` 0..VARIANTS-1 changes phases and tints."""
    look = STYLES[style]
    random = np.random.default_rng([variant, *style.encode()])
    width, height = size(dpi)
    x = ((np.arange(width, dtype=np.float32) + 0.5) * 25.4 / dpi)[None, :]
    y = ((np.arange(height, dtype=np.float32) + 0.5) * 25.4 / dpi)[:, None]
    tint = random.normal(0.0, 1.2, 3)
    place = x + 5.0 * np.sin(y / 9.0 + random.uniform(0, 6)) + np.zeros_like(y)
    stops = np.linspace(-2.0, WIDTH_MM + 2.0, len(look.wash))
    colour = np.stack([np.interp(place, stops, [c[k] + tint[k] for c in look.wash]) for k in range(3)], -1)
    page = colour.astype(np.float32)
    for number, ink in enumerate(look.lines):
        _blend(page, _waves(x, y, random, number), ink, 0.62 * look.strength)
    for middle in ((WIDTH_MM * random.uniform(0.42, 0.5), HEIGHT_MM * 0.52), (WIDTH_MM * 0.9, HEIGHT_MM * 0.86)):
        _blend(
            page,
            _rosette(x - np.float32(middle[0]), y - np.float32(middle[1]), random),
            look.rosette,
            0.5 * look.strength,
        )
    done = np.clip(np.rint(page), 0, 255).astype(np.uint8)
    done.flags.writeable = False
    return done


def size(dpi: float) -> tuple[int, int]:
    """Width and height of a card in pixels."""
    return round(WIDTH_MM * dpi / 25.4), round(HEIGHT_MM * dpi / 25.4)


def _waves(x: Plane, y: Plane, random: np.random.Generator, number: int) -> Plane:
    """Lines across the card whose distance breathes, 0..1."""
    pitch = random.uniform(0.62, 0.85) + 0.18 * number
    phase = random.uniform(0, 2 * np.pi, 4)
    swing = random.uniform(1.2, 2.4)
    long, short = random.uniform(24, 34), random.uniform(9, 13)
    slope = (-0.12, 0.2, -0.5)[number % 3]
    field = (
        y
        + slope * x
        + swing * np.sin(2 * np.pi * x / long + phase[0])
        + 0.45 * np.sin(2 * np.pi * x / short + phase[1])
    )
    field = field + 0.8 * np.sin(2 * np.pi * y / 17 + phase[2] + x / 30)
    fade = 0.65 + 0.35 * np.sin(x / (9.0 + 4 * number) + y / 11.0 + phase[3])
    return np.asarray(_line(field / pitch) * fade, dtype=np.float32)


def _rosette(x: Plane, y: Plane, random: np.random.Generator) -> Plane:
    """Interlaced rings around the origin that fade outwards, 0..1."""
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    petals, turn = int(random.integers(9, 16)), random.uniform(0, 6)
    swell = 0.9 * np.cos(petals * angle + turn)
    lines = np.maximum(_line((radius + swell) / 1.15), _line((radius - swell) / 1.15))
    return np.asarray(lines * np.exp(-((radius / 13.0) ** 4)), dtype=np.float32)


def _line(field: Plane) -> Plane:
    """1 on whole numbers of the field, falling to 0 between: a line about a fifth of the pitch wide."""
    return np.asarray(np.exp(4.5 * (np.cos(2 * np.pi * field.astype(np.float32)) - 1.0)), dtype=np.float32)


def _blend(page: Plane, cover: Plane, ink: Colour, strength: float) -> None:
    page += (np.array(ink, np.float32) - page) * (strength * cover)[..., None]
