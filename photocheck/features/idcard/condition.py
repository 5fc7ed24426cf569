"""In what condition the photograph shows the card: everything that a better photograph would mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from photocheck.features.idcard.cover import cover_mask
from photocheck.features.idcard.exposure import Exposure, see_exposure
from photocheck.features.idcard.focus import Edges, see_edges
from photocheck.features.idcard.framing import Framing, see_framing
from photocheck.features.idcard.glare import glare_mask
from photocheck.features.idcard.importance import PHOTO, Importance, Part, importance_of
from photocheck.features.idcard.pose import misfits
from photocheck.features.idcard.shape import long_side_first
from photocheck.features.idcard.surface import Mask, Surface, see_surface
from photocheck.features.idcard.watermark import AddedPrint, see_added_print
from photocheck.features.lazy import Timed, feature
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.idcard.card import IdCard

_LEAST_CERTAINTY = 0.3
"""Certainty of the corners under which nothing is told of what lies between them: on made captures blurred and covered
cards with corners within 2 % of the truth had 0.34 and more."""
_MOST_MISFIT, _MISFIT_BAND = 0.08, 0.05
"""Misfit of the corners' shape at which they are surely wrong, and over how much less of it that comes: right ones of
blurred cards had up to 0.025."""


class Condition(Timed):
    """How one card was photographed, each thing seen once. `no-card` where there is none."""

    def __init__(self, card: IdCard) -> None:
        super().__init__()
        self._card = card

    @feature
    def certainty(self) -> float:
        """How sure the corners are, 0..1: the sides are seen, and the shape between them is a card's."""
        place, picture = self._card.place, self._card
        misfit = float(misfits(long_side_first(place.corners)[None], picture.width, picture.height)[0])
        return min(place.confidence, float(np.clip((_MOST_MISFIT - misfit) / _MISFIT_BAND, 0.0, 1.0)))

    def _ask_corners(self) -> None:
        if self.certainty < _LEAST_CERTAINTY:
            raise NotAssessable("corners-unsure")

    @feature
    def framing(self) -> Framing:
        """How the card lies before the camera; `corners-unsure`."""
        self._ask_corners()
        return see_framing(self._card.place.corners, self._card.width, self._card.height)

    @feature
    def surface(self) -> Surface:
        """The card without its print; `corners-unsure`."""
        self._ask_corners()
        return see_surface(self._card.flat, self._card.inside)

    @feature
    def importance(self) -> Importance:
        """What matters where."""
        return importance_of(self._card)

    @feature
    def outside(self) -> Mask:
        """What lies outside the picture, of the surface's maps."""
        size = self.surface.plain.shape[::-1]
        inside = cv2.resize(self._card.inside.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        return np.asarray(inside == 0)

    @feature
    def cover(self) -> Mask:
        """What is covered, of the surface's maps."""
        return cover_mask(self.surface)

    @feature
    def glare(self) -> Mask:
        """What is in glare, of the surface's maps; `card-over-exposed`."""
        return glare_mask(self.surface)

    @feature
    def hidden(self) -> Mask:
        """What cannot be seen, whatever the reason: covered, in glare or outside the picture."""
        try:
            return np.asarray(self.cover | self.glare | ~self.surface.plain)
        except NotAssessable:
            return np.asarray(self.cover | ~self.surface.plain)

    @property
    def photo(self) -> Part | None:
        """The place of the photo, where it is known."""
        return next((part for part in self.importance.parts if part.label == PHOTO), None)

    @feature
    def exposure(self) -> Exposure:
        """The light on the card."""
        photo = np.zeros_like(self.surface.plain)
        if self.photo is not None:
            photo[self.photo.on_map] = True
        return see_exposure(self.surface, self.hidden & self.surface.plain, photo)

    def added_print(self, faintest: float) -> AddedPrint:
        """Words across the card, see `see_added_print`; `no-layout` for a card of which nothing is known."""
        if not self.importance.parts:
            raise NotAssessable("no-layout")
        above = self._card.card_type == "foreign-pr"
        parts = self.importance.parts
        return see_added_print(self._card.flat, self.surface, self.hidden, parts, faintest, labels_above=above)

    @feature
    def edges(self) -> list[Edges]:
        """The edges of the print, field by field."""
        return see_edges(self._card.flat, self.importance.parts, self.hidden)
