"""Head pose in degrees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photocheck.features.faces import FaceMesh
from photocheck.features.mean_face import INTER_EYE_MM, mean_face, rigid_points
from photocheck.finding import NotAssessable

_STEPS = 5
_SETTLED = 1e-6
"""Radians by which a step turns the head when no further one is needed."""
_TO_HEAD_FRAME = np.array([1.0, -1.0, -1.0])
"""From the picture's axes (y down, z away) to the head's (y up, z towards the camera)."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Which way the head is turned, by ISO/IEC 39794-5: degrees, zero when facing the camera.

    Attributes:
        yaw: positive when the head is turned to the person's own left.
        pitch: positive when the head looks down.
        roll: positive when the head is tilted towards the person's own right shoulder.
        rotation: 3×3, head axes (person's left, up, forward) to picture axes (right, up, towards the camera).
        scale: pixels per millimetre of the average face.
    """

    yaw: float
    pitch: float
    roll: float
    rotation: NDArray[np.float64]
    scale: float

    @property
    def inter_eye_distance(self) -> float:
        """Pixels between the irises of the fitted average face, as if it faced the camera."""
        return INTER_EYE_MM * self.scale


def see_pose(mesh: FaceMesh) -> Pose:
    """Fit the average face to where the landmarks are seen, in scaled orthographic projection.

    The zero is that of the average face: medians of frontal training portraits are -2.2 to 2.1° of pitch by set.
    Least squares over the bony landmarks' x and y alone, by Gauss-Newton from the three-dimensional Procrustes fit. The
    mesh's own depth serves only as the start: it follows smiles (3° of pitch against 0.7° on the training pairs).

    Raises:
        NotAssessable: `not-measurable` where the fit does not settle.
    """
    seen = mesh.points[rigid_points()] * _TO_HEAD_FRAME
    model = mean_face()[rigid_points()]
    model = model - model.mean(axis=0)
    target = seen[:, :2] - seen[:, :2].mean(axis=0)
    rotation, scale = _procrustes(model, seen - seen.mean(axis=0))
    none = np.zeros(len(model))
    for _ in range(_STEPS):
        turned = model @ rotation.T
        x, y, z = scale * turned.T
        left_over = (target - scale * turned[:, :2]).T.ravel()
        slopes = np.array([[none, -z], [z, none], [-y, x], [x / scale, y / scale]]).reshape(4, -1)
        *turn, grow = np.linalg.solve(slopes @ slopes.T, slopes @ left_over)
        rotation = _rotation_by(np.array(turn)) @ rotation
        scale += grow
        if np.abs(turn).max() < _SETTLED:
            break
    if not (np.isfinite(rotation).all() and scale > 0):
        raise NotAssessable("not-measurable")
    yaw, pitch, roll = angles(rotation)
    return Pose(yaw, pitch, roll, rotation, float(scale))


def angles(rotation: NDArray[np.float64]) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees of a rotation that is roll after yaw after pitch."""
    yaw = np.arctan2(-rotation[2, 0], np.hypot(rotation[0, 0], rotation[1, 0]))
    pitch = np.arctan2(rotation[2, 1], rotation[2, 2])
    roll = np.arctan2(rotation[1, 0], rotation[0, 0])
    return float(np.degrees(yaw)), float(np.degrees(pitch)), float(np.degrees(roll))


def _procrustes(model: NDArray[np.float64], seen: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Rotation and scale that take `model` to `seen`, both centred (Umeyama 1991)."""
    left, values, right = np.linalg.svd(seen.T @ model)
    mirror = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    scale = float((values * mirror).sum() / max(float((model**2).sum()), 1e-12))
    return np.asarray((left * mirror) @ right, dtype=np.float64), max(scale, 1e-9)


def _rotation_by(turn: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rotation about the axis `turn` by its length in radians (Rodrigues)."""
    angle = float(np.linalg.norm(turn))
    x, y, z = turn / max(angle, 1e-12)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross, dtype=np.float64)
