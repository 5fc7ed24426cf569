"""In what condition the photograph shows the card: everything that a better photograph would mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from photocheck.features.idcard.cover import cover_mask
from photocheck.features.idcard.exposure import Exposure, see_exposure
from photocheck.features.idcard.focus import Edges, see_edges
from photocheck.features.idcard.framing import Framing, see_framing
from photocheck.features.idcard.glare import glare_mask
from photocheck.features.idcard.importance import PHOTO, Importance, importance_of
from photocheck.features.idcard.surface import Mask, Surface, see_surface
from photocheck.features.lazy import Timed, feature
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.idcard.card import IdCard


class Condition(Timed):
    """How one card was photographed, each thing seen once. `no-card` where there is none."""

    def __init__(self, card: IdCard) -> None:
        super().__init__()
        self._card = card

    @feature
    def framing(self) -> Framing:
        """How the card lies before the camera."""
        return see_framing(self._card.place.corners, self._card.width, self._card.height)

    @feature
    def surface(self) -> Surface:
        """The card without its print."""
        return see_surface(self._card.flat, self._card.inside)

    @feature
    def importance(self) -> Importance:
        """What matters where."""
        return importance_of(self._card)

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

    @feature
    def exposure(self) -> Exposure:
        """The light on the card."""
        photo = np.zeros_like(self.surface.plain)
        for part in self.importance.parts:
            if part.label == PHOTO:
                photo[part.on_map] = True
        return see_exposure(self.surface, self.hidden & self.surface.plain, photo)

    @feature
    def edges(self) -> list[Edges]:
        """The edges of the print, field by field."""
        return see_edges(self._card.flat, self.importance.parts, self.hidden)
