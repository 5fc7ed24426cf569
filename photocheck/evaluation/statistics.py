"""Error rates and their intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Z = 1.959964  # 95 %


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of counted images with its 95 % Wilson interval (Wilson 1927); all None-free only where total > 0."""

    count: int
    total: int

    @property
    def share(self) -> float:
        """0..1; not a number without images."""
        return self.count / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval; (0, 1) without images."""
        if not self.total:
            return 0.0, 1.0
        share, total = self.share, self.total
        middle = (share + _Z**2 / (2 * total)) / (1 + _Z**2 / total)
        reach = _Z / (1 + _Z**2 / total) * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def __str__(self) -> str:
        if not self.total:
            return "–"
        low, high = self.interval
        return f"{self.share * 100:.1f} % [{low * 100:.1f}–{high * 100:.1f}] ({self.count}/{self.total})"


@dataclass(frozen=True, slots=True)
class Curve:
    """Both error rates at every threshold of a score that is high for defects.

    Attributes:
        thresholds: ascending; a picture is called defective at or above the threshold.
        false_alarms: share of good pictures called defective.
        misses: share of defective pictures not called so.
    """

    thresholds: NDArray[np.float64]
    false_alarms: NDArray[np.float64]
    misses: NDArray[np.float64]

    @property
    def equal_error(self) -> tuple[float, float]:
        """(EER, its threshold): where both rates cross, taken between the two thresholds around the crossing."""
        difference = self.misses - self.false_alarms
        after = int(np.argmax(difference >= 0))
        if difference[after] == 0 or after == 0:
            return float(max(self.misses[after], self.false_alarms[after])), float(self.thresholds[after])
        before = after - 1
        share = -difference[before] / (difference[after] - difference[before])
        rate = self.misses[before] + share * (self.misses[after] - self.misses[before])
        return float(rate), float(self.thresholds[after])


def curve(good: Sequence[float], defective: Sequence[float]) -> Curve | None:
    """The curve of two samples of scores; None where either is empty."""
    if not len(good) or not len(defective):
        return None
    good_scores, defective_scores = np.sort(np.asarray(good, float)), np.sort(np.asarray(defective, float))
    thresholds = np.unique(np.concatenate([good_scores, defective_scores]))
    thresholds = np.append(thresholds, np.nextafter(thresholds[-1], np.inf))
    false_alarms = 1.0 - np.searchsorted(good_scores, thresholds, side="left") / len(good_scores)
    misses = np.searchsorted(defective_scores, thresholds, side="left") / len(defective_scores)
    return Curve(thresholds, false_alarms, misses)
