"""Random fields that textures and lights are made of."""

from __future__ import annotations

import cv2
import numpy as np

from samples.maker.camera.shot import Plane


def clouds(random: np.random.Generator, size: tuple[int, int], cells: tuple[float, float], octaves: int = 4) -> Plane:
    """H×W, about -1..1: noise of `cells` (down, across) blobs and `octaves` halvings of them."""
    total = np.zeros(size, np.float32)
    for octave in range(octaves):
        grid = [max(2, min(round(count * 2**octave), pixels)) for count, pixels in zip(cells, size, strict=True)]
        values = random.standard_normal(grid, dtype=np.float32)
        total += cv2.resize(values, (size[1], size[0]), interpolation=cv2.INTER_CUBIC) * 0.55**octave
    return np.asarray(total / 1.6, dtype=np.float32)


def ramp(values: Plane, stops: list[tuple[float, tuple[int, int, int]]]) -> Plane:
    """H×W×3 sRGB of values through a list of (value, colour)."""
    at = [stop for stop, _ in stops]
    colours = np.array([colour for _, colour in stops], np.float32)
    table = np.stack([np.interp(np.linspace(at[0], at[-1], 1024), at, colours[:, c]) for c in range(3)], -1)
    index = np.clip((values - at[0]) / (at[-1] - at[0]) * 1023, 0, 1023).astype(np.int32)
    return np.asarray(table.astype(np.float32)[index])
