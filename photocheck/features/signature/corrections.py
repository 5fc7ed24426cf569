"""Traces of corrections: strokes written over each other, struck out, or covered with white."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.signature.groups import Groups
from photocheck.features.signature.logistic import probability
from photocheck.features.signature.panel import Panel
from photocheck.features.signature.reading import Reading

_SIDE = 160
"""Pixels of the characters' height at which strokes and patches are compared, at most."""
_WINDOW = 0.42
"""Side of the place whose strokes are counted, in characters' heights."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """Measures of corrections.

    Attributes:
        crowding: length of the strokes in the most crowded place, over that in the usual place with ink.
        blot: share of the ink that lies where strokes have run together to more than one and a half of their width.
        patch: length of the edges of a patch on the paper, in characters' heights.
    """

    crowding: float
    blot: float
    patch: float


def see_corrections(panel: Panel, groups: Groups) -> Corrections:
    """Measure traces of corrections."""
    scale = min(1.0, _SIDE / max(1.0, groups.size))
    mask = panel.ink.mask.astype(np.uint8)
    distance = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    half = (panel.ink.stroke + 1.0) / 2.0
    thick = distance > 1.5 * half
    reach = max(3, round(1.5 * panel.ink.stroke) | 1)
    blot = (cv2.dilate(thick.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0) & (mask > 0)
    window = max(3, round(_WINDOW * groups.size))
    cover = cv2.boxFilter(mask.astype(np.float32), -1, (window, window), borderType=cv2.BORDER_CONSTANT)
    inked = cover[mask > 0]
    crowding = float(cover.max() * groups.size / max(1.0, panel.ink.stroke)) if len(inked) else 0.0
    return Corrections(crowding, float(blot.sum() / max(1, int(mask.sum()))), _patch(panel, groups, scale))


def overwritten(corrections: Corrections, panel: Panel, groups: Groups, reading: Reading) -> float:
    """Probability that strokes were written over each other or struck out, 0..1, by a logistic formula."""
    confidences = [character.confidence for character in reading.line.characters]
    values = {
        "crowding": corrections.crowding,
        "blot": corrections.blot,
        "doubt": 1.0 - min(confidences, default=0.0),
        "mean_doubt": 1.0 - reading.line.confidence,
        "pen": panel.ink.stroke / groups.size,
    }
    return probability("corrections", values)


def _patch(panel: Panel, groups: Groups, scale: float) -> float:
    """Length of steps of light on the paper near the ink that are no edges of strokes."""
    grey = cv2.cvtColor(panel.rgb, cv2.COLOR_RGB2GRAY)
    # The loose outline of the ink: everything darker than the paper, pale edges of strokes too.
    ink = panel.ink.loss > max(16.0, 255.0 * 5.0 * panel.ink.noise)
    near = cv2.dilate(ink.astype(np.uint8), np.ones((5, 5), np.uint8))
    if scale < 1.0:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        near = (cv2.resize(near * 255, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_AREA) > 10).astype(
            np.uint8
        )
    clear = (1 - near).astype(np.float32)
    light = grey.astype(np.float32)
    side = max(3, round(0.05 * groups.size * scale) | 1)
    weight = cv2.blur(clear, (side, side))
    paper = cv2.blur(light * clear, (side, side)) / np.maximum(weight, 1e-3)
    steps = []
    for axis in (0, 1):
        ahead, behind = np.roll(paper, -side, axis), np.roll(paper, side, axis)
        sure = np.minimum(np.roll(weight, -side, axis), np.roll(weight, side, axis)) > 0.5
        change = np.abs(ahead - behind) / np.maximum(np.maximum(ahead, behind), 1.0)
        rim = np.s_[:, side:-side] if axis else np.s_[side:-side, :]
        there = np.zeros(change.shape, np.bool_)
        there[rim] = (change * sure)[rim] > 0.028
        steps.append(there)
    step: NDArray[np.uint8] = (steps[0] | steps[1]).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(step, connectivity=8)
    if count < 2:
        return 0.0
    long = np.hypot(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    return float(long.max() / max(1.0, groups.size * scale))
