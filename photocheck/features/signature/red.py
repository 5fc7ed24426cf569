"""Red on the paper: seals, fingerprints and red pens, told by the colours that they take from the light."""

from __future__ import annotations

import cv2
import numpy as np

from photocheck.features.signature.paper import Mask
from photocheck.features.subject import Image

_LEAST_LOSS = 40
"""Light lost in green and in blue, of 255, from which a place is red."""
_RED_KEPT = 0.62
"""Light lost in red, as a share of that lost in green and in blue, below which a place is red."""
_EVEN = 0.8
"""Light lost in green, as a share of that lost in blue, from which red is that of ink."""
_SOME_DARK = 0.12
"""Pixels of dark ink for each pixel of red from which the dark ink is the writing, and the red is something else."""


def red_mask(flat: Image) -> Mask:
    """Where the paper is red.

    Args:
        flat: H×W×3 uint8 with white paper.
    """
    red, green, blue = cv2.split(cv2.bitwise_not(flat))
    other = cv2.min(green, blue)
    # Skin and wood take more blue than green; red inks take both alike.
    even = green >= cv2.convertScaleAbs(blue, alpha=_EVEN)
    return np.asarray((other > _LEAST_LOSS) & (cv2.convertScaleAbs(other, alpha=_RED_KEPT) > red) & even)


def darkest(flat: Image) -> Image:
    """The least of the three channels, H×W: ink of every colour is dark in it."""
    red, green, blue = cv2.split(flat)
    return np.asarray(cv2.min(cv2.min(red, green), blue), np.uint8)


def writing_channel(flat: Image, where: Mask) -> tuple[Image, bool]:
    """The plane in which the writing is dark, H×W uint8 with white paper; and whether red is left out of it.

    A seal hardly darkens the red channel, a pen that is not red does: in that channel the writing stands alone.

    Args:
        flat: H×W×3 uint8 with white paper.
        where: H×W, the paper.
    """
    coarse, there = flat[::2, ::2], where[::2, ::2]
    red = int(np.count_nonzero(red_mask(coarse) & there))
    dark = int(np.count_nonzero((coarse[:, :, 0] < 150) & there))
    if red > 0.0005 * there.size and dark > _SOME_DARK * red:
        return np.ascontiguousarray(flat[:, :, 0]), True
    return darkest(flat), False
