"""What the nets see of a face: the head turned upright at one size."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.aligned import alignment
from photocheck.features.subject import Affine, Image

HEAD = 192
"""Pixels of the aligned head."""
FLOW = 24
"""Cells of the map of displacement along the head's side."""
_APART, _EYES = 0.31, (0.5, 0.35)  # of the side: distance of the eyes, their middle


def to_head(points: NDArray[np.float64]) -> Affine:
    """2×3 map onto the aligned head: eyes level, 0.31 of its side apart, their middle at (0.5, 0.35)."""
    return alignment(points, _APART * HEAD, (_EYES[0] * HEAD, _EYES[1] * HEAD))


def head(rgb: Image, points: NDArray[np.float64]) -> Image:
    """192×192×3, averaged down."""
    onto = to_head(points)
    scale = float(np.hypot(*onto[0, :2]))
    soft = cv2.GaussianBlur(rgb, (0, 0), max(0.3, 0.4 / scale)) if scale < 0.9 else rgb
    made = cv2.warpAffine(soft, onto, (HEAD, HEAD), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(made, np.uint8)
