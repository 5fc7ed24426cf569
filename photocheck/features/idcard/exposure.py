"""The light on the card: how much there is, and how much of it shadows take."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from photocheck.features.idcard.surface import PER_MM, Mask, Surface
from photocheck.finding import NotAssessable

_SAME_TINT = 0.12
"""Distance in colour up to which a place is plain ground."""
_BRIGHT, _DARK, _MIDDLE = 95, 4, 50
_AWAY_MM = 4.0
"""From fingers and glare, whose halo and shadow are told with them."""
_LEAST_MM2 = 150.0
_SHADED = 0.6
"""Of the light of the best-lit part, below which a place counts as shaded where a shadow is shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """The light of the card's ground.

    Attributes:
        brightest: level of 8 bits of its best-lit part.
        usual: level of 8 bits of most of it.
        loss: share of the light of the best-lit part that the darkest lacks, 0..1.
        shaded: where that is, of the surface's maps.
    """

    brightest: float
    usual: float
    loss: float
    shaded: Mask


def see_exposure(surface: Surface, hidden: Mask, print_: Mask) -> Exposure:
    """Measure the light.

    Args:
        hidden: what is covered or in glare.
        print_: the photo, which is dark by itself.

    Raises:
        NotAssessable: `not-measurable` where hardly any ground is seen.
    """
    reach = round(_AWAY_MM * PER_MM) | 1
    near = cv2.dilate(hidden.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)).astype(np.bool_)
    own = surface.plain & ~print_ & (surface.tint < _SAME_TINT)
    own = cv2.erode(own.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.bool_)
    lit = own & ~near if (own & ~near).sum() >= _LEAST_MM2 * PER_MM**2 else own
    if lit.sum() < _LEAST_MM2 * PER_MM**2:
        raise NotAssessable("not-measurable")
    light = surface.light
    dark, middle, bright = np.percentile(light[lit], (_DARK, _MIDDLE, _BRIGHT)).tolist()
    level = [255.0 * value ** (1 / 2.2) for value in (bright, middle)]
    shaded = lit & (light < _SHADED * bright)
    return Exposure(level[0], level[1], 1.0 - dark / max(bright, 1e-4), np.asarray(shaded))
