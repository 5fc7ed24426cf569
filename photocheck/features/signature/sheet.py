"""The whole picture at a glance: the paper, what is printed on it, the ink, and the lines of writing."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.signature.edges import inside_edges, is_outline
from photocheck.features.signature.ink import Ink, bounds, see_ink
from photocheck.features.signature.layout import Boxes, Line, find_lines
from photocheck.features.signature.paper import Mask, Paper, flattened, see_paper
from photocheck.features.signature.red import darkest, writing_channel
from photocheck.features.signature.rules import Rule, find_rules
from photocheck.features.subject import Image, averaged_down

SHEET_SIDE = 1280
"""Pixels of the longer side of the copy on which writing is looked for."""

_LONG = 0.3
"""Length, as a share of the longer side, from which a mark at the rim of the paper is the edge of something."""
_THICK = 4.0
"""Thickness, in strokes, from which a mark is no stroke."""
_BESIDE = 0.005
"""Where beside a line it is looked for paper, as a share of the longer side."""
_LEAST_FAINT = 0.08
"""Length of a line of faint writing, as a share of the longer side: shorter ones are the paper's own grain."""
_FAINT = 0.22
"""Share of light that strong strokes take below which they are looked for again, as faint ones."""
_WEDGE = 0.7
"""Share of a mark's length that lies on the picture's edge from which it is a wedge of something beyond the paper."""
_LEAST_INK = 0.015
"""Share of a line's box that is ink, below which it is the paper's own grain: the thinnest pen leaves twice as much."""
_SIDES = 4
"""Lines that may all be sides of the sheet itself."""
_LEAST_LINE = 0.3
"""Size of a line of writing as a share of the largest one's, below which it is a dot or a stain."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The picture at most `SHEET_SIDE` pixels long.

    Attributes:
        scale: pixels of this copy per pixel of the picture.
        paper: the paper without ink.
        where: H×W, where paper is.
        flat: H×W×3 uint8 with white paper.
        red_apart: whether dark writing was told from red marks (a seal), which `ink` then leaves out.
        rules: long straight lines, the paper's own edges among them.
        printed: those that lie on the paper.
        ink: the strokes.
        faint: whether the ink hardly stands out from the paper.
        lines: the lines of writing, the one with the most ink first.
    """

    scale: float
    paper: Paper
    where: Mask
    flat: Image
    red_apart: bool
    rules: tuple[Rule, ...]
    printed: tuple[Rule, ...]
    ink: Ink
    faint: bool
    lines: tuple[Line, ...]


