"""A round red emblem and a wall on hills, both invented: nothing official is copied."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker.cards.specimen import HEIGHT_MM, WIDTH_MM

Image = NDArray[np.uint8]

EMBLEM_MM = 15.0
_FINE = 48
"""Pixels a mm while the ornaments are drawn."""


@lru_cache(maxsize=2)
def emblem(red: tuple[int, int, int] = (206, 52, 48)) -> Image:
    """N×N×4 uint8: a disc with a flower over waves in a scalloped ring."""
    size = round(EMBLEM_MM * _FINE)
    y, x = (np.indices((size, size), dtype=np.float32) + 0.5 - size / 2) / (size / 2)
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    edge = 0.96 + 0.035 * np.cos(28 * angle)
    pale = (np.abs(radius - 0.87) < 0.012) | (np.abs(radius - 0.66) < 0.016)
    ears = (radius > 0.69) & (radius < 0.85) & (np.abs(np.mod(angle * 22 / np.pi + radius * 7, 2.0) - 1.0) > 0.62)
    lifted = np.hypot(x, y + 0.1)
    around = np.arctan2(y + 0.1, x)
    petals = 0.17 + 0.25 * np.abs(np.cos(3.5 * around + np.pi / 4)) ** 0.7
    flower = (lifted < petals) & (lifted > 0.1) & (np.abs(lifted - petals * 0.72) > 0.014)
    waves = (y > 0.3) & (radius < 0.6) & (np.mod(y * 13 + 0.35 * np.sin(x * 16), 1.0) < 0.36)
    cover = np.where(radius < edge, np.where(pale | ears | flower | waves, 0.22, 0.86), 0.0)
    alpha = cv2.GaussianBlur(cover.astype(np.float32), (0, 0), 2.0)
    shade = 1.0 - 0.12 * (x + y)[..., None]
    colour = np.clip(np.array(red) * shade, 0, 255)
    return np.dstack([colour, 255 * alpha]).astype(np.uint8)


@lru_cache(maxsize=8)
def wall(dpi: float, top: float = 22.0, variant: int = 0) -> NDArray[np.float32]:
    """H×W×1, 0..1: how much of the wall's ink lies on the card; hills and a wall with towers below `top` mm."""
    scale = dpi / 25.4 * 2
    random = np.random.default_rng([variant, 71])
    width, height = round(WIDTH_MM * scale), round(HEIGHT_MM * scale)
    ink = np.zeros((height, width), np.float32)
    x = np.linspace(0.0, WIDTH_MM, 500)
    for number, level in enumerate((6.0, 12.0, 19.0)):
        phase = random.uniform(0, 6, 3)
        ridge = (
            top
            + level
            + 3.2 * np.sin(x / 9.5 + phase[0])
            + 1.6 * np.sin(x / 4.1 + phase[1])
            + 1.2 * np.sin(x / 21 + phase[2])
        )
        for depth in np.arange(0.0, 9.0, 0.7):
            hatch = ridge + depth + 0.3 * depth * np.sin(x / 3.0 + depth)
            _stroke(ink, x, hatch, scale, 0.08, 0.5 * np.exp(-depth / 4.0) * (1 - 0.2 * number))
    path = top + 13.0 + 5.0 * np.sin(x / 13.0 + 2.2) - 3.0 * np.sin(x / 6.5 + 0.4) * (x / WIDTH_MM)
    merlons = 0.55 * (np.mod(x, 1.3) < 0.75)
    for offset, strength in ((0.0, 0.9), (2.1, 0.8), (2.6, 0.5)):
        _stroke(ink, x, path + offset - (merlons if offset == 0.0 else 0.0), scale, 0.16, strength)
    for at in (12.0, 33.0, 55.0, 76.0):
        foot = float(np.interp(at, x, path))
        _tower(ink, at, foot, scale)
    small = cv2.resize(ink, (round(WIDTH_MM * dpi / 25.4), round(HEIGHT_MM * dpi / 25.4)), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(small, 0.0, 1.0)[..., None], dtype=np.float32)


def with_wall(
    page: Image, dpi: float, *, ink: tuple[int, int, int], strength: float, top: float, variant: int
) -> Image:
    """The ground with the wall printed on it."""
    cover = wall(dpi, top, variant) * strength
    return np.asarray(page + (np.array(ink, np.float32) - page) * cover, dtype=np.uint8)


def _stroke(
    ink: NDArray[np.float32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    scale: float,
    width: float,
    strength: float,
) -> None:
    points = np.round(np.column_stack([x, y]) * scale * 16).astype(np.int32)
    cv2.polylines(
        ink, [points], isClosed=False, color=(float(strength),), thickness=max(1, round(width * scale)), shift=4
    )


def _tower(ink: NDArray[np.float32], at: float, foot: float, scale: float) -> None:
    """A watch tower of lines with two windows."""
    left = [
        (-2.2, 2.4),
        (-1.9, -2.6),
        (-2.3, -2.6),
        (-2.3, -3.6),
        (-1.5, -3.6),
        (-1.5, -3.0),
        (-0.4, -3.0),
        (-0.4, -3.6),
    ]
    outline = np.array(left + [(-x, y) for x, y in reversed(left)])
    points = np.round((outline + np.array([at, foot])) * scale * 16).astype(np.int32)
    cv2.fillPoly(ink, [points], (0.25,), cv2.LINE_8, 4)
    cv2.polylines(ink, [points], isClosed=True, color=(0.95,), thickness=max(1, round(0.16 * scale)), shift=4)
    for side in (-0.8, 0.8):
        window = np.array([(-0.35, -0.2), (-0.35, -1.3), (0.35, -1.3), (0.35, -0.2)]) + np.array([at + side, foot])
        cv2.fillPoly(ink, [np.round(window * scale * 16).astype(np.int32)], (0.9,), cv2.LINE_8, 4)


def with_emblem(page: Image, dpi: float, *, left: float, top: float, width: float = EMBLEM_MM) -> Image:
    """The ground with the emblem at left, top, in mm."""
    scale = dpi / 25.4
    side = round(width * scale)
    small = cv2.resize(emblem(), (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    x, y = round(left * scale), round(top * scale)
    done = page.copy()
    under = done[y : y + side, x : x + side]
    cover = small[..., 3:] / 255.0
    done[y : y + side, x : x + side] = np.rint(under * (1 - cover) + small[..., :3] * cover).astype(np.uint8)
    return done
