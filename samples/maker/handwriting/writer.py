"""Who writes: the habits that make one hand unlike another, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

World = Literal["tune", "held"]
"""Two sets of writers, papers, pens and fonts that share nothing but this code: one to tune on, one to measure on."""
Pen = Literal["gel", "ballpoint", "fountain", "marker", "pencil", "finger"]

_WORLD_SEED: dict[str, int] = {"tune": 11, "held": 7_000_003}


@dataclass(frozen=True)
class Writer:
    """One person's hand. Lengths are shares of a character's height unless said otherwise.

    Attributes:
        slant: degrees that verticals lean to the right.
        rise: degrees by which horizontals rise to the right, within a character.
        drift: degrees by which the line of writing rises to the right.
        size: mm, height of a character.
        size_variation: standard deviation of the size of characters.
        aspect: width over height of a character.
        spacing: blank between characters, negative where they touch.
        joining: 0 (every stroke apart) to 1 (running hand).
        roundness: 0 (corners stay corners) to 1.
        plainness: how much of the printed model's small turns is left out, a tolerance.
        jitter: standard deviation of a stroke's place.
        pen: what is written with.
        width: mm, the pen's line at rest.
        pressure: 0 (an even line) to 1 (thick where slow, thin where fast).
    """

    seed: int
    slant: float
    rise: float
    drift: float
    size: float
    size_variation: float
    aspect: float
    spacing: float
    joining: float
    roundness: float
    plainness: float
    jitter: float
    pen: Pen
    width: float
    pressure: float


_WIDTHS: dict[Pen, tuple[float, float]] = {
    "gel": (0.38, 0.7),
    "ballpoint": (0.3, 0.5),
    "fountain": (0.4, 0.75),
    "marker": (0.8, 1.5),
    "pencil": (0.35, 0.6),
    "finger": (0.15, 0.8),
}
_EVENNESS: dict[Pen, float] = {
    "gel": 0.8, "ballpoint": 0.5, "fountain": 1.3, "marker": 0.7, "pencil": 0.6, "finger": 0.15,
}  # fmt: skip


def draw_writer(seed: int, *, world: World = "tune", pen: Pen | None = None) -> Writer:
    """A writer of a world; the same seed is the same hand.

    Args:
        seed: number of the writer.
        world: which set of writers.
        pen: what is written with; None draws gel pen, fountain pen or marker, as asked for (a black signing pen).
    """
    random = np.random.default_rng((_WORLD_SEED[world], seed))
    size = float(random.choice((9.0, 12.0, 16.0, 22.0), p=(0.35, 0.35, 0.2, 0.1)) * random.uniform(0.85, 1.2))
    hurry = float(random.beta(1.3, 1.8))
    drawn: Pen = random.choice(("gel", "fountain", "marker"), p=(0.75, 0.15, 0.1))
    tool = pen or drawn
    width = float(random.uniform(*_WIDTHS[tool]))
    return Writer(
        seed=seed,
        slant=float(random.normal(1.5, 5.0)),
        rise=float(np.clip(random.normal(5.0, 4.0), -3.0, 15.0)),
        drift=float(np.clip(random.normal(0.8, 1.5), -3.5, 3.5)),
        size=size,
        size_variation=float(random.uniform(0.02, 0.09)),
        aspect=float(random.uniform(0.75, 1.05)),
        spacing=float(np.clip(random.normal(0.12, 0.13), -0.08, 0.38)),
        joining=0.6 * hurry,
        roundness=float(np.clip(0.25 + 0.6 * hurry + random.normal(0, 0.12), 0.05, 1.0)),
        plainness=float(random.uniform(0.012, 0.03) + 0.012 * hurry),
        jitter=float(random.uniform(0.008, 0.02) + 0.012 * hurry),
        pen=tool,
        width=min(width, 0.075 * size),
        pressure=float(np.clip(random.uniform(0.25, 0.8) * _EVENNESS[tool], 0.0, 1.0)),
    )
