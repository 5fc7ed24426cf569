"""Where the fields stand on the cards whose layout is fixed (`layouts.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from photocheck.features.idcard.look import CardType, Side


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """The place of one field, in mm from the card's top left.

    Attributes:
        left, top: where the first line's first character begins.
        right: how far a line may go.
        size: height of a Chinese character.
        lines: the most lines the field may take.
        pitch: from the top of one line to the next.
        above: how much higher the first of several lines may stand than an only one.
        block: fields of one block are off together, those of "upper" also far downwards: a second script is above.
    """

    left: float
    top: float
    right: float
    size: float
    lines: int = 1
    pitch: float = 0.0
    above: float = 0.0
    block: str = "main"

    @property
    def bottom(self) -> float:
        """Where the last line ends, mm."""
        return self.top - self.above + self.pitch * (self.lines - 1) + self.size


@cache
def _layouts() -> Mapping[str, Mapping[str, Mapping[str, FieldPlace]]]:
    text = (resources.files("photocheck.features.idcard") / "layouts.toml").read_text("utf-8")
    return {
        card_type: {side: {key: FieldPlace(**place) for key, place in places.items()} for side, places in sides.items()}
        for card_type, sides in tomllib.loads(text).items()
    }


def field_places(card_type: CardType, side: Side) -> Mapping[str, FieldPlace]:
    """The places of a side's fields by key; empty where the card has no fixed layout."""
    return _layouts().get(card_type, {}).get(side, {})
