"""What lies over the card: fingers, hands, sleeves, other things that reach in from outside."""

from __future__ import annotations

import cv2
import numpy as np

from photocheck.features.idcard.surface import PER_MM, RIM_PX, Mask, Surface

_TINT = 0.155
_DEPTH = 1.1
"""Distance in colour, and in darkness, of something that is not the card. Each card is compared with its own colour, so
skin and cloth of any tone are told; shadows of up to six times less light keep the colour and are not. What has nearly
the card's own colour is missed: an evenly lit finger of the palest skin on two of six made grounds.
"""
_CONTACT_MM = 5.0
"""Length of the card's rim that must be covered: photo and emblem, coloured too, are away from it."""


def cover_mask(surface: Surface) -> Mask:
    """What is covered, of the surface's maps; nothing where all of the card is seen."""
    foreign = (surface.tint / _TINT) ** 2 + (surface.depth / _DEPTH) ** 2 > 1.0
    foreign &= surface.plain
    count, labels = cv2.connectedComponents(foreign.astype(np.uint8))
    # Only the card's own rim counts: where the picture's border cuts the card, photo and emblem may reach it.
    rim = np.zeros_like(surface.plain)
    rim[[RIM_PX, -RIM_PX - 1], :] = True
    rim[:, [RIM_PX, -RIM_PX - 1]] = True
    contact = np.bincount(labels[rim & foreign], minlength=count)
    reaching = np.flatnonzero(contact >= _CONTACT_MM * PER_MM)
    return np.isin(labels, reaching[reaching > 0])
