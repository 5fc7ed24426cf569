"""Faces: where they are, and the landmark mesh of the main one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import vision
from photocheck.features.geometry import Box
from photocheck.features.landmarks import CHIN, FACE_OVAL, LEFT_IRIS, RIGHT_IRIS
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

MESH_SIDE = 384
"""Pixels of the square copy on which the mesh is fitted."""


@dataclass(frozen=True, slots=True)
class DetectedFace:
    """A face found: its box (brows to chin, ear to ear) and the detector's score 0..1."""

    box: Box
    score: float


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


def find_faces(photo: Portrait) -> tuple[DetectedFace, ...]:
    """Every face of the picture, the main one first."""
    scale = photo.work_scale
    found = [
        DetectedFace(Box(*(corners / scale)), score)
        for far in (False, True)
        for corners, score in vision.detect_faces(photo.work, far=far)
    ]
    kept: list[DetectedFace] = []
    for face in sorted(found, key=lambda candidate: -candidate.score):
        if all(face.box.overlap(other.box) < 0.3 for other in kept):
            kept.append(face)
    return tuple(sorted(kept, key=lambda face: -face.box.area))


def fit_mesh(photo: Portrait) -> FaceMesh:
    """Fit the mesh on a square around the main face.

    Raises:
        NotAssessable: `no-face`.
    """
    box = photo.face.box
    side = 2.0 * max(box.width, box.height)
    centre_x, centre_y = box.centre
    scale = min(1.0, MESH_SIDE / side)
    size = max(1, round(side * scale))
    left, top = centre_x - side / 2, centre_y - side / 2
    to_crop = np.array([[scale, 0.0, -left * scale], [0.0, scale, -top * scale]])
    crop = cv2.warpAffine(photo.rgb, to_crop, (size, size), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    points = vision.face_landmarks(np.asarray(crop, dtype=np.uint8))
    if points is None:
        raise NotAssessable("no-face")
    points = points / scale
    points[:, :2] += (left, top)
    return FaceMesh(points)
