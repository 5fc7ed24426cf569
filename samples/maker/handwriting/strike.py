"""How a character is struck out: by lines, a cross or a scribble."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Way = NDArray[np.float64]
"""N×2 points x, y on the way of the pen."""


def strike_out(low: NDArray[np.float64], high: NDArray[np.float64], random: np.random.Generator) -> list[Way]:
    """Ways of the pen that strike out what stands between two corners, so that a reader sees it.

    Args:
        low, high: top left and lower right of the character's ink, in any unit.
    """
    how = random.random()
    if how < 0.45:
        shares = _lines(random)
    elif how < 0.65:
        shares = [np.array([(-0.05, -0.05), (1.05, 1.05)]), np.array([(1.05, -0.05), (-0.05, 1.05)])]
    else:
        shares = [_scribble(random)]
    span = high - low
    return [low + (share + random.normal(0.0, 0.03, share.shape)) * span for share in shares]


def _lines(random: np.random.Generator) -> list[Way]:
    """One long line, or two or three, across the character, as shares of its box."""
    count = int(random.choice((1, 2, 3), p=(0.2, 0.5, 0.3)))
    over = random.uniform(0.25, 0.4) if count == 1 else random.uniform(0.08, 0.25)
    tilt = random.normal(0.0, 0.12)
    middles = 0.5 + (np.arange(count) - (count - 1) / 2) * random.uniform(0.18, 0.32)
    return [np.array([(-over, row + tilt), (0.5, row), (1.0 + over, row - tilt)]) for row in middles]


def _scribble(random: np.random.Generator) -> Way:
    """One way to and fro over the character, as shares of its box."""
    count = int(random.integers(5, 11))
    along = np.linspace(-0.05, 1.05, count)
    across = np.where(np.arange(count) % 2, random.uniform(0.75, 1.1, count), random.uniform(-0.1, 0.25, count))
    return np.column_stack([along, across] if random.random() < 0.5 else [across, along])
