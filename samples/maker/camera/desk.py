"""What the document lies on: textures, each drawn once per kind, world and variant and kept.

The two worlds have other patterns under the same name: wood is planks or parquet, cloth a plain weave or a check, stone
granite or veined marble, paper wrapping paper or a ruled pad, white a smooth or a pebbled board, page lines of text or
a table, keyboard dark or light keys, dark leather or brushed metal.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np

from samples.maker.camera import desk_held, desk_tune
from samples.maker.camera.shot import Desk, Image, Plane, World

PER_MM = 8.0
"""Pixels a millimetre of the finest level."""
PIXELS = 1600
"""Width and height of the finest level, 200 mm."""
VARIANTS = 6

_DRAW: dict[World, dict[Desk, Callable[[np.random.Generator, int, float], Plane]]] = {
    "tune": desk_tune.DRAW,
    "held": desk_held.DRAW,
}


@lru_cache(maxsize=48)
def texture(kind: Desk, world: World, variant: int, level: int = 0) -> Image:
    """N×N×3 uint8 sRGB; `level` halves `PER_MM` that many times; `variant` is taken modulo `VARIANTS`."""
    if level:
        finer = texture(kind, world, variant, level - 1)
        return np.asarray(cv2.resize(finer, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    numbers = [ord(letter) for letter in kind + world]
    random = np.random.default_rng([*numbers, variant % VARIANTS])
    return np.asarray(np.clip(_DRAW[world][kind](random, PIXELS, PER_MM), 0, 255), dtype=np.uint8)
