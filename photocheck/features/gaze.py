"""Where the eyes look, against the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from photocheck.features.eyes import Eye
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

LEAST_OPENNESS = 0.35
"""Below it the lids hide too much of the iris for its centre to be seen."""
LARGEST_YAW = 25.0
"""Degrees of yaw beyond which the further eye's corners are hidden."""

# Robust fits over frontal training portraits, in mm of the average face: where the irises lie between the corners when
# the eyes look at the camera, and how a turned head moves them there (residual 0.3 mm across, 0.4 mm up and down).
_ACROSS, _ACROSS_PER_YAW = 0.03, -0.097
_DOWN, _DOWN_PER_PITCH = -1.85, -0.014
_MM_PER_DEGREE = 0.14
"""How far an iris of the mesh moves with the eye; measured on drawn heads."""


def see_gaze(photo: Portrait) -> tuple[float, float]:
    """Degrees by which both eyes together look past the camera: to the person's own left, and down.

    Raises:
        NotAssessable: `turned-away`, or `eyes-closed`.
    """
    pose, eyes = photo.pose, photo.eyes
    if abs(pose.yaw) > LARGEST_YAW:
        raise NotAssessable("turned-away")
    if min(eyes.right.openness, eyes.left.openness) < LEAST_OPENNESS:
        raise NotAssessable("eyes-closed")
    across, down = (_offset(eyes.right, 1.0) + _offset(eyes.left, -1.0)) / 2 / pose.scale
    return (
        float(across - _ACROSS - _ACROSS_PER_YAW * pose.yaw) / _MM_PER_DEGREE,
        float(down - _DOWN - _DOWN_PER_PITCH * pose.pitch) / _MM_PER_DEGREE,
    )


def _offset(eye: Eye, to_left: float) -> NDArray[np.float64]:
    """Pixels from midway between the corners to the iris: along the eye to the person's left, and down across it.

    Args:
        to_left: 1 where the step from the outer to the inner corner goes to the person's left, -1 where to the right.
    """
    axis = (eye.corners[1] - eye.corners[0]) * to_left
    axis = axis / max(float(np.hypot(*axis)), 1e-6)
    step = eye.iris - eye.corners.mean(axis=0)
    return np.array([step @ axis, step @ np.array([-axis[1], axis[0]])])
