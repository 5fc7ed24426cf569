"""Whitening and tone: by Lab, by curves, by a table of colours, by layers."""

from __future__ import annotations

import cv2
import numpy as np

from models.train.retouch.face import Face
from models.train.retouch.made import Image, Made, Plane, amount, blended, family


def _weight(face: Face, rng: np.random.Generator, *, whole: float) -> Plane:
    """The skin, or in that share of cases the whole picture."""
    return np.ones_like(face.skin) if rng.random() < whole else face.skin


@family("tone", "train")
def whiten_lab(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Lightness up by 4..20, chroma down, on the skin."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    room = np.clip((100 - lab[..., 0]) / 40, 0, 1)
    lab[..., 0] += room * np.float32(amount(strength, 2.0, 20.0))
    lab[..., 1:] *= np.float32(1 - strength * rng.uniform(0.08, 0.3))
    return blended(rgb, 255 * cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), face.skin)


@family("tone", "train")
def whiten_log(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """The log curve of beauty cameras, skin or whole picture."""
    base = np.float32(amount(strength, 0.1, 2.5))
    bright = 255 * np.log1p(base * (rgb / np.float32(255))) / np.log1p(base)
    return blended(rgb, bright, _weight(face, rng, whole=0.4))


@family("tone", "train")
def whiten_table(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """A table of colours that lightens skin hues and cools them, laid on several times like an app's slider."""
    pixels = rgb.astype(np.float32) / np.float32(255)
    light = pixels.max(axis=-1, keepdims=True)
    skin_like = np.clip((pixels[..., :1] - pixels[..., 2:]) * 4, 0, 1)
    lifted = 1 - (1 - pixels) ** np.float32(1.0 + 0.5 * strength)
    cooled = lifted + np.array([-0.01, 0.01, 0.04], np.float32) * strength * rng.uniform(0.5, 1.5) * light
    return blended(rgb, 255 * (pixels + skin_like * (cooled - pixels)), _weight(face, rng, whole=0.5))


@family("tone", "validation")
def whiten_gamma(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """A power of 0.95..0.65 on the skin."""
    power = np.float32(amount(strength, 0.97, 0.65))
    return blended(rgb, 255 * (rgb / np.float32(255)) ** power, _weight(face, rng, whole=0.3))


@family("tone", "test")
def whiten_screen(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """The picture laid over itself by "screen" or "soft light", its colour weakened."""
    pixels = rgb.astype(np.float32) / np.float32(255)
    grey = pixels.mean(axis=-1, keepdims=True)
    layer = pixels + np.float32(0.3) * (grey - pixels)
    if rng.random() < 0.5:
        made, opacity = 1 - (1 - pixels) * (1 - layer), amount(strength, 0.06, 0.45)
    else:
        light = np.minimum(1.0, layer + 0.25)
        made = pixels + (2 * light - 1) * (np.sqrt(pixels) - pixels)
        opacity = amount(strength, 0.2, 1.0)
    return blended(rgb, 255 * made, face.skin * np.float32(opacity))
