"""What a beauty operation gives back, and the table of all operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from models.train.retouch.face import Face

Image = NDArray[np.uint8]
Plane = NDArray[np.float32]
Window = tuple[slice, slice]
Sign = Literal["smoothing", "blemish", "tone", "warp", "make-up", "background", "sharpening", "generated"]
Part = Literal["train", "validation", "test"]
"""Which families the nets see, which choose the settings, and which are only measured on."""

MILD, STRONG = 0.35, 0.65
"""Strengths below and above which an operation is called mild and strong."""


@dataclass(frozen=True)
class Made:
    """A retouched picture and what is true of it.

    Attributes:
        rgb: H×W×3 uint8.
        mask: H×W float32, 0..1: where the operation was at work, and how much of it.
        displacement: H×W×2 float32 pixels or None: the content of pixel p came from p + displacement[p] (dx, dy).
        names: of the families, in the order in which they were applied.
    """

    rgb: Image
    mask: Plane
    displacement: Plane | None = None
    names: tuple[str, ...] = ()


Operation = Callable[[Image, Face, float, np.random.Generator], Made]


@dataclass(frozen=True)
class Family:
    """One operation of the table.

    Attributes:
        name: of the function, with dashes.
        sign: what a viewer would call it.
        part: where it is used.
        make: rgb H×W×3 uint8, the face on it, strength 0 (nothing) .. 1 (as strong as apps go), random generator.
    """

    name: str
    sign: Sign
    part: Part
    make: Operation


FAMILIES: dict[str, Family] = {}


def family(sign: Sign, part: Part) -> Callable[[Operation], Operation]:
    """Enter an operation into the table; at strength 0 it gives the picture back as it was."""

    def enter(make: Operation) -> Operation:
        name = make.__name__.replace("_", "-")

        def checked(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
            if strength <= 0.0:
                return Made(rgb, np.zeros(rgb.shape[:2], np.float32))
            return replace(make(rgb, face, min(1.0, strength), rng), names=(name,))

        FAMILIES[name] = Family(name, sign, part, checked)
        return checked

    return enter


def levels(pixels: NDArray[np.floating]) -> Image:
    """Rounded to 8 bits."""
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


def blended(rgb: Image, other: NDArray[np.floating], weight: Plane) -> Made:
    """The other picture over this one.

    Args:
        rgb: H×W×3 uint8.
        other: H×W×3, 0..255.
        weight: H×W, 0..1.
    """
    return Made(levels(rgb + weight[..., None] * (np.asarray(other, np.float32) - rgb)), weight)


def blended_into(rgb: Image, window: Window, other: NDArray[np.floating], weight: Plane) -> Made:
    """The same where other and weight cover only that part of the picture."""
    part = blended(rgb[window], other, weight)
    whole, mask = rgb.copy(), np.zeros(rgb.shape[:2], np.float32)
    whole[window], mask[window] = part.rgb, part.mask
    return Made(whole, mask)


def blurred(pixels: NDArray[np.floating], sigma: float) -> Plane:
    """Gaussian blur in float32; edges are mirrored."""
    return np.asarray(cv2.GaussianBlur(np.asarray(pixels, np.float32), (0, 0), max(0.2, sigma)), np.float32)


def amount(strength: float, least: float, most: float) -> float:
    """A parameter that grows with the strength: `least` at 0, `most` at 1."""
    return least + (most - least) * strength
