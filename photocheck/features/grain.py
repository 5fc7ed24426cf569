"""Grain of the skin: random noise of luma and of colour."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.quantile import quantile
from photocheck.features.texture import Plane, Texture
from photocheck.finding import NotAssessable

EYES = 96.0
"""The face is averaged down by a whole factor as long as the eyes stay this many pixels apart: what averages out
there cannot be seen in a finished ID photo."""

_BLOCK = 8
_WINDOW = 256  # pixels of the averaged face
_FLATTEST = 0.3
_LEAST_BLOCKS = 12
_MASK = np.array([1, -2, 1], np.float32) / np.float32(6.0**0.5)  # Immerkaer 1996, each way: blind to edges and slopes


@dataclass(frozen=True, slots=True)
class Grain:
    """Standard deviations of noise in 8-bit levels, on the flattest skin.

    Attributes:
        luma: of Y.
        chroma: of the noisier of Cb and Cr at half resolution, as most files hold colour.
    """

    luma: float
    chroma: float


def see_grain(texture: Texture) -> Grain:
    """Measure it in the flattest 8×8 blocks of the face; nearly black and nearly white blocks hold no noise.

    Raises:
        NotAssessable: `too-small` where fewer than 12 blocks lie inside the face.
    """
    factor = max(1, int(texture.eyes // EYES))
    rgb, inside = texture.middle(_WINDOW * factor)
    if factor > 1:
        size = (rgb.shape[1] // factor, rgb.shape[0] // factor)
        rows, columns = size[1] * factor, size[0] * factor
        rgb = np.asarray(cv2.resize(rgb[:rows, :columns], size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        inside = inside[:rows:factor, :columns:factor]
    luma, red, blue = (np.asarray(plane, dtype=np.uint8) for plane in cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb)))
    tone = _blocks(luma.astype(np.float32), _BLOCK)
    usable = (_blocks(inside.astype(np.float32), _BLOCK) > 0.99) & (tone > 8) & (tone < 247)
    if usable.sum() < _LEAST_BLOCKS:
        raise NotAssessable("too-small")
    return Grain(
        _noise(luma, usable, _BLOCK), max(_noise(_halved(plane), usable, _BLOCK // 2) for plane in (red, blue))
    )


def _noise(plane: NDArray[np.uint8], usable: NDArray[np.bool_], side: int) -> float:
    rough = cv2.sepFilter2D(plane, cv2.CV_32F, _MASK, _MASK)
    blocks = _blocks(np.asarray(rough * rough, dtype=np.float32), side)
    rows, columns = (min(*pair) for pair in zip(blocks.shape, usable.shape, strict=True))
    return float(np.sqrt(quantile(blocks[:rows, :columns][usable[:rows, :columns]], _FLATTEST)))


def _halved(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = plane.shape[0] // 2, plane.shape[1] // 2
    return np.asarray(cv2.resize(plane[: 2 * rows, : 2 * columns], (columns, rows), interpolation=cv2.INTER_AREA))


def _blocks(plane: Plane, side: int) -> Plane:
    """Means of whole blocks."""
    rows, columns = plane.shape[0] // side, plane.shape[1] // side
    whole = plane[: rows * side, : columns * side]
    return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA), dtype=np.float32)
