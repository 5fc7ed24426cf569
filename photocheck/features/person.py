"""The person mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import vision
from photocheck.features.geometry import Box
from photocheck.features.subject import Image, averaged_down
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

Probability = NDArray[np.float32]

_NET_SIDE = 256
_ABOVE, _BELOW, _BESIDE = 3.2, 4.0, 3.6
"""How far the segmented square reaches from the eyes, in eye-to-chin lengths: head and shoulders as in an ID photo."""
_FILTER_SIDE = 384
"""Pixels of the longer side of the copy on which the mask is sharpened: finer than the net's, and quick."""
_FILTER_WINDOW = 3
"""Side of the sharpening's window, in pixels of half the net's resolution."""
_FLAT = 4e-4
"""Variance of grey (0..1) below which the picture's edges are taken for noise: 2 % of full scale, squared."""


@dataclass(frozen=True, slots=True)
class PersonMask:
    """Where the person is, on the work copy of the picture.

    Attributes:
        probability: h×w float32 of the work copy's size, 0..1. Only what hangs together with the main face counts;
            other people and mistakes elsewhere are 0. Outside `region` nothing was looked at and it is 0.
        scale: work pixels per native pixel.
        region: the part that was segmented, in native pixels: head and shoulders of the main face as far as the picture
            reaches; the whole picture where no face is found.
        cell: native pixels that one pixel of the net's own mask covers; finer shape comes from the picture's edges.
    """

    probability: Probability
    scale: float
    region: Box
    cell: float

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Where a person is more likely than not."""
        return self.probability >= 0.5


def see_person(photo: Portrait) -> PersonMask:
    """Segment head and shoulders, keep what hangs together with the face, and draw the edge to the picture's own."""
    scale = photo.work_scale
    height, width = photo.work.shape[:2]
    region, face = _region(photo)
    left, top = int(region.left * scale), int(region.top * scale)
    right, bottom = min(width, int(np.ceil(region.right * scale))), min(height, int(np.ceil(region.bottom * scale)))
    size = (right - left, bottom - top)
    shrink = min(1.0, _FILTER_SIDE / max(size))
    fine = averaged_down(photo.work[top:bottom, left:right], round(size[0] * shrink), round(size[1] * shrink))
    rough = vision.person_probability(averaged_down(fine, _NET_SIDE, _NET_SIDE))
    if face is not None:
        onto = np.array([_NET_SIDE / region.width, _NET_SIDE / region.height])
        rough = hanging_together(rough, *((np.array(corner) - (region.left, region.top)) * onto for corner in face))
    probability = np.zeros((height, width), np.float32)
    sharp = sharpened(rough, fine)
    cv2.resize(sharp, size, dst=probability[top:bottom, left:right], interpolation=cv2.INTER_LINEAR)
    return PersonMask(probability, scale, region, max(region.width, region.height) / _NET_SIDE)


def _region(photo: Portrait) -> tuple[Box, tuple[tuple[float, float], tuple[float, float]] | None]:
    """The part to segment, and two corners of a box that surely lies in the face."""
    whole = Box(0.0, 0.0, float(photo.width), float(photo.height))
    try:
        mesh = photo.mesh
    except NotAssessable:
        return whole, None
    x, y = mesh.eye_midpoint
    unit = max(mesh.eye_to_chin, mesh.inter_eye_distance)
    square = Box(x - _BESIDE * unit, y - _ABOVE * unit, x + _BESIDE * unit, y + _BELOW * unit)
    half = 0.4 * mesh.inter_eye_distance
    return square.clipped(whole.right, whole.bottom), ((x - half, y), (x + half, y + unit * 0.6))


def hanging_together(rough: Probability, first: NDArray[np.float64], second: NDArray[np.float64]) -> Probability:
    """The net's mask without parts that do not hang together with the face.

    Args:
        rough: 256×256, 0..1.
        first, second: (x, y) of two opposite corners of a box that surely lies in the face, pixels of the mask.
    """
    likely = (rough >= 0.5).astype(np.uint8)
    cv2.rectangle(likely, tuple(map(int, first)), tuple(map(int, second)), (1,), cv2.FILLED)
    column, row = np.clip(((first + second) / 2).astype(int), 0, _NET_SIDE - 1)
    cv2.floodFill(likely, None, (int(column), int(row)), (2,), flags=4)
    other = likely == 1
    if not other.any():
        return rough
    # Their soft rims go with them.
    other = cv2.dilate(other.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool) & (likely != 2)
    return np.where(other, np.float32(0.0), rough)


def sharpened(rough: Probability, rgb: Image) -> Probability:
    """The net's mask at the picture's resolution, its edge drawn to the picture's own by a guided filter (He 2013).

    How the mask follows the grey is fitted on a copy half as fine as the mask, and applied to `rgb` (He 2015: as good,
    and quicker).

    Args:
        rough: n×n, 0..1.
        rgb: H×W×3 of the same view.

    Returns:
        H×W float32, 0..1.
    """
    height, width = rgb.shape[:2]
    coarse_size = (rough.shape[1] // 2, rough.shape[0] // 2)
    light = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) * np.float32(1 / 255)
    coarse = cv2.resize(light, coarse_size, interpolation=cv2.INTER_LINEAR)
    mask = cv2.resize(rough, coarse_size, interpolation=cv2.INTER_AREA)

    def mean(values: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(cv2.blur(values, (_FILTER_WINDOW, _FILTER_WINDOW)))

    def enlarged(values: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(cv2.resize(values, (width, height), interpolation=cv2.INTER_LINEAR))

    mean_light, mean_mask = mean(coarse), mean(mask)
    slope = (mean(coarse * mask) - mean_light * mean_mask) / (mean(coarse * coarse) - mean_light**2 + _FLAT)
    refined = enlarged(mean(slope)) * light + enlarged(mean(mean_mask - slope * mean_light))
    return np.asarray(np.clip(refined, 0.0, 1.0, out=refined), dtype=np.float32)
