"""Quantiles of short arrays: numpy's own spend more time on their options than on the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def quantile(values: NDArray[Any], share: float) -> float:
    """The value that a share (0..1) of the values does not exceed, between two of them in proportion.

    Args:
        values: one or more finite numbers, of any shape.
    """
    ordered = np.sort(values, axis=None)
    at = share * (ordered.size - 1)
    below = int(at)
    low, high = float(ordered[below]), float(ordered[min(below + 1, ordered.size - 1)])
    return low + (at - below) * (high - low)


def medians(rows: NDArray[Any]) -> NDArray[np.float64]:
    """N×k values, N at least 1, to the median of each column."""
    ordered = np.sort(rows.T, axis=1)
    middle = ordered.shape[1] // 2
    return np.asarray(ordered[:, middle - 1 + ordered.shape[1] % 2 : middle + 1].mean(axis=1), dtype=np.float64)
