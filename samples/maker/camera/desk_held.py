"""Desks of the world "held". Each function gives N×N×3 float32 sRGB 0..255 at `per_mm` pixels a millimetre."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from samples.maker.camera.desk_tune import keys
from samples.maker.camera.lettering import draw_lines
from samples.maker.camera.noise import clouds, ramp
from samples.maker.camera.shot import Desk, Plane

_PARQUETS = [
    [(140, 96, 58), (172, 126, 82)],
    [(196, 164, 124), (218, 190, 152)],
    [(84, 60, 44), (112, 84, 62)],
    [(160, 140, 118), (186, 168, 146)],
]
_CHECKS = [
    [(196, 48, 52), (240, 236, 230)],
    [(52, 80, 140), (226, 230, 236)],
    [(96, 124, 92), (222, 216, 198)],
    [(90, 90, 94), (176, 176, 178)],
]


def wood(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """Parquet: short blocks, each with its own tone and grain, laid in turn along and across."""
    dark, light = _PARQUETS[random.integers(len(_PARQUETS))]
    block = int(random.uniform(45, 75) * per_mm)
    strips = int(random.integers(3, 6))
    board = np.empty((size, size, 3), np.float32)
    for top in range(0, size, block):
        for left in range(0, size, block):
            patch = np.empty((block, block), np.float32)
            for strip in range(strips):
                begin, end = strip * block // strips, (strip + 1) * block // strips
                grain = clouds(random, (end - begin, block), ((end - begin) / 4, 3), 2)
                flames = clouds(random, (end - begin, block), (3, 1), 2)
                patch[begin:end] = random.uniform(-0.5, 0.5) + 0.3 * grain + 0.35 * np.sin(flames * 9)
                patch[begin : begin + 2] = -2.2
            if (top // block + left // block) % 2:
                patch = patch.T
            piece = ramp(patch, [(-2.2, tuple(c // 2 for c in dark)), (-0.9, dark), (0.9, light)])
            part = board[top : top + block, left : left + block]
            part[:] = piece[: part.shape[0], : part.shape[1]]
    return board


def cloth(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """A checked twill."""
    first, second = (np.array(colour, np.float32) for colour in _CHECKS[random.integers(len(_CHECKS))])
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    warp = 6 * clouds(random, (size, size), (3, 3), 2)
    period = random.uniform(8, 26) * per_mm
    share = (((x + warp) % period < period / 2).astype(np.float32) + ((y + warp) % period < period / 2)) / 2
    twill = np.sin((x + y) * 2 * np.pi / (random.uniform(0.8, 1.3) * per_mm))
    level = 1.0 + 0.10 * twill + 0.10 * clouds(random, (size, size), (2, 2), 2)
    return np.asarray((first * share[..., None] + second * (1 - share[..., None])) * level[..., None], dtype=np.float32)


def stone(random: np.random.Generator, size: int, _: float) -> Plane:
    """Veined marble."""
    base = np.array([(228, 226, 222), (196, 188, 176), (70, 74, 78), (214, 202, 188)][random.integers(4)], np.float32)
    field = clouds(random, (size, size), (3, 2), 5)
    veins = np.exp(-np.abs(field) * random.uniform(14, 30))
    cloud = clouds(random, (size, size), (4, 4), 4)
    sign = -1.0 if base.mean() > 120 else 1.0
    level = 1.0 + sign * 0.4 * veins * (0.6 + 0.4 * cloud) + 0.06 * cloud
    return np.asarray(base * level[..., None], dtype=np.float32)


def paper(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """A writing pad, ruled or squared."""
    colour = np.array([(244, 240, 226), (240, 240, 238), (232, 240, 228)][random.integers(3)], np.float32)
    sheet = np.empty((size, size, 3), np.float32)
    sheet[:] = colour
    ink = [(120, 150, 200), (170, 170, 175), (200, 130, 130)][random.integers(3)]
    step = random.uniform(5, 9) * per_mm
    for at in np.arange(step / 2, size, step).astype(int):
        cv2.line(sheet, (0, at), (size, at), ink, max(1, int(0.2 * per_mm)), cv2.LINE_AA)
    if random.random() < 0.5:
        for at in np.arange(step / 2, size, step).astype(int):
            cv2.line(sheet, (at, 0), (at, size), ink, max(1, int(0.2 * per_mm)), cv2.LINE_AA)
    grain = clouds(random, (size, size), (size / per_mm, size / per_mm), 2)
    return np.asarray(sheet * (1.0 + 0.012 * grain)[..., None], dtype=np.float32)


def white(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """A pebbled white lacquer."""
    colour = np.array([232, 232, 232], np.float32) + random.uniform(-10, 8) + random.uniform(-5, 5, 3)
    pebble = cv2.GaussianBlur(random.standard_normal((size, size), dtype=np.float32), (0, 0), 0.6 * per_mm)
    level = 1.0 + 0.012 * pebble / pebble.std() + 0.01 * clouds(random, (size, size), (2, 2), 2)
    return np.asarray(colour * level[..., None], dtype=np.float32)


def page(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """A printed table with a coloured head row."""
    sheet = np.full((size, size), random.uniform(236, 250), np.float32)
    draw_lines(sheet, random, height=random.uniform(2.2, 3.2) * per_mm, gap=2.4, columns=int(random.integers(3, 6)))
    page_rgb = np.repeat(sheet[..., None], 3, axis=2)
    row = random.uniform(2.2, 3.2) * 2.4 * per_mm
    for at in np.arange(0, size, row).astype(int):
        cv2.line(page_rgb, (0, at), (size, at), (120, 120, 125), 2, cv2.LINE_AA)
    for at in np.arange(0, size, random.uniform(30, 60) * per_mm).astype(int):
        cv2.line(page_rgb, (at, 0), (at, size), (120, 120, 125), 2, cv2.LINE_AA)
    top = int(random.uniform(0, 0.8) * size)
    page_rgb[top : top + int(2 * row)] *= np.array(
        [(0.6, 0.75, 0.95), (0.95, 0.7, 0.6), (0.7, 0.9, 0.7)][random.integers(3)]
    )
    return page_rgb


def keyboard(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """Rows of light flat keys."""
    return keys(
        random, size, per_mm, body=(170, 172, 176), cap=(226, 227, 230), letter=70, pitch=16.5, gap=2.2, radius=1.0
    )


def dark(random: np.random.Generator, size: int, _: float) -> Plane:
    """Brushed dark metal or slate."""
    level = random.uniform(28, 60)
    strokes = clouds(random, (size, size), (size / 2, 3), 1)
    shade = clouds(random, (size, size), (1.5, 1.5), 1)
    grey = level * (1.0 + 0.14 * strokes + 0.12 * shade)
    return np.asarray(grey[..., None] * np.array([0.97, 1.0, 1.04], np.float32), dtype=np.float32)


DRAW: dict[Desk, Callable[[np.random.Generator, int, float], Plane]] = {
    "wood": wood, "cloth": cloth, "stone": stone, "paper": paper,
    "white": white, "page": page, "keyboard": keyboard, "dark": dark,
}  # fmt: skip
