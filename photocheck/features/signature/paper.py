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
_BRIGHT = 0.6
"""Light of lit paper, as a share of the brightest."""
_DARKEST = 0.22
"""Light of the darkest paper, in deep shadow, as a share of the brightest."""
_THICK_THING = 0.02
"""Thickness of a finger, as a share of the longer side, at least."""
_COLOURED = 25
"""Difference between the channels, of 255, on flattened paper from which a thing is coloured."""
_LEAST_THING = 0.003
"""Share of the picture that a finger covers, at least."""
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
    return Paper(ground, _without_fingers(paper_mask(ground), small, ground), scale)


def flattened(rgb: Image, paper: Paper) -> Image:
    """The picture with the paper's light and colour divided out: paper is 255 in every channel.

    Args:
        rgb: H×W×3 uint8, the picture that `paper` was seen on or one of the same framing.
    """
    size = (rgb.shape[1], rgb.shape[0])
    ground = cv2.resize(paper.ground, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(rgb, ground, scale=255.0), np.uint8)


def paper_mask(ground: Image) -> Mask:
    """The large bright region of one colour that holds most of the picture's light."""
    lab = cv2.cvtColor(ground, cv2.COLOR_RGB2LAB)
    light = lab[:, :, 0]
    brightest = float(np.percentile(light, 95))
    colour = np.median(lab[light > np.sqrt(_BRIGHT) * brightest][:, 1:], axis=0)
    away = np.abs(lab[:, :, 1:].astype(np.float32) - colour.astype(np.float32))
    # The colour of deep shadow is pulled towards that of the sky or the desk: the tolerance is for lit paper.
    likely = (light > np.sqrt(_DARKEST) * brightest) & (np.square(away).sum(axis=2) < _OTHER_COLOUR**2)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(likely.astype(np.uint8), connectivity=4)
    if count < 2:
        return np.ones(light.shape, np.bool_)
    largest = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    holes = cv2.morphologyEx(largest.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    return np.asarray(holes > 0)


def _without_fingers(mask: Mask, small: Image, ground: Image) -> Mask:
    """The paper without coloured things, thicker than strokes, that reach into it from its edge or the picture's."""
    flat = np.asarray(cv2.divide(small, ground, scale=255.0), np.uint8)
    thick = max(3, round(_THICK_THING * max(small.shape)) | 1)
    red, green, blue = cv2.split(flat)
    colour = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    colour = cv2.morphologyEx(colour, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8))
    coloured = (colour > _COLOURED).astype(np.uint8)
    if not coloured.any():
        return mask
    reach = np.ones((5, 5), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(coloured, reach), connectivity=8)
    rim = cv2.erode(mask.astype(np.uint8), reach, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)) == 0
    reaching = np.zeros(count, np.bool_)
    reaching[labels[rim]] = True
    reaching &= stats[:, cv2.CC_STAT_AREA] >= _LEAST_THING * mask.size
    reaching[0] = False
    return np.asarray(mask & ~reaching[labels])
