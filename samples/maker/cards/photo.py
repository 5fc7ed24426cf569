"""Portraits for cards: cut out, so that the card's ground shows around the person."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from samples.maker.astronaut import astronaut
from samples.maker.cards.specimen import World
from samples.maker.portrait import draw

Image = NDArray[np.uint8]

_WIDTH, _HEIGHT = 364, 448
"""26 × 32 mm at 14 pixels a mm."""

_COAT = ((52, 66, 98), (40, 42, 46), (96, 44, 52), (70, 84, 72), (120, 118, 112), (30, 54, 60))
FACES = 6
"""Drawn people of each world; the astronaut comes on top as number `FACES`."""


@cache
def photo(number: int, world: World = "tune") -> Image:
    """448×364×4 uint8: person and transparency; `number` 0..FACES."""
    if number == FACES:
        return _astronaut()
    random = np.random.default_rng([number, 5 if world == "tune" else 6])
    looks = {
        "width": _WIDTH,
        "height": _HEIGHT,
        "tone": float(random.uniform(2, 6)),
        "yaw": float(random.normal(0, 2)),
        "roll": float(random.normal(0, 1)),
        "brows": float(random.normal(0, 0.1)),
        "smile": float(random.uniform(0, 0.15)),
        "hair": ("short", "long", "short", "short", "long", "high")[number % 6],
        "hair_colour": tuple(int(v) for v in random.integers(20, 56) + np.array([6, 2, 0])),
        "clothes": _COAT[int(random.integers(len(_COAT)))],
        "head_height": float(random.uniform(0.62, 0.68)),
        "crown_margin": float(random.uniform(0.07, 0.11)),
        "key": float(random.uniform(0.35, 0.55)),
        "noise": 0.0,
        "seed": int(random.integers(1000)),
    }
    white = draw(**looks, background=(255, 255, 255))
    black = draw(**looks, background=(0, 0, 0))
    through = _linear(white[..., 1]) - _linear(black[..., 1])
    alpha = np.clip(1.0 - through, 0.0, 1.0)
    colour = np.clip(_linear(black) / np.maximum(alpha, 0.02)[..., None], 0.0, 1.0)
    codes = np.where(colour <= 0.0031308, colour * 12.92, 1.055 * np.power(colour, 1 / 2.4) - 0.055) * 255
    return np.dstack([codes, 255 * alpha]).astype(np.uint8)


def _astronaut() -> Image:
    """Her picture; what is nearly white around her becomes transparent."""
    import cv2

    rgb = astronaut(width=_WIDTH, height=_HEIGHT, head_height=0.64, crown_margin=0.09)
    pale = (rgb.min(axis=2) > 243).astype(np.uint8)
    _, areas = cv2.connectedComponents(pale)
    outside = np.isin(areas, np.unique(np.concatenate([areas[0], areas[:200, 0], areas[:200, -1]]))) & (pale > 0)
    alpha = cv2.GaussianBlur(np.where(outside, 0.0, 255.0).astype(np.float32), (0, 0), 1.0)
    return np.dstack([rgb, alpha]).astype(np.uint8)


def _linear(codes: Image) -> NDArray[np.float64]:
    share = codes / 255.0
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
