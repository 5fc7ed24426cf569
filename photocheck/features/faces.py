"""The landmark mesh of the main face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import vision
from photocheck.features.detection import DetectedFace
from photocheck.features.geometry import Box
from photocheck.features.landmarks import CHIN, FACE_OVAL, LEFT_IRIS, RIGHT_IRIS
from photocheck.features.subject import Affine, Image, averaged_down
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

__all__ = ["DetectedFace", "FaceMesh", "fit_mesh"]

MESH_SIDE = 384
"""Pixels of the square copy on which the mesh is fitted."""

_SQUARES = (2.0, 1.5, 2.8)
"""Sides of that square in sides of the face's box, tried in turn."""


@dataclass(frozen=True, slots=True)
class FaceMesh:
    """The 478 landmarks of the main face.

    Attributes:
        points: 478×3 float64; x and y in pixels of the native image, z in the same scale, smaller is nearer.
    """

    points: NDArray[np.float64]

    def xy(self, *indices: int) -> NDArray[np.float64]:
        """N×2 pixels of those landmarks."""
        return self.points[list(indices), :2]

    @property
    def box(self) -> Box:
        """The box around the face oval: hairline to chin, cheek to cheek."""
        oval = self.xy(*FACE_OVAL)
        (left, top), (right, bottom) = oval.min(axis=0), oval.max(axis=0)
        return Box(float(left), float(top), float(right), float(bottom))

    @property
    def inter_eye_distance(self) -> float:
        """Pixels between the iris centres, as seen (not corrected for yaw)."""
        right, left = self.xy(RIGHT_IRIS[0], LEFT_IRIS[0])
        return float(np.hypot(*(left - right)))

    @property
    def eye_midpoint(self) -> NDArray[np.float64]:
        """(x, y) midway between the iris centres, pixels."""
        midpoint: NDArray[np.float64] = self.xy(RIGHT_IRIS[0], LEFT_IRIS[0]).mean(axis=0)
        return midpoint

    @property
    def chin(self) -> NDArray[np.float64]:
        """(x, y) of the lowest point of the chin, pixels."""
        return self.points[CHIN, :2]

    @property
    def eye_to_chin(self) -> float:
        """Pixels from the eye midpoint to the chin; OFIQ's T, the length that others are told in."""
        return float(np.hypot(*(self.chin - self.eye_midpoint)))


def fit_mesh(photo: Portrait) -> FaceMesh:
    """Fit the mesh on a square around the main face, turned so that its eyes are level.

    Raises:
        NotAssessable: `no-face`, also where what the mesh was fitted to is not the main face.
    """
    face = photo.face
    for share in _SQUARES:
        crop, to_crop = _upright_square(photo, face, share * max(face.box.width, face.box.height))
        points = vision.face_landmarks(crop)
        if points is None:
            continue
        scale = float(np.hypot(*to_crop[0, :2]))
        back = cv2.invertAffineTransform(to_crop)
        mesh = FaceMesh(np.column_stack([points[:, :2] @ back[:, :2].T + back[:, 2], points[:, 2] / scale]))
        if _is_of(mesh, face):
            return mesh
    raise NotAssessable("no-face")


def _is_of(mesh: FaceMesh, face: DetectedFace) -> bool:
    """Whether the mesh lies on that face: its middle inside the box, its size within a factor of about two."""
    x, y = mesh.points[:, :2].mean(axis=0)
    box = face.box
    share = max(mesh.box.width, mesh.box.height) / max(box.width, box.height)
    return bool(box.left <= x <= box.right and box.top <= y <= box.bottom and 0.6 <= share <= 2.2)


def _upright_square(photo: Portrait, face: DetectedFace, side: float) -> tuple[Image, Affine]:
    """The square of that side around the face, its eyes level, at most `MESH_SIDE` pixels, edges repeated.

    Cut from the work copy where that is fine enough. Pixel i covers i to i + 1, as in the mesh's own coordinates.

    Returns:
        The square and the map from native pixels to its pixels.
    """
    x, y = face.box.centre
    scale = min(1.0, MESH_SIDE / side)
    size = max(1, round(side * scale))
    angle = np.radians(face.tilt)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    to_crop = scale * np.column_stack([turn, -turn @ (x, y)])
    to_crop[:, 2] += size / 2

    source, share = (photo.work, photo.work_scale) if scale <= photo.work_scale else (photo.rgb, 1.0)
    reach = side * 0.71  # the square may stand on a corner
    area = Box(x - reach, y - reach, x + reach, y + reach).clipped(photo.width, photo.height)
    left, top = int(area.left * share), int(area.top * share)
    patch = source[top : max(top, int(area.bottom * share)) + 1, left : max(left, int(area.right * share)) + 1]
    # Averaged down first: the turn alone would skip pixels of a large picture.
    step = 2 ** int(np.log2(share / scale))
    if step > 1:
        patch = averaged_down(patch, patch.shape[1] // step, patch.shape[0] // step)
    per_pixel = step * np.array([photo.width / source.shape[1], photo.height / source.shape[0]])
    from_patch = to_crop[:, :2] * per_pixel
    first = to_crop[:, :2] @ ((left, top) * per_pixel / step) + to_crop[:, 2]
    onto = np.column_stack([from_patch, first + from_patch @ (0.5, 0.5) - 0.5])  # OpenCV counts from pixel centres
    square = cv2.warpAffine(patch, onto, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(square, dtype=np.uint8), to_crop
