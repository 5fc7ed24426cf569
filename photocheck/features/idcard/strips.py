"""A line cut out of the flat card for the text net, and whether what was read accounts for all its ink."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from photocheck.features.idcard.lines import FlatBox
from photocheck.features.subject import Image
from photocheck.features.text import LINE_HEIGHT, TextLine

MARGIN = 0.35
"""Ground left and right of the ink, in heights of a character."""

_FIRST_LATEST, _GAP_WIDEST = 1.25, 1.95
"""Where the first character's middle lies at the latest, and how far two neighbours' middles lie apart at most, in
widths of a character."""


def strip(flat: Image, box: FlatBox, *, fill: float, squeeze: float = 1.0) -> Image:
    """One line as the net wants it: `LINE_HEIGHT`×W×3 uint8.

    Args:
        fill: height of a character as a share of the strip's; the smaller, the quicker the net.
        squeeze: width of a character as a share of its true one, for type that is set wide.
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
    cut = cv2.warpAffine(flat, to_strip, (width, LINE_HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cut, dtype=np.uint8)


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
    return (
        middles[0] <= _FIRST_LATEST * unit
        and ink - middles[-1] <= _FIRST_LATEST * unit
        and max(steps, default=0.0) <= _GAP_WIDEST * unit
    )
