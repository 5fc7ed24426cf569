"""Untouched pictures before an even, bright wall: the light on the backdrop is changed, not the picture cut out.

Light is added where the backdrop shows, through the lens's own blur, and clipped by the sensor. The subject's edges,
its strands of hair and the backdrop's noise stay as they were, so that an even backdrop by itself tells nothing.
"""

from __future__ import annotations

import numpy as np

from models.train.retouch.background import colour_alpha, filled
from models.train.retouch.face import Face
from models.train.retouch.made import Image, blurred, levels

_SHADE = 12.0
"""Levels by which a lit wall falls off at most."""


def before_wall(rgb: Image, face: Face, rng: np.random.Generator) -> Image:
    """The same person before the same wall, evenly lit, white or in about its own colour; white ones are often clipped.

    Args:
        rgb: H×W×3 uint8 before a plain backdrop.
        face: on it.
        rng: random generator.
    """
    height, width = rgb.shape[:2]
    rows, columns = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    fall = rng.uniform(0, _SHADE) * ((rows - rng.uniform(-1, 1)) ** 2 + (columns - rng.uniform(-1, 1)) ** 2) / 4
    wall = filled(rgb, (face.person < 0.05).astype(np.uint8), face)
    if rng.random() < 0.6:
        wanted = rng.uniform(225, 275) + rng.normal(0, 3, 3)
    else:
        wanted = wall.mean(axis=(0, 1)) * rng.uniform(1.1, 1.8) * (1 + rng.normal(0, 0.05, 3))
    lit = np.maximum(0, wanted - fall[..., None] - wall)
    light = ((1 - colour_alpha(rgb, face))[..., None] * lit).astype(np.float32)
    glare = rng.uniform(0.0, 0.06) * blurred(light, 0.05 * face.width)
    return levels(rgb + blurred(light, rng.uniform(0.3, 1.3)) + glare)
