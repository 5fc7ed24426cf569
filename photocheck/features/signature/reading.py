"""The signature read: as a line by the text net, turned the way in which it reads best."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np

from photocheck.features.signature.groups import Groups
from photocheck.features.signature.panel import Panel
from photocheck.features.subject import Image
from photocheck.features.text import LINE_HEIGHT, LineScores, TextLine, score_lines

_ROOM = 0.25
"""White around the ink of a strip, in heights of the line: text that fills two thirds of the height reads best."""
_WELL = 0.9
"""Confidence from which a line is read well enough for no other way up to be tried."""
_AGREES = -1.0
"""Agreement of the line from which its groups are not asked."""
_BETWEEN = "·•・．.　'’-"
"""What may stand between the parts of a name."""
_FOREIGN = 0.06
"""Other marks between the strokes, as a share of the ink, from which they are cut away before reading."""
_BADLY = 0.6
"""Confidence below which a line is hardly read at all."""
_SURELY = 0.95
"""Confidence from which a longer text is the better one."""
_TALL = 1.2
"""Height of the ink as a share of its width from which what reads badly is also read lying on its side."""
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
        # What reads badly every way, such as a script that the net does not know, is taken to stand upright.
        best = other if _is_better(other, level) else level
        # Two characters that touch are about as high as wide, however they are turned.
        tall = panel.box.height > _TALL * panel.box.width
        if _confidence(best) >= (_WELL if tall else _BADLY):
            return best
        sideways = max(_sideways(strip), key=_confidence)
        return sideways if _confidence(sideways) > max(_BADLY, _confidence(best) + 2 * _LEAD) else best
    stacked = _read(_row(strip, panel, groups), 0, stacked=True)
    turned = max(_sideways(strip), key=_confidence)
    # The net also reads columns that lie on their left side: where upright characters can be read, they stand upright.
    if turned.turn == 270 and _confidence(turned) >= min(_WELL, _confidence(stacked) - _LEAD):
        return turned
    if _confidence(stacked) >= _BADLY and len(stacked.line.text) >= len(turned.line.text):
        return stacked
    return max(stacked, turned, key=_confidence)


def _is_better(other: Reading, level: Reading) -> bool:
    """Whether the line is upside down: it reads better so, or well and with more characters."""
    if _confidence(other) > max(_BADLY, _confidence(level) + _LEAD):
        return len(other.line.text) > 1 or _confidence(other) >= _WELL
    return _confidence(other) >= max(_SURELY, _confidence(level)) and len(other.line.text) > len(level.line.text)


def _sideways(strip: Image) -> list[Reading]:
    """The strip read turned by a quarter, both ways."""
    return [
        _read(np.asarray(cv2.rotate(strip, cv2.ROTATE_90_COUNTERCLOCKWISE), np.uint8), 90),
        _read(np.asarray(cv2.rotate(strip, cv2.ROTATE_90_CLOCKWISE), np.uint8), 270),
    ]


def _confidence(reading: Reading) -> float:
    return reading.line.confidence


def _read(strip: Image, turn: int, *, stacked: bool = False) -> Reading:
    scores = score_lines([strip])[0]
    return Reading(turn, stacked, scores.line(), scores)


def _strip(panel: Panel) -> Image:
    """The ink alone on white, h×w×3, with room around; grey, as the net minds colour."""
    box = panel.box
    room = max(2, round(_ROOM * panel.size))
    part = np.s_[box.top : box.bottom, box.left : box.right]
    loss, ink = panel.ink.loss[part], panel.ink.mask[part].astype(np.uint8)
    near = cv2.dilate(ink, np.ones((5, 5), np.uint8))
    other = cv2.countNonZero(((loss > 0.3 * 255.0 * panel.ink.strength) & (near == 0)).astype(np.uint8))
    # Only where lines or a seal lie between the strokes is anything cut away: the net reads soft strokes best.
    grey = 255 - (loss * near if other > _FOREIGN * cv2.countNonZero(ink) else loss)
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
    for top, bottom in _cells(panel, groups):
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


def _cells(panel: Panel, groups: Groups) -> list[tuple[float, float]]:
    """Where each character of a column begins and ends; long groups are cut into parts about as high as wide."""
    cells = []
    for _, top, _, bottom in groups.boxes:
        count = max(1, round((bottom - top) / (1.15 * panel.size)))
        edges = np.linspace(top, bottom, count + 1).tolist()
        cells += list(itertools.pairwise(edges))
    return cells


def name_agreement(panel: Panel, groups: Groups, reading: Reading, name: str) -> float:
    """How well the writing agrees with a name: the logarithm of how much less likely it is than what reads best.

    0 where the name is what reads best; a name that differs in one character is usually below -5. The line is asked
    as a whole, then, where there are as many groups as characters, each group for its own character.

    Args:
        name: without blanks and dots, every character known to the net.
    """
    whole = reading.scores.score(name) * len(name)
    if whole >= _AGREES or len(groups.boxes) != len(name) or reading.turn or panel.upright:
        return whole
    cells = score_lines(_group_strips(panel, groups))
    single = sum(cell.score(character) for cell, character in zip(cells, name, strict=True))
    return max(whole, single)


def plain_name(name: str) -> str:
    """A name without the blanks and dots between its parts, which are written in many ways or not at all."""
    return "".join(character for character in name if character not in _BETWEEN and not character.isspace())


def _group_strips(panel: Panel, groups: Groups) -> list[Image]:
    """A strip for each group of strokes."""
    strip = _strip(panel)
    room = max(2, round(_ROOM * panel.size))
    scale = strip.shape[0] / (panel.box.height + 2 * room)
    strips = []
    for left, _, right, _ in groups.boxes:
        first, last = ((edge - panel.box.left + room) * scale for edge in (left, right))
        spare = 0.15 * strip.shape[0]
        strips.append(np.ascontiguousarray(strip[:, max(0, int(first - spare)) : int(last + spare) + 1]))
    return strips
