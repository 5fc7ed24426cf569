"""A line cut out of the flat card for the text net, and whether what was read accounts for all its ink."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.lines import FlatBox
from photocheck.features.subject import Image
from photocheck.features.text import LINE_HEIGHT, TextLine

MARGIN = 0.35
"""Ground left and right of the ink, in heights of a character."""

_CLEARANCE = 0.08
"""Room that is left above and under a line that is to stand alone, in heights of a character."""

_LATEST_END, _WIDEST_GAP = 0.95, 1.6
_LATEST_END_EVENLY, _WIDEST_GAP_EVENLY = 1.0, 1.75
"""How far the middle of the first or last character lies from the end of the ink, and two neighbours' middles from each
other, in widths of a character. On made cards read rightly at most 0.8 and 1.3, evenly set 0.75 and 1.5."""

_BLOWN = 235
_BRIGHTER = 18
"""Ground this bright in all channels, and by this many levels brighter than under the line, is mirrored light."""
_OTHER_TINT, _DARKER = 0.3, 0.45
"""Ground whose red over blue differs by this (natural logarithm) from that under the line, or which is darker than this
share of it, is a finger or another thing that lies there; a shadow changes the brightness by less, the tint hardly."""


def strip(flat: Image, box: FlatBox, *, fill: float, squeeze: float = 1.0, alone: bool = False) -> Image:
    """One line as the net wants it: `LINE_HEIGHT`×W×3 uint8.

    Args:
        fill: height of a character as a share of the strip's; the smaller, the quicker the net.
        squeeze: width of a character as a share of its true one, for type that is set wide.
        alone: paint over what stands close above and under the line, such as a name's second script.
    """
    size = box.bottom - box.top
    scale = fill * LINE_HEIGHT / size
    left, right = box.left - MARGIN * size, box.right + MARGIN * size
    top = (box.top + box.bottom) / 2 - LINE_HEIGHT / scale / 2
    width = max(1, round((right - left) * scale * squeeze))
    across = width / (right - left)
    # Continuous coordinates, while OpenCV counts from the middles of pixels.
    to_strip = np.array(
        [[across, 0, (0.5 - left) * across - 0.5], [0, scale, (0.5 - top) * scale - 0.5]], dtype=np.float64
    )
    size_of_strip, kind = (width, LINE_HEIGHT), cv2.INTER_LINEAR
    cut: Image = np.asarray(
        cv2.warpAffine(flat, to_strip, size_of_strip, flags=kind, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
    )
    if alone:
        above = max(0, round((box.top - _CLEARANCE * size - top) * scale))
        under = round((box.bottom + _CLEARANCE * size - top) * scale)
        ground = np.percentile(cut[above:under].reshape(-1, 3), 75, axis=0).astype(np.uint8)
        cut[:above], cut[under:] = ground, ground
    return cut


def accounts_for(line: TextLine, box: FlatBox, *, evenly: bool = False) -> bool:
    """Whether no room for a character lies between, before or after those that were read.

    A character that the net does not know is sometimes passed over without a trace.

    Args:
        line: what was read from the strip of `box`.
        evenly: the characters are set at even distances; else they are Chinese ones, as wide as they are high.
    """
    size = box.bottom - box.top
    ink = (box.right - box.left) / size
    middles = [(c.left + c.right) / 2 * (ink + 2 * MARGIN) - MARGIN for c in line.characters if c.text.strip()]
    if not middles:
        return False
    steps = [after - before for before, after in pairwise(middles)]
    unit = float(np.median(steps)) if evenly and steps else 1.0
    end, gap = (_LATEST_END_EVENLY, _WIDEST_GAP_EVENLY) if evenly else (_LATEST_END, _WIDEST_GAP)
    return middles[0] <= end * unit and ink - middles[-1] <= end * unit and max(steps, default=0.0) <= gap * unit


def runs_out_of_sight(flat: Image, box: FlatBox) -> bool:
    """Whether mirrored light, a finger or another thing begins where the ink of a line ends: it may go on under it."""
    size = (box.bottom - box.top) / 2
    rows = slice(max(0, round(box.top)), round(box.bottom))
    band = flat[rows]
    if band.size == 0:
        return False
    under = _ground(band, box.left, box.right)
    return any(_hides(_ground(band, left, left + size), under) for left in (box.left - 2 * size, box.right + size))


def _hides(ground: NDArray[np.float64], under: NDArray[np.float64]) -> bool:
    blown = ground.min() >= max(_BLOWN, under.min() + _BRIGHTER)
    tint = np.log((ground[0] + 1) / (ground[2] + 1)) - np.log((under[0] + 1) / (under[2] + 1))
    return bool(blown or abs(tint) > _OTHER_TINT or ground.max() < _DARKER * under.max())


def _ground(band: Image, left: float, right: float) -> NDArray[np.float64]:
    """Red, green and blue of the ground between two columns."""
    first = int(np.clip(round(left), 0, band.shape[1] - 2))
    part = band[:, first : max(first + 1, round(right))].reshape(-1, 3)
    return np.asarray(np.percentile(part, 75, axis=0), dtype=np.float64)
