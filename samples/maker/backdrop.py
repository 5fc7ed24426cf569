"""What stands behind a drawn person."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker.paint import linear

Colours = NDArray[np.float64]

NAMED = {
    "white": (251, 251, 251),
    "grey": (218, 218, 218),
    "blue": (126, 198, 246),
    "deep-blue": (67, 142, 219),
    "red": (205, 40, 45),
    "dark": (52, 54, 58),
}
PATTERNS = ("checks", "stripes", "gradient", "wallpaper", "room")


def backdrop(what: str | tuple[int, int, int], size: tuple[int, int], seed: int) -> Colours:
    """Height×width×3, linear light.

    Args:
        what: a colour, a key of `NAMED`, or one of `PATTERNS`.

    Raises:
        ValueError: for an unknown name.
    """
    if isinstance(what, str) and what not in NAMED:
        return linear(_pattern(what, size, seed))
    colour = NAMED[what] if isinstance(what, str) else what
    return np.broadcast_to(linear(colour), (*size, 3))


def _pattern(what: str, size: tuple[int, int], seed: int) -> Colours:
    """Height×width×3 sRGB values 0..255."""
    height, width = size
    y, x = np.mgrid[:height, :width] / width
    if what == "checks":
        return _mixed((np.sin(40 * x) * np.sin(40 * y) > 0).astype(float), (236, 236, 232), (150, 170, 190))
    if what == "stripes":
        return _mixed((np.sin(60 * x) > 0).astype(float), (240, 238, 232), (190, 178, 160))
    if what == "gradient":
        return _mixed(np.clip(x * 0.5 + y * 0.5, 0.0, 1.0), (250, 250, 250), (120, 125, 135))
    if what == "wallpaper":
        rough = np.random.default_rng(seed).random((14, 10)).astype(np.float32)
        return _mixed(
            np.clip(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1),
            (225, 214, 190),
            (150, 160, 120),
        )
    if what == "room":
        wall = _mixed(np.clip(y * 0.5, 0.0, 1.0), (214, 205, 190), (186, 176, 160)).copy()
        wall[(x > 0.78) & (y > 0.1)] = (96, 70, 48)
        wall[(x < 0.2) & (y > 0.08) & (y < 0.6)] = (150, 186, 214)
        return np.asarray(cv2.GaussianBlur(wall, (0, 0), width * 0.004))
    raise ValueError(f"there is no background {what!r}")


def _mixed(share: Colours, first: tuple[int, int, int], second: tuple[int, int, int]) -> Colours:
    return np.asarray(np.array(first) * (1.0 - share[..., None]) + np.array(second) * share[..., None])
