"""What matters where on a card: the number and the name most, then other fields, the photo, and last plain plastic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.fields import label
from photocheck.features.idcard.layout import field_places
from photocheck.features.idcard.lines import FlatBox
from photocheck.features.idcard.photo import portrait_box
from photocheck.features.idcard.shape import FLAT_PER_MM
from photocheck.features.idcard.surface import MAP_HEIGHT, MAP_WIDTH, TO_FLAT
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.idcard.card import IdCard

PLAIN = "card-plain"
"""The label of everything that is neither a field nor the photo."""
PHOTO = "card-portrait"

_WEIGHTS: Mapping[str, float] = {"number": 1.0, "name": 1.0, "latin_name": 1.0}
_OTHER_FIELD, _PHOTO, _PLASTIC, _UNKNOWN = 0.6, 0.4, 0.1, 0.3
"""What a square millimetre of each weighs. Nobody has measured what a reviewer misses most: an order, no more."""
_LEAST_SHARE = 0.03
"""Of a field from which it counts as hidden: half a character of a number."""


@dataclass(frozen=True, slots=True)
class Part:
    """A field or the photo: its key in `messages/labels.toml` and its place on the flat card."""

    label: str
    box: FlatBox
    weight: float

    @property
    def on_map(self) -> tuple[slice, slice]:
        """Its rows and columns on maps of the surface."""
        left, top, right, bottom = (round(edge / TO_FLAT) for edge in self.box)
        rows = slice(max(0, top), min(MAP_HEIGHT, max(bottom, top + 1)))
        return rows, slice(max(0, left), min(MAP_WIDTH, max(right, left + 1)))


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """Weights of one side.

    Attributes:
        parts: fields and photo, the weightiest first.
        weights: of every place, `MAP_HEIGHT`×`MAP_WIDTH`; their sum is 1.
    """

    parts: tuple[Part, ...]
    weights: NDArray[np.float64]

    def hidden(self, mask: NDArray[np.bool_]) -> float:
        """The weighted share of the card under a mask (`MAP_HEIGHT`×`MAP_WIDTH`), 0..1."""
        return float(self.weights[mask].sum())

    def hidden_parts(self, mask: NDArray[np.bool_]) -> tuple[str, ...]:
        """Labels of what is under the mask, `PLAIN` where that is no field and not the photo."""
        found = [part.label for part in self.parts if float(mask[part.on_map].mean()) > _LEAST_SHARE]
        return tuple(dict.fromkeys(found)) or (PLAIN,)


def importance_of(card: IdCard) -> Importance:
    """The weights of the side that is shown; every place weighs the same on a card whose layout is not known."""
    parts = sorted((*_fields(card), *_photo(card)), key=lambda part: -part.weight)
    weights = np.full((MAP_HEIGHT, MAP_WIDTH), _PLASTIC if parts else _UNKNOWN)
    for part in reversed(parts):
        weights[part.on_map] = part.weight
    return Importance(tuple(parts), weights / weights.sum())


def _fields(card: IdCard) -> Iterable[Part]:
    for key, place in field_places(card.card_type, card.side).items():
        edges = (place.left, place.top - place.above, place.right, place.bottom)
        box = FlatBox(*(edge * FLAT_PER_MM for edge in edges))
        yield Part(label(key), box, _WEIGHTS.get(key, _OTHER_FIELD))


def _photo(card: IdCard) -> Iterable[Part]:
    # Finding the photo of a card without a fixed layout takes a face, which may be the very thing that is covered.
    if card.card_type not in ("residence-permit", "other"):
        try:
            yield Part(PHOTO, portrait_box(card), _PHOTO)
        except NotAssessable:
            return
