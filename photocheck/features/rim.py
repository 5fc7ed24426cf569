"""Frames: bands of one colour along the edges of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.geometry import Box
from photocheck.features.subject import Image

_DEEPEST = 0.08
"""Share of the picture's side that is searched for the inner edge of a frame."""
_LEAST = 0.003
"""Share of the shorter side that a band needs, and two pixels: thinner lines come from scaling."""
_ALONG = 96
_STEP, _STEP_SHARE = 20.0, 0.85
"""Grey levels by which the picture differs from the band, and the share of the side on which it does."""
_FLAT, _FLAT_SHARE = 14.0, 0.9
"""Grey levels within which a row has the band's colour (JPEG smears colour), and the share of it that has."""


@dataclass(frozen=True, slots=True)
class FrameBand:
    """A band along one edge.

    Attributes:
        side: `top`, `bottom`, `left` or `right`.
        thickness: native pixels.
        box: where it lies, native pixels.
    """

    side: str
    thickness: int
    box: Box


def frame_bands(rgb: Image) -> tuple[FrameBand, ...]:
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
    return tuple(FrameBand(side, thick, boxes[side](thick)) for side, thick in found if thick >= least)


def _thickness(rows: NDArray[np.uint8]) -> int:
    """Rows from the first that form a band of one colour; 0 where there is none."""
    depth, length = max(4, round(_DEEPEST * rows.shape[0])), rows.shape[1]
    step = max(1, length // _ALONG)
    # The corners belong to the bands of the other two sides.
    strip = np.ascontiguousarray(rows[: depth + 2, length // 8 : length - length // 8 : step])
    strip = cv2.blur(strip, (5, 1))
    colour = np.sort(strip[0], axis=0)[len(strip[0]) // 2]
    red, green, blue = cv2.split(cv2.absdiff(strip, np.array([*colour, 0], np.float64)))  # four numbers are one colour
    off = np.maximum(np.maximum(red, green), blue)
    ends = np.flatnonzero(np.count_nonzero(off < _FLAT, axis=1) < _FLAT_SHARE * off.shape[1])
    if ends.size == 0 or ends[0] == 0 or ends[0] >= depth:
        return 0
    end = int(ends[0])
    return end if float((off[end + 1] > _STEP).mean()) >= _STEP_SHARE else 0
