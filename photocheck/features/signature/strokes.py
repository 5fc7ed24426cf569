"""What the pen left: how dark, of which colour and how sharp the strokes are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from photocheck.features.signature.panel import Panel

_DIRECTIONS = 6
_LEAST_EDGE = 40
"""Pixels of edge in one direction from which its blur is told."""
_SAMPLE = 4000
"""Pixels of paper of which the median colour is taken, about."""
_AROUND = 12
"""Pixels around the ink in which there is paper to compare it with."""
_EVEN = 0.1
"""Grain of ink that no light has eaten; from twice of it light has."""


@dataclass(frozen=True, slots=True)
class Strokes:
    """Measures of the strokes.

    Attributes:
        darkness: share of the paper's light that the darkest fifth of the ink takes, 0..1, in the channel that loses
            most.
        blueness, redness: how much less blue (or red) light the ink takes than other light, as a share of the most it
            takes; 0 for black and grey.
        contrast: difference in CIELAB lightness between the paper and the ink, as the picture shows them.
        burnt: share of the paper around the ink that has the highest level there is, times the share of black
            that the darkest ink lacks, 0..1: strokes that the light has eaten. Less where the ink is even along the
            strokes, as on a scan whose paper is white: light eats thin places first.
        grain: how much the darkness varies along the middle of strokes, as a share of it.
        blur: standard deviation of the blur of the edges in pixels of the panel, in the direction where it is largest.
        sharpest: the same where it is smallest.
        width: usual width in pixels of the panel.
    """

    darkness: float
    blueness: float
    redness: float
    contrast: float
    burnt: float
    grain: float
    blur: float
    sharpest: float
    width: float


def see_strokes(panel: Panel) -> Strokes:
    """Measure the strokes of a signature."""
    burnt = _burnt(panel, float(np.percentile(panel.ink.loss[panel.ink.mask], 90)) / 255.0)
    panel = _closely(panel)
    mask = panel.ink.mask
    losses = 255.0 - panel.flat[mask]
    loss = panel.ink.loss[mask]
    dark = loss >= np.percentile(loss, 80)
    red, green, blue = (float(value) / 255.0 for value in losses[dark].mean(axis=0))
    most = max(red, green, blue, 1e-3)
    distance = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    middles = mask & (distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8)))
    along = panel.ink.loss[middles].astype(np.float32)
    grain = float(along.std() / max(along.mean(), 1.0))
    largest, smallest = _blur(panel)
    return Strokes(
        darkness=float(np.percentile(loss, 90)) / 255.0,
        blueness=(red - blue) / most,
        redness=(min(green, blue) - red) / most,
        contrast=_contrast(panel, dark),
        burnt=burnt * float(np.clip((grain - _EVEN) / _EVEN, 0.0, 1.0)),
        grain=grain,
        blur=largest,
        sharpest=smallest,
        width=panel.ink.stroke,
    )


def _closely(panel: Panel) -> Panel:
    """The panel cut to the ink, with as much paper around it as is looked at."""
    box = panel.box
    part = np.s_[max(0, box.top - _AROUND) : box.bottom + _AROUND, max(0, box.left - _AROUND) : box.right + _AROUND]
    ink = replace(panel.ink, loss=panel.ink.loss[part], mask=panel.ink.mask[part])
    return replace(panel, rgb=panel.rgb[part], flat=panel.flat[part], ink=ink)


def _contrast(panel: Panel, dark: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """CIELAB lightness of the paper around the strokes less that of the strokes, as they are in the picture."""
    mask = panel.ink.mask
    reach = np.ones((9, 9), np.uint8)
    clear = cv2.dilate(mask.view(np.uint8), reach)
    near = cv2.dilate(clear, reach) > clear
    around = panel.rgb[near]
    if not len(around):
        around = panel.rgb[~mask]
    if not len(around):
        return 0.0
    around = around[:: 1 + len(around) // _SAMPLE]
    pair = np.stack([np.median(around, axis=0), np.median(panel.rgb[mask][dark], axis=0)]).astype(np.float32) / 255.0
    lightness = cv2.cvtColor(pair[None], cv2.COLOR_RGB2LAB)[0, :, 0]
    return float(lightness[0] - lightness[1])


def _burnt(panel: Panel, darkness: float) -> float:
    """How much the light has eaten of the strokes: 0 where the paper has any tone."""
    paper = cv2.bitwise_not(panel.ink.mask.astype(np.uint8) * 255)
    size = cv2.countNonZero(paper)
    highest = cv2.bitwise_and(cv2.inRange(panel.rgb, np.full(3, 254), np.full(3, 255)), paper)
    return cv2.countNonZero(highest) / size * (1.0 - darkness) if size else 0.0


def _blur(panel: Panel) -> tuple[float, float]:
    """Blur of the edges across the directions where it is largest and smallest, pixels.

    The steepest place of an edge that is blurred by a normal distribution has the slope contrast / (sigma √(2π)).
    """
    loss = panel.ink.loss
    gx = cv2.Sobel(loss, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
    gy = cv2.Sobel(loss, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    slope = cv2.magnitude(gx, gy)
    mask = panel.ink.mask.astype(np.uint8)
    rim = (cv2.dilate(mask, np.ones((3, 3), np.uint8)) > cv2.erode(mask, np.ones((3, 3), np.uint8))) & (slope > 2.0)
    if not rim.any():
        return float("nan"), float("nan")
    reach = max(3, round(1.5 * panel.ink.stroke) | 1)
    core = cv2.dilate(loss, np.ones((reach, reach), np.uint8))
    steepest = cv2.dilate(slope, np.ones((3, 3), np.uint8))
    sigma = core[rim].astype(np.float32) / (np.sqrt(2 * np.pi) * steepest[rim])
    angle = np.degrees(np.arctan2(gy[rim], gx[rim])) % 180.0
    sector = (angle / (180.0 / _DIRECTIONS)).astype(int) % _DIRECTIONS
    counts = np.bincount(sector, minlength=_DIRECTIONS)
    blurs = [float(np.median(sigma[sector == number])) for number in np.flatnonzero(counts >= _LEAST_EDGE)]
    if not blurs:
        blurs = [float(np.median(sigma))]
    return max(blurs), min(blurs)
