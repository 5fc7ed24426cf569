"""Skin of the face by region, and its colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import landmarks
from photocheck.features.aligned import alignment, cut
from photocheck.features.quantile import medians, quantile
from photocheck.features.subject import Affine, Image, averaged_down
from photocheck.finding import NotAssessable, Region

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

CHIP_SIDE = 256
"""Pixels of the aligned face chip."""
CHIP_EYES = 0.32 * CHIP_SIDE
"""Pixels between the iris centres on the chip."""
LIGHTNESS_OFFSET = 16.0
"""CIELAB's own: a and b over L + 16 stay the same when the light on a colour changes."""
SMALLEST_EYES = 24.0
"""Native pixels between the iris centres below which the skin is not judged."""

KEEP_CLEAR_OF: tuple[tuple[int, ...], ...] = (
    landmarks.RIGHT_BROW,
    landmarks.LEFT_BROW,
    landmarks.RIGHT_EYE_OUTLINE,
    landmarks.LEFT_EYE_OUTLINE,
    landmarks.LIPS_OUTER,
)
"""Landmarks of the parts of a face that are not skin."""

Mask = NDArray[np.bool_]
Pixel = TypeVar("Pixel", bound=np.generic)

_KEPT_AT_LEAST = 0.4  # a region of which less is left is hair, beard or a cover, not skin


@dataclass(frozen=True, slots=True)
class Skin:
    """The face turned upright and scaled to one size, and where its skin is.

    Attributes:
        chip: 256×256×3 uint8 sRGB, the eyes level at fixed places.
        lab: 128×128×3 float32 CIELAB (D65) of the chip averaged to half: L 0..100, a and b about -128..127.
        to_chip: 2×3 map from native pixels to chip pixels.
        landmarks: 478×2 float64, the mesh on the chip.
        masks: boolean 256×256 by region: `forehead`, `right-cheek`, `left-cheek`, `nose`, `chin`, clear of
            brows, eyes, lips, nostrils, and of pixels that are not like the face's own skin. Right and left are
            the person's own. A region that is mostly hair, beard, frame or cover is missing.
        kept: share 0..1 of each of the five regions that was found to be skin, dropped regions included.
    """

    chip: Image
    lab: NDArray[np.float32]
    to_chip: Affine
    landmarks: NDArray[np.float64]
    masks: Mapping[str, Mask]
    kept: Mapping[str, float]

    @property
    def all(self) -> Mask:
        """All regions together, 256×256 bool."""
        together: Mask = np.logical_or.reduce(list(self.masks.values()))
        return together

    def colour(self, region: str) -> NDArray[np.float64]:
        """Median L, a, b of one region; `skin-covered` where the region is not skin."""
        if region not in self.masks:
            raise NotAssessable("skin-covered")
        median: NDArray[np.float64] = np.median(self.lab[halved(self.masks[region])], axis=0).astype(np.float64)
        return median

    def outline(self, mask: Mask, label: str) -> Region:
        """The largest connected part of a chip mask as a polygon in native pixels."""
        contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        largest = max(contours, key=cv2.contourArea)
        points = cv2.approxPolyDP(largest, epsilon=1.5, closed=True)[:, 0, :].astype(np.float64)
        back = cv2.invertAffineTransform(self.to_chip)
        return Region.polygon(label, points @ back[:, :2].T + back[:, 2])


