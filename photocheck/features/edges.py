"""How wide the edges of the face are, and in which direction they are smeared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.quantile import quantile
from photocheck.features.texture import Plane, oval_mask
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

EYES = 96.0
"""Pixels between the eyes on the copy that is measured: about those of a finished ID photo."""
SMALLEST_EYES = 40.0

_BEFORE = 0.6  # pixels: a little smoothing first, or noise passes for sharp edges
_AGAIN = 1.5  # pixels of the second blur, against which widths are told
_STRONGEST = 0.03
_SHARPEST = 0.25
_DIRECTIONS = 6
_STRONGEST_OF_DIRECTION = 0.15
_LEAST_EDGES = 12
_DEFOCUS_TAKEN_OFF = 0.7


@dataclass(frozen=True, slots=True)
class Edges:
    """Widths of the sharpest strong edges of the face (lids, lashes, irises, brows, nostrils, lips).

    Attributes:
        blur: standard deviation of the blur, as a ratio of the inter-eye distance; contrast does not matter.
        streak: length of an even motion that smears edges across it, beyond the blur in every direction, same ratio.
        direction: degrees of that motion, 0..180, 0 is sideways and 90 up and down.
    """

    blur: float
    streak: float
    direction: float


def see_edges(photo: Portrait) -> Edges:
    """Measure edge widths by blurring again.

    An edge of blur s whose gradient falls by the ratio R under a further blur t has s² = t² / (R² - 1) (Zhuo and Sim
    2011, Defocus map estimation from a single image), whatever its contrast.

    Raises:
        NotAssessable: `too-small` where the eyes are less than 40 pixels apart; `not-measurable` without edges.
    """
    distance = photo.mesh.inter_eye_distance
    if distance < SMALLEST_EYES:
        raise NotAssessable("too-small")
    grey, points, scale = _copy(photo, distance)
    variance, direction, strength = _edges(grey, oval_mask(points, grey.shape))
    if strength.size < _LEAST_EDGES:
        raise NotAssessable("not-measurable")
    unit = distance * scale
    order = np.argsort(-strength)
    variance, direction = variance[order], direction[order]
    count = max(_LEAST_EDGES, round(_STRONGEST * strength.size))
    blur = float(np.sqrt(quantile(variance[:count], _SHARPEST)))
    streak, angle = _streak(variance, direction)
    return Edges(blur / unit, streak / unit, angle)


def _copy(photo: Portrait, distance: float) -> tuple[Plane, NDArray[np.float64], float]:
    """The grey face with the eyes at most `EYES` pixels apart, its landmarks, its pixels per native pixel."""
    box = photo.mesh.box
    left, top = max(0, int(box.left)), max(0, int(box.top))
    crop = photo.rgb[top : int(np.ceil(box.bottom)), left : int(np.ceil(box.right))]
    if min(crop.shape[:2]) < SMALLEST_EYES:
        raise NotAssessable("too-small")
    scale = min(1.0, EYES / distance)
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    step = max(1, int(0.5 / scale))
    if step > 1:  # whole steps are quick; the last one, of 2 or more, stays exact
        size = (grey.shape[1] // step, grey.shape[0] // step)
        grey = cv2.resize(grey[: size[1] * step, : size[0] * step], size, interpolation=cv2.INTER_AREA)
    if scale < 1.0:
        size = (round(grey.shape[1] * scale * step), round(grey.shape[0] * scale * step))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, dtype=np.float32), (photo.mesh.points[:, :2] - (left, top)) * scale, scale


def _edges(
    grey: Plane, inside: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Blur variance (pixels²), direction across (radians, 0..pi) and squared gradient of the stronger edge pixels."""
    smooth = np.asarray(cv2.GaussianBlur(grey, (0, 0), _BEFORE), dtype=np.float32)
    once = _gradient(smooth)
    twice = _gradient(np.asarray(cv2.GaussianBlur(smooth, (0, 0), _AGAIN), dtype=np.float32))
    first, second = (x * x + y * y for x, y in (once, twice))
    crest = (inside > 0) & (first >= 0.8 * cv2.dilate(first, np.ones((3, 3), np.uint8)))
    places = np.flatnonzero(crest)
    strength = first.take(places)
    if places.size:
        strong = strength > quantile(strength, 0.5)
        strength, places = strength[strong], places[strong]
    falls = np.maximum(strength / np.maximum(second.take(places), 1e-6) - 1.0, 1e-3)
    variance = np.maximum(_AGAIN**2 / falls - _BEFORE**2, 0.0)
    direction = np.arctan2(once[1].take(places), once[0].take(places)) % np.pi
    return variance.astype(np.float32), direction.astype(np.float32), strength.astype(np.float32)


def _gradient(plane: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    across = cv2.Sobel(plane, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(plane, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(across, dtype=np.float32), np.asarray(down, dtype=np.float32)


def _streak(variance: NDArray[np.float32], direction: NDArray[np.float32]) -> tuple[float, float]:
    """Length in pixels and degrees of the even motion that explains how the blur of edges changes with direction.

    Motion of length l adds l²/12 to the variance of edges across it: variance = a + b·cos 2(direction - motion).

    Args:
        variance, direction: of edge pixels, the strongest first.
    """
    bins = np.round(direction / np.pi * _DIRECTIONS).astype(int) % _DIRECTIONS
    rows, widths = [], []
    for number in range(_DIRECTIONS):
        here = np.flatnonzero(bins == number)
        if here.size < _LEAST_EDGES:
            continue
        count = max(_LEAST_EDGES, int(here.size * _STRONGEST_OF_DIRECTION))
        angle = 2.0 * np.pi * number / _DIRECTIONS
        rows.append((1.0, np.cos(angle), np.sin(angle)))
        widths.append(quantile(variance[here[:count]], _SHARPEST))
    if len(rows) < 4:
        raise NotAssessable("not-measurable")
    _, cosine, sine = np.linalg.lstsq(np.array(rows), np.array(widths), rcond=None)[0]
    # Where everything is blurred, estimates scatter: what the sharpest direction shows is not motion.
    excess = 24.0 * float(np.hypot(cosine, sine)) - _DEFOCUS_TAKEN_OFF * 12.0 * float(min(widths))
    return float(np.sqrt(max(0.0, excess))), float(np.degrees(np.arctan2(sine, cosine)) / 2.0 % 180.0)
