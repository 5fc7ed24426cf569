"""The paper under the ink: its light, and where it is in the picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.subject import Image, averaged_down

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]

_GROUND_SIDE = 384
"""Pixels of the longer side of the copy on which the paper's light is estimated."""
_CLOSING = 0.10
"""Reach of the closing that fills strokes with the paper around them, as a share of the longer side: more than the
thickest stroke of a picture that is cropped to one name."""
_DARKEST = 0.22
"""Light of the darkest paper, in deep shadow, as a share of the brightest."""
_OTHER_COLOUR = 17.0
"""CIELAB distance in a and b from the paper's own colour at which a place is something else: a desk, a finger."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper, on a small copy of the picture.

    Attributes:
        ground: h×w×3 uint8 sRGB: the picture with everything thin and dark filled in.
        mask: h×w: where paper is.
        scale: pixels of this copy per pixel of the picture it was made from.
    """

    ground: Image
    mask: Mask
    scale: float


def see_paper(rgb: Image) -> Paper:
    """Fill the strokes with the paper around them, and tell the paper from desk and fingers.

    Args:
        rgb: H×W×3 uint8 sRGB.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, _GROUND_SIDE / max(height, width))
    small = rgb if scale == 1.0 else averaged_down(rgb, round(width * scale), round(height * scale))
    reach = max(3, round(_CLOSING * max(small.shape)) | 1)
    filled = cv2.morphologyEx(cv2.medianBlur(small, 3), cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    ground = np.asarray(cv2.blur(filled, (5, 5)), np.uint8)
    return Paper(ground, _paper_mask(ground), scale)


def flattened(rgb: Image, paper: Paper) -> Image:
    """The picture with the paper's light and colour divided out: paper is 255 in every channel.

    Args:
        rgb: H×W×3 uint8, the picture that `paper` was seen on or one of the same framing.
    """
    size = (rgb.shape[1], rgb.shape[0])
    ground = cv2.resize(paper.ground, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(rgb, ground, scale=255.0), np.uint8)


def _paper_mask(ground: Image) -> Mask:
    """The large bright region of one colour that holds most of the picture's light."""
    lab = cv2.cvtColor(ground, cv2.COLOR_RGB2LAB).astype(np.float32)
    light = np.square(lab[:, :, 0] / 255.0)
    bright = light > 0.6 * np.percentile(light, 95)
    colour = np.median(lab[bright][:, 1:], axis=0)
    distance = np.hypot(lab[:, :, 1] - colour[0], lab[:, :, 2] - colour[1])
    # The colour of deep shadow is pulled towards that of the sky or the desk: the tolerance is for lit paper.
    likely = (light > _DARKEST * np.percentile(light, 95)) & (distance < _OTHER_COLOUR)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(likely.astype(np.uint8), connectivity=4)
    if count < 2:
        return np.ones(light.shape, np.bool_)
    largest = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    holes = cv2.morphologyEx(largest.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    return np.asarray(holes > 0)
