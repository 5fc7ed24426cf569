"""Blemishes taken away one by one, as a healing brush does."""

from __future__ import annotations

import cv2
import numpy as np

from models.train.retouch.face import Face
from models.train.retouch.made import Image, Made, amount, blurred, family

_MOST = 40


@family("blemish", "train")
def blemish_heal(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Dark or red spots painted over from around (Telea); discs without pores are left."""
    return _heal(rgb, face, strength, rng, inpaint=True)


@family("blemish", "validation")
def blemish_median(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """The same spots filled with the median of what is around."""
    return _heal(rgb, face, strength, rng, inpaint=False)


def _heal(rgb: Image, face: Face, strength: float, rng: np.random.Generator, *, inpaint: bool) -> Made:
    window = face.window(0.05)
    part, near = rgb[window], face.cut(window)
    lab = cv2.cvtColor(part, cv2.COLOR_RGB2LAB).astype(np.float32)
    size = rng.uniform(1.5, 3.0) * near.scale
    unlike = lab[..., 1] * 0.8 - lab[..., 0]
    spot = (blurred(unlike, size) - blurred(unlike, 2.5 * size)) * (near.skin > 0.5)
    mask = np.zeros(spot.shape, np.uint8)
    for _ in range(round(amount(strength, 4, _MOST))):
        _, highest, _, at = cv2.minMaxLoc(spot)
        if highest <= 0.3:
            break
        reach = max(2, round(rng.uniform(1.6, 2.6) * size))
        cv2.circle(mask, at, reach, (1,), cv2.FILLED)
        cv2.circle(spot, at, 2 * reach, (0.0,), cv2.FILLED)
    if inpaint:
        filled = cv2.inpaint(part, mask, 3, cv2.INPAINT_TELEA)
    else:
        filled = cv2.medianBlur(part, 2 * max(2, round(3 * size)) + 1)
    soft = np.asarray(blurred(mask.astype(np.float32), 0.6) * np.float32(amount(strength, 0.6, 1.0)))
    whole, where = rgb.copy(), np.zeros(rgb.shape[:2], np.float32)
    whole[window] = np.rint(part + soft[..., None] * (filled.astype(np.float32) - part)).astype(np.uint8)
    where[window] = soft
    return Made(whole, where)
