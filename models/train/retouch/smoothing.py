"""Skin smoothing by bilateral filters and medians: "grinding", the beauty filter of video apps, surface blur."""

from __future__ import annotations

import cv2
import numpy as np

from models.train.retouch.face import Face
from models.train.retouch.made import Image, Made, Plane, amount, blended_into, blurred, family, levels

_LARGEST = 25
"""Pixels of the widest bilateral window: wider ones differ little and take seconds."""


def bilateral(rgb: Image, window: float, tones: float) -> Plane:
    """Bilateral filter of about that window (pixels) and tone distance (levels)."""
    side = int(np.clip(round(window), 3, _LARGEST)) | 1
    return np.asarray(cv2.bilateralFilter(rgb, side, tones, max(1.0, window)), np.float32)


@family("smoothing", "train")
def grind_brightening(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Bilateral residue in 8 bits, which only brightens, doubled and added back (the widespread script)."""
    return _grind(rgb, face, strength, rng, signed=False)


@family("smoothing", "train")
def grind_signed(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """The same with a signed residue, as the method was published."""
    return _grind(rgb, face, strength, rng, signed=True)


def _grind(rgb: Image, face: Face, strength: float, rng: np.random.Generator, *, signed: bool) -> Made:
    window = face.window()
    part, near = rgb[window], face.cut(window)
    degree = amount(strength, 1.0, 4.0)
    smooth = bilateral(part, 5 * degree * near.scale, 12.5 * degree)
    residue = smooth - part
    if not signed:
        residue = np.maximum(residue, 0.0)
    soft = blurred(residue, rng.uniform(0.3, 0.9))
    weight = near.skin * (amount(strength, 0.3, 0.95) if rng.random() < 0.8 else 0.9 * min(1.0, 1.5 * strength))
    return blended_into(rgb, window, part + (2.0 if not signed else rng.uniform(1.0, 1.6)) * soft * 0.75, weight)


@family("smoothing", "train")
def beautify(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Bilateral where a rule of RGB says skin and no edge is; then the whole picture brightened by a log curve."""
    window = face.window()
    part, near = rgb[window], face.cut(window)
    smooth = bilateral(part, 9 * near.scale, 18 + 30 * strength)
    wide = part.astype(np.int16)
    red, green, blue = wide[..., 0], wide[..., 1], wide[..., 2]
    spread = wide.max(axis=-1) - wide.min(axis=-1)
    rule = (red > 95) & (green > 40) & (blue > 20) & (red > blue) & (spread > 15) & (abs(red - green) > 15)
    edges = cv2.Canny(part, 60, 150) > 0
    weight = blurred((rule & ~edges).astype(np.float32), 1.0 * near.scale) * np.float32(amount(strength, 0.3, 0.9))
    made = blended_into(rgb, window, smooth, weight)
    if rng.random() < 0.5:
        return made
    base = amount(strength, 0.05, 0.3)
    bright = np.log1p(base * made.rgb / 255.0) / np.log1p(base) * 255.0
    return Made(levels(bright), made.mask)


@family("smoothing", "train")
def median_under(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """A blurred median laid over the skin, a little of the grain let through ("surface blur" by hand)."""
    window = face.window()
    part, near = rgb[window], face.cut(window)
    side = 2 * max(1, round(amount(strength, 3, 9) * near.scale / 2)) + 1
    smooth = blurred(np.asarray(cv2.medianBlur(part, side)), amount(strength, 0.6, 2.5) * near.scale)
    back = rng.uniform(0.0, 0.4) * (part - blurred(part, 0.8))
    return blended_into(rgb, window, smooth + back, near.skin * np.float32(amount(strength, 0.3, 0.9)))
