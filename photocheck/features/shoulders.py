"""The line of the shoulders, from the person mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from photocheck.finding import NotAssessable, Region

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

_NEAREST, _FURTHEST = 0.5, 1.4
"""Where the shoulders are looked for: distance from the chin to each side, in face widths."""
_LEAST_BELOW = 0.02
"""How far under the chin a shoulder's top must lie, in face widths: hair that hangs down to it reaches higher."""
_LEAST_PAIRS = 0.12
"""How much of that distance must show both shoulders, in face widths."""


@dataclass(frozen=True, slots=True)
class Shoulders:
    """Both shoulders.

    Attributes:
        slope: degrees; positive when the person's own right shoulder is the lower one.
        right, left: (x, y) native pixels on top of the person's own shoulders, as far out as both are seen.
    """

    slope: float
    right: tuple[float, float]
    left: tuple[float, float]

    def region(self) -> Region:
        """The line from shoulder to shoulder."""
        return Region.line("shoulders", [self.right, self.left])


def see_shoulders(photo: Portrait) -> Shoulders:
    """How far up what stands on the lower edge reaches, column by column, at equal distances to both sides of the chin.

    Raises:
        NotAssessable: `shoulders-not-seen` where too few such pairs of columns show both shoulders.
    """
    mask, scale = photo.person.probability, photo.person.scale
    box, chin = photo.mesh.box, photo.mesh.chin * scale
    width = min(box.width, box.height) * scale
    steps = np.arange(round(_NEAREST * width), round(_FURTHEST * width) + 1)
    right, left = np.rint(chin[0] - steps).astype(int), np.rint(chin[0] + steps).astype(int)
    seen = (right >= 0) & (left < mask.shape[1])
    steps, right, left = steps[seen], right[seen], left[seen]
    if not steps.size:
        raise NotAssessable("shoulders-not-seen")
    first = int(np.clip(chin[1], 0, mask.shape[0] - 1))  # what reaches up to the chin is no shoulder
    tops = [first + _tops(mask[first:, columns.min() : columns.max() + 1] >= 0.5) for columns in (right, left)]
    tops[0] = tops[0][::-1]
    lowest = min(mask.shape[0] - 2, mask.shape[0] * 0.98)
    shown = np.logical_and.reduce([(top > chin[1] + _LEAST_BELOW * width) & (top < lowest) for top in tops])
    if shown.sum() < max(3.0, _LEAST_PAIRS * width):
        raise NotAssessable("shoulders-not-seen")
    falls = np.degrees(np.arctan2(tops[0] - tops[1], 2.0 * steps))[shown]
    end = int(np.flatnonzero(shown)[-1])
    return Shoulders(
        float(np.median(falls)),
        (float(right[end] / scale), float(tops[0][end] / scale)),
        (float(left[end] / scale), float(tops[1][end] / scale)),
    )


def _tops(columns: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> np.ndarray[tuple[int], np.dtype[np.int_]]:
    """The top of what stands on the lower edge in each column; the number of rows where nothing does."""
    upwards = ~np.ascontiguousarray(columns[::-1].T)
    return columns.shape[0] - np.where(upwards.any(axis=1), upwards.argmax(axis=1), columns.shape[0])
