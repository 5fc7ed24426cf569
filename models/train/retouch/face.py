"""The face that operations work on: landmarks from photocheck's own mesh, its skin, the person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from photocheck import decode
from photocheck.features import landmarks
from photocheck.features.portrait import Portrait
from photocheck.features.skin import KEEP_CLEAR_OF

Image = NDArray[np.uint8]
Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Face:
    """What operations know of a picture.

    Attributes:
        points: 478×2 float64 landmarks, pixels.
        skin: H×W float32, 0..1: skin of face (to the hairline as far as its colour reaches) and neck side, feathered,
            clear of brows, eyes and lips.
        person: H×W float32, 0..1: photocheck's person mask.
    """

    points: NDArray[np.float64]
    skin: Plane
    person: Plane

    @property
    def width(self) -> float:
        """Pixels from cheek to cheek; lengths of operations are shares of it."""
        ends = self.points[[landmarks.RIGHT_CHEEKBONE, landmarks.LEFT_CHEEKBONE]]
        return float(np.hypot(*(ends[1] - ends[0])))

    @property
    def scale(self) -> float:
        """Face width over 300 pixels, for which the published lengths are given."""
        return self.width / 300.0

    def area(self, indices: tuple[int, ...], feather: float) -> Plane:
        """H×W, 0..1: the hull of those landmarks, its edge feathered by that many pixels."""
        mask = np.zeros(self.skin.shape, np.float32)
        corners = cv2.convexHull(self.points[list(indices)].round().astype(np.int32))
        cv2.fillConvexPoly(mask, np.asarray(corners), (1.0,), cv2.LINE_AA)
        return np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.3, feather)), np.float32)

    def window(self, reach: float = 0.35) -> tuple[slice, slice]:
        """Rows and columns of the face with that share of its width around, inside the picture."""
        margin = reach * self.width
        left, top = np.maximum(0, self.points.min(axis=0) - (margin, 1.6 * margin)).astype(int)
        right, bottom = (self.points.max(axis=0) + margin).astype(int) + 1
        return slice(top, bottom), slice(left, right)

    def cut(self, window: tuple[slice, slice]) -> Face:
        """The same face on a part of the picture."""
        offset = np.array([window[1].start, window[0].start], np.float64)
        return Face(self.points - offset, self.skin[window], self.person[window])

    def warped(self, displacement: Plane) -> Face:
        """The face after a warp whose content of p came from p + displacement."""
        grid = sampling_grid(displacement)
        moved = self.points.copy()
        for _ in range(3):  # the map leads back; its inverse at each point by fixed-point steps
            moved = self.points - sampled(displacement, moved)
        turned = [cv2.remap(plane, grid, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
                  for plane in (self.skin, self.person)]  # fmt: skip
        return replace(self, points=moved, skin=np.asarray(turned[0]), person=np.asarray(turned[1]))


def sampling_grid(displacement: Plane) -> Plane:
    """H×W×2 float32 map for `cv2.remap`."""
    height, width = displacement.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(np.stack([x, y], axis=-1) + displacement, np.float32)


def sampled(displacement: Plane, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """N×2 displacement at those points, the nearest pixel's."""
    height, width = displacement.shape[:2]
    columns = np.clip(points[:, 0].round().astype(int), 0, width - 1)
    rows = np.clip(points[:, 1].round().astype(int), 0, height - 1)
    return displacement[rows, columns].astype(np.float64)


def portrait_of(rgb: Image) -> Portrait:
    """These pixels as photocheck sees them."""
    held = BytesIO()
    PillowImage.fromarray(rgb).save(held, "PNG", compress_level=0)
    return Portrait(decode.decode(held.getvalue()))


def face_of(rgb: Image) -> Face:
    """Find the face.

    Raises:
        NotAssessable: where there is none.
    """
    photo = portrait_of(rgb)
    points = photo.mesh.points[:, :2]
    person = cv2.resize(photo.person.probability, (photo.width, photo.height), interpolation=cv2.INTER_LINEAR)
    return Face(points, skin_plane(rgb, points), np.asarray(person, np.float32))


def skin_plane(rgb: Image, points: NDArray[np.float64]) -> Plane:
    """H×W, 0..1: pixels of the face's own colour in and a little above the face oval, feathered."""
    width = float(np.hypot(*(points[landmarks.LEFT_CHEEKBONE] - points[landmarks.RIGHT_CHEEKBONE])))
    up = points[landmarks.FOREHEAD_TOP] - points[landmarks.CHIN]
    oval = points[list(landmarks.FACE_OVAL)]
    high = oval[(oval - points[landmarks.CHIN]) @ up > 0.6 * up @ up] + 0.12 * up
    whole = np.zeros(rgb.shape[:2], np.uint8)
    cv2.fillConvexPoly(whole, cv2.convexHull(np.vstack([oval, high]).round().astype(np.int32)), (1,))
    parts = np.zeros_like(whole)
    for part in KEEP_CLEAR_OF:
        cv2.fillConvexPoly(parts, cv2.convexHull(points[list(part)].round().astype(np.int32)), (1,))
    grown = max(1, round(0.012 * width))
    parts = np.asarray(cv2.dilate(parts, np.ones((2 * grown + 1, 2 * grown + 1), np.uint8)))
    lab = cv2.cvtColor(cv2.GaussianBlur(rgb, (0, 0), max(0.5, 0.008 * width)), cv2.COLOR_RGB2LAB).astype(np.float32)
    inside = (cv2.erode(whole, np.ones((2 * grown + 1, 2 * grown + 1), np.uint8)) > 0) & (parts == 0)
    middle, spread = np.median(lab[inside], axis=0), np.array([34.0, 11.0, 13.0], np.float32)
    unlike = np.sqrt((((lab - middle) / spread) ** 2).sum(axis=-1))
    own = np.clip(2.2 - unlike, 0.0, 1.0) * whole * (1 - parts)
    return np.asarray(cv2.GaussianBlur(own.astype(np.float32), (0, 0), max(0.5, 0.01 * width)), np.float32)
