"""What is measured on the background: evenness, structure, shadow, and how the person stands out from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.quantile import medians, quantile

if TYPE_CHECKING:
    from photocheck.features.background import Background

Mask = NDArray[np.bool_]
Plane = NDArray[np.float32]

_UNIT = 75.0
"""Eye-to-chin length, pixels, at which gradients are told: steepness is judged relative to the head, not the pixel."""
_SAMPLES = 2500
_HARDLY = 0.01
_EDGE = 1.5
"""CIELAB units per pixel (at `_UNIT`) above which a place is an edge; blur behind a focused person stays below."""
_SHADOW_STEP, _SHADOW_BINS, _SHADOW_WINDOW = 0.06, 18, 4
_SHADOW_FROM, _SHADOW_LEAST = 0.10, 12


@dataclass(frozen=True, slots=True)
class Evenness:
    """How alike the background is everywhere.

    Attributes:
        spread: CIELAB difference from the median colour that 10 % of the background exceed: gradients, two tones.
        pattern: root mean square CIELAB difference from a smooth (quadratic) course of colour: patterns, things.
        course: 6×3, that course: coefficients of 1, x, y, x², xy, y² for L, a and b.
    """

    spread: float
    pattern: float
    course: NDArray[np.float64]


def evenness(background: Background) -> Evenness:
    """Compare the background with its own median and with a smooth course of colour, fine grain averaged out."""
    places = np.flatnonzero(background.inner)
    places = places[:: max(1, places.size // _SAMPLES)]
    smooth = np.ascontiguousarray(cv2.blur(background.lab, (5, 5)).reshape(-1, 3)[places].T)
    from_median = np.sqrt(((smooth - medians(smooth.T)[:, None]) ** 2).sum(axis=0))
    terms = _terms(background, places)
    # Six terms of order one, thousands of pixels: the normal equations are exact enough and quick.
    course = np.linalg.lstsq(terms @ terms.T, terms @ smooth.T, rcond=None)[0]
    rest = ((smooth - course.T @ terms) ** 2).sum(axis=0)
    return Evenness(quantile(from_median, 0.9), float(np.sqrt(rest.mean())), course)


def deviating(background: Background) -> Mask:
    """Where the background is far from its smooth course of colour, else far from its median: h×w bool."""
    measured = background.evenness
    places = np.flatnonzero(background.inner)
    smooth = cv2.blur(background.lab, (5, 5)).reshape(-1, 3)[places]
    away = np.sqrt(((smooth - _terms(background, places).T @ measured.course) ** 2).sum(axis=1))
    far = away > max(6.0, 1.5 * measured.pattern)
    if far.mean() < _HARDLY:
        far = np.sqrt(((smooth - background.colour) ** 2).sum(axis=1)) > 0.8 * measured.spread
    marked = np.zeros(background.inner.shape, bool)
    marked.reshape(-1)[places] = far
    return marked


def _terms(background: Background, places: NDArray[np.intp]) -> NDArray[np.float64]:
    """6×N: 1, x, y, x², xy, y² of places, in eye-to-chin lengths from the middle of the chin."""
    rows, columns = np.divmod(places, background.lab.shape[1])
    x, y = (
        (columns - background.view.middle) / background.view.unit,
        (rows - background.view.chin) / background.view.unit,
    )
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y])


def edges(background: Background) -> Mask:
    """Edges of things: h×w bool.

    An edge at which only lightness rises away from the person is a shadow's and left out; `shadow` judges it.
    """
    unit = background.view.unit
    smooth = cv2.GaussianBlur(background.lab, (5, 5), 0.8)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, *order, ksize=3, scale=1 / 8) for order in ((1, 0), (0, 1)))
    squared = across**2 + down**2
    steep: Mask = (cv2.transform(squared, np.ones((1, 3))) > (_EDGE * _UNIT / unit) ** 2) & background.inner
    if not steep.any():
        return steep
    distance = cv2.GaussianBlur(background.distance, (0, 0), 2.0)
    outward = np.stack([cv2.Sobel(distance, cv2.CV_32F, *order, ksize=3)[steep] for order in ((1, 0), (0, 1))])
    outward = outward / (np.sqrt((outward**2).sum(axis=0)) + 1e-6)
    across, down, squared = across[steep], down[steep], squared[steep]
    rising = across[:, 0] * outward[0] + down[:, 0] * outward[1]
    lightness, colour = np.sqrt(squared[:, 0]), np.sqrt(squared[:, 1] + squared[:, 2])
    of_shadow = (rising > 0.5 * lightness) & (colour < 0.5 * lightness)
    steep[steep] = ~(of_shadow & (background.distance[steep] < 1.3 * unit))
    return steep


def shadow(background: Background) -> dict[str, float]:
    """The share of light that the background beside the head loses towards the person, 0..1, by side as seen.

    Luminance is averaged by distance from the person, up to one head width; the value is the steepest loss within a
    quarter of the eye-to-chin length. Light falling off from top to bottom is divided out first; a slow fall-off
    sideways hardly counts. Negative where the background is lighter near the person. Sides with too little background
    are missing.
    """
    view, distance = background.view, background.distance
    unit, width = view.unit, distance.shape[1]
    rows = slice(max(0, int(np.floor(view.chin - 1.9 * unit)) + 1), max(0, int(np.ceil(view.chin - 0.3 * unit))))
    losses = {}
    for side, columns in (
        ("left", slice(0, int(np.clip(np.ceil(view.middle - 0.3 * unit), 0, width)))),
        ("right", slice(int(np.clip(view.middle + 0.3 * unit + 1, 0, width)), width)),
    ):
        away = distance[rows, columns] / np.float32(unit)
        near = (away > _SHADOW_FROM) & (away < _SHADOW_BINS * _SHADOW_STEP) & background.clear_of_rim[rows, columns]
        luminance = ((background.lab[rows, columns, 0] + np.float32(16.0)) / np.float32(116.0)) ** 3
        profile = _profile(luminance, near, away / np.float32(_SHADOW_STEP))
        rises = [
            1.0 - close / far
            for close, far in zip(profile, profile[_SHADOW_WINDOW:], strict=False)
            if np.isfinite(close) and np.isfinite(far) and far > 0
        ]
        if rises:
            losses[side] = max(rises)
    return losses


def _profile(luminance: Plane, area: Mask, bins: Plane) -> list[float]:
    """Mean luminance by distance bin, the course from top to bottom divided out; NaN where a bin is nearly empty."""
    count = np.count_nonzero(area, axis=1)
    full = count > 6
    if np.count_nonzero(full) < 10:
        return [np.nan] * _SHADOW_BINS
    level = (luminance * area).sum(axis=1)[full] / count[full]
    # A straight line through the rows' means, by weighted least squares.
    height, weight = np.arange(count.size, dtype=np.float64), count[full].astype(np.float64) ** 2
    weight /= weight.sum()
    middle, mean = weight @ height[full], weight @ level
    off = height[full] - middle
    course = mean + (height - middle) * ((weight * off) @ level / ((weight * off) @ off))
    even = luminance * (level.mean() / np.maximum(course, 1e-3)).astype(np.float32)[:, None]
    index = bins[area].astype(np.intp)
    number = np.bincount(index, minlength=_SHADOW_BINS)
    total = np.bincount(index, weights=even[area], minlength=_SHADOW_BINS)
    profile: list[float] = np.where(number >= _SHADOW_LEAST, total / np.maximum(number, 1), np.nan).tolist()
    return profile


@dataclass(frozen=True, slots=True)
class Contrast:
    """How the person stands out.

    Attributes:
        difference: CIELAB difference between just inside and just outside, for each place of the outline, by segment:
            `hair` (above the chin) and `clothes`. Segments that are hardly seen are missing.
        places: N×2 (x, y) of those places, pixels of the copy.
    """

    difference: Mapping[str, NDArray[np.float32]]
    places: Mapping[str, NDArray[np.float64]]


def contrast(background: Background) -> Contrast:
    """Compare colours on both sides of the person's outline."""
    view, lab = background.view, np.ascontiguousarray(background.lab[::2, ::2])
    person, clear_of_rim = background.person[::2, ::2], background.clear_of_rim[::2, ::2]
    unit, chin = view.unit / 2, view.chin / 2
    side = 2 * max(1, round(0.11 * unit)) + 1
    likely = (person >= 0.5).astype(np.uint8)
    outline = (likely - cv2.erode(likely, np.ones((3, 3), np.uint8))).astype(bool) & clear_of_rim
    places = np.flatnonzero(outline)
    rows, columns = np.divmod(places, outline.shape[1])
    inside, outside = (_local_mean(lab, part, side, places) for part in (person > 0.9, person < 0.05))
    difference = np.sqrt(((inside - outside) ** 2).sum(axis=1))
    seen = np.isfinite(difference)
    segments = {
        "hair": seen & (rows < chin - 0.4 * unit),
        "clothes": seen & (rows > chin + 0.15 * unit),
    }
    least = 0.5 * unit
    return Contrast(
        {name: difference[part] for name, part in segments.items() if part.sum() > least},
        {
            name: np.stack([columns[part], rows[part]], axis=1) * 2.0
            for name, part in segments.items()
            if part.sum() > least
        },
    )


def _local_mean(lab: Plane, part: Mask, side: int, places: NDArray[np.intp]) -> Plane:
    """N×3 mean colour of the part's pixels around each place; NaN where there are none."""
    inside = part.astype(np.uint8)
    total, share = (cv2.blur(plane, (side, side)) for plane in (cv2.copyTo(lab, inside), inside.astype(np.float32)))
    around = share.take(places)
    return np.asarray(total.reshape(-1, 3)[places] / np.where(around > 0.02, around, np.nan)[:, None], dtype=np.float32)
