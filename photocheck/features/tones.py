"""How many of the tones between its darkest and lightest the face uses."""

from __future__ import annotations

import cv2
import numpy as np

from photocheck.features.texture import Texture

_FILTER = 5  # pixels: JPEG's ripple on flat patches goes, patches stay
_FINE, _COARSE = 1.0, 8.0  # levels
_WINDOW = 176  # pixels: enough tones of one face


def see_tones(texture: Texture) -> float:
    """Share of the tones of a smooth picture that are there, 0..1: the middle one of red, green and blue.

    The inverse Simpson index 1 / sum(p²) counts the tones in use; the histogram smoothed over 8 levels says how many
    a picture of the same brightness would use. Combs of up to 3 levels, as careful editing leaves them, do not count.
    """
    shares = []
    rgb, inside = texture.middle(_WINDOW)
    for channel in cv2.split(rgb):
        flat = cv2.medianBlur(channel, _FILTER)
        counts = cv2.calcHist([flat], [0], inside, [256], [0, 256]).reshape(1, 256)
        fine, coarse = (
            cv2.GaussianBlur(counts, (0, 0), width, borderType=cv2.BORDER_REFLECT) for width in (_FINE, _COARSE)
        )
        shares.append(float((coarse**2).sum() / max(1e-9, float((fine**2).sum()))))
    return float(np.median(shares))
