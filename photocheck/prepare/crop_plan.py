"""Where to crop: the one rectangle of an original in which every geometry limit of a profile holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from photocheck.features.subject import Affine
from photocheck.messages import Language, prepare_text, title
from photocheck.prepare.limits import Crops, Grid, Limit, Places
from photocheck.profile import Prepare

EDGES = ("top", "bottom", "left", "right")
_SCALES, _MARGINS = 61, 49
_ROUNDS = 3
_REACH = 2.5
"""How many times smaller or larger than the limits of head size ask the nearest possible crop may be."""
_LOWEST_CROWN, _HIGHEST_CROWN = -0.3, 0.6
"""Crown margins that are tried, as shares of the crop's height."""


class CannotPrepare(Exception):
    """No picture can be made that holds every limit.

    Attributes:
        reason: a key of `messages/prepare.toml`.
        checks: the checks whose limits are in the way.
        facts: measured values that the wording names.
    """

    def __init__(self, reason: str, *, checks: tuple[str, ...] = (), **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.checks = checks
        self.facts: dict[str, Any] = facts

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: Language) -> str:
        """Why not, and what to do about it."""
        between = "、" if language == "zh-CN" else ", "
        checks = between.join(title(check, language) for check in self.checks)
        return prepare_text(self.reason, language, checks=checks, **self.facts)


@dataclass(frozen=True, slots=True)
class Level:
    """The original, turned so that the head is upright.

    Attributes:
        to_upload: 2×3, levelled pixels to upload pixels: a rotation and a shift.
        width, height: pixels of the upload.
        turned: degrees by which the picture is turned, clockwise.
    """

    to_upload: Affine
    width: int
    height: int
    turned: float


@dataclass(frozen=True, slots=True)
class CropPlan:
    """The crop that is to be made.

    Attributes:
        to_upload: 2×3, pixels of the crop to pixels of the upload.
        width, height: pixels of the crop.
        margins: for each geometry check the distance to its nearest limit, 0 at the limit, 1 in the middle.
        enlargement: pixels of the crop per pixel of the upload; above 1 the picture is enlarged.
        level: the frame in which the crop is upright.
    """

    to_upload: Affine
    width: int
    height: int
    margins: Mapping[str, float]
    enlargement: float
    level: Level

    @property
    def broken(self) -> tuple[str, ...]:
        """The checks whose limits do not hold."""
        return tuple(name for name, margin in self.margins.items() if margin < 0)


def solve(
    places: Places, level: Level, limits: tuple[Limit, ...], target: Prepare, *, best_effort: bool = False
) -> CropPlan:
    """The crop inside the picture that lies furthest inside all limits.

    Scale and crown margin are tried on a grid that is refined around the best; sideways the head stands in the
    middle as far as the picture reaches.

    Args:
        best_effort: give the crop that breaks the fewest limits, and those by the least, where none holds all.

    Raises:
        CannotPrepare: `limits-exclude` where no crop could hold all limits however large the picture were,
            `space-top` (or `-bottom`, `-left`, `-right`, `-sides`) where the picture ends too early.
    """
    search = _Search(places, level, limits, target)
    plan, _ = search.best(inside=True)
    if plan.broken and not best_effort:
        raise search.why_not(plan)
    return plan


