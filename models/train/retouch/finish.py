"""What comes last: over-sharpening, up-scaling."""

from __future__ import annotations

import cv2
import numpy as np

from models.train.retouch.face import Face
from models.train.retouch.made import Image, Made, amount, blurred, family, levels


@family("sharpening", "train")
def unsharp(rgb: Image, _face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Unsharp mask of 80..250 %, radius 0.8..3 px."""
    radius = rng.uniform(0.8, 3.0)
    sharp = rgb + np.float32(amount(strength, 0.6, 2.5)) * (rgb - blurred(rgb, radius))
    return Made(levels(sharp), np.ones(rgb.shape[:2], np.float32))


@family("sharpening", "validation")
def laplacian(rgb: Image, _face: Face, strength: float, _rng: np.random.Generator) -> Made:
    """The Laplacian taken away."""
    sharp = rgb - np.float32(amount(strength, 0.3, 1.4)) * cv2.Laplacian(blurred(rgb, 0.6), cv2.CV_32F, ksize=1)
    return Made(levels(sharp), np.ones(rgb.shape[:2], np.float32))


@family("sharpening", "train")
def upscaled(rgb: Image, _face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Made small, enlarged ×1.5..4 again, sharpened."""
    factor = amount(strength, 1.4, 4.0)
    height, width = rgb.shape[:2]
    small = cv2.resize(
        rgb, (max(8, round(width / factor)), max(8, round(height / factor))), interpolation=cv2.INTER_AREA
    )
    how = cv2.INTER_CUBIC if rng.random() < 0.6 else cv2.INTER_LANCZOS4
    large = cv2.resize(small, (width, height), interpolation=how).astype(np.float32)
    sharp = large + rng.uniform(0.3, 1.5) * (large - blurred(large, 0.5 * factor))
    return Made(levels(sharp), np.ones(rgb.shape[:2], np.float32))
