"""Flat things laid into the picture with anti-aliased edges, in 8-bit sRGB before there is any light."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from samples.maker.camera.geometry import corners_of, project, scale_at
from samples.maker.camera.shot import Image, Plane, Points

_SPARE = 1.15
"""Pixels of a flat layer for a pixel of the picture before it is warped: enough detail, little aliasing."""


def fine_enough(flat: Image, size_mm: tuple[float, float], place: Points) -> Image:
    """The flat picture area-averaged to what the camera can see of it."""
    corners = corners_of(size_mm)
    seen = max(scale_at(place, (float(x), float(y))) for x, y in corners)
    shrink = seen * _SPARE * size_mm[0] / flat.shape[1]
    if shrink > 0.9:
        return flat
    size = (max(8, round(flat.shape[1] * shrink)), max(8, round(flat.shape[0] * shrink)))
    return np.asarray(cv2.resize(flat, size, interpolation=cv2.INTER_AREA))


@lru_cache(maxsize=64)
def round_alpha(width: int, height: int, radius: float) -> Image:
    """H×W uint8, 255 inside a box with round corners, one pixel soft; two empty pixels all round are added."""
    x = np.abs(np.arange(-2, width + 2) + 0.5 - width / 2)[None, :] - (width / 2 - radius)
    y = np.abs(np.arange(-2, height + 2) + 0.5 - height / 2)[:, None] - (height / 2 - radius)
    outside = np.hypot(np.maximum(x, 0), np.maximum(y, 0)) + np.minimum(np.maximum(x, y), 0) - radius
    return np.asarray(np.round(np.clip(0.5 - outside, 0, 1) * 255), dtype=np.uint8)


def pixels_to_mm(shape: tuple[int, ...], size_mm: tuple[float, float], border: int = 0) -> Points:
    """3×3: pixel centres of a flat picture with a border to mm."""
    x, y = size_mm[0] / shape[1], size_mm[1] / shape[0]
    return np.array([[x, 0, (0.5 - border) * x], [0, y, (0.5 - border) * y], [0, 0, 1]])


class Window:
    """The part of the picture that a layer can touch."""

    def __init__(self, canvas: Image, outline: Points, margin: float = 3.0) -> None:
        """`outline` in pixels; empty when it lies outside the picture."""
        low, high = np.floor(outline.min(axis=0) - margin), np.ceil(outline.max(axis=0) + margin + 1)
        height, width = canvas.shape[:2]
        self.left, self.top = (int(v) for v in np.clip(low, 0, (width, height)))
        self.right, self.bottom = (int(v) for v in np.clip(high, 0, (width, height)))
        self.size = (self.right - self.left, self.bottom - self.top)
        self.empty = min(self.size) <= 0
        self.to_window = np.array([[1, 0, -self.left], [0, 1, -self.top], [0, 0, 1]], dtype=np.float64)

    def of(self, canvas: Image) -> Image:
        """The view of a canvas."""
        return canvas[self.top : self.bottom, self.left : self.right]


def lay(canvas: Image, flat: Image, alpha: Image, place: Points) -> tuple[Window, Image]:
    """Blend a flat picture into the canvas.

    Args:
        flat: H×W×3.
        alpha: (H+4)×(W+4), the flat's cover with two empty pixels all round.
        place: homography from the flat's padded pixels to the picture.

    Returns:
        The window and the cover there, uint8.
    """
    padded = cv2.copyMakeBorder(flat, 2, 2, 2, 2, cv2.BORDER_REPLICATE)
    outline = project(place, corners_of((alpha.shape[1], alpha.shape[0])))
    window = Window(canvas, outline)
    if window.empty:
        return window, np.zeros((0, 0), np.uint8)
    warp = window.to_window @ place
    layer = cv2.warpPerspective(padded, warp, window.size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpPerspective(alpha, warp, window.size, flags=cv2.INTER_LINEAR)
    blend(window.of(canvas), layer, np.asarray(cover))
    return window, np.asarray(cover)


def blend(view: Image, layer: Image, cover: Image) -> None:
    """Lay a layer over a view of the picture, in place; `cover` 0..255. Edges mix as light does, not as codes do."""
    edges = cv2.findNonZero(cv2.inRange(cover, 1, 254))
    cv2.copyTo(layer, cv2.inRange(cover, 255, 255), view)
    if edges is None:
        return
    x, y = edges[:, 0, 0], edges[:, 0, 1]
    share = (cover[y, x].astype(np.float32) / 255)[:, None]
    light = _light()
    mixed = light[view[y, x]] * (1 - share) + light[layer[y, x]] * share
    view[y, x] = np.round(255 * mixed ** (1 / 2.2)).astype(np.uint8)


@lru_cache(maxsize=1)
def _light() -> Plane:
    return np.asarray((np.arange(256) / 255) ** 2.2, dtype=np.float32)


def darken(view: Image, cover: Image, loss: float) -> None:
    """Take `loss` (0..1, of the code value) away where `cover` is 255, in place."""
    keep = cv2.convertScaleAbs(cover, alpha=-loss, beta=0)
    keep = cv2.merge([255 - keep] * 3)
    view[:] = cv2.multiply(view, keep, scale=1 / 255)
