"""Printed lines taken out of the ink, with the strokes that cross them whole."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.signature.paper import Mask
from photocheck.features.signature.rules import Rule
from photocheck.features.subject import Image

HALF_STRIP = 7
"""Pixels looked at on each side of a line."""


def without_rules(mask: Mask, loss: Image, rules: Sequence[Rule], strength: float) -> Mask:
    """The mask with the lines taken out; where a stroke crosses a line, it stays whole.

    Args:
        mask: H×W, ink and lines.
        loss: H×W uint8, light lost.
        strength: share of light lost in strong strokes.
    """
    cleaned = mask.copy()
    for rule in rules:
        _take_out(cleaned, mask, loss, rule, 255.0 * strength)
    return cleaned


def _take_out(cleaned: Mask, mask: Mask, loss: Image, rule: Rule, strength: float) -> None:
    """Clear one line in `cleaned`, on a strip sampled along it."""
    count = max(8, round(1.4 * rule.length))
    start, end = np.array(rule.start), np.array(rule.end)
    direction = (end - start) / max(rule.length, 1e-6)
    normal = np.array([-direction[1], direction[0]])
    # Sampled more finely than a pixel, so that no pixel of the line is missed.
    along = np.linspace(-2.0, rule.length + 2.0, count)
    half_strip = max(HALF_STRIP, round(1.2 * rule.width))
    across = np.arange(-2 * half_strip, 2 * half_strip + 1) / 2.0
    points = start + along[None, :, None] * direction + across[:, None, None] * normal
    x, y = points[:, :, 0].astype(np.float32), points[:, :, 1].astype(np.float32)
    seen = cv2.remap(loss, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0,))
    strip = np.asarray(seen, np.uint8)
    centre, half, dark = _course(strip)
    distance = np.abs(np.arange(len(across))[:, None] - centre[None, :])
    band = distance <= half + 1.5
    beside = (distance > half + 1.5) & (distance <= half + 5.0)
    inked = cv2.remap(mask.astype(np.uint8), x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT) > 0
    rows = np.arange(len(across))[:, None]
    above = (inked & beside & (rows < centre[None, :])).any(axis=0)
    below = (inked & beside & (rows > centre[None, :])).any(axis=0)
    reach = np.ones(int(4 * half + 5) | 1, np.uint8)[None, :]
    wide_above = cv2.dilate(above[None, :].astype(np.uint8), reach)[0] > 0
    wide_below = cv2.dilate(below[None, :].astype(np.uint8), reach)[0] > 0
    crossing = (above & wide_below) | (below & wide_above)
    crossing = cv2.morphologyEx(crossing[None, :].astype(np.uint8), cv2.MORPH_CLOSE, reach)[0] > 0
    kept = band & crossing[None, :]
    if strength > 1.5 * dark:
        kept |= band & (strip > 0.5 * (strength + dark))
    gone = band & ~kept
    height, width = mask.shape
    column, row = np.rint(x[gone]).astype(int), np.rint(y[gone]).astype(int)
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    cleaned[row[inside], column[inside]] = False


def _course(strip: Image) -> tuple[NDArray[np.float64], float, float]:
    """Where the line runs in its strip, as it bends a little.

    Returns:
        the row of its middle in every column, half its width in rows, and its usual loss of light.
    """
    rows, columns = strip.shape
    step = max(32, columns // 12)
    middles, places, widths, darks = [], [], [], []
    for begin in range(0, columns - step // 2, step):
        profile = np.median(strip[:, begin : begin + step], axis=1)
        peak = int(np.argmax(profile - 0.5 * np.abs(np.arange(rows) - rows // 2)))
        half = 0.5 * profile[peak]
        first = last = peak
        while first > 0 and profile[first - 1] > half:
            first -= 1
        while last < rows - 1 and profile[last + 1] > half:
            last += 1
        if profile[peak] > 8 and last - first < rows // 2:
            middles.append((first + last) / 2.0)
            places.append(begin + step / 2.0)
            widths.append((last - first + 1) / 2.0)
            darks.append(float(profile[peak]))
    if not middles:
        return np.full(columns, rows // 2, np.float64), 2.0, 40.0
    return np.interp(np.arange(columns), places, middles), float(np.median(widths)), float(np.median(darks))
