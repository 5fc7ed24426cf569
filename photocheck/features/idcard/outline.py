"""From the net's two maps to the outlines of the cards: four straight sides each.

The maps show the whole card where fingers lie on it, so its outline is straight wherever the picture's border does not
cut it. A side beyond the border is put where the shape of ID-1 has it, if the other three are seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.shape import Corners, area, completed, is_convex, side_lengths

Maps = NDArray[np.float32]

_LEAST_CORE = 6
"""Cells of a card's inner part; a card of a sixth of the picture's longer side has about thirty."""
_CLEAR_OF_BORDER = 2.5
"""Map pixels from the picture's border within which an outline is the border's own, not the card's."""
_ROUNDS = 6


class Guess(NamedTuple):
    """Where a card may be.

    Attributes:
        corners: 4×2, clockwise, in pixels of the net's picture.
        seen: for each side, first to second corner and on, whether it lies inside the picture.
    """

    corners: Corners
    seen: tuple[bool, bool, bool, bool]


_NOWHERE = Guess(np.zeros((4, 2)), (False, False, False, False))


@dataclass(frozen=True, slots=True)
class Outline:
    """One card as the net sees it.

    Attributes:
        guess: where it is.
        confidence: overlap of the guess with the map, 0..1.
        mask: the card's part of the map, H×W of 0 and 1; None for a card that is the whole picture.
    """

    guess: Guess
    confidence: float
    mask: NDArray[np.uint8] | None = None

    def other_guesses(self) -> Iterator[Guess]:
        """Where it is if thin things hang on the map's outline; if notches are in it, for a card is convex."""
        if self.mask is None:
            return
        opened = np.asarray(cv2.morphologyEx(self.mask, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8)), dtype=np.uint8)
        pieces, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        if not pieces:
            return
        hull = cv2.convexHull(max(pieces, key=cv2.contourArea))
        filled = np.asarray(cv2.fillConvexPoly(np.zeros_like(opened), hull, [1]), dtype=np.uint8)
        for tidied in (opened, filled):
            guess = _fitted(tidied)
            if guess is not None:
                yield guess


def count_cores(core: Maps) -> int:
    """How many cards there are by their inner parts."""
    return len(_cores(core)[1])


def _cores(core: Maps) -> tuple[NDArray[np.int32], list[int]]:
    """The inner parts, numbered, and the numbers of those that are large enough."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((core > 0.5).astype(np.uint8))
    large = [label for label in range(1, count) if stats[label, cv2.CC_STAT_AREA] >= _LEAST_CORE]
    return np.asarray(labels, dtype=np.int32), large


def outlines(card: Maps, core: Maps, width: int, height: int) -> list[Outline]:
    """Every card of the maps.

    Args:
        card, core: h×w probabilities, a quarter of the net's picture.
        width, height: of the net's picture without its padding.
    """
    grown = cv2.resize(card, (card.shape[1] * 4, card.shape[0] * 4), interpolation=cv2.INTER_LINEAR)
    full = np.asarray(grown, dtype=np.float32)[:height, :width]
    labels, cores = _cores(core)
    shares = _shared_out(labels, cores, full.shape)
    found = []
    for label in cores:
        mask = ((full > 0.5) & (shares == label)).astype(np.uint8)
        guess = _fitted(mask)
        if guess is None:
            guess = next(Outline(_NOWHERE, 0.0, mask).other_guesses(), None)
        if guess is not None:
            found.append(Outline(guess, _agreement(full, shares == label, guess.corners), mask))
    return found


def _shared_out(labels: NDArray[np.int32], cores: list[int], shape: tuple[int, ...]) -> NDArray[np.int32]:
    """For every pixel the core that is nearest to it."""
    if len(cores) <= 1:
        return np.full(shape, cores[0] if cores else 0, dtype=np.int32)
    kept = np.where(np.isin(labels, cores), labels, 0)
    _, near = cv2.distanceTransformWithLabels(
        (kept == 0).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    name_of = np.zeros(int(near.max()) + 1, dtype=np.int32)
    name_of[near[kept > 0]] = kept[kept > 0]
    named = name_of[near].repeat(4, axis=0).repeat(4, axis=1)
    return np.asarray(named[: shape[0], : shape[1]], dtype=np.int32)


def _fitted(mask: NDArray[np.uint8]) -> Guess | None:
    """Four lines through the outline of the mask's largest piece."""
    height, width = mask.shape
    pieces, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not pieces:
        return None
    piece = max(pieces, key=cv2.contourArea)
    if cv2.contourArea(piece) < 60:
        return None
    points = piece.reshape(-1, 2).astype(np.float64) + 0.5
    corners = np.asarray(cv2.boxPoints(cv2.minAreaRect(piece)), dtype=np.float64) + 0.5
    if area(corners) < 0:
        corners = corners[::-1]
    hull = cv2.convexHull(piece).reshape(-1, 2)
    rough = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, closed=True), closed=True)
    if len(rough) == 4:
        four = rough.reshape(4, 2).astype(np.float64) + 0.5
        corners = four if area(four) > 0 else four[::-1]
    rim = np.minimum(points.min(axis=1), np.minimum(width - points[:, 0], height - points[:, 1]))
    free = points[rim > _CLEAR_OF_BORDER]
    # findContours walks the middles of the outermost pixels: half a pixel inside the mask's edge.
    sides = [_side(corners, index) for index in range(4)]
    seen = [False] * 4
    for _ in range(_ROUNDS):
        for index in range(4):
            own = _points_of(free, corners, index)
            seen[index] = len(own) >= max(4.0, 0.12 * side_lengths(corners)[index])
            sides[index] = _line(own, corners.mean(axis=0)) if seen[index] else _side(corners, index)
        met = [_meeting(sides[index - 1], sides[index]) for index in range(4)]
        if any(point is None for point in met):
            return None
        corners = np.array(met)
        if not is_convex(corners) or np.abs(corners).max() > 4 * max(mask.shape):
            return None
    flags = (seen[0], seen[1], seen[2], seen[3])
    if sum(flags) == 3:
        corners = completed(corners, flags.index(False), least=0.97)
    return Guess(corners, flags)


