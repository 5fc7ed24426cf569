"""What is measured on the background: evenness, structure, shadow, and how the person stands out from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

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
    smooth = cv2.blur(background.lab, (5, 5)).reshape(-1, 3)[places]
    from_median = np.sqrt(((smooth - np.median(smooth, axis=0)) ** 2).sum(axis=1))
    terms = _terms(background, places)
    # Six terms of order one, thousands of pixels: the normal equations are exact enough and quick.
    course = np.linalg.lstsq(terms.T @ terms, terms.T @ smooth, rcond=None)[0]
    rest = ((smooth - terms @ course) ** 2).sum(axis=1)
    return Evenness(float(np.percentile(from_median, 90)), float(np.sqrt(rest.mean())), course)


def deviating(background: Background) -> Mask:
    """Where the background is far from its smooth course of colour, else far from its median: h×w bool."""
    measured = background.evenness
    places = np.flatnonzero(background.inner)
    smooth = cv2.blur(background.lab, (5, 5)).reshape(-1, 3)[places]
    away = np.sqrt(((smooth - _terms(background, places) @ measured.course) ** 2).sum(axis=1))
    far = away > max(6.0, 1.5 * measured.pattern)
    if far.mean() < _HARDLY:
        far = np.sqrt(((smooth - background.colour) ** 2).sum(axis=1)) > 0.8 * measured.spread
    marked = np.zeros(background.inner.shape, bool)
    marked.reshape(-1)[places] = far
    return marked


def _terms(background: Background, places: NDArray[np.intp]) -> NDArray[np.float64]:
    rows, columns = np.divmod(places, background.lab.shape[1])
    x, y = (
        (columns - background.view.middle) / background.view.unit,
        (rows - background.view.chin) / background.view.unit,
    )
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)


def edges(background: Background) -> Mask:
    """Edges of things: h×w bool.

    An edge at which only lightness rises away from the person is a shadow's and left out; `shadow` judges it.
    """
    unit = background.view.unit
    smooth = cv2.GaussianBlur(background.lab, (0, 0), 0.8)
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
    height, width = distance.shape
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :]
    beside_head = (rows < view.chin - 0.3 * view.unit) & (rows > view.chin - 1.9 * view.unit)
    near = (distance > _SHADOW_FROM * view.unit) & (distance < _SHADOW_BINS * _SHADOW_STEP * view.unit)
    luminance = ((background.lab[..., 0] + 16.0) / 116.0) ** 3
    losses = {}
    for side, here in (
        ("left", columns < view.middle - 0.3 * view.unit),
        ("right", columns > view.middle + 0.3 * view.unit),
    ):
        area = beside_head & near & here & background.clear_of_rim
        profile = _profile(luminance, area, distance / (_SHADOW_STEP * view.unit))
        rises = [
            1.0 - close / far
            for close, far in zip(profile, profile[_SHADOW_WINDOW:], strict=False)
            if np.isfinite(close) and np.isfinite(far) and far > 0
        ]
        if rises:
            losses[side] = float(max(rises))
    return losses


def _profile(luminance: Plane, area: Mask, bins: Plane) -> NDArray[np.float64]:
    """Mean luminance by distance bin, the course from top to bottom divided out; NaN where a bin is nearly empty."""
    count = area.sum(axis=1)
    full = np.flatnonzero(count > 6)
    if full.size < 10:
        return np.full(_SHADOW_BINS, np.nan)
    level = (luminance * area).sum(axis=1)[full] / count[full]
    course = np.polyval(np.polyfit(full, level, 1, w=count[full]), np.arange(area.shape[0]))
    even = luminance * (level.mean() / np.maximum(course, 1e-3))[:, None]
    index = bins[area].astype(np.intp)
    number = np.bincount(index, minlength=_SHADOW_BINS)
    total = np.bincount(index, weights=even[area], minlength=_SHADOW_BINS)
    return np.where(number >= _SHADOW_LEAST, total / np.maximum(number, 1), np.nan)


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
    inner, outer = ((person > 0.9).astype(np.float32), (person < 0.05).astype(np.float32))
    inside, outside = _local_mean(lab, inner, side), _local_mean(lab, outer, side)
    likely = (person >= 0.5).astype(np.uint8)
    outline = (likely - cv2.erode(likely, np.ones((3, 3), np.uint8))).astype(bool) & clear_of_rim
    rows, columns = np.nonzero(outline)
    difference = np.sqrt(((inside[outline] - outside[outline]) ** 2).sum(axis=1))
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


def _local_mean(lab: Plane, weight: Plane, side: int) -> Plane:
    """Mean colour of the weighted pixels around each pixel; NaN where there are none."""
    total = cv2.blur(lab * weight[..., None], (side, side))
    share = cv2.blur(weight, (side, side))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / np.where(share > 0.02, share, np.nan)[..., None]
    return np.asarray(mean, dtype=np.float32)
