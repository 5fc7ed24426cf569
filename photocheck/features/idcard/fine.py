"""Fine patterns and noise of the card and of what lies around it, in windows at native resolution.

A card's own fine lines bend, keep to the card, and have a breadth of directions. The pixels of a display, and the moiré
they make with the camera's, repeat evenly over the whole display, the card's edge included; a printer's dots cover the
inked card and not the paper around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.shape import HEIGHT_MM, WIDTH_MM, mapped, side_lengths
from photocheck.features.quantile import quantile
from photocheck.features.raster import SIDE, Spectrum, frequency, rise, spectra

if TYPE_CHECKING:
    from photocheck.features.idcard.card import IdCard
    from photocheck.features.subject import Image

Plane = NDArray[np.float32]

_BLOCK = 8
_MASK = np.array([1, -2, 1], np.float32) / np.float32(6.0**0.5)  # as in features/grain.py
_ACROSS, _DOWN = (0.12, 0.37, 0.63, 0.88), (0.2, 0.5, 0.8)
_AWAY = 0.72
"""Of a window: its middle's distance from the card's edge when it lies outside."""
_NEAR = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class FinePattern:
    """Strengths are power of the strongest spectral peak over that around it; about 2 to 6 without a pattern.

    Attributes:
        inside: strongest peak of a window on the card, in brightness, median of the windows.
        inside_colour: the same of red minus blue.
        crossing: strongest peak that stands at the same frequency on the card and outside it, in brightness or colour;
            not a number where nothing outside the card is in the picture.
        period: pixels from line to line of the strongest peak on the card.
        noise: standard deviation of the finest detail on the plainer parts of the card, 8-bit levels of luma.
        noise_outside: the same of the plainest parts outside; not a number as for `crossing`.
        plainest: the same of the very plainest blocks of the card.
        edge: the steepest step of a stroke as a share of its height: about 0.4 in sharp pictures, below 0.12 blurred.
        windows: left and top of the windows on the card, native pixels, the most patterned first.
    """

    inside: float
    inside_colour: float
    crossing: float
    period: float
    noise: float
    noise_outside: float
    plainest: float
    edge: float
    windows: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Window:
    place: tuple[int, int]
    luma: Spectrum
    colour: Spectrum
    rough: Plane
    edge: float


def see_fine_pattern(card: IdCard) -> FinePattern | None:
    """Measure up to twelve windows on the card and ten around it; None where not even one fits on the card."""
    within, around = _places(card)
    on_card = [_measured(card.rgb, place) for place in within]
    outside = [_measured(card.rgb, place) for place in around]
    if not on_card:
        return None
    peaks = [float(rise(window.luma).max()) for window in on_card]
    colour_peaks = [float(rise(window.colour).max()) for window in on_card]
    order = np.argsort([-max(pair) for pair in zip(peaks, colour_peaks, strict=True)])
    luma, colour = _mean([window.luma for window in on_card]), _mean([window.colour for window in on_card])
    crossing = np.nan
    if outside:
        beyond = _mean([window.luma for window in outside]), _mean([window.colour for window in outside])
        crossing = max(_common(luma, beyond[0]), _common(colour, beyond[1]))
    rough = np.concatenate([window.rough for window in on_card])
    return FinePattern(
        inside=float(np.median(peaks)),
        inside_colour=float(np.median(colour_peaks)),
        crossing=crossing,
        period=_period(max((luma, colour), key=lambda power: float(rise(power).max()))),
        noise=quantile(rough, 0.3),
        noise_outside=quantile(np.concatenate([window.rough for window in outside]), 0.15) if outside else np.nan,
        plainest=quantile(rough, 0.05),
        edge=max(window.edge for window in on_card),
        windows=tuple(on_card[index].place for index in order),
    )


def _places(card: IdCard) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Left and top of the windows on the card and outside it, those that lie inside the picture."""
    sides = side_lengths(card.place.corners)
    away = _AWAY * SIDE / (float(sides[0] + sides[2]) / 2 / WIDTH_MM)
    within = [(x * WIDTH_MM, y * HEIGHT_MM) for y in _DOWN for x in _ACROSS]
    around = [(x * WIDTH_MM, y) for x in (0.2, 0.5, 0.8) for y in (-away, HEIGHT_MM + away)]
    around += [(x, y * HEIGHT_MM) for y in (0.3, 0.7) for x in (-away, WIDTH_MM + away)]
    scale = card.flat.shape[1] / WIDTH_MM

    def seen(points: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
        tops = np.floor(mapped(np.array(points) * scale, card.from_flat) - SIDE / 2).astype(int)
        return [(x, y) for x, y in tops.tolist() if 0 <= x <= card.width - SIDE and 0 <= y <= card.height - SIDE]

    return seen(within), seen(around)


def _measured(rgb: Image, place: tuple[int, int]) -> _Window:
    left, top = place
    window = rgb[top : top + SIDE, left : left + SIDE]
    luma, colour = spectra(window)
    grey = np.asarray(cv2.cvtColor(window, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    rough = cv2.sepFilter2D(grey, cv2.CV_32F, _MASK, _MASK)
    blocks = cv2.resize(rough * rough, (SIDE // _BLOCK, SIDE // _BLOCK), interpolation=cv2.INTER_AREA)
    return _Window(place, luma, colour, np.asarray(np.sqrt(blocks), dtype=np.float32).ravel(), _edge(grey))


def _edge(grey: NDArray[np.uint8]) -> float:
    """The steeper half per cent of steps from pixel to pixel over the range of tones; the flatter of both ways."""
    low, high = quantile(grey[::4, ::2], 0.02), quantile(grey[::4, ::2], 0.98)
    if high - low < 40:
        return 0.0
    across = cv2.absdiff(grey[::2, 2:], grey[::2, :-2])
    down = cv2.absdiff(grey[2:, ::2], grey[:-2, ::2])
    return min(quantile(across, 0.99), quantile(down, 0.99)) / (2 * (high - low))


def _mean(powers: Sequence[Spectrum]) -> Spectrum:
    return np.asarray(np.mean(powers, axis=0), dtype=np.float32)


def _common(one: Spectrum, other: Spectrum) -> float:
    """The strongest peak that both have, within one line of each other."""
    return float(np.minimum(cv2.dilate(rise(one), _NEAR), cv2.dilate(rise(other), _NEAR)).max())


def _period(power: Spectrum) -> float:
    row, column = divmod(int(rise(power).argmax()), SIDE)
    return 1.0 / float(np.hypot(frequency(row), frequency(column)))
