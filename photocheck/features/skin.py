"""Skin of the face by region, and its colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.subject import Affine, Image

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

CHIP_SIDE = 256
"""Pixels of the aligned face chip."""


@dataclass(frozen=True, slots=True)
class Skin:
    """The face turned upright and scaled to one size, and where its skin is.

    Attributes:
        chip: 256×256×3 uint8 sRGB, the eyes level at fixed places.
        lab: 256×256×3 float32 CIELAB (D65): L 0..100, a and b about -128..127.
        to_chip: 2×3 map from native pixels to chip pixels.
        masks: boolean 256×256 by region: `forehead`, `right-cheek`, `left-cheek`, `nose`, `chin`, clear of
            brows, eyes, lips and, where possible, beard and hair. Right and left are the person's own.
    """

    chip: Image
    lab: NDArray[np.float32]
    to_chip: Affine
    masks: dict[str, NDArray[np.bool_]]

    @property
    def all(self) -> NDArray[np.bool_]:
        """All regions together."""
        together: NDArray[np.bool_] = np.logical_or.reduce(list(self.masks.values()))
        return together

    def colour(self, region: str) -> NDArray[np.float64]:
        """Median L, a, b of one region."""
        median: NDArray[np.float64] = np.median(self.lab[self.masks[region]], axis=0).astype(np.float64)
        return median


def see_skin(photo: Portrait) -> Skin:
    """Align the face and mark its skin."""
    mesh = photo.mesh
    right, left = mesh.xy(468, 473)
    across = left - right
    scale = 0.36 * CHIP_SIDE / max(1.0, float(np.hypot(*across)))
    angle = np.arctan2(across[1], across[0])
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    turn = np.array([[cosine, sine], [-sine, cosine]])
    to_chip = np.column_stack([turn, np.array([0.5, 0.4]) * CHIP_SIDE - turn @ ((right + left) / 2)])
    chip = np.asarray(
        cv2.warpAffine(
            photo.rgb, to_chip, (CHIP_SIDE, CHIP_SIDE), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
        ),
        dtype=np.uint8,
    )
    lab = np.asarray(cv2.cvtColor(chip.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB), dtype=np.float32)
    placed = mesh.points[:, :2] @ to_chip[:, :2].T + to_chip[:, 2]
    masks = {}
    for region, indices in _REGIONS.items():
        mask = np.zeros((CHIP_SIDE, CHIP_SIDE), np.uint8)
        cv2.fillConvexPoly(mask, cv2.convexHull(placed[list(indices)].round().astype(np.int32)), (1,))
        masks[region] = mask.astype(bool)
    return Skin(chip, lab, to_chip, masks)


_REGIONS = {
    "forehead": (109, 338, 337, 108, 151, 9, 299, 69),
    "right-cheek": (50, 205, 187, 123, 117, 118, 101, 36),
    "left-cheek": (280, 425, 411, 352, 346, 347, 330, 266),
    "nose": (6, 197, 195, 5, 4, 45, 275, 48, 278),
    "chin": (199, 208, 428, 175, 171, 396),
}
