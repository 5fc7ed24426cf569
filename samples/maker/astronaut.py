"""A real face that anyone may use: the portrait of an astronaut that NASA made and scikit-image carries."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


def astronaut(
    *, width: int = 420, height: int = 560, head_height: float = 0.74, crown_margin: float = 0.05, plain: bool = True
) -> Image:
    """The portrait in an identity photo's frame.

    The original's head is about 165 pixels high, so that fine detail is missing at larger sizes.

    Args:
        width, height: pixels of the picture.
        head_height: crown with hair to chin as a share of the height.
        crown_margin: space above the hair as a share of the height.
        plain: whether white stands behind the person in place of flag and spacecraft.

    Returns:
        height×width×3 uint8 sRGB.
    """
    rgb = _cut_out() if plain else original()
    crown, chin, middle = 14.0, 177.0, 225.0
    factor = head_height * height / (chin - crown)
    affine = np.array(
        [[factor, 0.0, width / 2 - factor * middle], [0.0, factor, crown_margin * height - factor * crown]]
    )
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    framed = cv2.warpAffine(rgb, affine, (width, height), flags=method, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(framed, dtype=np.uint8)


@cache
def original() -> Image:
    """512×512×3, as scikit-image carries it."""
    from skimage import data

    return np.asarray(data.astronaut(), dtype=np.uint8)


@cache
def _cut_out() -> Image:
    """The person in front of white, cut out by colour around a rough outline."""
    rgb = original()
    marks = np.full(rgb.shape[:2], cv2.GC_PR_BGD, np.uint8)
    person = np.array(
        [
            (224, 25),
            (275, 60),
            (270, 130),
            (330, 210),
            (400, 260),
            (470, 330),
            (470, 511),
            (20, 511),
            (60, 260),
            (140, 190),
            (165, 120),
            (165, 60),
        ]
    )
    cv2.fillPoly(marks, [person], (cv2.GC_PR_FGD,))
    cv2.ellipse(marks, (225, 225), (95, 72), 0, 0, 360, (cv2.GC_FGD,), -1)  # the white lining of the suit's collar
    cv2.grabCut(rgb, marks, None, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_MASK)
    inside = np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    soft = cv2.GaussianBlur(inside, (0, 0), 1.0)[..., None]
    return np.asarray(np.rint(rgb * soft + 255.0 * (1.0 - soft)), dtype=np.uint8)
