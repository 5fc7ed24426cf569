"""Skin smoothing by bands and local statistics: wavelets, the guided filter, local variance, non-local means."""

from __future__ import annotations

import cv2
import numpy as np

from models.train.retouch.face import Face
from models.train.retouch.made import Image, Made, Plane, amount, blended_into, blurred, family


@family("smoothing", "train")
def frequency_bands(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Differences of Gaussians: bands of 1.6..7 px at a 300 px face weakened, finest grain and tone kept."""
    window = face.window()
    part, near = rgb[window].astype(np.float32), face.cut(window)
    keep = amount(strength, 0.8, 0.1)
    grain = rng.uniform(0.6, 1.0)
    finer, made = part, np.zeros_like(part)
    for index in range(5):
        coarser = blurred(part, 0.8 * 2**index * near.scale)
        made += (finer - coarser) * (grain if index == 0 else keep if index <= 3 else 1.0)
        finer = coarser
    return blended_into(rgb, window, made + finer, near.skin)


@family("smoothing", "validation")
def guided(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """The picture filtered under its own guidance (He 2013)."""
    window = face.window()
    part, near = rgb[window], face.cut(window)
    radius = max(1, round(rng.uniform(4, 12) * near.scale))
    smooth = guided_filter(part, radius, amount(strength, 0.02, 0.08) ** 2)
    return blended_into(rgb, window, smooth, near.skin * np.float32(amount(strength, 0.4, 0.9)))


def guided_filter(rgb: Image, radius: int, flat: float) -> Plane:
    """Each channel guided by itself.

    Args:
        rgb: H×W×3 uint8.
        radius: of the window, pixels.
        flat: variance (of values 0..1) below which it smooths.
    """
    pixels, size = rgb.astype(np.float32) / np.float32(255), (2 * radius + 1, 2 * radius + 1)
    mean = cv2.blur(pixels, size)
    variance = np.maximum(cv2.blur(pixels * pixels, size) - mean * mean, 0.0)
    slope = variance / (variance + np.float32(flat))
    offset = mean - slope * mean
    return np.asarray(255 * (cv2.blur(slope, size) * pixels + cv2.blur(offset, size)), np.float32)


@family("smoothing", "test")
def local_variance(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Short videos' way: fine detail kept by its local variance, mixed in by the red channel, sharpened a little."""
    window = face.window()
    part, near = rgb[window].astype(np.float32) / np.float32(255), face.cut(window)
    mean = blurred(part, amount(strength, 3.0, 6.0) * near.scale)
    high = part - mean
    variance = blurred(high * high, 3.0 * near.scale)
    kept = variance / (variance + np.float32(amount(strength, 0.0004, 0.002)))
    smooth = mean + kept * high
    by_red = np.clip((np.minimum(part[..., 0], mean[..., 0] - 0.1) - 0.2) * 4, 0, 1)
    weight = np.asarray(by_red * np.minimum(1.0, 1.3 * near.skin + 0.25) * amount(strength, 0.45, 1.0), np.float32)
    mixed = part + weight[..., None] * (smooth - part)
    sharper = mixed + weight[..., None] * rng.uniform(0.1, 0.3) * (mixed - blurred(mixed, 1.0))
    made = blended_into(rgb, window, 255 * sharper, (weight > 0).astype(np.float32))
    made.mask[window] = weight
    return made


@family("smoothing", "validation")
def non_local(rgb: Image, face: Face, strength: float, _rng: np.random.Generator) -> Made:
    """Non-local means on the skin only, far stronger than a camera's."""
    window = face.window(0.1)
    part, near = rgb[window], face.cut(window)
    degree = amount(strength, 4.0, 14.0)
    smooth = cv2.fastNlMeansDenoisingColored(part, None, degree, degree, 5, 11)
    weight = near.skin * np.float32(amount(strength, 0.5, 0.95))
    return blended_into(rgb, window, np.asarray(smooth, np.float32), weight)
