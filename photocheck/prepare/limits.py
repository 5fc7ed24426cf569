"""The geometry limits of a profile as functions of where the crop lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photocheck.checks.portrait.geometry_limits import CrownLength, InterEyeLimits, Length
from photocheck.finding import Range
from photocheck.profile import Profile

Grid = NDArray[np.float64]

_COMFORT = 0.1
"""Where a limit is open on one side: the share of itself by which a value inside it is as good as any."""


@dataclass(frozen=True, slots=True)
class Places:
    """What decides the crop, in pixels of the levelled original.

    Attributes:
        crowns: y of the crown `hair` (with hair) and `skull` (hair left out).
        chin: y of the lowest point of the chin.
        eyes: (x, y) midway between the irises.
        width: head width.
        inter_eye: distance between the irises.
    """

    crowns: Mapping[str, float]
    chin: float
    eyes: tuple[float, float]
    width: float
    inter_eye: float


@dataclass(frozen=True, slots=True)
class Crops:
    """Crops that are tried, in pixels of the levelled original; all grids have one shape or broadcast to it.

    Attributes:
        left, top, width, height: where each lies.
        unit: original pixels per pixel of the crop.
    """

    left: Grid
    top: Grid
    width: Grid
    height: Grid
    unit: Grid


Measure = Callable[[Places, Crops, str], Grid]

_LENGTHS: dict[str, Measure] = {
    "head-height": lambda head, crop, crown: (head.chin - head.crowns[crown]) / crop.height,
    "head-width": lambda head, crop, _: head.width / crop.width,
    "crown-margin": lambda head, crop, crown: (head.crowns[crown] - crop.top) / crop.height,
    "chin-margin": lambda head, crop, _: (crop.top + crop.height - head.chin) / crop.height,
    "eye-line": lambda head, crop, _: (head.eyes[1] - crop.top) / crop.height,
    "horizontal-centre": lambda head, crop, _: (head.eyes[0] - crop.left) / crop.width,
}
"""What each geometry check measures, for a crop at any place."""


def _eyes_share(head: Places, crop: Crops, _: str) -> Grid:
    return head.inter_eye / crop.width


def _eyes_pixels(head: Places, crop: Crops, _: str) -> Grid:
    return head.inter_eye / crop.unit


@dataclass(frozen=True, slots=True)
class Limit:
    """The pass range of one check."""

    check: str
    range: Range
    measure: Measure
    crown: str = "hair"

    def margin(self, places: Places, crops: Crops) -> Grid:
        """Distance of what the check would measure to its nearest limit: 0 at the limit, 1 in the middle."""
        value = self.measure(places, crops, self.crown)
        low, high = self.range
        if low is not None and high is not None:
            return np.asarray(np.minimum(value - low, high - value) / max((high - low) / 2, 1e-9))
        margins = np.ones_like(value)
        for sign, limit in ((1.0, low), (-1.0, high)):
            if limit is not None:
                margins = np.minimum(sign * (value - limit) / (_COMFORT * max(abs(limit), 0.1)), 1.0)
        return margins


def geometry_limits(profile: Profile) -> tuple[Limit, ...]:
    """Every limit of the profile that cropping can hold or break."""
    found = []
    for check, measure in _LENGTHS.items():
        limits = profile.limits(check)
        if isinstance(limits, Length):
            crown = limits.crown if isinstance(limits, CrownLength) else "hair"
            found.append(Limit(check, limits.passing, measure, crown))
    eyes = profile.limits("inter-eye-distance")
    if isinstance(eyes, InterEyeLimits):
        if eyes.ratio is not None:
            found.append(Limit("inter-eye-distance", eyes.ratio.passing, _eyes_share))
        if eyes.pixels is not None:
            found.append(Limit("inter-eye-distance", eyes.pixels.passing, _eyes_pixels))
    return tuple(found)
