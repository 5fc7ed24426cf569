"""Desks of the world "tune". Each function gives N×N×3 float32 sRGB 0..255 at `per_mm` pixels a millimetre."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from samples.maker.camera.lettering import draw_lines
from samples.maker.camera.noise import clouds, ramp
from samples.maker.camera.shot import Desk, Plane

_WOODS = [
    [(92, 58, 34), (132, 88, 54), (160, 112, 72)],
    [(150, 112, 76), (186, 148, 106), (206, 172, 130)],
    [(60, 38, 26), (84, 54, 36), (104, 70, 48)],
    [(178, 150, 116), (204, 180, 148), (218, 198, 168)],
    [(118, 66, 38), (150, 90, 54), (172, 112, 72)],
    [(110, 98, 84), (142, 130, 114), (164, 152, 136)],
]
_CLOTHS = [(70, 86, 120), (150, 60, 58), (188, 180, 164), (60, 92, 78), (120, 118, 116), (204, 186, 140)]


def wood(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """Planks with growth rings cut lengthwise."""
    dark, middle, light = _WOODS[random.integers(len(_WOODS))]
    bend = clouds(random, (size, size), (3, 1.2), 3)
    across = np.linspace(0, 1, size, dtype=np.float32)[:, None]
    rings = np.sin((across * random.uniform(18, 40) + bend * random.uniform(1.0, 2.4)) * 2 * np.pi)
    fibres = clouds(random, (size, size), (size / 3, 5), 2)
    value = 0.35 * rings + 0.5 * fibres + 0.35 * clouds(random, (size, size), (6, 1), 2)
    board = ramp(np.asarray(value, dtype=np.float32), [(-1.2, dark), (0.0, middle), (1.2, light)])
    plank = random.uniform(60, 130) * per_mm
    for edge in np.arange(random.uniform(0, plank), size, plank).astype(int):
        board[edge : edge + max(2, int(0.5 * per_mm))] *= 0.45
        board[edge:] *= random.uniform(0.9, 1.1)
    return board


def cloth(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """A plain weave with folds."""
    colour = np.array(_CLOTHS[random.integers(len(_CLOTHS))], np.float32)
    thread = random.uniform(0.7, 1.6) * per_mm
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    x += 3 * clouds(random, (size, size), (4, 4), 2)
    weave = np.sin(x * np.pi / thread) * np.sin(y * np.pi / thread)
    folds = clouds(random, (size, size), (2, 2), 2)
    fuzz = random.standard_normal((size, size), dtype=np.float32)
    level = 1.0 + 0.16 * weave + 0.12 * folds + 0.05 * fuzz
    return np.asarray(colour * level[..., None], dtype=np.float32)


def stone(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """Speckled granite."""
    base = random.uniform(80, 180)
    spots = cv2.GaussianBlur(random.standard_normal((size, size), dtype=np.float32), (0, 0), 0.35 * per_mm)
    spots /= spots.std()
    large = cv2.GaussianBlur(random.standard_normal((size, size), dtype=np.float32), (0, 0), 1.1 * per_mm)
    large /= large.std()
    grey = base + 16 * spots + 55 * np.clip(spots - 1.4, 0, 1) - 70 * np.clip(large - 1.1, 0, 1)
    tint = np.array([1.0 + random.uniform(-0.03, 0.08), 1.0, 1.0 + random.uniform(-0.08, 0.04)], np.float32)
    return np.asarray(grey[..., None] * tint, dtype=np.float32)


def paper(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """Wrapping paper with fibres, creased."""
    colour = np.array(
        [(196, 158, 112), (226, 216, 190), (208, 208, 206), (232, 226, 214)][random.integers(4)], np.float32
    )
    fibres = clouds(random, (size, size), (size / (3 * per_mm), size / (1.2 * per_mm)), 3)
    crease = clouds(random, (size, size), (3, 3), 2)
    level = 1.0 + 0.035 * fibres + 0.03 * np.sign(crease) * np.exp(-np.abs(crease) * 25) + 0.02 * crease
    return np.asarray(colour * level[..., None], dtype=np.float32)


def white(random: np.random.Generator, size: int, _: float) -> Plane:
    """A smooth white board."""
    colour = np.array([236, 236, 234], np.float32) + random.uniform(-12, 6) + random.uniform(-4, 4, 3)
    level = 1.0 + 0.012 * clouds(random, (size, size), (3, 3), 3) + 0.006 * random.standard_normal((size, size))
    return np.asarray(colour * level[..., None], dtype=np.float32)


def page(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """A printed page of running text with a heading."""
    sheet = np.full((size, size), random.uniform(232, 250), np.float32)
    draw_lines(sheet, random, height=random.uniform(2.6, 4.2) * per_mm, gap=random.uniform(1.4, 1.9), columns=1)
    return np.repeat(sheet[..., None], 3, axis=2)


def keyboard(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """Rows of dark keys with light letters."""
    return keys(random, size, per_mm, body=(28, 28, 30), cap=(46, 46, 50), letter=205, pitch=19.0, gap=3.2, radius=2.0)


def dark(random: np.random.Generator, size: int, per_mm: float) -> Plane:
    """Black or brown leather."""
    colour = np.array([(34, 32, 32), (52, 38, 30), (30, 34, 44)][random.integers(3)], np.float32)
    grain = cv2.GaussianBlur(random.standard_normal((size, size), dtype=np.float32), (0, 0), 0.5 * per_mm)
    grain /= grain.std()
    creases = np.exp(-np.abs(grain) * 2.5)
    level = 1.15 - 0.5 * creases + 0.15 * clouds(random, (size, size), (3, 3), 2)
    return np.asarray(colour * level[..., None], dtype=np.float32)


def keys(
    random: np.random.Generator,
    size: int,
    per_mm: float,
    *,
    body: tuple[int, int, int],
    cap: tuple[int, int, int],
    letter: int,
    pitch: float,
    gap: float,
    radius: float,
) -> Plane:
    """Rows of caps, shifted by row, on a body; sizes in mm."""
    board = np.empty((size, size, 3), np.float32)
    board[:] = body
    step, space = pitch * per_mm, gap * per_mm
    labels = "QWERTYUIOPASDFGHJKLZXCVBNM0123456789"
    for row in range(int(size / step) + 1):
        x = -random.uniform(0, 1) * step
        while x < size:
            wide = step * random.choice([1.0, 1.0, 1.0, 1.0, 1.5, 2.0])
            left, top = x + space / 2, row * step + space / 2
            right, bottom = x + wide - space / 2, (row + 1) * step - space / 2
            shade = random.uniform(0.95, 1.05)
            round_box(
                board, (left, top + 0.4 * per_mm, right, bottom + 0.6 * per_mm), radius * per_mm, [c * 0.5 for c in cap]
            )
            round_box(board, (left, top, right, bottom), radius * per_mm, [c * shade for c in cap])
            name = labels[random.integers(len(labels))]
            spot = (int(left + 2.5 * per_mm), int(top + 6 * per_mm))
            cv2.putText(board, name, spot, cv2.FONT_HERSHEY_SIMPLEX, 0.11 * per_mm, [letter] * 3, 2, cv2.LINE_AA)
            x += wide
    return board


def round_box(board: Plane, box: tuple[float, float, float, float], radius: float, colour: list[float]) -> None:
    """Fill a box with round corners, pixels."""
    left, top, right, bottom = (round(edge) for edge in box)
    r = max(1, min(round(radius), (right - left) // 2, (bottom - top) // 2))
    cv2.rectangle(board, (left + r, top), (right - r, bottom), colour, -1)
    cv2.rectangle(board, (left, top + r), (right, bottom - r), colour, -1)
    for x in (left + r, right - r):
        for y in (top + r, bottom - r):
            cv2.circle(board, (x, y), r, colour, -1, cv2.LINE_AA)


DRAW: dict[Desk, Callable[[np.random.Generator, int, float], Plane]] = {
    "wood": wood, "cloth": cloth, "stone": stone, "paper": paper,
    "white": white, "page": page, "keyboard": keyboard, "dark": dark,
}  # fmt: skip
