"""What the nets see of a face: patches at native resolution, and the head turned upright at one size."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import landmarks
from photocheck.features.subject import Affine, Image

SIDE = 96
"""Pixels of a patch, never resampled."""
HEAD = 192
"""Pixels of the aligned head."""
FLOW = 24
"""Cells of the map of displacement along the head's side."""
_APART, _EYES = 0.31, (0.5, 0.35)  # of the side: distance of the eyes, their middle
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


def to_head(points: NDArray[np.float64]) -> Affine:
    """2×3 map onto the aligned head: eyes level, 0.31 of its side apart, their middle at (0.5, 0.35)."""
    right, left = points[landmarks.RIGHT_IRIS[0]], points[landmarks.LEFT_IRIS[0]]
    across = left - right
    scale = _APART * HEAD / float(np.hypot(*across))
    angle = np.arctan2(across[1], across[0])
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    turn = np.array([[cosine, sine], [-sine, cosine]])
    return np.column_stack([turn, np.array(_EYES) * HEAD - turn @ ((right + left) / 2)])


def head(rgb: Image, points: NDArray[np.float64]) -> Image:
    """192×192×3, averaged down."""
    onto = to_head(points)
    scale = float(np.hypot(*onto[0, :2]))
    soft = cv2.GaussianBlur(rgb, (0, 0), max(0.3, 0.4 / scale)) if scale < 0.9 else rgb
    made = cv2.warpAffine(soft, onto, (HEAD, HEAD), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(made, np.uint8)
