"""How near the lens was, told by the face's perspective."""

from __future__ import annotations

import numpy as np

from photocheck.features.faces import FaceMesh
from photocheck.features.mean_face import mean_face, rigid_points
from photocheck.features.pose import Pose

# Of faces drawn and warped as nearer by a known amount, the fit sees half of each dioptre; the average face was
# photographed from about two metres, 0.5 dioptres.
_SEEN_SHARE = 0.5
_AVERAGE_DIOPTRES = 0.5


def camera_nearness(mesh: FaceMesh, pose: Pose) -> float:
    """Dioptres: one over the distance from camera to face in metres. May be slightly below 0 for flat, wide faces.

    Near the lens the nose grows and what lies behind it (temples, cheekbones, ears) shrinks. One least-squares step
    from the posed average face, over small turns, scale, shift and perspective: x' = x·(1 + k·z). The spread over the
    frontal training portraits is about 1 dioptre, so that only lenses nearer than some 35 cm stand out.
    """
    chosen = rigid_points()
    turned = mean_face()[chosen] @ pose.rotation.T
    turned = turned - turned.mean(axis=0)
    seen = mesh.points[chosen, :2] * (1.0, -1.0)
    left_over = (seen - seen.mean(axis=0)) / pose.scale - turned[:, :2]
    x, y, z = turned.T
    none, one = np.zeros_like(x), np.ones_like(x)
    slopes = np.concatenate(
        [np.column_stack([none, z, -y, x, one, none, x * z]), np.column_stack([-z, none, x, y, none, one, y * z])]
    )
    fitted = np.linalg.lstsq(slopes, left_over.T.ravel(), rcond=None)[0]
    per_mm = float(fitted[6] / max(1.0 + fitted[3], 1e-6))
    return per_mm * 1000.0 / _SEEN_SHARE + _AVERAGE_DIOPTRES
