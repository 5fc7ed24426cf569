"""The characters of a signature: where each stands, how far apart they are, and how the line slants."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.signature.layout import Boxes, bands
from photocheck.features.signature.panel import Panel


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of strokes along the line; most are one character each.

    Attributes:
        boxes: N×4 left, top, right, bottom in pixels of the panel, in the order of reading.
        size: usual height of a character, pixels of the panel.
        widest_gap: longest blank along the line between two groups, in character sizes; 0 for one group.
        gap: where it begins and ends along the line, pixels of the panel.
        slant: degrees of the line against the horizontal (or the vertical, if it runs down), clockwise as seen.
    """

    boxes: Boxes
    size: float
    widest_gap: float
    gap: tuple[float, float]
    slant: float


def see_groups(panel: Panel) -> Groups:
    """Part the signature's strokes by the blanks along its line."""
    box = panel.box
    mask = np.ascontiguousarray(panel.ink.mask[box.top : box.bottom, box.left : box.right]).view(np.uint8)
    _, _, stats, middles = cv2.connectedComponentsWithStats(mask, connectivity=8)
    middles += (box.left, box.top)
    begin = np.add(stats[1:, :2], (box.left, box.top), dtype=np.float64)
    marks = np.hstack([begin, begin + stats[1:, 2:4]])
    ink, middles = stats[1:, cv2.CC_STAT_AREA].astype(np.float64), middles[1:]
    if panel.upright:
        marks, middles = marks[:, [1, 0, 3, 2]], middles[:, ::-1]
    found = bands(marks[:, 0], marks[:, 2], marks[:, 1], marks[:, 3])
    centre = marks[:, [0, 2]].mean(axis=1)
    number = np.searchsorted([begin for begin, _ in found], centre, side="right") - 1
    boxes, centroids, weights = [], [], []
    for place in range(len(found)):
        inside = number == place
        if inside.any():
            part = marks[inside]
            boxes.append((*part[:, :2].min(axis=0), *part[:, 2:].max(axis=0)))
            centroids.append(np.average(middles[inside], axis=0, weights=ink[inside]))
            weights.append(ink[inside].sum())
    groups = np.array(boxes)
    heights = groups[:, 3] - groups[:, 1]
    size = float(np.average(heights, weights=heights))
    gaps = groups[1:, 0] - groups[:-1, 2]
    widest = int(np.argmax(gaps)) if len(gaps) else -1
    gap = (float(groups[widest, 2]), float(groups[widest + 1, 0])) if len(gaps) else (0.0, 0.0)
    parts = (groups, np.array(centroids), np.array(weights)) if len(groups) > 1 else _thirds(panel)
    slant = _slant(*parts)
    if panel.upright:
        groups, slant = groups[:, [1, 0, 3, 2]], -slant
    return Groups(groups, size, max(0.0, float(gaps[widest]) / size) if len(gaps) else 0.0, gap, slant)


def _thirds(panel: Panel) -> tuple[Boxes, NDArray[np.float64], NDArray[np.float64]]:
    """Boxes, middles and ink of three equal parts of a line whose characters touch."""
    box, mask = panel.box, panel.ink.mask
    part = mask[box.top : box.bottom, box.left : box.right]
    if panel.upright:
        part = part.T
    boxes, middles, weights = [], [], []
    for begin, end in itertools.pairwise(np.linspace(0, part.shape[1], 4).astype(int).tolist()):
        ys, xs = np.nonzero(part[:, begin:end])
        if len(xs):
            boxes.append((begin + xs.min(), ys.min(), begin + xs.max() + 1, ys.max() + 1))
            middles.append((begin + xs.mean(), ys.mean()))
            weights.append(len(xs))
    return np.array(boxes, np.float64), np.array(middles), np.array(weights, np.float64)


def _slant(groups: Boxes, centroids: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Degrees of the straight line through the groups' tops, middles and feet."""
    x = groups[:, [0, 2]].mean(axis=1)
    away = x - np.average(x, weights=weights)
    spread = float(np.average(away**2, weights=weights))
    if spread <= 0:
        return 0.0
    edges = (groups[:, 1], groups[:, 3], centroids[:, 1])
    slopes = [float(np.average(away * (y - np.average(y, weights=weights)), weights=weights)) / spread for y in edges]
    return float(np.degrees(np.arctan(np.mean(slopes))))
