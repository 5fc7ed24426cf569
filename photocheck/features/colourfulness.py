"""Whether a picture has colours of its own, or one tone only: grey, sepia or tinted throughout."""

from __future__ import annotations

import cv2
import numpy as np

from photocheck.features.quantile import quantile
from photocheck.features.subject import Image, Subject, averaged_down

_SIDE = 48
_SHARE = 0.95
_CLIPPED = 245
_LEAST_UNCLIPPED = 0.15


def colourfulness(photo: Subject) -> float:
    """How far the colours stray from a single tone curve, in CIELAB units; 0 for a grey or toned picture.

    In a toned print (sepia, cyanotype) a and b follow the lightness smoothly. So a cubic of L is fitted to a and to b
    by least squares, and the 95th percentile of the pixels' distance from it is taken, on a copy of 48 px, which
    averages the camera's colour noise away. Clipped pixels leave the curve and are left out.
    """
    small = _small(photo.work)
    lab = cv2.cvtColor(small.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB).reshape(-1, 3).astype(np.float64)
    unclipped = small.reshape(-1, 3).max(axis=1) < _CLIPPED
    if unclipped.mean() > _LEAST_UNCLIPPED:
        lab = lab[unclipped]
    curve = np.vander(lab[:, 0] / 50.0 - 1.0, 4)
    # The ridge keeps the fit defined where the picture has fewer than four lightnesses.
    squares = curve.T @ curve + 1e-6 * len(lab) * np.eye(4)
    strayed = lab[:, 1:] - curve @ np.linalg.solve(squares, curve.T @ lab[:, 1:])
    return quantile(np.hypot(strayed[:, 0], strayed[:, 1]), _SHARE)


def _small(rgb: Image) -> Image:
    height, width = rgb.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    return averaged_down(rgb, round(width * scale), round(height * scale))
