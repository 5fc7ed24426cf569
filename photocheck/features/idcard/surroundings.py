"""The card with what lies just around it: colours, tones, and the edge between them.

A photo of a card shows a thing of its own on a ground: another colour and texture around it, and a thin shadow along
one side at least. A copy is printed on the paper that goes on around it; a display shows a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.rectify import rectified
from photocheck.features.idcard.shape import FLAT_PER_MM, HEIGHT_MM, WIDTH_MM, homography, mapped
from photocheck.features.quantile import quantile

if TYPE_CHECKING:
    from photocheck.features.idcard.card import IdCard

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]

_PER_MM = 4
_RIM_MM = 6
"""How much around the card is looked at."""
_RIM = _RIM_MM * _PER_MM
_WIDTH, _HEIGHT = round(WIDTH_MM * _PER_MM) + 2 * _RIM, round(HEIGHT_MM * _PER_MM) + 2 * _RIM
_INSET = 4
"""Pixels of the card's rim that are left out: an edge found a little too far out shows the ground."""
_BAND = (5, 20)
"""Pixels outside the edge between which the ground is looked at."""
_ENDS = 16
"""Pixels at either end of a side that are left out: round corners."""
_SEEN = 0.6
"""Share of a side's band that must lie inside the picture."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Colours in CIELAB after the card's own light ground was balanced to grey.

    Attributes:
        chroma: of the card's most colourful hundredth.
        ground_chroma: spread of colour over the lighter two thirds of the card.
        lightness: median L* of the card, 0..100.
        sides: how many of the card's sides have ground beside them inside the picture, 0..4; what follows is not a
            number where there is none.
        contrast: difference of L* across the edge, median of the sides.
        tint: difference of colour across the edge, largest of the sides.
        roughness: change of L* from pixel to pixel (a quarter of a millimetre) on the ground, median of the sides.
        spread: distance of the ground's colours from their median (the farthest tenth), median of the sides.
        shadow: by how much L* just outside the edge is darker than both card and ground, largest of the sides.
        unlike: largest difference of L* between the grounds of two sides.
    """

    chroma: float
    ground_chroma: float
    lightness: float
    sides: int
    contrast: float
    tint: float
    roughness: float
    spread: float
    shadow: float
    unlike: float


def see_surroundings(card: IdCard) -> Surroundings:
    """Measure them on the card and `_RIM_MM` mm around it, at `_PER_MM` pixels to the millimetre."""
    corners = mapped(_outline(), card.from_flat)
    view = rectified(card.rgb, corners, _WIDTH, _HEIGHT)
    seen = _seen(corners, card.width, card.height)
    inside = np.zeros_like(seen)
    middle = (slice(_RIM + _INSET, _HEIGHT - _RIM - _INSET), slice(_RIM + _INSET, _WIDTH - _RIM - _INSET))
    inside[middle] = seen[middle]
    lab = _balanced(view, inside)
    on_card = lab[inside]
    light = on_card[on_card[:, 0] >= quantile(on_card[::7, 0], 0.35)]
    sides = [_Side.of(part) for part in _sides(lab, seen)]
    return Surroundings(
        chroma=quantile(np.hypot(on_card[:, 1], on_card[:, 2])[::3], 0.99),
        ground_chroma=float(np.sqrt(light[:, 1].var() + light[:, 2].var())),
        lightness=quantile(on_card[::7, 0], 0.5),
        sides=len(sides),
        contrast=_median([abs(side.contrast) for side in sides]),
        tint=max((side.tint for side in sides), default=np.nan),
        roughness=_median([side.roughness for side in sides]),
        spread=_median([side.spread for side in sides]),
        shadow=max((side.shadow for side in sides), default=np.nan),
        unlike=float(np.ptp([side.level for side in sides])) if sides else np.nan,
    )


@dataclass(frozen=True, slots=True)
class _Side:
    level: float
    contrast: float
    tint: float
    roughness: float
    spread: float
    shadow: float

    @classmethod
    def of(cls, strip: Plane) -> _Side:
        """Measure a strip n×`2 * _RIM`×3 that runs along a side, from outside the card to inside it."""
        ground, rim = strip[:, _RIM - _BAND[1] : _RIM - _BAND[0]], strip[:, _RIM + _INSET : _RIM + 14]
        outside = np.median(ground.reshape(-1, 3), axis=0)
        within = np.median(rim.reshape(-1, 3), axis=0)
        away = np.hypot(ground[..., 1] - outside[1], ground[..., 2] - outside[2])
        across = np.median(strip[..., 0], axis=0)
        edge = across[_RIM - 5 : _RIM + 3]
        return cls(
            level=float(outside[0]),
            contrast=float(outside[0] - within[0]),
            tint=float(np.hypot(*(outside[1:] - within[1:]))),
            roughness=float((ground[1:, :, 0] - ground[:-1, :, 0]).std()),
            spread=quantile(away, 0.9),
            shadow=float(min(outside[0], within[0]) - edge.min()),
        )


def _sides(lab: Plane, seen: Mask) -> list[Plane]:
    """The four sides as strips that look alike, those left out that lie outside the picture."""
    strips = []
    for turn in range(4):
        turned, visible = np.rot90(lab, turn), np.rot90(seen, turn)
        rows = slice(_RIM + _ENDS, turned.shape[0] - _RIM - _ENDS)
        if visible[rows, _RIM - _BAND[1] : _RIM - _BAND[0]].mean() >= _SEEN:
            strips.append(np.ascontiguousarray(turned[rows, : 2 * _RIM]))
    return strips


def _outline() -> NDArray[np.float64]:
    """The card widened by the rim, flat pixels."""
    rim = _RIM_MM * FLAT_PER_MM
    right, bottom = WIDTH_MM * FLAT_PER_MM + rim, HEIGHT_MM * FLAT_PER_MM + rim
    return np.array([(-rim, -rim), (right, -rim), (right, bottom), (-rim, bottom)], dtype=np.float64)


def _seen(corners: NDArray[np.float64], width: int, height: int) -> Mask:
    """Which pixels of the view lie inside the picture."""
    frame = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64)
    if (corners >= 0).all() and (corners <= (width, height)).all():
        return np.ones((_HEIGHT, _WIDTH), np.bool_)
    mask = np.zeros((_HEIGHT, _WIDTH), np.uint8)
    cv2.fillConvexPoly(mask, np.round(mapped(frame, homography(corners, _WIDTH, _HEIGHT)) - 0.5).astype(np.int32), (1,))
    return mask.astype(np.bool_)


def _balanced(view: NDArray[np.uint8], inside: Mask) -> Plane:
    """CIELAB with the median of the card's lighter two thirds as grey, smoothed over three pixels."""
    linear = cv2.LUT(view, _LINEAR)
    shown = linear[inside]
    brightness = shown.sum(axis=1)
    ground = np.median(shown[brightness >= quantile(brightness[::7], 0.35)], axis=0)
    gains = ground.mean() / np.maximum(ground, 1e-4)
    # From linear light (L flag) to CIELAB; the smoothing takes out the sensor's and the file's noise.
    lab = cv2.cvtColor(np.clip(linear * gains.astype(np.float32), 0, 1), cv2.COLOR_LRGB2Lab)
    return np.asarray(cv2.blur(lab, (3, 3)), dtype=np.float32)


def _linear_codes() -> Plane:
    codes = np.arange(256) / 255.0
    return np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR = _linear_codes()


def _median(values: list[float]) -> float:
    return float(np.median(values)) if values else np.nan
