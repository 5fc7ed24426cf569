"""Where the cards are."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from photocheck.features.idcard.look import CardLook
from photocheck.features.idcard.rectify import rectified
from photocheck.features.idcard.shape import ASPECT, Corners, long_side_first
from photocheck.features.subject import Image, averaged_down

_SIDE = 512


@dataclass(frozen=True, slots=True)
class CardPlace:
    """One card in the picture.

    Attributes:
        corners: 4×2 float64 native pixels, clockwise from the card's own top left; may lie outside the picture. They
            are those of the rectangle before its corners are rounded.
        confidence: that this is a card and these are its corners, 0..1.
        look: side and type.
    """

    corners: Corners
    confidence: float
    look: CardLook


def find_cards(rgb: Image) -> tuple[CardPlace, ...]:
    """Every card of the picture, the main one first.

    Args:
        rgb: H×W×3 uint8 at native resolution.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    small = averaged_down(rgb, round(width * scale), round(height * scale))
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (5, 5), 0)
    found = []
    edges = cv2.dilate(cv2.Canny(grey, 20, 60), np.ones((3, 3), np.uint8))
    outlines, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines:
        hull = cv2.convexHull(outline)
        quad = cv2.approxPolyDP(hull, 0.04 * cv2.arcLength(hull, closed=True), closed=True)
        if len(quad) == 4 and cv2.contourArea(quad) > 0.06 * grey.size:
            found.append(quad.reshape(4, 2).astype(np.float64))
    if not found and abs(max(width, height) / min(width, height) / ASPECT - 1) < 0.05:
        found.append(np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64) * scale)
    if not found:
        return ()
    largest = max(found, key=lambda quad: cv2.contourArea(quad.astype(np.float32)))
    corners = long_side_first((largest if _clockwise(largest) else largest[::-1]) / scale)
    flat = rectified(rgb, corners, 192, 120).astype(np.int32)
    red = (flat[:, :, 0] - flat[:, :, 1]) > 60
    emblem = bool(red.mean() > 0.01)
    if emblem:
        upright = red[:, :96].sum() > red[:, 96:].sum()
    else:
        dark = flat.sum(axis=2) < 250
        upright = dark[:, 96:].sum() > dark[:, :96].sum()
    if not upright:
        corners = np.roll(corners, 2, axis=0)
    look = CardLook("emblem" if emblem else "portrait", 0.5, "resident", 0.5, 0.5, 0.5)
    return (CardPlace(corners, 0.5, look),)


def _clockwise(corners: Corners) -> bool:
    x, y = corners.T
    return bool((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() > 0)
