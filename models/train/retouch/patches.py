"""Patches of a face at native resolution, which the patch net is trained on."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.train.retouch.made import Image
from photocheck.features import landmarks

SIDE = 96
"""Pixels of a patch, never resampled."""
PLACES: dict[str, tuple[int, ...]] = {
    "forehead": (151,), "right-cheek": (205,), "left-cheek": (425,), "chin": (175,), "nose": (45, 98),
    "right-eye": (33,), "left-eye": (263,), "right-jaw": (172,), "left-jaw": (397,), "mouth": (61,),
}  # fmt: skip
"""Landmarks at whose mean a patch is centred; `hair` and `behind` are placed beside the face oval."""
PLACE_NAMES = (*PLACES, "hair", "behind")


def centres(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """12×2 pixels: the middles of the patches in the order of `PLACE_NAMES`."""
    middle = points[[landmarks.RIGHT_CHEEKBONE, landmarks.LEFT_CHEEKBONE]].mean(axis=0)
    up = points[landmarks.FOREHEAD_TOP] - middle
    out = points[landmarks.RIGHT_CHEEKBONE] - middle
    placed = [points[list(indices)].mean(axis=0) for indices in PLACES.values()]
    return np.array([*placed, middle + 0.9 * up + 0.75 * out, middle + 0.8 * up - 1.15 * out])


def patches(rgb: Image, points: NDArray[np.float64]) -> NDArray[np.uint8]:
    """12×96×96×3: cut out, moved inside the picture where they would reach beyond it."""
    height, width = rgb.shape[:2]
    cut = []
    for x, y in centres(points):
        left = int(np.clip(round(x - SIDE / 2), 0, max(0, width - SIDE)))
        top = int(np.clip(round(y - SIDE / 2), 0, max(0, height - SIDE)))
        part = rgb[top : top + SIDE, left : left + SIDE]
        spare = (0, SIDE - part.shape[0], 0, SIDE - part.shape[1])
        cut.append(cv2.copyMakeBorder(part, *spare, cv2.BORDER_REFLECT) if any(spare) else part)
    return np.stack(cut)