def see_sheet(rgb: Image) -> Sheet:
    """Find the writing.

    Args:
        rgb: H×W×3 uint8 sRGB, the picture at native resolution.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, SHEET_SIDE / max(height, width))
    small = rgb if scale == 1.0 else averaged_down(rgb, round(width * scale), round(height * scale))
    paper = see_paper(small)
    flat = flattened(small, paper)
    size = (small.shape[1], small.shape[0])
    where = cv2.resize(paper.mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    rules = find_rules(darkest(flat))
    whole, where = where, inside_edges(where, flat, paper, rules)
    edged = np.count_nonzero(where) < np.count_nonzero(whole)
    channel, red_apart = writing_channel(flat, where)
    printed = tuple(rule for rule in rules if _on_paper(rule, where))
    if len(printed) <= _SIDES:
        printed = tuple(rule for rule in printed if not is_outline(rule, channel))
    ink, lines = _writing(see_ink(channel, rules, where), where, edged=edged)
    faint = False
    if not lines or ink.strength < _FAINT:
        faint_ink, faint_lines = _writing(see_ink(channel, rules, where, faint=True), where, edged=edged)
        faint = any(line.length > _LEAST_FAINT * max(where.shape) for line in faint_lines)
        ink, lines = (faint_ink, faint_lines) if faint else (ink, lines)
    return Sheet(scale, paper, where, flat, red_apart, rules, printed, ink, faint, lines)


def _writing(ink: Ink, where: Mask, *, edged: bool) -> tuple[Ink, tuple[Line, ...]]:
    """The ink without what is no writing, and the lines of writing that are not much smaller than the largest."""
    mask, boxes, areas = _strokes(ink, where, edged=edged)
    found = find_lines(boxes, areas)
    lines = tuple(line for line in found if line.ink >= _LEAST_INK * line.box.width * line.box.height)
    if lines:
        largest = max(line.size for line in lines)
        lines = tuple(line for line in lines if line.size >= _LEAST_LINE * largest or line.length >= largest)
    return Ink(ink.loss, mask, ink.noise, ink.strength, ink.stroke), lines


def _on_paper(rule: Rule, where: Mask) -> bool:
    """Whether there is paper in the picture on both sides of a line."""
    start, end = np.array(rule.start), np.array(rule.end)
    direction = (end - start) / rule.length
    normal = np.array([-direction[1], direction[0]])
    away = _BESIDE * max(where.shape) + rule.width
    along = np.linspace(0.1, 0.9, 30)[:, None] * (end - start)
    for sign in (1.0, -1.0):
        x, y = np.rint(start + along + sign * away * normal).astype(int).T
        inside = (x >= 0) & (y >= 0) & (x < where.shape[1]) & (y < where.shape[0])
        if inside.mean() < 0.5 or where[y[inside], x[inside]].mean() < 0.5:
            return False
    return True


def _strokes(ink: Ink, where: Mask, *, edged: bool) -> tuple[Mask, Boxes, NDArray[np.int_]]:
    """The ink without dust, and without what runs along the rim of the paper: its edge, a desk, a finger.

    Args:
        where: H×W, the paper.
        edged: whether an edge of the paper was seen, so that there may be desk in the corners too.

    Returns:
        the mask, the boxes of its connected marks, and their pixels.
    """
    if not ink.mask.any():
        return ink.mask, np.zeros((0, 4)), np.zeros(0, np.int_)
    part = bounds(ink.mask)
    mask = ink.mask[part]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    across, down = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    long = np.hypot(across, down)
    dot = ink.stroke * ink.stroke
    kept = stats[:, cv2.CC_STAT_AREA] >= max(4.0, 0.9 * dot)
    kept &= np.maximum(across, down) >= max(3.0, 1.5 * ink.stroke)
    kept[0] = False
    side = max(where.shape)
    # A thread, a fold, the edge of a sheet that lies below: one long thin line and nothing else.
    kept &= ~((long > 0.7 * side) & (stats[:, cv2.CC_STAT_AREA] < 2.0 * ink.stroke * long))
    paper = cv2.copyMakeBorder(where.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    inner = cv2.erode(paper, np.ones((9, 9), np.uint8))[1:-1, 1:-1]
    if edged:
        contact = np.bincount(_outermost(np.asarray(labels, np.intp), part, where.shape), minlength=len(stats))
        kept &= ~((contact > _WEDGE * np.maximum(across, down)) & (long > 4.0 * ink.stroke))
    overlap = np.bincount(labels[(inner[part] == 0) & mask], minlength=len(stats))
    for label in np.flatnonzero(kept & (overlap > 0)).tolist():
        pixels = int(overlap[label])
        left, top = stats[label, cv2.CC_STAT_LEFT], stats[label, cv2.CC_STAT_TOP]
        mark = labels[top : top + down[label], left : left + across[label]] == label
        thick = 2.0 * float(cv2.distanceTransform(np.pad(mark, 1).astype(np.uint8), cv2.DIST_L2, 3).max())
        along = pixels > 0.6 * stats[label, cv2.CC_STAT_AREA] and long[label] > 4.0 * ink.stroke
        rim = mark & (inner[part][top : top + down[label], left : left + across[label]] == 0)
        # Strokes that the picture cuts off leave it one by one; the edge of something runs along.
        run = _longest_run(rim) if long[label] > _LONG * side and pixels > 0.1 * side else 0
        edge = run > _THICK * ink.stroke
        kept[label] = not (along or edge or thick > _THICK * ink.stroke)
    begin = stats[kept][:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]] + np.array([part[1].start, part[0].start], np.float64)
    boxes = np.hstack([begin, begin + np.column_stack([across, down])[kept]])
    whole = np.zeros_like(ink.mask)
    whole[part] = np.take(kept, np.asarray(labels, np.intp))
    return whole, boxes, stats[kept, cv2.CC_STAT_AREA].astype(np.int_)


def _longest_run(mask: Mask) -> int:
    """Pixels across the longest connected part of a mask."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return int(stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(initial=0))


def _outermost(labels: NDArray[np.intp], part: tuple[slice, slice], shape: tuple[int, ...]) -> NDArray[np.intp]:
    """The labels along the edges of the picture.

    Args:
        labels: of a part of the picture.
        part: rows and columns of that part.
        shape: of the picture.
    """
    rows, columns = part
    edges = [
        (rows.start == 0, labels[0]),
        (rows.stop == shape[0], labels[-1]),
        (columns.start == 0, labels[:, 0]),
        (columns.stop == shape[1], labels[:, -1]),
    ]
    return np.concatenate([np.zeros(0, labels.dtype), *(edge for there, edge in edges if there)])
