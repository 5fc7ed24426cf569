"""The card as a flat picture, sampled from the native pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.shape import (
    FLAT_HEIGHT,
    FLAT_WIDTH,
    Corners,
    Homography,
    homography,
    mapped,
    side_lengths,
)
from photocheck.features.subject import Image


def rectified(rgb: Image, corners: Corners, width: int = FLAT_WIDTH, height: int = FLAT_HEIGHT) -> Image:
    """The quadrilateral as an upright picture of that size; what lies outside the picture repeats its edge.

    Where the picture is finer than the answer, whole blocks of its pixels are averaged first.

    Args:
        rgb: H×W×3 uint8.
        corners: clockwise; the first becomes the top left.
    """
    sides = side_lengths(corners)
    finer = min((sides[0] + sides[2]) / 2 / width, (sides[1] + sides[3]) / 2 / height)
    step = max(1, int(finer + 0.25))
    low = np.clip(np.floor(corners.min(axis=0)) - 2 * step, 0, (rgb.shape[1] - 1, rgb.shape[0] - 1)).astype(int)
    high = np.ceil(corners.max(axis=0)).astype(int) + 2 * step
    patch = rgb[low[1] : max(low[1] + 1, high[1]), low[0] : max(low[0] + 1, high[0])]
    if step > 1 and min(patch.shape[:2]) >= step:
        size = (patch.shape[1] // step, patch.shape[0] // step)
        patch = np.asarray(
            cv2.resize(patch[: size[1] * step, : size[0] * step], size, interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
    else:
        step = 1
    onto = homography((corners - low) / step - 0.5, width, height)
    onto = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]]) @ onto  # OpenCV counts from pixel centres
    flat = cv2.warpPerspective(patch, onto, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, dtype=np.uint8)


def seen_part(from_flat: Homography, width: int, height: int) -> NDArray[np.bool_]:
    """For every flat pixel whether it lies inside the picture: `FLAT_HEIGHT`×`FLAT_WIDTH`.

    Args:
        from_flat: the map from flat to native pixels.
        width, height: of the picture.
    """
    frame = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64)
    outline = mapped(frame, np.linalg.inv(from_flat))
    corners = mapped(np.array([(0, 0), (FLAT_WIDTH, 0), (FLAT_WIDTH, FLAT_HEIGHT), (0, FLAT_HEIGHT)]), from_flat)
    if (corners >= 0).all() and (corners <= (width, height)).all():
        return np.ones((FLAT_HEIGHT, FLAT_WIDTH), dtype=np.bool_)
    inside = np.zeros((FLAT_HEIGHT, FLAT_WIDTH), dtype=np.uint8)
    cv2.fillConvexPoly(inside, np.round(outline - 0.5).astype(np.int32), [1])
    return inside.astype(np.bool_)
