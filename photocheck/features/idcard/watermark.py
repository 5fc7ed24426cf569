"""Words printed across the card: strokes of characters where a card has nothing but its fine pattern."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.importance import PHOTO, Part
from photocheck.features.idcard.lines import FlatBox
from photocheck.features.idcard.shape import HEIGHT_MM, WIDTH_MM
from photocheck.features.idcard.surface import Mask, Surface
from photocheck.features.subject import Image
from photocheck.finding import NotAssessable

_PER_MM = 5.0
_SIZE = (round(WIDTH_MM * _PER_MM), round(HEIGHT_MM * _PER_MM))
_PRINT_MM = 1.8
"""Strokes of the card's own print are narrower."""
_PRINT = 0.33
"""Share of the ground's level by which they are darker in red, the darkest colour of blue labels too: as much in shadow
as in light."""
_AWAY_MM = 0.6
_PHOTO_AWAY_MM = 1.2
_HIDDEN_AWAY_MM = 2.4
_TINTED = 0.10
"""Distance in colour from which a place is an emblem."""
_FINE_MM, _COARSE_MM = 0.5, 1.5
"""Standard deviations of the averages: the first leaves nothing of the card's fine lines, and the difference from the
second nothing of shadows, while a character of an added line is still a blot."""
_BLACK = 6.0
_STEP = 0.10
"""Change of the ground's light over 3 mm, as a difference of logarithms, from which it is the edge of a shadow."""
_STEP_PX = 7
_LEAST_BLANK = 0.15
_LABEL_MM, _LABEL_ABOVE_MM = 19.0, 3.6
"""How far left of a field its label begins, and how far above it: labels are paler than fields, and blurred ones no
longer print by their darkness."""
_LEAST_MM2 = 1.0
"""Of a blot: characters of 2 mm leave more, grain and the towers of the emblem side less."""


@dataclass(frozen=True, slots=True, eq=False)
class AddedPrint:
    """What looks like characters on the blank parts of the card.

    Attributes:
        share: of the blank parts that it covers, 0..1.
        box: around most of it in flat pixels; None where there is none.
    """

    share: float
    box: FlatBox | None


def see_added_print(
    flat: Image, surface: Surface, hidden: Mask, parts: Iterable[Part], faintest: float, *, labels_above: bool = False
) -> AddedPrint:
    """Look for added words.

    Args:
        flat: H×W×3 uint8.
        hidden: of the surface's maps, what is covered, in glare or outside the picture.
        parts: the card's fields and its photo.
        faintest: how far from the ground about it a blot must be, as a difference of logarithms.

        labels_above: the fields' labels stand above them rather than on their left.

    Raises:
        NotAssessable: `no-blank` where too little of the card is blank.
    """
    small = np.asarray(cv2.resize(flat, _SIZE, interpolation=cv2.INTER_AREA), np.uint8)
    blank = _blank(small, surface, hidden, parts, labels_above, flat.shape[1] / _SIZE[0])
    if blank.mean() < _LEAST_BLANK:
        raise NotAssessable("no-blank")
    shade = np.log(small.astype(np.float32) + _BLACK)
    weight = blank.astype(np.float32)
    luma = _band(shade[:, :, 1], weight)
    red, blue = _band(shade[:, :, 0] - shade[:, :, 1], weight), _band(shade[:, :, 2] - shade[:, :, 1], weight)
    blots = _large(blank & (np.maximum(-luma, np.maximum(np.abs(red), np.abs(blue))) > faintest))
    return AddedPrint(float(blots.sum() / blank.sum()), _box(blots, flat.shape[1] / _SIZE[0]))


def _large(blots: Mask) -> Mask:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(blots.astype(np.uint8))
    kept = stats[:, cv2.CC_STAT_AREA] >= _LEAST_MM2 * _PER_MM**2
    kept[0] = False
    return np.asarray(kept[labels])


def _blank(
    small: Image, surface: Surface, hidden: Mask, parts: Iterable[Part], labels_above: bool, zoom: float
) -> Mask:
    """Where the card has neither print nor photo nor emblem, and is seen."""
    reach = round(_PRINT_MM * _PER_MM) | 1
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    ground = cv2.morphologyEx(small[:, :, 0], cv2.MORPH_CLOSE, around).astype(np.float32)
    taken = _grown((small[:, :, 0] < (1.0 - _PRINT) * ground).astype(np.uint8), _AWAY_MM)
    others = ((hidden, _HIDDEN_AWAY_MM), (surface.tint > _TINTED, _PHOTO_AWAY_MM), (_steps(surface), _AWAY_MM))
    for mask, away in others:
        taken |= _grown(cv2.resize(mask.astype(np.uint8), _SIZE, interpolation=cv2.INTER_NEAREST), away)
    for part in parts:
        left, top, right, bottom = (round(edge / zoom) for edge in part.box)
        if part.label == PHOTO:
            away = round(_PHOTO_AWAY_MM * _PER_MM)
            taken[max(0, top - away) : bottom + away, max(0, left - away) : right + away] = 1
        else:
            away = round(_AWAY_MM * _PER_MM)
            taken[max(0, top - away) : bottom + away, max(0, left - round(_LABEL_MM * _PER_MM)) : left] = 1
            if labels_above:
                taken[max(0, top - round(_LABEL_ABOVE_MM * _PER_MM)) : max(0, top), left:right] = 1
    return np.asarray(taken == 0)


def _steps(surface: Surface) -> Mask:
    """Edges of shadows, of the surface's maps: added strokes, as narrow as print, do not show there."""
    calm = cv2.blur(surface.depth, (3, 3))
    around = np.ones((_STEP_PX, _STEP_PX), np.uint8)
    return np.asarray(cv2.dilate(calm, around) - cv2.erode(calm, around) > _STEP)


def _grown(mask: cv2.typing.MatLike, away_mm: float) -> NDArray[np.uint8]:
    reach = 2 * round(away_mm * _PER_MM) + 1
    return np.asarray(cv2.dilate(mask, np.ones((reach, reach), np.uint8)), np.uint8)


def _band(values: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """The fine average less the coarse one, of the blank parts alone."""

    def average(sigma_mm: float) -> NDArray[np.float32]:
        sigma = sigma_mm * _PER_MM
        summed = cv2.GaussianBlur(values * weight, (0, 0), sigma)
        return np.asarray(summed / np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma), 1e-3), np.float32)

    return average(_FINE_MM) - average(_COARSE_MM)


def _box(blots: Mask, zoom: float) -> FlatBox | None:
    rows, columns = np.nonzero(blots)
    if len(rows) == 0:
        return None
    left, right = (np.percentile(columns, (2, 98)) * zoom).tolist()
    top, bottom = (np.percentile(rows, (2, 98)) * zoom).tolist()
    return FlatBox(left, top, right + zoom, bottom + zoom)
