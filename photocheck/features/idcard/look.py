"""What the flat picture shows: which card, which side, which way up. By our net `card-look`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from photocheck.features.nets import run_net
from photocheck.features.subject import Image

Side = Literal["portrait", "emblem"]
CardType = Literal["resident", "hkmt-residence", "foreign-pr", "residence-permit", "temporary", "other"]

LOOK_SIZE = (192, 120)
"""Width and height of the flat card that the net sees."""

_SIDES: tuple[Side, ...] = ("portrait", "emblem")
_TYPES: tuple[CardType, ...] = (
    "resident", "hkmt-residence", "foreign-pr", "residence-permit", "temporary", "other",
)  # fmt: skip
_NO_CARD = len(_TYPES)


@dataclass(frozen=True, slots=True)
class CardLook:
    """Side and type.

    Attributes:
        side, side_probability: the likelier side, 0.5..1.
        card_type, type_probability: the likeliest type, given that it is a card at all.
        upright_probability: that the flat card is the right way up, 0..1.
        card_probability: that it is a card at all, 0..1.
    """

    side: Side
    side_probability: float
    card_type: CardType
    type_probability: float
    upright_probability: float
    card_probability: float


def see_look(flat: Image) -> CardLook:
    """Look at the flat card, as it is and upside down: the two answers are averaged.

    Args:
        flat: 120×192×3 uint8, the card's longer sides at top and bottom.
    """
    both = np.stack([flat, flat[::-1, ::-1]]).transpose(0, 3, 1, 2).astype(np.float32) / 255.0
    up, side, kind = (_softmax(logits) for logits in run_net("card-look", {"flat": both}))
    upright = float((up[0, 0] + up[1, 1]) / 2)
    best = 0 if upright >= 0.5 else 1  # the sides and types of the picture the right way up are the surer ones
    sides = 0.7 * side[best] + 0.3 * side[1 - best]
    kinds = 0.7 * kind[best] + 0.3 * kind[1 - best]
    types = kinds[:_NO_CARD] / max(float(kinds[:_NO_CARD].sum()), 1e-6)
    return CardLook(
        side=_SIDES[int(sides.argmax())],
        side_probability=float(sides.max()),
        card_type=_TYPES[int(types.argmax())],
        type_probability=float(types.max()),
        upright_probability=upright,
        card_probability=float(1.0 - kinds[_NO_CARD]),
    )


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    raised = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    answer: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return answer
