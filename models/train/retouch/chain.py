"""Chains of one to four operations."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from models.train.retouch import background, blemish, finish, generated, makeup, smoothing, smoothing_bands, tone, warp
from models.train.retouch.face import Face, sampling_grid
from models.train.retouch.made import FAMILIES, Family, Image, Made, Part, Plane, Sign

__all__ = ["MODULES", "applied", "drawn_chain", "drawn_strength", "families"]

MODULES = (smoothing, smoothing_bands, blemish, tone, warp, makeup, background, finish, generated)
"""Importing them fills the table."""

ORDER: tuple[Sign, ...] = (
    "warp", "blemish", "smoothing", "make-up", "tone", "background", "sharpening", "generated",
)  # fmt: skip
_OFTEN: dict[Sign, float] = {"smoothing": 3.0, "warp": 2.5, "tone": 2.0, "background": 2.0, "generated": 0.7}
_WEAKEST = 0.12


def families(parts: Sequence[Part]) -> list[Family]:
    """The families of those parts, by name."""
    return [FAMILIES[name] for name in sorted(FAMILIES) if FAMILIES[name].part in parts]


def drawn_strength(rng: np.random.Generator) -> float:
    """Log-uniform from barely visible (0.12) to 1."""
    return float(_WEAKEST ** rng.uniform(0.0, 1.0))


def drawn_chain(pool: Sequence[Family], rng: np.random.Generator) -> list[tuple[Family, float]]:
    """One to four families of unlike signs with their strengths, in the order in which apps apply them."""
    count = int(rng.choice([1, 2, 3, 4], p=[0.5, 0.27, 0.15, 0.08]))
    signs = [sign for sign in ORDER if any(one.sign == sign for one in pool)]
    chances = np.array([_OFTEN.get(sign, 1.0) for sign in signs])
    chosen = rng.choice(len(signs), size=min(count, len(signs)), replace=False, p=chances / chances.sum())
    chain = []
    for index in sorted(chosen):
        kin = [one for one in pool if one.sign == signs[index]]
        chain.append((kin[rng.integers(len(kin))], drawn_strength(rng)))
    return chain


def applied(rgb: Image, face: Face, chain: Sequence[tuple[Family, float]], rng: np.random.Generator) -> Made:
    """Apply them one after the other; masks are united, displacements joined."""
    mask, displacement = np.zeros(rgb.shape[:2], np.float32), None
    names: tuple[str, ...] = ()
    for one, strength in chain:
        made = one.make(rgb, face, strength, rng)
        if made.displacement is not None:
            displacement = joined(displacement, made.displacement)
            face = face.warped(made.displacement)
        rgb, mask, names = made.rgb, np.maximum(mask, made.mask), names + made.names
    return Made(rgb, mask, displacement, names)


def joined(first: Plane | None, second: Plane) -> Plane:
    """The displacement of one warp after another."""
    if first is None:
        return second
    back = cv2.remap(first, sampling_grid(second), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(second + back, np.float32)
