"""The signature read: as a line by the text net, turned the way in which it reads best."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from photocheck.features.signature.groups import Groups
from photocheck.features.signature.panel import Panel
from photocheck.features.subject import Image
from photocheck.features.text import LINE_HEIGHT, LineScores, TextLine, score_lines

_ROOM = 0.25
"""White around the ink of a strip, in heights of the line: text that fills two thirds of the height reads best."""
_WELL = 0.80
"""Confidence from which a line is read well enough for no other way up to be tried."""
_LEAD = 0.12
"""Confidence by which another way up must be better."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the signature says, read the best way.

    Attributes:
        turn: clockwise turns of the writing in the picture: 0, 90, 180 or 270.
        stacked: whether upright characters stand one below the other.
        line: the best reading.
        scores: the net's answer, to be compared with a name.
    """

    turn: int
    stacked: bool
    line: TextLine
    scores: LineScores


def read_signature(panel: Panel, groups: Groups) -> Reading:
    """Read the line; where it reads badly, or runs down the picture, turned other ways too."""
    strip = _strip(panel)
    if not panel.upright:
        level = _read(strip, 0)
        if level.line.confidence >= _WELL:
            return level
        other = _read(np.asarray(cv2.rotate(strip, cv2.ROTATE_180), np.uint8), 180)
        return other if other.line.confidence > level.line.confidence + _LEAD else level
    ways = [
        _read(np.asarray(cv2.rotate(strip, cv2.ROTATE_90_COUNTERCLOCKWISE), np.uint8), 90),
        _read(np.asarray(cv2.rotate(strip, cv2.ROTATE_90_CLOCKWISE), np.uint8), 270),
        _read(_row(strip, panel, groups), 0, stacked=True),
    ]
    return max(ways, key=lambda way: way.line.confidence)


def _read(strip: Image, turn: int, *, stacked: bool = False) -> Reading:
    scores = score_lines([strip])[0]
    return Reading(turn, stacked, scores.line(), scores)


def _strip(panel: Panel) -> Image:
    """The ink alone on white, h×w×3, with room around; grey, as the net minds colour."""
    box = panel.box
    room = max(2, round(_ROOM * panel.size))
    part = np.s_[box.top : box.bottom, box.left : box.right]
    # Soft edges are kept: the ink's own loss of light, within reach of the strokes.
    near = cv2.dilate(panel.ink.mask[part].astype(np.uint8), np.ones((5, 5), np.uint8))
    grey = 255 - panel.ink.loss[part] * near
    padded = cv2.copyMakeBorder(grey, room, room, room, room, cv2.BORDER_CONSTANT, value=(255,))
    scale = LINE_HEIGHT * 1.5 / min(padded.shape)
    if scale < 1.0:
        padded = cv2.resize(padded, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(padded, cv2.COLOR_GRAY2RGB), np.uint8)


def _row(strip: Image, panel: Panel, groups: Groups) -> Image:
    """The characters of a column side by side."""
    room = max(2, round(_ROOM * panel.size))
    scale = strip.shape[0] / (panel.box.height + 2 * room)
    cells = []
    for _, top, _, bottom in groups.boxes:
        first, last = ((edge - panel.box.top + room) * scale for edge in (top, bottom))
        cells.append(strip[max(0, int(first) - 2) : int(last) + 2])
    high = max(cell.shape[0] for cell in cells)
    padded = []
    for cell in cells:
        above = (high - cell.shape[0]) // 2
        below = high - cell.shape[0] - above
        padded.append(cv2.copyMakeBorder(cell, above, below, 0, 0, cv2.BORDER_CONSTANT, value=(255, 255, 255)))
    row = np.hstack(padded)
    rim = high // 5
    return np.asarray(cv2.copyMakeBorder(row, rim, rim, 0, 0, cv2.BORDER_CONSTANT, value=(255, 255, 255)), np.uint8)
