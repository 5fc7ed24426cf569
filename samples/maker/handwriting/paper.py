"""Sheets of paper in linear light: their tint, fibres, creases, and how light falls on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker.handwriting.writer import World

Light = NDArray[np.float32]
"""H×W×3 float32, linear, 1.0 is a perfect white in full light."""


_FINE = 65535
"""Levels of light told apart."""
_CREASE_PER_MM = 4.0
"""Pixels a millimetre at which the slow shading of creases is drawn."""


@dataclass(frozen=True)
class Paper:
    """A kind of paper.

    Attributes:
        tint: linear reflectance of red, green, blue.
        fibre: standard deviation of its fine texture.
        cloud: standard deviation of its unevenness over some millimetres.
        specks: dark specks per square decimetre.
    """

    tint: tuple[float, float, float]
    fibre: float
    cloud: float
    specks: float


_PAPERS: dict[World, tuple[Paper, ...]] = {
    "tune": (
        Paper((0.84, 0.85, 0.87), 0.008, 0.004, 0.5),
        Paper((0.80, 0.80, 0.79), 0.014, 0.007, 2.0),
        Paper((0.78, 0.77, 0.73), 0.012, 0.006, 1.0),
    ),
    "held": (
        Paper((0.82, 0.83, 0.86), 0.010, 0.005, 1.0),
        Paper((0.76, 0.77, 0.77), 0.018, 0.009, 3.0),
        Paper((0.81, 0.80, 0.76), 0.010, 0.008, 0.5),
    ),
}


def draw_paper(random: np.random.Generator, world: World = "tune") -> Paper:
    """One of a world's papers."""
    papers = _PAPERS[world]
    return papers[int(random.integers(len(papers)))]


def sheet_of(paper: Paper, shape: tuple[int, int], per_mm: float, random: np.random.Generator) -> Light:
    """A blank sheet of H×W pixels, H×W×3."""
    field = 1.0 + paper.fibre * noise(shape, 0.05 * per_mm, random) + paper.cloud * noise(shape, 2.5 * per_mm, random)
    count = int(random.poisson(paper.specks * shape[0] * shape[1] / per_mm**2 / 1e4))
    for _ in range(count):
        spot = (int(random.integers(shape[1])), int(random.integers(shape[0])))
        radius = max(1, int(random.uniform(0.05, 0.2) * per_mm))
        cv2.circle(field, spot, radius, (float(random.uniform(0.6, 0.9)),), -1, cv2.LINE_AA)
    return np.asarray(field[..., None] * np.array(paper.tint, np.float32), dtype=np.float32)


def noise(shape: tuple[int, int], sigma: float, random: np.random.Generator) -> NDArray[np.float32]:
    """Smooth noise of standard deviation 1, H×W, `sigma` in pixels."""
    step = max(1.0, sigma / 2)
    small = (max(2, int(shape[0] / step) + 1), max(2, int(shape[1] / step) + 1))
    field = cv2.GaussianBlur(random.normal(size=small).astype(np.float32), (0, 0), max(0.4, sigma / step))
    return cv2.resize(field / max(float(field.std()), 1e-6), shape[::-1], interpolation=cv2.INTER_CUBIC)


def fold(shape: tuple[int, int], per_mm: float, random: np.random.Generator) -> NDArray[np.float32]:
    """Shading of a sheet that was folded once, H×W around 1: one side darker, a bright and a dark edge."""
    across = _across(shape, random)
    step = float(random.uniform(0.03, 0.12) * random.choice((-1, 1)))
    soft = 0.4 * per_mm
    shade = 1.0 + step * (0.5 * np.tanh(across / soft))
    shade += random.uniform(0.04, 0.1) * np.exp(-((across / (0.35 * per_mm)) ** 2))
    shade -= random.uniform(0.06, 0.15) * np.exp(-(((across - 0.6 * per_mm) / (0.35 * per_mm)) ** 2))
    return np.asarray(shade, dtype=np.float32)


