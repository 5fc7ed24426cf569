"""Frames: bands of one colour along the edges of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.geometry import Box
from photocheck.features.subject import Image

_DEEPEST = 0.12
"""Share of the picture's side that is searched for the inner edge of a frame."""
_LEAST = 0.003
_ALONG = 256
_STEP = 20.0
_STEP_SHARE = 0.85
_FLAT = 10.0


@dataclass(frozen=True, slots=True)
class Band:
    """A band along one edge.

    Attributes:
        side: `top`, `bottom`, `left` or `right`.
        thickness: native pixels.
        box: where it lies, native pixels.
    """

    side: str
    thickness: int
    box: Box


def frame_bands(rgb: Image) -> list[Band]:
    """Bands of one colour that end in a straight edge along nearly the whole side, at native resolution.

    Args:
        rgb: H×W×3.
    """
    height, width = rgb.shape[:2]
    views = {
        "top": rgb,
        "bottom": rgb[::-1],
        "left": rgb.transpose(1, 0, 2),
        "right": rgb[:, ::-1].transpose(1, 0, 2),
    }
    boxes = {
        "top": lambda t: Box(0, 0, width, t),
        "bottom": lambda t: Box(0, height - t, width, height),
        "left": lambda t: Box(0, 0, t, height),
        "right": lambda t: Box(width - t, 0, width, height),
    }
    least = max(2, round(_LEAST * min(height, width)))
    found = ((side, _thickness(view)) for side, view in views.items())
    return [Band(side, thick, boxes[side](thick)) for side, thick in found if thick >= least]


def _thickness(rows: NDArray[np.uint8]) -> int:
    """Rows from the first that form a band of one colour; 0 where there is none."""
    depth, length = max(4, round(_DEEPEST * rows.shape[0])), rows.shape[1]
    step = max(1, length // _ALONG)
    # The corners belong to the bands of the other two sides.
    strip = np.ascontiguousarray(rows[: depth + 2, length // 8 : length - length // 8 : step])
    strip = np.asarray(cv2.blur(strip, (5, 1)), dtype=np.float32)
    middle = np.median(strip[0], axis=0)
    # Along a frame every pixel has the colour of the first row; the first row that has not is where it ends.
    off = np.abs(strip - middle).max(axis=2)
    flat = np.percentile(off, 90, axis=1) < _FLAT
    ends = np.flatnonzero(~flat)
    if ends.size == 0 or ends[0] == 0 or ends[0] >= depth:
        return 0
    end = int(ends[0])
    inside = off[min(end + 1, strip.shape[0] - 1)]
    return end if float(np.mean(inside > _STEP)) >= _STEP_SHARE else 0
