"""Areas under curves, shares found, and false alarms, by family, strength and source.

Untouched means those of sources that are surely so: some originals of `congress` were retouched by their studio.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.train.retouch.loader import SIGNS, Pool

BANDS = (("mild", 0.0, 0.35), ("medium", 0.35, 0.65), ("strong", 0.65, 1.01))
SMALLEST_FACE = 180.0


def area_under(negative: NDArray[np.float64], positive: NDArray[np.float64]) -> float:
    """Probability that a positive scores above a negative (ties count half)."""
    if not len(negative) or not len(positive):
        return float("nan")
    order = np.sort(negative)
    below = np.searchsorted(order, positive, "left") + np.searchsorted(order, positive, "right")
    return float(below.mean() / 2 / len(negative))


def found_at(negative: NDArray[np.float64], positive: NDArray[np.float64], alarms: float = 0.05) -> float:
    """Share of positives above the threshold that lets that share of negatives pass."""
    if not len(negative) or not len(positive):
        return float("nan")
    return float((positive > np.quantile(negative, 1 - alarms)).mean())


def by_family(pool: Pool, score: NDArray[np.float64], usable: NDArray[np.bool_]) -> list[str]:
    """Lines: family, counts, AUC of mild, of medium and strong, share found at 5 % false alarms."""
    negative = score[usable & ~pool.touched & (pool.source != "congress")]
    lines = [f"{len(negative)} untouched"]
    single = np.array([bool(name) and "+" not in name for name in pool.names])
    for name in sorted(set(pool.names[single & usable])):
        rows = usable & (pool.names == name)
        strength = pool.strength[rows].max(axis=1)
        values = score[rows]
        mild, more = values[strength < BANDS[0][2]], values[strength >= BANDS[0][2]]
        lines.append(
            f"{name:24s} {len(mild):3d} mild {area_under(negative, mild):.2f}   {len(more):3d} more "
            f"{area_under(negative, more):.2f}  found {found_at(negative, more):.2f}"
        )
    return lines


def by_sign(pool: Pool, score: NDArray[np.float64], usable: NDArray[np.bool_]) -> list[str]:
    """The same for signs, chains included: medium and strong operations of that sign against the untouched."""
    negative = score[usable & ~pool.touched & (pool.source != "congress")]
    lines = []
    for index, sign in enumerate(SIGNS):
        positive = score[usable & (pool.strength[:, index] >= BANDS[0][2])]
        lines.append(
            f"{sign:12s} {len(positive):4d}  AUC {area_under(negative, positive):.3f}  "
            f"found {found_at(negative, positive):.2f}"
        )
    return lines


def alarms_by_source(pool: Pool, score: NDArray[np.float64], threshold: float, usable: NDArray[np.bool_]) -> list[str]:
    """Share of untouched pictures of each source above a threshold."""
    lines = []
    for source in sorted(set(pool.source)):
        values = score[usable & ~pool.touched & (pool.source == source)]
        if len(values):
            lines.append(f"{source:12s} {len(values):4d} untouched, {(values > threshold).mean():.3f} above")
    return lines