def creases(shape: tuple[int, int], per_mm: float, random: np.random.Generator) -> NDArray[np.float32]:
    """Shading of paper that was crumpled: facets of different light with edges between, H×W around 1."""
    scale = _CREASE_PER_MM / per_mm
    small = (max(2, round(shape[0] * scale)), max(2, round(shape[1] * scale)))
    shade = np.ones(small, np.float32)
    for _ in range(int(random.integers(5, 12))):
        bend = _across(small, random) + 4.0 * _CREASE_PER_MM * noise(small, 12.0 * _CREASE_PER_MM, random)
        reach = np.exp(-((bend / (random.uniform(4, 15) * _CREASE_PER_MM)) ** 2))
        shade += random.normal(0.0, 0.035) * np.sign(bend) * reach
        shade += random.normal(0.0, 0.05) * np.exp(-((bend / (0.5 * _CREASE_PER_MM)) ** 2))
    shade = cv2.GaussianBlur(shade, (0, 0), 0.25 * _CREASE_PER_MM)
    return np.asarray(cv2.resize(shade, shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def gradient(shape: tuple[int, int], loss: float, random: np.random.Generator) -> NDArray[np.float32]:
    """Light that falls off to one side by `loss` (a share), H×W of 1 at most."""
    angle = random.uniform(0, 2 * np.pi)
    rows, columns = _places(shape)
    ramp = np.cos(angle) * columns / shape[1] + np.sin(angle) * rows / shape[0]
    ramp = (ramp - ramp.min()) / np.ptp(ramp)
    return np.asarray(1.0 - loss * ramp ** random.uniform(0.8, 2.0), dtype=np.float32)


def shadow(
    shape: tuple[int, int], per_mm: float, random: np.random.Generator, *, depth: float, over: tuple[float, float]
) -> NDArray[np.float32]:
    """Shadow of a phone (a rounded rectangle) or a hand (rounded fingers) with an edge at a place, H×W of 1 at most.

    Args:
        depth: share of light lost in the full shadow.
        over: x, y in pixels that the shadow's edge passes near.
    """
    mask = np.zeros(shape, np.uint8)
    size = 60.0 * per_mm
    angle = random.uniform(0, 2 * np.pi)
    inward = np.array([np.cos(angle), np.sin(angle)])
    middle = np.array(over) + inward * size * random.uniform(0.8, 1.0)
    if random.random() < 0.5:
        box = cv2.boxPoints(
            ((float(middle[0]), float(middle[1])), (2 * size, 1.2 * size), float(random.uniform(0, 180)))
        )
        cv2.fillConvexPoly(mask, box.astype(np.int32), (255,))
    else:
        for spread in np.radians(np.linspace(-35, 35, 4)) + random.normal(0, 0.05, 4):
            way = np.array([np.cos(angle + np.pi + spread), np.sin(angle + np.pi + spread)])
            tip = middle + way * size * random.uniform(0.85, 1.1)
            cv2.line(mask, middle.astype(int).tolist(), tip.astype(int).tolist(), (255,), int(17 * per_mm))
        cv2.circle(mask, middle.astype(int).tolist(), int(0.6 * size), (255,), -1)
    soft = random.uniform(0.6, 4.0) * per_mm
    return np.asarray(1.0 - depth * cv2.GaussianBlur(mask, (0, 0), soft).astype(np.float32) / 255.0)


def _places(shape: tuple[int, int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Rows H×1 and columns 1×W."""
    return np.arange(shape[0], dtype=np.float32)[:, None], np.arange(shape[1], dtype=np.float32)[None]


def _across(shape: tuple[int, int], random: np.random.Generator) -> NDArray[np.float32]:
    """Distance in pixels from a straight line through the sheet's middle part, with a sign."""
    angle = (
        random.choice((0.0, np.pi / 2)) + random.normal(0, 0.06) if random.random() < 0.6 else random.uniform(0, np.pi)
    )
    place = np.array(shape[::-1]) * random.uniform(0.25, 0.75, 2)
    rows, columns = _places(shape)
    return np.asarray((columns - place[0]) * np.sin(angle) - (rows - place[1]) * np.cos(angle), dtype=np.float32)


def to_srgb(light: Light) -> NDArray[np.uint8]:
    """Codes (sRGB) of linear light, clipped at 0 and 1."""
    return _codes()[np.clip(light * _FINE + 0.5, 0, _FINE).astype(np.uint16)]


@cache
def _codes() -> NDArray[np.uint8]:
    """Code of each of `_FINE` + 1 levels of light."""
    level = np.arange(_FINE + 1) / _FINE
    codes = np.where(level <= 0.0031308, 12.92 * level, 1.055 * level ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(255.0 * codes), dtype=np.uint8)


def to_linear(colour: tuple[int, int, int]) -> NDArray[np.float32]:
    """Linear light of an sRGB colour 0..255."""
    codes = np.asarray(colour, np.float32) / 255.0
    return np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4).astype(np.float32)
