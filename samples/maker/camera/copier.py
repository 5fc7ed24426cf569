"""Photocopies and prints of a document on paper.

The world "tune" has laser dots at one angle a colour and a fine blue-noise structure; the world "held" line screens and
the stochastic dots of an inkjet.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from samples.maker.camera.layers import round_alpha
from samples.maker.camera.shot import Copy, Image, Plane, World

_STRUCTURES = {"tune": ("clustered", "fine"), "held": ("line", "stochastic")}
_BLEED = 3.0
"""Millimetres of the copy's glass that are printed round the document."""


def print_of(
    flat: Image,
    size_mm: tuple[float, float],
    copy: Copy,
    per_mm: float,
    radius_mm: float,
    world: World,
    random: np.random.Generator,
) -> tuple[Image, tuple[float, float], str]:
    """The ink on the sheet: what the document and `_BLEED` mm round it have become.

    Args:
        per_mm: pixels a millimetre of the print.

    Returns:
        H×W×3 uint8 (255 is bare paper), the printed width and height in mm, the structure's name.
    """
    structure = copy.structure or str(random.choice(_STRUCTURES[world]))
    size = (round(size_mm[0] * per_mm), round(size_mm[1] * per_mm))
    shrink = cv2.INTER_AREA if size[0] < flat.shape[1] else cv2.INTER_LINEAR
    seen = cv2.GaussianBlur(cv2.resize(flat, size, interpolation=shrink), (0, 0), 0.06 * per_mm)
    inside = round_alpha(*size, radius_mm * per_mm).astype(np.float32) / 255
    inside = inside[2:-2, 2:-2]
    bleed = round(_BLEED * per_mm)
    light = np.ones((size[1] + 2 * bleed, size[0] + 2 * bleed, 3), np.float32)
    cover = cv2.copyMakeBorder(inside, bleed, bleed, bleed, bleed, cv2.BORDER_CONSTANT, value=0)
    # The glass lights the card's edge from one side, which leaves a thin shadow in the copy.
    moved = np.roll(cover, (round(0.35 * per_mm), round(0.25 * per_mm)), (0, 1))
    rim = np.clip(cv2.GaussianBlur(moved, (0, 0), 0.3 * per_mm) - cover, 0, 1)
    view = light[bleed : bleed + size[1], bleed : bleed + size[0]]
    view += (seen.astype(np.float32) / 255 - 1) * inside[..., None]
    light *= (1 - 0.5 * rim)[..., None]
    toned = np.clip((light - 0.5) * copy.contrast + 0.5 + 0.02 * copy.contrast, 0, 1)
    if copy.colour:
        ink = _four_colours(toned.astype(np.float32), per_mm, structure, random)
    else:
        grey = cv2.cvtColor(toned.astype(np.float32), cv2.COLOR_RGB2GRAY)
        black = 1 - _halftone(1 - grey, per_mm, structure, 45.0, random)
        ink = np.repeat(black[..., None], 3, axis=2) * np.float32(0.88) + np.float32(0.12)
    ink = ink * (1 - copy.dirt * _dirt(light.shape[:2], per_mm, random))[..., None]
    codes = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), max(0.3, 0.035 * per_mm))
    wide = (size_mm[0] + 2 * _BLEED, size_mm[1] + 2 * _BLEED)
    return np.asarray(np.round(np.clip(codes, 0, 1) * 255), dtype=np.uint8), wide, structure


def _four_colours(light: Plane, per_mm: float, structure: str, random: np.random.Generator) -> Plane:
    """Cyan, magenta, yellow and black with their own screens, back as light."""
    inks = 1 - light
    black = np.clip(inks.min(axis=2) * 1.4 - 0.3, 0, 1)
    result = np.empty_like(light)
    key = 1 - 0.93 * _halftone(black, per_mm, structure, 45.0, random)
    for channel, angle in enumerate((15.0, 75.0, 0.0)):
        dots = _halftone(np.clip(inks[..., channel] - 0.8 * black, 0, 1), per_mm, structure, angle, random)
        result[..., channel] = (1 - 0.92 * dots) * key
    return result


@lru_cache(maxsize=4)
def _blue_noise(size: int) -> Plane:
    """Thresholds 0..1 whose neighbours differ."""
    random = np.random.default_rng(5)
    noise = random.standard_normal((size, size), dtype=np.float32)
    noise -= cv2.GaussianBlur(noise, (0, 0), 1.2)
    order = np.argsort(np.argsort(noise, axis=None)).reshape(size, size)
    return np.asarray(order / order.size, dtype=np.float32)


def _halftone(ink: Plane, per_mm: float, structure: str, angle: float, random: np.random.Generator) -> Plane:
    """Cover with ink 0..1 of a tone 0..1; thresholds soft by about a pixel."""
    height, width = ink.shape
    if structure in ("fine", "stochastic"):
        bank = _blue_noise(512)
        if structure == "stochastic":
            bank = cv2.GaussianBlur(np.random.default_rng(6).random((512, 512), dtype=np.float32), (0, 0), 0.5)
            bank = (bank - bank.min()) / (bank.max() - bank.min())
        top, left = random.integers(0, 512, 2)
        rows, columns = (top + np.arange(height)) % 512, (left + np.arange(width)) % 512
        screen, hardness = bank[rows].take(columns, 1), 4.0
    else:
        pitch = 0.27 if structure == "clustered" else 0.34
        turn = np.radians(angle)
        x, y = np.arange(width, dtype=np.float32)[None, :], np.arange(height, dtype=np.float32)[:, None]
        step = 2 * np.pi / (pitch * per_mm)
        screen = 0.5 + 0.5 * np.cos((x * np.cos(turn) + y * np.sin(turn)) * np.float32(step))
        if structure == "clustered":
            screen = 0.5 * screen + 0.25 + 0.25 * np.cos((-x * np.sin(turn) + y * np.cos(turn)) * np.float32(step))
        hardness = min(5.0, 0.7 * pitch * per_mm)
    return np.asarray(np.clip((ink * 1.12 - 0.06 - screen) * hardness + ink, 0, 1), dtype=np.float32)


def _dirt(shape: tuple[int, int], per_mm: float, random: np.random.Generator) -> Plane:
    """Specks and a streak or two of toner, 0..1."""
    dirt = np.zeros(shape, np.float32)
    for _ in range(random.poisson(40)):
        x, y = random.uniform(0, shape[1]), random.uniform(0, shape[0])
        spot = (round(x * 16), round(y * 16))
        cv2.circle(dirt, spot, round(16 * per_mm * random.uniform(0.04, 0.16)), (1.0,), -1, cv2.LINE_AA, 4)
    for _ in range(random.poisson(0.7)):
        left = int(random.uniform(0, shape[1]))
        dirt[:, left : left + max(1, round(0.12 * per_mm))] += random.uniform(0.2, 0.6)
    return dirt
