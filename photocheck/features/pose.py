"""Head pose in degrees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from photocheck.features.faces import FaceMesh
from photocheck.features.landmarks import CHIN, FOREHEAD_TOP, LEFT_CHEEKBONE, RIGHT_CHEEKBONE


@dataclass(frozen=True, slots=True)
class Pose:
    """Which way the head is turned, by ISO/IEC 39794-5: degrees, zero when facing the camera.

    Attributes:
        yaw: positive when the head is turned to the person's own left.
        pitch: positive when the head looks down.
        roll: positive when the head is tilted towards the person's own right shoulder.
    """

    yaw: float
    pitch: float
    roll: float


def see_pose(mesh: FaceMesh) -> Pose:
    """The pose from the frame that four landmarks span."""
    across = mesh.points[LEFT_CHEEKBONE] - mesh.points[RIGHT_CHEEKBONE]
    down = mesh.points[CHIN] - mesh.points[FOREHEAD_TOP]
    return Pose(
        yaw=float(np.degrees(np.arctan2(across[2], across[0]))),
        pitch=float(np.degrees(np.arctan2(down[2], down[1]))),
        roll=float(np.degrees(np.arctan2(across[1], across[0]))),
    )
