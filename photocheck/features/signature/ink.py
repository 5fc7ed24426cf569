"""Ink on paper: how much light each place loses against the paper around it, and which places are strokes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.signature.paper import Mask
from photocheck.features.signature.rule_removal import HALF_STRIP, without_rules
from photocheck.features.signature.rules import Rule
from photocheck.features.subject import Image

_LEAST_DENSITY = 0.13
"""Loss of light below which nothing is ink, whatever the paper."""
_LEAST_FAINT_DENSITY = 0.05
"""The same for ink so faint that it is looked for on a smoothed copy: bare paper stays below it there."""
_NOISES = 6.0
"""Standard deviations of the paper's own texture above which a place may be ink."""
_FAINT_NOISES = 4.0
"""The same for faint ink."""
_CORE_SHARE = 0.5
"""Where a stroke ends: the share of its own strongest density nearby. Half of it is the edge, however blurred."""


@dataclass(frozen=True, slots=True)
class Ink:
    """Strokes on paper, on one copy of the picture.

    Attributes:
        loss: H×W uint8, 0 for paper to 255 for black: the light lost against the paper.
        mask: H×W, where strokes are.
        noise: standard deviation of the loss on bare paper, as a share of the paper's light.
        strength: share of light lost in the middle of strong strokes; 0 where there are none.
        stroke: usual width of strokes in pixels; 0 where there are none.
    """

    loss: Image
    mask: Mask
    noise: float
    strength: float
    stroke: float


def see_ink(flat: Image, rules: Sequence[Rule] = (), where: Mask | None = None, *, faint: bool = False) -> Ink:
    """Tell strokes from paper and printed lines.

    Args:
        flat: H×W uint8 with white paper.
        rules: printed lines; strokes that cross them stay whole.
        where: H×W, places to look at; everywhere by default.
        faint: whether to look for ink that hardly stands out; strokes then lose what is finer than the smoothing.
    """
    if faint:
        flat = np.asarray(cv2.GaussianBlur(flat, (0, 0), 1.5), np.uint8)
    noise = _noise(flat, where)
    loss = np.asarray(cv2.bitwise_not(flat), np.uint8)
    least, noises = (_LEAST_FAINT_DENSITY, _FAINT_NOISES) if faint else (_LEAST_DENSITY, _NOISES)
    floor = 255.0 * max(least, noises * noise)
    candidates = loss > floor
    if where is not None:
        candidates &= where
    losses = _histogram(loss, candidates)
    if losses.sum() < 8:
        return Ink(loss, np.zeros(flat.shape, np.bool_), noise, 0.0, 0.0)
    strength = float(_percentile(losses, 85.0))
    seeds = candidates & (loss > max(floor, 0.45 * strength))
    reach = max(3, round(1.5 * stroke_width(seeds & clear_of(rules, flat.shape))) | 1)
    # The edge of a stroke is where it falls to half of what it has in its middle, which is less for a thin pale stroke.
    core = cv2.dilate(loss, np.ones((reach, reach), np.uint8))
    mask = candidates & (loss > cv2.convertScaleAbs(core, alpha=_CORE_SHARE))
    if rules:
        mask = without_rules(mask, loss, rules, strength / 255.0)
    mask = _holding(mask, seeds)
    return Ink(loss, mask, noise, strength / 255.0, stroke_width(mask))


def stroke_width(mask: Mask) -> float:
    """Usual width of the strokes of a mask, in pixels: twice the median distance of their middles from the edge."""
    if not mask.any():
        return 0.0
    # Padded, as a stroke that leaves the picture ends there.
    part = mask[bounds(mask)].astype(np.uint8)
    padded = cv2.copyMakeBorder(part, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 3)
    ridges = cv2.compare(distance, cv2.dilate(distance, np.ones((3, 3), np.uint8)), cv2.CMP_GE)
    ridge = np.sort(distance[cv2.bitwise_and(ridges, padded) > 0])
    # Thicker places count more: ragged edges have many short ridges of their own.
    usual = ridge[np.searchsorted(np.cumsum(ridge), 0.5 * float(ridge.sum()))]
    # The distance of a line one pixel wide is 1 in its middle: half a pixel more than half its width.
    return float(max(1.0, 2.0 * usual - 1.0))


def bounds(mask: Mask) -> tuple[slice, slice]:
    """The rows and columns that hold a mask, which must not be empty: OpenCV crashes on arrays without pixels."""
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    return slice(top, top + height), slice(left, left + width)


def clear_of(rules: Sequence[Rule], shape: tuple[int, ...]) -> Mask:
    """Where no printed line is near."""
    near = np.zeros(shape, np.uint8)
    for rule in rules:
        ends = [(round(16 * x), round(16 * y)) for x, y in (rule.start, rule.end)]
        cv2.line(near, ends[0], ends[1], (1,), 2 * HALF_STRIP - 3 + round(rule.width), cv2.LINE_8, 4)
    return np.asarray(near == 0)


def _holding(mask: Mask, seeds: Mask) -> Mask:
    """The connected parts of a mask that hold a seed."""
    held = np.zeros_like(mask)
    if not mask.any():
        return held
    part = bounds(mask)
    count, labels = cv2.connectedComponents(mask[part].view(np.uint8), connectivity=8)
    kept = np.zeros(count, np.bool_)
    kept[labels[seeds[part]]] = True
    kept[0] = False
    held[part] = np.take(kept, np.asarray(labels, np.intp))
    return held


def _histogram(plane: Image, where: Mask | None) -> NDArray[np.float64]:
    """How many pixels have each of the 256 levels."""
    there = None if where is None else where.view(np.uint8)
    return cv2.calcHist([plane], [0], there, [256], [0, 256])[:, 0].astype(np.float64)


def _percentile(counts: NDArray[np.float64], rank: float) -> int:
    """The level that so many percent of the pixels do not exceed."""
    reached = np.cumsum(counts)
    return int(np.searchsorted(reached, rank / 100.0 * reached[-1]))


def _noise(flat: Image, where: Mask | None) -> float:
    """Standard deviation of the paper's texture, told by its brighter half, which holds no ink."""
    counts = _histogram(flat, where)
    counts[: int(0.75 * 255.0) + 1] = 0.0
    if counts.sum() < 144:
        return 0.0
    # Between these ranks a normal distribution spans 0.64 standard deviations.
    return (_percentile(counts, 60.0) - _percentile(counts, 35.0)) / 255.0 / 0.64