def see_skin(photo: Portrait) -> Skin:
    """Align the face and mark its skin.

    Raises:
        NotAssessable: `too-small` where the eyes are less than 24 pixels apart; `skin-covered` where no region is skin.
    """
    mesh = photo.mesh
    if mesh.inter_eye_distance < SMALLEST_EYES:
        raise NotAssessable("too-small")
    to_chip = alignment(mesh.points, CHIP_EYES, (0.5 * CHIP_SIDE, 0.37 * CHIP_SIDE))
    chip = cut(photo, to_chip, CHIP_SIDE)
    half = averaged_down(chip, CHIP_SIDE // 2, CHIP_SIDE // 2).astype(np.float32) / np.float32(255)
    lab = np.asarray(cv2.cvtColor(half, cv2.COLOR_RGB2LAB), dtype=np.float32)
    placed = mesh.points[:, :2] @ to_chip[:, :2].T + to_chip[:, 2]
    areas = region_areas(placed)
    foreign = doubled(foreign_pixels(lab, {region: halved(area) for region, area in areas.items()}))
    masks, kept = {}, {}
    for region, area in areas.items():
        left = area & ~foreign
        kept[region] = np.count_nonzero(left) / max(1, np.count_nonzero(area))
        if kept[region] >= _KEPT_AT_LEAST:
            masks[region] = left
    if not masks:
        raise NotAssessable("skin-covered")
    return Skin(chip, lab, to_chip, placed, masks, kept)


def halved(pixels: NDArray[Pixel]) -> NDArray[Pixel]:
    """128×128 of a mask or image of the chip's size: every second pixel, a view."""
    return pixels[::2, ::2]


def doubled(mask: Mask) -> Mask:
    """256×256 of a mask of half the chip's size."""
    size = (2 * mask.shape[1], 2 * mask.shape[0])
    return cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(bool)


def region_areas(placed: NDArray[np.float64]) -> dict[str, Mask]:
    """Where the five regions lie on the chip by the mesh alone, clear of brows, eyes and lips.

    Args:
        placed: 478×2 landmarks in chip pixels.
    """
    blocked = np.zeros((CHIP_SIDE, CHIP_SIDE), np.uint8)
    for part in KEEP_CLEAR_OF:
        cv2.fillConvexPoly(blocked, hull(placed, part), (1,))
    blocked = cv2.dilate(blocked, np.ones((7, 7), np.uint8)).astype(np.uint8)
    areas = {}
    for region, part in _REGIONS.items():
        area = np.zeros((CHIP_SIDE, CHIP_SIDE), np.uint8)
        cv2.fillConvexPoly(area, hull(placed, part), (1,))
        areas[region] = (area & ~blocked).astype(bool)
    return areas


def hull(placed: NDArray[np.float64], part: tuple[int, ...]) -> NDArray[np.int32]:
    """N×1×2 corners of the convex hull of those landmarks, for `cv2.fillConvexPoly`."""
    return np.asarray(cv2.convexHull(placed[list(part)].round().astype(np.int32)), dtype=np.int32)


def foreign_pixels(lab: NDArray[np.float32], areas: Mapping[str, Mask]) -> Mask:
    """Pixels of the regions that are darker than the face's own skin and of another colour: hair, beard, frames.

    Shade keeps or raises the ratio of chroma to lightness, hair and frames lower it or turn its hue; so colour is told
    as (a, b) over L + 16, which serves every tone and shadow alike. Lighter pixels stay: highlights lose colour too.
    """
    shape = lab.shape[:2]
    inside = np.flatnonzero(np.logical_or.reduce(list(areas.values())))
    lightness, a, b = np.ascontiguousarray(lab.reshape(-1, 3)[inside].T)
    ratio = np.stack([a, b]) / (lightness + LIGHTNESS_OFFSET)
    own = np.flatnonzero(np.logical_or.reduce([areas[region] for region in _SUREST]).reshape(-1)[inside])
    middle = medians(ratio[:, own].T)[:, None].astype(np.float32)
    spread = np.float32(1.4826) * medians(np.abs(ratio[:, own] - middle).T)[:, None].astype(np.float32)
    away = (ratio - middle) / np.maximum(spread, _LEAST_SPREAD)
    outward = (middle[:, 0] / max(1e-6, float(np.hypot(*middle[:, 0])))).astype(np.float32)
    along, across = outward @ away, outward[0] * away[1] - outward[1] * away[0]
    distance = np.hypot(np.where(along > 0, 0.3 * along, along), across)
    usual = quantile(lightness[own], 0.5)
    hair = (lightness < usual - 4.0) & (distance > _FAR)
    # Darker than any shadow on a face that can be judged; a whole cheek that dark is lit from the side.
    black = lightness < _DARKER_THAN_SHADOW * usual
    for cheek in ("right-cheek", "left-cheek"):
        side = np.flatnonzero(areas[cheek].reshape(-1)[inside])
        if side.size:
            black[side] = lightness[side] < _DARKER_THAN_SHADOW * quantile(lightness[side], 0.5)
    strange = np.zeros(shape, np.uint8)
    strange.reshape(-1)[inside] = hair | black
    # Single pixels are noise; what is left grows by a pixel to take the mixed rim of hairs and frames along.
    strange = cv2.dilate(cv2.medianBlur(strange, 3), np.ones((3, 3), np.uint8)).astype(np.uint8)
    return strange.astype(bool)


_FAR = 4.0
_DARKER_THAN_SHADOW = 0.42  # in CIELAB lightness; about two and a half stops
_LEAST_SPREAD = 0.025

_REGIONS = {
    "forehead": (109, 338, 333, 299, 9, 69, 104),
    "right-cheek": (50, 205, 187, 123, 117, 118, 101, 36),
    "left-cheek": (280, 425, 411, 352, 346, 347, 330, 266),
    "nose": (197, 196, 419, 198, 420, 45, 275, 4, 5),
    "chin": (199, 208, 428, 175, 171, 396),
}
_SUREST = ("right-cheek", "left-cheek", "nose")
