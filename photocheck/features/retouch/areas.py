"""Where things are on the head as the file holds it: skin, the sharp parts of the face, hair, neck, background."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import landmarks
from photocheck.features.geometry import Box
from photocheck.features.skin import hull
from photocheck.features.subject import Image
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

Mask = NDArray[np.bool_]

SMALLEST_FACE = 180.0
"""Pixels from cheek to cheek below which nothing is said of retouching."""
LARGEST_FACE = 480.0
"""A wider face is averaged down by a whole factor to at most this: what averages out there is not seen in a finished
ID photo, and no face that the measures were learned on is wider."""

_ABOVE, _BELOW, _BESIDE = 0.75, 0.4, 0.45  # of the face width, around the face oval
_PARTS = (
    landmarks.RIGHT_EYE_OUTLINE,
    landmarks.LEFT_EYE_OUTLINE,
    landmarks.RIGHT_BROW,
    landmarks.LEFT_BROW,
    landmarks.LIPS_OUTER,
)
_LEAST = 64  # pixels of an area that is measured
_MOST_SAMPLES = 8_000


@dataclass(frozen=True)
class Areas:
    """The head as the file holds it, or averaged down by a whole factor, and what of it is what.

    Attributes:
        rgb: h×w×3 uint8.
        corner: (x, y) of its top left in native pixels.
        factor: native pixels per pixel, 1 or a whole number.
        points: 478×2 landmarks in its pixels.
        width: pixels from cheek to cheek.
        masks: boolean h×w by name: `skin`, `forehead`, `right-cheek`, `left-cheek`, `nose`, `chin` as far as they are
            skin; `features` (eyes, brows, lips), `hair`, `neck`, `background`, `outline` (where the person ends).
            What has fewer than 64 pixels is missing.
    """

    rgb: Image
    corner: tuple[int, int]
    factor: int
    points: NDArray[np.float64]
    width: float
    masks: dict[str, Mask]

    @cached_property
    def samples(self) -> dict[str, NDArray[np.intp]]:
        """Evenly spread pixels of every area, at most 8,000, as flat indices: medians need no more."""
        found = {name: np.flatnonzero(mask) for name, mask in self.masks.items()}
        return {name: where[:: -(-where.size // _MOST_SAMPLES)] for name, where in found.items()}


def see_areas(photo: Portrait) -> Areas:
    """Cut the head out and mark its parts.

    Raises:
        NotAssessable: `too-small` where the face is less than 180 pixels wide; `skin-covered` where no skin is seen.
    """
    points = photo.mesh.points[:, :2]
    ends = points[[landmarks.RIGHT_CHEEKBONE, landmarks.LEFT_CHEEKBONE]]
    width = float(np.hypot(*(ends[1] - ends[0])))
    if width < SMALLEST_FACE:
        raise NotAssessable("too-small")
    return areas_of(photo, points, width)


def areas_of(photo: Portrait, points: NDArray[np.float64], width: float) -> Areas:
    """The same for a face of any size."""
    face = photo.mesh.box
    wide = Box(
        face.left - _BESIDE * width, face.top - _ABOVE * width, face.right + _BESIDE * width,
        face.bottom + _BELOW * width,
    ).clipped(photo.width, photo.height)  # fmt: skip
    factor = max(1, int(np.ceil(width / LARGEST_FACE)))
    left, top = int(wide.left), int(wide.top)
    columns, rows = int(wide.width) // factor, int(wide.height) // factor
    rgb = photo.rgb[top : top + rows * factor, left : left + columns * factor]
    if factor > 1:
        rgb = np.asarray(cv2.resize(rgb, (columns, rows), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    near, width = (points - (left, top)) / factor, width / factor
    masks = _skin(photo, (left, top), factor, rgb.shape[:2])
    inside = _person(photo, (left, top), factor, rgb.shape[:2])
    features = _drawn(near, _PARTS, rgb.shape[:2])
    oval = _drawn(near, (landmarks.FACE_OVAL,), rgb.shape[:2])
    reach = max(2, round(0.03 * width))
    grown, shrunk = _grown(inside > 0.5, reach), ~_grown(inside <= 0.5, reach)
    above_brows = np.arange(rgb.shape[0])[:, None] < near[landmarks.BROW_MIDDLES[0], 1]
    masks |= {
        "features": _grown(features, max(1, round(0.015 * width))),
        "hair": shrunk & ~_grown(oval, 2 * reach) & above_brows,
        "neck": _neck(near, width, rgb.shape[:2]) & shrunk,
        "background": ~_grown(inside > 0.1, reach),
        "outline": grown & ~shrunk,
    }
    return Areas(
        rgb, (left, top), factor, near, width,
        {name: mask for name, mask in masks.items() if np.count_nonzero(mask) >= _LEAST},
    )  # fmt: skip


def _skin(photo: Portrait, corner: tuple[int, int], factor: int, shape: tuple[int, ...]) -> dict[str, Mask]:
    """The regions of `Skin`, from its chip back onto the head."""
    onto = photo.skin.to_chip.copy()
    onto[:, 2] += onto[:, :2] @ (np.array(corner) + (factor - 1) / 2)  # pixel centres
    onto[:, :2] *= factor
    whole = np.zeros(shape, bool)
    found = {}
    for name, mask in photo.skin.masks.items():
        back = cv2.warpAffine(
            mask.astype(np.uint8), onto, shape[::-1], flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        )  # fmt: skip
        found[name] = np.asarray(back, dtype=bool)
        whole |= found[name]
    return found | {"skin": whole}


def _person(photo: Portrait, corner: tuple[int, int], factor: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The person mask on the head, 0..1."""
    seen = photo.person
    scale = seen.scale
    left, top = (round(edge * scale) for edge in corner)
    right, bottom = (round((low + factor * side) * scale) for low, side in zip(corner, shape[::-1], strict=True))
    part = seen.probability[top : max(top + 1, bottom), left : max(left + 1, right)]
    return np.asarray(cv2.resize(part, shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _neck(points: NDArray[np.float64], width: float, shape: tuple[int, ...]) -> Mask:
    """A patch under the chin, narrower than the jaw."""
    x, y = points[landmarks.CHIN]
    mask = np.zeros(shape, np.uint8)
    corners = [(x - 0.2 * width, y + 0.1 * width), (x + 0.2 * width, y + 0.3 * width)]
    (left, top), (right, bottom) = ((round(column), round(row)) for column, row in corners)
    cv2.rectangle(mask, (left, top), (right, bottom), (1,), cv2.FILLED)
    return mask.astype(bool)


def _drawn(points: NDArray[np.float64], parts: tuple[tuple[int, ...], ...], shape: tuple[int, ...]) -> Mask:
    mask = np.zeros(shape, np.uint8)
    for part in parts:
        cv2.fillConvexPoly(mask, hull(points, part), (1,))
    return mask.astype(bool)


def _grown(mask: Mask, reach: int) -> Mask:
    side = 2 * reach + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)), dtype=bool)
