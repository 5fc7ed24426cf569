"""The card's plain surface between the print: how light it is and in what colour, everywhere on the card."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.shape import FLAT_PER_MM, HEIGHT_MM, WIDTH_MM
from photocheck.features.subject import Image

PER_MM = 2.5
"""Pixels of the map a millimetre."""
MAP_WIDTH, MAP_HEIGHT = round(WIDTH_MM * PER_MM), round(HEIGHT_MM * PER_MM)
TO_FLAT = FLAT_PER_MM / PER_MM
"""Flat pixels a pixel of the map."""

Mask = NDArray[np.bool_]

_PRINT_MM = 1.6
"""Strokes of print are narrower; what is wider in both directions is surface."""
_RIM_MM = 1.2
"""Of the card's edge, where the corners' errors and the card's own thickness show the desk."""
RIM_PX = round(_RIM_MM * PER_MM)
_CALM_PX = 5
_BLACK = 6.0
"""Levels of 8 bits added before colours are compared: in the dark they are the camera's grain."""
_LIT = 80
"""Percentile of the surface's lightness that stands for its well-lit part."""


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Maps of the flat card, `MAP_HEIGHT`×`MAP_WIDTH`, `PER_MM` pixels to the millimetre.

    Attributes:
        ground: ×3 uint8, the card without its print: every stroke gives way to what is beside it.
        plain: what is inside the picture and away from the card's own rim.
        tint: how far the colour of the ground is from the card's usual one: distance of the logarithms of red and of
            blue to green. Light and shadow leave it as it is.
        depth: how much darker than the card's well-lit part it is: difference of the logarithms, 0 or more.
    """

    ground: Image
    plain: Mask
    tint: NDArray[np.float32]
    depth: NDArray[np.float32]

    @property
    def light(self) -> NDArray[np.float32]:
        """Linear light that the ground reflects, 0..1."""
        grey = self.ground @ np.array([0.299, 0.587, 0.114], np.float32)
        return np.asarray((grey / 255.0) ** 2.2, dtype=np.float32)


def see_surface(flat: Image, inside: Mask) -> Surface:
    """Measure the flat card.

    Args:
        flat: H×W×3 uint8, `FLAT_PER_MM` pixels to the millimetre.
        inside: H×W, which of its pixels lie inside the picture.
    """
    size = (MAP_WIDTH, MAP_HEIGHT)
    seen = cv2.resize(flat, size, interpolation=cv2.INTER_AREA)
    reach = round(_PRINT_MM * PER_MM) | 1
    ground = cv2.morphologyEx(seen, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    plain = cv2.resize(inside.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(np.bool_)
    plain[:RIM_PX], plain[-RIM_PX:], plain[:, :RIM_PX], plain[:, -RIM_PX:] = False, False, False, False
    calm = np.log(cv2.blur(ground, (_CALM_PX, _CALM_PX)).astype(np.float32) + _BLACK)
    red, blue = calm[:, :, 0] - calm[:, :, 1], calm[:, :, 2] - calm[:, :, 1]
    usual = [float(np.median(colour[plain])) if plain.any() else 0.0 for colour in (red, blue)]
    lit = float(np.percentile(calm[:, :, 1][plain], _LIT)) if plain.any() else 0.0
    return Surface(
        np.asarray(ground, np.uint8),
        plain,
        np.asarray(np.hypot(red - usual[0], blue - usual[1]), np.float32),
        np.asarray(np.maximum(lit - calm[:, :, 1], 0.0), np.float32),
    )


def mask_box(mask: Mask) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom in flat pixels around a mask of the maps; None where it is empty."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if len(rows) == 0:
        return None
    edges = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    left, top, right, bottom = (float(edge) * TO_FLAT for edge in edges)
    return left, top, right, bottom
