"""Light on the scene: falloff, vignette and shadows as a factor; lamps mirrored in the document as light added.

The world "tune" mirrors round lamps, tubes and windows; the world "held" ring lamps, square panels and streaks.
"""

from __future__ import annotations

import cv2
import numpy as np

from samples.maker.camera.noise import clouds
from samples.maker.camera.shot import Glare, Plane, Points, Shadow, Shot, World

STEP = 4
"""Light is computed at every fourth pixel."""

_SHAPES = {"tune": ("lamp", "tube", "window"), "held": ("ring", "panel", "streak")}


class Grid:
    """Where every `STEP`th pixel lies on the document, H/STEP×W/STEP mm."""

    def __init__(self, place: Points, width: int, height: int) -> None:
        self.full = (width, height)
        columns = (np.arange(-(-width // STEP), dtype=np.float32) + 0.5) * (width / -(-width // STEP)) - 0.5
        rows = (np.arange(-(-height // STEP), dtype=np.float32) + 0.5) * (height / -(-height // STEP)) - 0.5
        self.u, self.v = columns[None, :], rows[:, None]
        back = np.linalg.inv(place).astype(np.float32)
        depth = back[2, 0] * self.u + back[2, 1] * self.v + back[2, 2]
        self.x = (back[0, 0] * self.u + back[0, 1] * self.v + back[0, 2]) / depth
        self.y = (back[1, 0] * self.u + back[1, 1] * self.v + back[1, 2]) / depth

    def to_full(self, values: Plane) -> Plane:
        """At the picture's own size."""
        return np.asarray(cv2.resize(values, self.full, interpolation=cv2.INTER_LINEAR))


def illumination(shot: Shot, grid: Grid, random: np.random.Generator) -> tuple[Plane, Plane]:
    """The factor of light at the grid (1 where brightest) and the part of it that shadows took (0..1)."""
    width, height = grid.full
    x, y = grid.u / width - 0.5, grid.v / height - 0.5
    towards = np.radians(shot.light.azimuth)
    along = x * np.cos(towards) + y * np.sin(towards)
    reach = 0.5 * (abs(np.cos(towards)) + abs(np.sin(towards)))
    factor = 1.0 - shot.light.falloff * (0.5 - 0.5 * along / reach)
    factor = factor * (1.0 - shot.light.vignette * 2.0 * (x * x + y * y))
    taken = np.zeros(factor.shape, np.float32)
    for shadow in shot.shadows:
        taken = np.maximum(taken, _shadow(shadow, grid, random))
    return np.asarray(factor * (1.0 - taken), dtype=np.float32), taken


def _shadow(shadow: Shadow, grid: Grid, random: np.random.Generator) -> Plane:
    turn = np.radians(shadow.angle)
    x, y = grid.x - shadow.at[0], grid.y - shadow.at[1]
    into = x * np.cos(turn) + y * np.sin(turn)
    across = -x * np.sin(turn) + y * np.cos(turn)
    if shadow.shape == "hand":
        into = np.minimum(into, 45 - np.abs(across + 8 * np.sin(into / 17.0)))
        into = into + 3 * np.sin(across / 9.0 + random.uniform(0, 6))
    elif shadow.shape == "bars":
        period = 24.0
        into = np.minimum(into, period / 4 * np.cos(2 * np.pi * into / period) * 1.2)
    else:
        into = into + random.uniform(0, 6) * np.sin(across / random.uniform(25, 60) + random.uniform(0, 6))
    ease = np.clip(into / max(shadow.softness, 0.2) + 0.5, 0.0, 1.0)
    return np.asarray(shadow.depth * ease * ease * (3 - 2 * ease), dtype=np.float32)


def mirrored(glare: Glare, grid: Grid, world: World, random: np.random.Generator) -> tuple[Plane, str]:
    """Light added at the grid by one mirrored lamp, in units of white, and the lamp's shape."""
    shape = glare.shape or str(random.choice(_SHAPES[world]))
    turn = np.radians(glare.angle)
    x, y = grid.x - glare.at[0], grid.y - glare.at[1]
    a = (x * np.cos(turn) + y * np.sin(turn)) / (glare.size[0] / 2)
    b = (-x * np.sin(turn) + y * np.cos(turn)) / (glare.size[1] / 2)
    soft = max(glare.softness, 0.02)
    if shape == "lamp":
        inside = 1.0 - np.hypot(a, b)
    elif shape == "ring":
        inside = 0.35 - np.abs(np.hypot(a, b) - 0.75)
    elif shape == "streak":
        inside = 1.0 - np.hypot(a / (1 + 0.6 * np.sin(b * 1.7)), b * (1 + 0.4 * np.sin(a * 2.3)))
    else:
        inside = 1.0 - np.maximum(np.abs(a), np.abs(b))
        if shape == "window":
            inside = np.minimum(inside, np.minimum(np.abs(a), np.abs(b)) * 2 - 0.12)
        if shape == "tube":
            inside = (1.0 - np.hypot(np.maximum(np.abs(a) - 0.8, 0) * 5, b)).astype(np.float32)
    core = np.clip(inside / soft + 0.5, 0, 1)
    halo = np.exp(-(np.maximum(np.hypot(a, b) - 0.6, 0) ** 2) / (0.3 + soft)) * 0.12
    return np.asarray(glare.strength * (core * core * (3 - 2 * core) + halo), dtype=np.float32), shape


def film(strength: float, grid: Grid, random: np.random.Generator) -> Plane:
    """Light added at the grid by a wavy laminating film, `strength` 0..1."""
    bumps = clouds(random, grid.x.shape, (3, 4), 2)
    turn = random.uniform(0, np.pi)
    sweep = np.sin((grid.x * np.cos(turn) + grid.y * np.sin(turn)) / random.uniform(9, 22) + 2.5 * bumps)
    return np.asarray(strength * (0.06 + 0.45 * np.clip(sweep, 0, 1) ** 6), dtype=np.float32)
