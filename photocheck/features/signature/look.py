"""How the shapes of the strokes look to a small net: printed, and corrected."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.nets import run_net
from photocheck.features.signature.groups import Groups
from photocheck.features.signature.panel import Panel
from photocheck.features.signature.paper import Mask

CHARACTER = 56
"""Pixels of the characters' height that the net knows."""
_RIM = 12
"""Blank around the ink, pixels."""
_STEP = 16
"""Height and width of the net's input are multiples of this."""
_LONGEST = 960
"""Pixels of the longest strip; longer lines are averaged down."""

_SIZES = (0.85, 0.92, 1.0, 1.08, 1.17)
"""Sizes at which the net is asked, as shares of the characters' own: their mean is wrong less often than one answer."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the net answers, as probabilities 0..1.

    Attributes:
        printed: set in type, not written by hand.
        corrected: strokes struck out or written over each other.
    """

    printed: float
    corrected: float


def see_look(panel: Panel, groups: Groups, turn: int) -> Look:
    """Ask the net about the shapes of the strokes; it sees neither colour nor blur.

    Args:
        turn: clockwise turns of the writing in the picture: 0, 90, 180 or 270; the net sees it upright.
    """
    box = panel.box
    mask = np.rot90(panel.ink.mask[box.top : box.bottom, box.left : box.right], turn // 90)
    strips = [ink_strip(mask, groups.size * size) for size in _SIZES]
    answers = np.mean([run_net("ink-look", {"strip": strip[None, None]})[0][0] for strip in strips], axis=0)
    printed, corrected = (1.0 / (1.0 + np.exp(-np.clip(answers, -60.0, 60.0)))).tolist()
    return Look(printed, corrected)


def ink_strip(mask: Mask, size: float) -> NDArray[np.float32]:
    """The ink at the net's scale, H×W float32 0..1, with blank around it.

    Args:
        mask: h×w, the ink cut out closely.
        size: pixels of the characters' height in it.
    """
    scale = min(CHARACTER / max(1.0, size), (_LONGEST - 2 * _RIM) / max(mask.shape))
    width, height = (max(1, round(side * scale)) for side in mask.shape[::-1])
    way = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    ink = cv2.resize(mask.astype(np.float32), (width, height), interpolation=way)
    right, below = (-(side + 2 * _RIM) % _STEP + _RIM for side in (width, height))
    return np.asarray(cv2.copyMakeBorder(ink, _RIM, below, _RIM, right, cv2.BORDER_CONSTANT, value=(0,)), np.float32)