def _points_of(points: NDArray[np.float64], corners: Corners, index: int) -> NDArray[np.float64]:
    """The points that belong to a side: near it, and clear of its round ends."""
    start, end = corners[index], corners[(index + 1) % 4]
    length = float(np.hypot(*(end - start)))
    ahead = (end - start) / max(length, 1e-6)
    along = (points - start) @ ahead / max(length, 1e-6)
    across = np.abs((points - start) @ np.array([-ahead[1], ahead[0]]))
    own: NDArray[np.float64] = points[(along > 0.08) & (along < 0.92) & (across < 0.09 * side_lengths(corners).max())]
    return own


def _side(corners: Corners, index: int) -> NDArray[np.float64]:
    start, end = corners[index], corners[(index + 1) % 4]
    return np.array([start, end - start])


def _line(points: NDArray[np.float64], middle: NDArray[np.float64]) -> NDArray[np.float64]:
    """A point of the line through the points, half a pixel outwards, and its direction."""
    x_ahead, y_ahead, x, y = cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
    at, ahead = np.array([x, y], dtype=np.float64), np.array([x_ahead, y_ahead], dtype=np.float64)
    outwards = np.array([-ahead[1], ahead[0]])
    outwards *= np.sign((at - middle) @ outwards) or 1.0
    return np.array([at + 0.5 * outwards, ahead])


def _meeting(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Where two lines (point, direction) meet; None where they do not."""
    across = np.column_stack([one[1], -other[1]])
    if abs(np.linalg.det(across)) < 0.1 * np.hypot(*one[1]) * np.hypot(*other[1]):
        return None
    answer: NDArray[np.float64] = one[0] + np.linalg.solve(across, other[0] - one[0])[0] * one[1]
    return answer


def _agreement(full: Maps, share: NDArray[np.bool_], corners: Corners) -> float:
    """Overlap of the quadrilateral with the map, soft: 1 where they are the same and the map is sure."""
    inside = np.zeros(full.shape, dtype=np.uint8)
    cv2.fillConvexPoly(inside, np.round(corners - 0.5).astype(np.int32), [1])
    weight = full * share
    common = float(weight[inside > 0].sum())
    return common / max(1.0, float((inside * share).sum() + weight.sum() - common))
