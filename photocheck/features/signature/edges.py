"""The edges of a sheet of paper on a desk: what lies beyond them is no paper, whatever its colour."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.signature.paper import Mask, Paper
from photocheck.features.signature.rules import Rule
from photocheck.features.subject import Image

_BESIDE = 0.003, 0.03
"""From where to where beside a line it is looked, as shares of the longer side."""
_LEAST_SEEN = 0.04
"""Share of the places beside a line that must lie in the picture: of a desk often no more than a narrow wedge does."""
_OTHER_LIGHT = 0.12
"""Difference of light across a line, as a share, from which it is the edge of the paper."""
_ROUGH = 9.0
"""Spread of light, in levels of 255, from which a side of a line is no paper; the other side must be half as rough."""
_NEAR_EDGE = 0.15
"""How near the picture's edge the side of a sheet runs that nearly fills it, as a share of the picture."""
_PALE = 62.0
"""Levels of 255 by which such a side is darker than both what lies on it and beyond it, at most."""
_LEAST_INSIDE = 0.15
"""Share of the picture that must be left as paper."""


def inside_edges(where: Mask, flat: Image, paper: Paper, rules: Sequence[Rule]) -> Mask:
    """The paper without what lies beyond those lines that are its edges.

    Args:
        where: H×W, where paper may be.
        flat: H×W×3 uint8 with white paper.
        paper: its light, on a smaller copy.
        rules: straight lines.
    """
    kept = where
    light = np.asarray(cv2.cvtColor(paper.ground, cv2.COLOR_RGB2GRAY), np.uint8)
    level = np.asarray(cv2.cvtColor(flat[::2, ::2], cv2.COLOR_RGB2GRAY), np.uint8)
    height, width = where.shape
    for rule in rules:
        if rule.length < 0.4 * min(height, width):
            continue
        side = _side_beyond(rule, light, paper.scale, level, max(height, width))
        if side == 0:
            continue
        (x0, y0), (x1, y1) = rule.start, rule.end
        columns, rows = np.arange(width)[None, :], np.arange(height)[:, None]
        across = (x1 - x0) * (rows - y0) - (y1 - y0) * (columns - x0)
        inner = kept & (across * side < -2.0 * rule.length)
        if np.count_nonzero(inner) > _LEAST_INSIDE * where.size:
            kept = inner
    return kept


def _side_beyond(rule: Rule, light: Image, scale: float, level: Image, longer: int) -> int:
    """On which side of the line there is no paper: 1, -1, or 0 where both sides are alike."""
    start, end = np.array(rule.start), np.array(rule.end)
    direction = (end - start) / rule.length
    normal = np.array([-direction[1], direction[0]])
    along = np.linspace(0.1, 0.9, 60)[None, :, None]
    away = 0.5 * rule.width + np.linspace(_BESIDE[0] * longer, _BESIDE[1] * longer, 10)[:, None, None]
    seen = []
    for sign in (1.0, -1.0):
        points = start + along * (end - start) + sign * away * normal
        inside = (points > 1.0).all(axis=2) & (points < np.array(level.shape[::-1]) * 2.0 - 2.0).all(axis=2)
        if inside.mean() < _LEAST_SEEN:
            return 0
        brightness = _at(light, points * scale)[inside]
        # Strokes and other lines are dark; the brighter half of paper is even, while a desk is rough all over.
        low, high = np.percentile(_at(level, points / 2.0)[inside], (50.0, 90.0))
        # A narrow strip of desk is filled with paper in the paper's light, and dark against it.
        seen.append((float(np.median(brightness)) * float(low) / 255.0, float(high - low) / 1.28))
    (first, rough_first), (second, rough_second) = seen
    if max(rough_first, rough_second) > _ROUGH and min(rough_first, rough_second) < 0.5 * max(
        rough_first, rough_second
    ):
        return 1 if rough_first > rough_second else -1
    if abs(first - second) > _OTHER_LIGHT * max(first, second):
        return 1 if first < second else -1
    return 0


def _at(plane: Image, points: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = points[:, :, 0].astype(np.float32), points[:, :, 1].astype(np.float32)
    return np.asarray(cv2.remap(plane, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE), np.float64)


def is_outline(rule: Rule, flat: Image) -> bool:
    """Whether a line is the edge of a sheet that lies on something as bright: pale, and along the picture's edge.

    Args:
        rule: a straight line.
        flat: H×W uint8 with white paper.
    """
    ends = np.array([rule.start, rule.end])
    size = np.array(flat.shape[::-1], np.float64)
    at_one_edge = [(ends < _NEAR_EDGE * size).all(axis=0), (ends > (1.0 - _NEAR_EDGE) * size).all(axis=0)]
    if not np.any(at_one_edge):
        return False
    normal = np.array([ends[0, 1] - ends[1, 1], ends[1, 0] - ends[0, 0]]) / rule.length
    away = np.arange(-10.0, 11.0)[:, None, None]
    points = ends[0] + np.linspace(0.05, 0.95, 120)[None, :, None] * (ends[1] - ends[0]) + away * normal
    profile = np.median(_at(flat, points), axis=1)
    sides = min(float(np.median(profile[:5])), float(np.median(profile[-5:])))
    return sides - float(profile[5:16].min()) < _PALE
