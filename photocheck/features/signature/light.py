"""The light on the paper: how much of it shadows, folds and a lamp at one side take away."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from photocheck.features.signature.sheet import Sheet

_GAMMA = 2.2
_DENSE = 19
"""Side of a square, in pixels of the copy on which the light is told, that may be all but full of strokes."""
_MOST_INK = 0.45
"""Share of it that strokes cover, beyond which the paper's light is not told there."""


@dataclass(frozen=True, slots=True)
class PaperLight:
    """Measures of the light.

    Attributes:
        loss: share of the brightest paper's light that the darkest paper lacks, 0..1.
        step: steepest change of light, as a share of it, across a twentieth of the picture's longer side.
        dark: box of the darkest part as left, top, right, bottom, shares of the picture.
    """

    loss: float
    step: float
    dark: tuple[float, float, float, float]


def see_paper_light(sheet: Sheet) -> PaperLight:
    """Measure the light on the paper of a sheet."""
    ground = cv2.cvtColor(sheet.paper.ground, cv2.COLOR_RGB2GRAY)
    size = (ground.shape[1], ground.shape[0])
    where = cv2.resize(sheet.where.astype(np.uint8), size, interpolation=cv2.INTER_AREA)
    reach = max(3, round(0.04 * max(ground.shape)) | 1)
    where = cv2.erode(where, np.ones((reach, reach), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=(1,))
    # Between the strokes of dense thick writing there is too little paper to tell its light.
    ink = cv2.resize(255 * sheet.ink.mask.astype(np.uint8), size, interpolation=cv2.INTER_AREA)
    dense = (cv2.blur(ink, (_DENSE, _DENSE)) > _MOST_INK * 255.0).astype(np.uint8)
    inside = (where > 0) & (cv2.dilate(dense, np.ones((_DENSE, _DENSE), np.uint8)) == 0)
    if np.count_nonzero(inside) < 64:
        inside = np.ones(ground.shape, np.bool_)
    levels = np.maximum(np.arange(256), 1) / 255.0
    light = cv2.LUT(ground, np.power(levels, _GAMMA).astype(np.float32))
    low, high = np.percentile(light[inside], (2.0, 98.0))
    logs = cv2.blur(cv2.LUT(ground, (_GAMMA * np.log(levels)).astype(np.float32)), (5, 5))
    span = max(2, round(0.05 * max(ground.shape)))
    steps = []
    for axis in (0, 1):
        ahead, behind = (np.s_[span:, :], np.s_[:-span, :]) if axis == 0 else (np.s_[:, span:], np.s_[:, :-span])
        both = inside[ahead] & inside[behind]
        if both.any():
            steps.append(float(np.percentile(np.abs(logs[ahead] - logs[behind])[both], 99.0)))
    dark = inside & (light < low + 0.25 * (high - low))
    ys, xs = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    box = (
        (xs[0] / size[0], ys[0] / size[1], (xs[-1] + 1) / size[0], (ys[-1] + 1) / size[1]) if len(xs) else (0, 0, 1, 1)
    )
    step = 1.0 - float(np.exp(-max(steps, default=0.0)))
    return PaperLight(float(1.0 - low / max(high, 1e-6)), step, tuple(float(edge) for edge in box))  # type: ignore[arg-type]
