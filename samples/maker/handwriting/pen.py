"""The line a pen leaves: its width along the way, what it covers, how dense the ink lies."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker.handwriting.writer import Pen, Writer

Floats = NDArray[np.float64]

_FINE = 4
"""Pixels of drawing to a pixel, each way."""
_SHIFT = 4
"""Binary places of cv2's drawing coordinates."""

_DENSITY: dict[Pen, tuple[float, float, float]] = {
    "gel": (0.97, 0.03, 0.02),
    "ballpoint": (0.85, 0.08, 0.14),
    "fountain": (0.92, 0.06, 0.03),
    "marker": (0.97, 0.02, 0.02),
    "pencil": (0.6, 0.06, 0.12),
    "finger": (1.0, 0.0, 0.0),
}
"""Mean of the ink's density, its slow changes and its grain."""


def widths(points: Floats, share: Floats, writer: Writer, random: np.random.Generator) -> Floats:
    """Width of the line at each of N points, mm: wide where the hand is slow (starts, corners), thin where it is fast.

    Args:
        points: N×2, mm, at equal steps.
        share: N, 1 where the pen is pressed down, less on the way between two strokes.
    """
    way = np.gradient(points, axis=0)
    heading = np.unwrap(np.arctan2(way[:, 1], way[:, 0]))
    turning = _blurred(np.abs(np.gradient(heading)), 3.0)
    count = len(points)
    along = np.arange(count) / max(1, count - 1)
    reach = 14.0 / count
    slow = np.clip(turning * 4.0, 0.0, 1.0) + 0.7 * np.exp(-along / reach) + 0.4 * np.exp(-(1.0 - along) / reach)
    fast = np.clip(count / 45.0, 0.2, 1.0) * np.sin(np.pi * along)
    wide = 1.0 + writer.pressure * (0.45 * np.clip(slow, 0.0, 1.2) - 0.3 * fast)
    wide *= 1.0 + 0.06 * writer.pressure * _blurred(random.normal(0.0, 3.0, count), 6.0)
    falls = way[-1, 0] < -0.3 * abs(way[-1, 1]) or way[-1, 1] < 0.0
    if random.random() < (0.75 if falls else 0.25):  # flicked off
        wide *= 1.0 - writer.pressure * random.uniform(0.5, 0.85) * np.clip((along - 0.65) / 0.35, 0.0, 1.0)
    return np.asarray(writer.width * wide * (1.0 - writer.pressure**0.5 * (1.0 - share)))


def coverage(strokes: list[Floats], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Share of each pixel under the line, H×W float32; strokes are N×3 x, y, width in pixels."""
    fine = np.zeros((shape[0] * _FINE, shape[1] * _FINE), np.uint8)
    for stroke in strokes:
        ends = np.round(stroke[:, :2] * _FINE * 2**_SHIFT).astype(int)
        thick = np.maximum(1, np.round(stroke[:, 2] * _FINE)).astype(int)
        for start, end, width in zip(ends[:-1].tolist(), ends[1:].tolist(), thick[1:].tolist(), strict=True):
            cv2.line(fine, start, end, (255,), width, cv2.LINE_8, _SHIFT)
    small = cv2.resize(fine, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small.astype(np.float32) / 255.0, dtype=np.float32)


def density(shape: tuple[int, int], writer: Writer, per_mm: float, random: np.random.Generator) -> NDArray[np.float32]:
    """How dense the ink lies where there is ink, H×W float32 0..1."""
    mean, slow, grain = _DENSITY[writer.pen]
    field = np.full(shape, mean, np.float32)
    if slow > 0:
        field += slow * _noise(shape, 1.5 * per_mm, random)
        field += grain * _noise(shape, 0.025 * per_mm, random)
    return np.clip(field, 0.15, 1.0)


def _noise(shape: tuple[int, int], sigma: float, random: np.random.Generator) -> NDArray[np.float32]:
    """Smooth noise of standard deviation 1."""
    step = max(1.0, sigma / 2)
    small = (max(2, int(shape[0] / step)), max(2, int(shape[1] / step)))
    field = cv2.GaussianBlur(random.normal(size=small).astype(np.float32), (0, 0), 1.0 + sigma / step / 2)
    return cv2.resize(field / max(float(field.std()), 1e-6), shape[::-1], interpolation=cv2.INTER_LINEAR)


def _blurred(values: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(values[:, None], (0, 0), sigma)[:, 0], dtype=np.float64)
