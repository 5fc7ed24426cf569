"""Traces of correction fluid: the edges of a patch on the paper."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.signature.groups import Groups
from photocheck.features.signature.panel import Panel

_SIDE = 112
"""Pixels of the characters' height at which patches are looked for, at most."""


def see_patch(panel: Panel, groups: Groups) -> float:
    """Length of steps of light on the paper near the ink that are no edges of strokes, in characters' heights."""
    scale = min(1.0, _SIDE / max(1.0, groups.size))
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
