"""Lamps mirrored in the card: where light has blown the print away."""

from __future__ import annotations

import numpy as np

from photocheck.features.idcard.surface import Mask, Surface
from photocheck.finding import NotAssessable

_BLOWN = 246
"""Level of the least of the three colours: no ground of a card that is exposed well is as white."""
_WHITE_GROUND, _WHITE_SHARE = 238, 0.4
"""Median of the same, and blown share, from which all of the card is nearly white and no lamp could be told."""


def glare_mask(surface: Surface) -> Mask:
    """Where the card's ground has become white, of the surface's maps.

    Raises:
        NotAssessable: `card-over-exposed` where all of the card is about as white; `not-measurable` where no surface is
            in the picture.
    """
    if not surface.plain.any():
        raise NotAssessable("not-measurable")
    least = surface.ground.min(axis=2)
    blown = (least >= _BLOWN) & surface.plain
    if np.median(least[surface.plain]) >= _WHITE_GROUND or blown.sum() > _WHITE_SHARE * surface.plain.sum():
        raise NotAssessable("card-over-exposed")
    return np.asarray(blown)
