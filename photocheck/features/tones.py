"""How many of the tones between its darkest and lightest the face uses."""

from __future__ import annotations

import cv2
import numpy as np

from photocheck.features.texture import Texture

_FILTER = 5  # pixels: JPEG's ripple on flat patches goes, patches stay
_WINDOW = 176  # pixels: enough tones of one face
_FINE = 1.0  # levels
_COARSE = 0.12, 2.0, 8.0  # of the face's own range of levels; at least, at most levels


def see_tones(texture: Texture) -> float:
    """Share of the tones of a smooth picture that are there, 0..1: the middle one of red, green and blue.

    The inverse Simpson index 1 / sum(p²) counts the tones in use; the smoothed histogram says how many a picture of
    the same brightness would use. It is smoothed in proportion to the face's own range: an evenly lit or dark face with
    few levels is not one whose levels are missing. Combs of up to 3 levels, as careful editing leaves them, are none.
    """
    shares = []
    rgb, inside = texture.middle(_WINDOW)
    flat = cv2.medianBlur(rgb, _FILTER)
    for channel in range(3):
        counts = cv2.calcHist([flat], [channel], inside, [256], [0, 256]).reshape(1, 256)
        reached = np.cumsum(counts) / max(1.0, float(counts.sum()))
        share, least, most = _COARSE
        span = float(np.searchsorted(reached, 0.9) - np.searchsorted(reached, 0.1))
        fine, coarse = (
            cv2.GaussianBlur(counts, (0, 0), width, borderType=cv2.BORDER_REFLECT)
            for width in (_FINE, min(most, max(least, share * span)))
        )
        shares.append(float((coarse**2).sum() / max(1e-9, float((fine**2).sum()))))
    return sorted(shares)[1]