class _Search:
    def __init__(self, places: Places, level: Level, limits: tuple[Limit, ...], target: Prepare) -> None:
        self._places = places
        self._level = level
        self._limits = limits
        self._size = np.array([target.width, target.height], dtype=np.float64)
        self._head = places.chin - places.crowns["hair"]
        turn = level.to_upload[:, :2]
        # Half the crop's upright bounding box in the upload, for one upload pixel per crop pixel.
        self._half = np.abs(turn) @ self._size / 2

    def best(self, *, inside: bool) -> tuple[CropPlan, dict[str, float]]:
        """The best crop, and by how many upload pixels it reaches over each edge."""
        lowest, highest = self._units(inside=inside)
        units = np.geomspace(lowest, highest, _SCALES)
        margins = np.linspace(_LOWEST_CROWN, _HIGHEST_CROWN, _MARGINS)
        for _ in range(_ROUNDS):
            left, top, over = self._crops(units[:, None], margins[None, :], inside=inside)
            score = self._score(units[:, None], left, top)
            if not inside:
                score -= 10 * np.max(list(over.values()), axis=0) / self._head
            row, column = np.unravel_index(int(np.argmax(score)), score.shape)
            best = (float(units[row]), float(left[row, column]), float(top[row, column]))
            reached = {edge: float(grid[row, column]) for edge, grid in over.items()}
            step, span = np.log(units[1] / units[0]), margins[1] - margins[0]
            units = np.clip(units[row] * np.exp(np.linspace(-2 * step, 2 * step, _SCALES)), lowest, highest)
            margins = margins[column] + np.linspace(-2 * span, 2 * span, _MARGINS)
        return self._plan(*best), reached

    def why_not(self, plan: CropPlan) -> CannotPrepare:
        """The reason why no crop holds all limits."""
        free, over = self.best(inside=False)
        if free.broken:
            return CannotPrepare("limits-exclude", checks=free.broken)
        edge = max(EDGES, key=lambda name: over[name])
        missing = f"{max(1, round(100 * over[edge] / self._head))}%"
        beside = edge in ("left", "right") and min(over["left"], over["right"]) > over[edge] / 2
        return CannotPrepare("space-sides" if beside else f"space-{edge}", checks=plan.broken, missing=missing)

    def _units(self, *, inside: bool) -> tuple[float, float]:
        """The smallest and the largest number of upload pixels per crop pixel that are tried."""
        middle = self._head / (0.7 * self._size[1])
        lowest, highest = middle / _REACH, middle * _REACH
        if inside:
            highest = min(highest, *(np.array([self._level.width, self._level.height]) / 2 / self._half))
        return min(lowest, highest / 1.01), highest

    def _crops(self, unit: Grid, margin: Grid, *, inside: bool) -> tuple[Grid, Grid, dict[str, Grid]]:
        """Left and upper edge in the levelled picture, and the upload pixels missing at each of its edges."""
        width, height = unit * self._size[0], unit * self._size[1]
        top = self._places.crowns["hair"] - margin * height
        x = np.broadcast_to(self._places.eyes[0], top.shape)
        y = top + height / 2
        turn, shift = self._level.to_upload[:, :2], self._level.to_upload[:, 2]
        across = turn[0, 0] * x + turn[0, 1] * y + shift[0]
        down = turn[1, 0] * x + turn[1, 1] * y + shift[1]
        half_across, half_down = unit * self._half[0], unit * self._half[1]
        over = {
            "left": np.maximum(0.0, half_across - across),
            "right": np.maximum(0.0, across + half_across - self._level.width),
            "top": np.maximum(0.0, half_down - down),
            "bottom": np.maximum(0.0, down + half_down - self._level.height),
        }
        if inside:
            across = across + over["left"] - over["right"]
            down = down + over["top"] - over["bottom"]
            x = turn[0, 0] * (across - shift[0]) + turn[1, 0] * (down - shift[1])
            y = turn[0, 1] * (across - shift[0]) + turn[1, 1] * (down - shift[1])
        return x - width / 2, y - height / 2, over

    def _margins(self, unit: Grid, left: Grid, top: Grid) -> dict[str, Grid]:
        crops = Crops(left, top, unit * self._size[0], unit * self._size[1], unit)
        margins: dict[str, Grid] = {}
        for limit in self._limits:
            margin = limit.margin(self._places, crops)
            known = margins.get(limit.check)
            margins[limit.check] = margin if known is None else np.minimum(known, margin)
        return margins

    def _score(self, unit: Grid, left: Grid, top: Grid) -> Grid:
        """Few broken limits first, then little broken, then the most room in the tightest, then room in all."""
        margins = np.stack([np.broadcast_to(grid, top.shape) for grid in self._margins(unit, left, top).values()])
        broken = margins < 0
        held = np.where(broken, 1.0, margins)
        score: Grid = (
            -1000.0 * broken.sum(axis=0)
            + np.where(broken, np.maximum(margins, -50.0), 0.0).sum(axis=0)
            + held.min(axis=0)
            + 0.1 * held.mean(axis=0)
        )
        return score

    def _plan(self, unit: float, left: float, top: float) -> CropPlan:
        turn = self._level.to_upload[:, :2]
        corner = turn @ (left, top) + self._level.to_upload[:, 2]
        margins = self._margins(np.array(unit), np.array(left), np.array(top))
        width, height = self._size
        return CropPlan(
            to_upload=np.column_stack([turn * unit, corner]),
            width=int(width),
            height=int(height),
            margins={name: float(value) for name, value in margins.items()},
            enlargement=1.0 / unit,
            level=self._level,
        )
