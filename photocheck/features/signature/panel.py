"""The signature itself, cut out of the picture as finely as its strokes need."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.signature.ink import Ink, bounds, see_ink
from photocheck.features.signature.layout import Box, Line
from photocheck.features.signature.paper import Mask, Paper, flattened
from photocheck.features.signature.sheet import Sheet
from photocheck.features.subject import Image, averaged_down

PANEL_LENGTH = 960
"""Pixels of the line's length, at most; a longer one is averaged down."""
_ROOM = 0.5
"""Room kept around the line, in heights of it."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The signature's part of the picture, with its ink alone.

    Attributes:
        rgb: h×w×3 uint8 sRGB as in the picture.
        flat: h×w×3 uint8 with white paper.
        ink: the signature's strokes; other marks are left out.
        box: around the ink.
        upright: whether the line runs down the picture.
        scale: pixels of the panel per pixel of the picture, 1 or less.
        left, top: where the panel begins, in pixels of the picture.
    """

    rgb: Image
    flat: Image
    ink: Ink
    box: Box
    upright: bool
    scale: float
    left: float
    top: float

    @property
    def size(self) -> int:
        """Pixels of the panel across the line: about the height of its characters."""
        return self.box.width if self.upright else self.box.height

    @property
    def length(self) -> int:
        """Pixels of the panel along the line."""
        return self.box.height if self.upright else self.box.width

    def native(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """N×2 points of the panel in pixels of the picture."""
        return points / self.scale + (self.left, self.top)

    def native_box(self, box: Box) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in pixels of the picture."""
        (left, top), (right, bottom) = self.native(np.array([(box.left, box.top), (box.right, box.bottom)], np.float64))
        return float(left), float(top), float(right), float(bottom)


def cut_panel(rgb: Image, sheet: Sheet, line: Line, *, longest: int = PANEL_LENGTH) -> Panel:
    """Cut one line of writing out of the picture.

    Args:
        rgb: H×W×3 uint8 sRGB, the picture at native resolution.
        sheet: what was seen on it.
        line: the line, in pixels of the sheet's copy.
        longest: pixels of the line's length, at most.
    """
    room = round(_ROOM * line.size) + 2
    rows, columns = sheet.where.shape
    cut = Box(
        max(0, line.box.left - room),
        max(0, line.box.top - room),
        min(columns, line.box.right + room),
        min(rows, line.box.bottom + room),
    )
    inside = np.s_[cut.top : cut.bottom, cut.left : cut.right]
    if sheet.scale == 1.0:
        part, flat = rgb[inside], sheet.flat[inside]
        known = sheet.ink
        ink = Ink(known.loss[inside], known.mask[inside], known.noise, known.strength, known.stroke)
        scale, left, top = 1.0, float(cut.left), float(cut.top)
    else:
        height, width = rgb.shape[:2]
        native = cut.scaled(1.0 / sheet.scale)
        left, top = float(native.left), float(native.top)
        part = rgb[native.top : min(height, native.bottom), native.left : min(width, native.right)]
        scale = min(1.0, longest * sheet.scale / line.length)
        if scale < 1.0:
            part = averaged_down(part, round(part.shape[1] * scale), round(part.shape[0] * scale))
        ground = Paper(_part_of_ground(sheet, cut, part.shape), sheet.paper.mask, 1.0)
        flat = flattened(part, ground)
        rules = [rule.moved(scale / sheet.scale, left * scale, top * scale) for rule in sheet.rules]
        size = (part.shape[1], part.shape[0])
        where = cv2.resize(sheet.where[inside].astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        channel = flat[:, :, 0] if sheet.red_apart else flat.min(axis=2)
        ink = see_ink(np.ascontiguousarray(channel), rules, where, faint=sheet.faint)
    ratio = scale / sheet.scale
    own = Box(line.box.left - cut.left, line.box.top - cut.top, line.box.right - cut.left, line.box.bottom - cut.top)
    mask = _own_strokes(ink, own.scaled(ratio), 0.1 * line.size * ratio)
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = Box(int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1) if len(xs) else own.scaled(ratio)
    ink = Ink(ink.loss, mask, ink.noise, ink.strength, ink.stroke)
    return Panel(np.asarray(part), np.asarray(flat), ink, box, line.upright, scale, left, top)


def _part_of_ground(sheet: Sheet, cut: Box, shape: tuple[int, ...]) -> Image:
    """The paper's light under a cut of the sheet, at the size of the cut's picture."""
    scale = sheet.paper.scale
    zoom = shape[1] / max(1, cut.width) / scale
    # A pixel's middle is at half past its number, in both copies.
    to_ground = np.array(
        [
            [1.0 / zoom, 0.0, cut.left * scale + 0.5 / zoom - 0.5],
            [0.0, 1.0 / zoom, cut.top * scale + 0.5 / zoom - 0.5],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (shape[1], shape[0])
    return np.asarray(
        cv2.warpAffine(sheet.paper.ground, to_ground, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _own_strokes(ink: Ink, own: Box, spare: float) -> Mask:
    """The strokes whose middle lies in the line's box, specks left out."""
    if not ink.mask.any():
        return ink.mask
    part = bounds(ink.mask)
    _, labels, stats, middles = cv2.connectedComponentsWithStats(ink.mask[part].view(np.uint8), connectivity=8)
    middles += (part[1].start, part[0].start)
    kept = (
        (middles[:, 0] >= own.left - spare)
        & (middles[:, 0] <= own.right + spare)
        & (middles[:, 1] >= own.top - spare)
        & (middles[:, 1] <= own.bottom + spare)
        & (stats[:, cv2.CC_STAT_AREA] >= max(4.0, 0.9 * ink.stroke * ink.stroke))
    )
    kept[0] = False
    own_strokes = np.zeros_like(ink.mask)
    own_strokes[part] = np.take(kept, np.asarray(labels, np.intp))
    return own_strokes
