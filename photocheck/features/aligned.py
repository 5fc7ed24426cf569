"""The face turned upright and scaled to one size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import landmarks
from photocheck.features.subject import Affine, Image, averaged_down

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait


def alignment(points: NDArray[np.float64], between_eyes: float, middle: tuple[float, float]) -> Affine:
    """The 2×3 similarity that puts the eyes level, that many pixels apart, and their middle at that place.

    Args:
        points: 478×2 or 478×3 landmarks, pixels.
    """
    right, left = points[landmarks.RIGHT_IRIS[0], :2], points[landmarks.LEFT_IRIS[0], :2]
    across = left - right
    scale = between_eyes / float(np.hypot(*across))
    angle = np.arctan2(across[1], across[0])
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    turn = np.array([[cosine, sine], [-sine, cosine]])
    return np.column_stack([turn, np.array(middle) - turn @ ((right + left) / 2)])


def cut(photo: Portrait, onto: Affine, side: int, beyond: int | None = None) -> Image:
    """The square, averaged down where the face is larger than on it (`warpAffine` itself does not average).

    Args:
        onto: 2×3 map from native pixels to the square's.
        side: of the square in pixels.
        beyond: the grey outside the picture; None repeats its edge.
    """
    scale = float(np.hypot(*onto[:, 0]))
    on_work = scale <= photo.work_scale
    source = photo.work if on_work else photo.rgb
    shrink = scale / photo.work_scale if on_work else min(1.0, scale)
    height, width = source.shape[:2]
    whole = onto.copy()
    if on_work:
        whole[:, :2] /= photo.work_scale
    corners = np.array([[0, 0], [side, 0], [0, side], [side, side]], dtype=np.float64)
    back = cv2.invertAffineTransform(whole)
    reach = corners @ back[:, :2].T + back[:, 2]
    left, top = (int(edge) for edge in np.clip(np.floor(reach.min(axis=0)) - 2, 0, (width - 2, height - 2)))
    right, bottom = (
        int(edge) for edge in np.clip(np.ceil(reach.max(axis=0)) + 2, (left + 2, top + 2), (width, height))
    )
    crop, step = source[top:bottom, left:right], 2 ** int(np.log2(4 / 3 / shrink))
    if step > 1:
        crop = averaged_down(crop, (right - left) // step, (bottom - top) // step)
    # Pixel centres: pixel i of the averaged crop covers the source from i·step to (i + 1)·step.
    start = np.array([left, top]) + (step - 1) / 2
    placed = np.column_stack([whole[:, :2] * step, whole[:, :2] @ start + whole[:, 2]])
    border = cv2.BORDER_REPLICATE if beyond is None else cv2.BORDER_CONSTANT
    fill = (beyond or 0,) * 3
    made = cv2.warpAffine(crop, placed, (side, side), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=fill)
    return np.asarray(made, dtype=np.uint8)
