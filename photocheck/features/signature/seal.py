"""Red marks beside or across the writing: seals and fingerprints."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from photocheck.features.signature.ink import clear_of
from photocheck.features.signature.layout import Box
from photocheck.features.signature.red import red_mask
from photocheck.features.signature.sheet import Sheet

_DARK_PAPER = 90
"""Level of 255 below which a picture is so dark that the camera's noise is coloured."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A red mark.

    Attributes:
        area: of its box, as a share of the square of the writing's size.
        overlap: share of the writing's box that it covers, 0..1.
        box: in pixels of the sheet's copy.
    """

    area: float
    overlap: float
    box: Box


def see_seal(sheet: Sheet) -> Seal | None:
    """The largest red mark on paper on which there is dark writing too; None where there is none.

    Args:
        sheet: with at least one line of writing.
    """
    if not sheet.red_apart or np.median(sheet.paper.ground[sheet.paper.mask]) < _DARK_PAPER:
        return None
    line = sheet.lines[0]
    red = (red_mask(sheet.flat) & sheet.where & clear_of(sheet.rules, sheet.where.shape)).astype(np.uint8)
    reach = max(3, round(0.3 * line.size) | 1)
    joined = cv2.morphologyEx(cv2.medianBlur(red, 3), cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    left, top, width, height, _ = (int(value) for value in stats[largest])
    box = Box(left, top, left + width, top + height)
    across = max(0, min(box.right, line.box.right) - max(box.left, line.box.left))
    down = max(0, min(box.bottom, line.box.bottom) - max(box.top, line.box.top))
    overlap = across * down / max(1, line.box.width * line.box.height)
    return Seal(width * height / max(1, line.size) ** 2, overlap, box)
