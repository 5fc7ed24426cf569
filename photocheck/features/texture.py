"""The face at native resolution: what resizing would destroy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.geometry import Box
from photocheck.features.landmarks import FACE_OVAL
from photocheck.features.subject import Image
from photocheck.finding import NotAssessable, Region

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

LARGEST_SIDE = 512
"""Pixels of the largest window; of a larger face only its middle is looked at, never a reduced copy."""
SMALLEST_SIDE = 64

Plane = NDArray[np.float32]
_OVAL = np.array(FACE_OVAL)


@dataclass(frozen=True)
class Texture:
    """The box around the face oval, or the middle of it, as the file holds it.

    Attributes:
        rgb: h×w×3 uint8, at most 512 pixels a side, a view of the picture.
        box: where it lies, native pixels.
        points: 478×2 landmarks in its pixels.
        eyes: pixels between the iris centres.
    """

    rgb: Image
    box: Box
    points: NDArray[np.float64]
    eyes: float

    @cached_property
    def grey(self) -> NDArray[np.uint8]:
        """h×w luma."""
        return np.asarray(cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)

    @cached_property
    def inside(self) -> NDArray[np.uint8]:
        """h×w, 1 inside the face oval."""
        return oval_mask(self.points, self.rgb.shape[:2])

    def middle(self, side: int) -> tuple[Image, NDArray[np.uint8]]:
        """The central pixels, at most `side` a side, and where of them the face is."""
        height, width = self.rgb.shape[:2]
        top, left = max(0, (height - side) // 2), max(0, (width - side) // 2)
        rows, columns = slice(top, top + side), slice(left, left + side)
        return self.rgb[rows, columns], self.inside[rows, columns]

    def region(self) -> Region:
        """The window as evidence."""
        return self.box.region("face")


def oval_mask(points: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """A mask of that shape, 1 inside the face oval, two pixels clear of its rim."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(points[_OVAL].astype(np.int32)), (1,))
    return np.asarray(cv2.erode(mask, np.ones((5, 5), np.uint8)), dtype=np.uint8)


def see_texture(photo: Portrait) -> Texture:
    """Cut the window.

    Raises:
        NotAssessable: `too-small` where a side of the face has less than 64 pixels.
    """
    box = photo.mesh.box
    left, right = _window(box.left, box.right, photo.width)
    top, bottom = _window(box.top, box.bottom, photo.height)
    if min(right - left, bottom - top) < SMALLEST_SIDE:
        raise NotAssessable("too-small")
    points = photo.mesh.points[:, :2] - (left, top)
    return Texture(
        photo.rgb[top:bottom, left:right], Box(left, top, right, bottom), points, photo.mesh.inter_eye_distance
    )


def _window(low: float, high: float, end: int) -> tuple[int, int]:
    """The middle of a stretch, at most `LARGEST_SIDE` long and inside the picture."""
    start, stop = max(0, int(np.floor(low))), min(end, int(np.ceil(high)))
    spare = max(0, stop - start - LARGEST_SIDE)
    return start + spare // 2, stop - (spare - spare // 2)
