"""How much the signature looks like print: regular shapes, straight level strokes, even ink."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import cv2
import numpy as np

from photocheck.features.signature.groups import Groups
from photocheck.features.signature.logistic import probability
from photocheck.features.signature.panel import Panel
from photocheck.features.signature.reading import Reading
from photocheck.features.signature.strokes import Strokes

_BINS = 36
"""Directions of edges that are told apart, over 180°."""
_SIDE = 240
"""Pixels of the characters' height at which shapes are compared, at most."""


@dataclass(frozen=True, slots=True)
class PrintFeatures:
    """What tells print from handwriting; see `data/print_likeness.toml` for the weights.

    Attributes:
        straight: share of the edges whose direction is one of the two commonest, a right angle apart, within 7.5°.
        widths: variation of the strokes' width, as a share of it.
        heights: variation of the groups' heights, as a share of them; 0 for one group.
        feet: variation of the groups' lower ends about a straight line, as a share of the characters' height.
        grain: variation of the ink's darkness along strokes.
        confidence: of the reading.
    """

    straight: float
    widths: float
    heights: float
    feet: float
    grain: float
    confidence: float


def see_print(panel: Panel, groups: Groups, strokes: Strokes, reading: Reading) -> PrintFeatures:
    """Measure what print has and handwriting has not."""
    boxes = groups.boxes if not panel.upright else groups.boxes[:, [1, 0, 3, 2]]
    heights = boxes[:, 3] - boxes[:, 1]
    feet = boxes[:, 3]
    if len(boxes) > 2:
        middles = boxes[:, [0, 2]].mean(axis=1)
        feet = feet - np.polyval(np.polyfit(middles, feet, 1), middles)
    several = len(boxes) > 1
    return PrintFeatures(
        straight=_straight(panel),
        widths=_width_variation(panel),
        heights=float(heights.std() / heights.mean()) if several else 0.0,
        feet=float(feet.std() / groups.size) if several else 0.0,
        grain=strokes.grain,
        confidence=reading.line.confidence,
    )


def print_probability(features: PrintFeatures) -> float:
    """Probability that the signature is printed, 0..1, by a logistic formula."""
    return probability("print_likeness", asdict(features))


def _straight(panel: Panel) -> float:
    """Share of the edges along the two main directions."""
    loss = panel.ink.loss * panel.ink.mask
    scale = min(1.0, _SIDE / max(1, panel.size))
    if scale < 1.0:
        loss = np.asarray(cv2.resize(loss, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    smooth = cv2.GaussianBlur(loss, (0, 0), 1.0)
    gx, gy = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    strength = cv2.magnitude(gx, gy)
    edges = strength > 0.25 * float(strength.max())
    angles = np.degrees(np.arctan2(gy[edges], gx[edges])) % 180.0
    counts = np.bincount((angles / (180.0 / _BINS)).astype(int) % _BINS, weights=strength[edges], minlength=_BINS)
    near = counts + np.roll(counts, 1) + np.roll(counts, -1)
    square = near + np.roll(near, _BINS // 2)
    return float(square.max() / max(1.0, counts.sum()))


def _width_variation(panel: Panel) -> float:
    """Standard deviation of the width along the middle of the strokes, as a share of its mean."""
    mask = cv2.copyMakeBorder(panel.ink.mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    ridge = (distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8))) & (mask > 0)
    widths = distance[ridge]
    mean = float(np.average(widths, weights=widths))
    return float(np.sqrt(np.average((widths - mean) ** 2, weights=widths)) / mean)
