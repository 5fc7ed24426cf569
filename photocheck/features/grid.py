"""Grids of squares: the 8×8 blocks of JPEG, and the cells of a mosaic or of crude enlarging."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.texture import Plane, Texture

Profile = NDArray[np.float64]

_BLOCK = 8
_LARGEST_STEP = 12.0  # levels: larger differences are edges of the picture itself
_CELLS = range(2, 25)
_LEAST_REPEATS = 20
_SURE_OF_CELLS = 0.3
_ALIKE = 0.85  # two phases this alike are not one cell's edge
_LEAST_GRID = 0.1  # of the difference at the grid, by which it must stand out
_NOTHING = 0.02  # of the difference at the grid: blocks of JPEG hold more, cells of a mosaic hold none
_SURE_OF_COPIES = 1.25


@dataclass(frozen=True, slots=True)
class Grid:
    """What stands at regular columns and rows of the face.

    Attributes:
        step: how many 8-bit levels neighbours differ more across the lines of an 8×8 grid than elsewhere.
        cell: side in pixels of the squares of one colour; 1 where every pixel is its own.
    """

    step: float
    cell: float


def see_grid(texture: Texture) -> Grid:
    """Fold the differences between neighbours, averaged along lines, by every period."""
    grey = texture.grey
    columns = _Lines.of(np.asarray(cv2.absdiff(grey[:, 1:], grey[:, :-1]), dtype=np.float32), axis=0)
    rows = _Lines.of(np.asarray(cv2.absdiff(grey[1:], grey[:-1]), dtype=np.float32), axis=1)
    return Grid((columns.step + rows.step) / 2, _cell(columns.free, rows.free))


@dataclass(frozen=True, slots=True)
class _Lines:
    """Absolute differences between neighbours across one direction.

    Attributes:
        free: mean difference between line x and x + 1 in levels, those of JPEG's grid filled in from beside them.
        step: levels by which the 8×8 grid stands out from every other phase.
    """

    free: Profile
    step: float

    @classmethod
    def of(cls, difference: Plane, axis: int) -> _Lines:
        profile = _means(difference, axis)
        folded = _fold(_means(np.minimum(difference, np.float32(_LARGEST_STEP)), axis), _BLOCK)
        phase = int(folded.argmax())
        others = np.delete(folded, phase)
        beside = (folded[phase - 1] + folded[(phase + 1) % _BLOCK]) / 2
        # Cells of 2 or 4 pixels stand at other phases too; then it is no grid of eights.
        step = min(folded[phase] - beside, 2.0 * (folded[phase] - others.max()))
        if step < _LEAST_GRID * folded[phase] or others.max() < _NOTHING * folded[phase]:
            return cls(profile, float(step))
        free = profile.copy()
        at = np.arange(phase, profile.size - 1, _BLOCK)
        at = at[at > 0]
        free[at] = (profile[at - 1] + profile[at + 1]) / 2
        return cls(free, float(step))


def _means(plane: Plane, axis: int) -> Profile:
    along = np.full(plane.shape[axis], 1.0 / plane.shape[axis], np.float32)
    return np.asarray(along @ plane if axis == 0 else plane @ along, dtype=np.float64)


def _fold(profile: Profile, period: int) -> Profile:
    """Means of the profile at each phase of a period."""
    whole = profile.size // period * period
    folded: Profile = profile[:whole].reshape(-1, period).sum(axis=0) / (whole // period)
    return folded


def _cell(columns: Profile, rows: Profile) -> float:
    """The cell's side; found only where columns and rows agree. Cells that are JPEG's blocks show as `step`."""
    heights = [min(here, _height(rows, period)) if (here := _height(columns, period)) else 0.0 for period in _CELLS]
    if max(heights) > 0:
        # Half and third of the true period show too, but lower; its multiples show as high.
        return float(_CELLS[int(np.argmax(np.array(heights) >= 0.8 * max(heights)))])
    copies = min(_copies(columns), _copies(rows))
    return copies if copies > _SURE_OF_COPIES else 1.0


def _height(profile: Profile, period: int) -> float:
    """Mean difference at the one phase of a period at which neighbours differ; 0 where there is no such phase."""
    if profile.size < _LEAST_REPEATS * period:
        return 0.0
    *rest, second, highest = np.sort(_fold(profile, period)).tolist()
    if second > _ALIKE * highest:
        return 0.0
    elsewhere = (sum(rest) + second) / (period - 1)
    return float(highest) if 1.0 - elsewhere / (highest + 1e-3) > _SURE_OF_CELLS else 0.0


def _copies(profile: Profile) -> float:
    """Columns per column that differs from the one before: enlarging by an uneven factor repeats some of them."""
    reach = cv2.dilate(profile[None, :], np.ones((1, 9), np.uint8))[0]
    return float(1.0 / (1.0 - min(0.98, float((profile < 0.25 * reach).mean()))))
