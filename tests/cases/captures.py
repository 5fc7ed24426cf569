"""Photographs of specimen cards: what one shows follows from a seed and the names of the simulator's faults."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.decode import decode
from photocheck.features.idcard.card import IdCard
from samples.maker.camera import SwappedPortrait, Watermark, photograph, random_shot, with_second
from samples.maker.cards import CardType, random_specimen
from samples.maker.cards.specimen import Side
from samples.maker.encode import encode

_SIZE_MM = (85.60, 54.00)
_PHOTO_MM = (54.0, 7.5, 80.0, 39.5)


@lru_cache(maxsize=4)
def _specimen(card_type: CardType, side: Side) -> NDArray[np.uint8]:
    return random_specimen(11, card_type, side).rgb


@lru_cache(maxsize=16)
def _made(recipe: str) -> NDArray[np.uint8]:
    return _capture(**json.loads(recipe))


def capture(**parameters: Any) -> NDArray[np.uint8]:
    """The parameters of `_capture`; equal ones are drawn once."""
    return _made(json.dumps(parameters, sort_keys=True))


def _capture(
    *,
    seed: int = 4,
    faults: Sequence[str] = (),
    card_type: CardType = "resident",
    side: Side = "portrait",
    watermark: bool = False,
    second: bool = False,
    swapped: bool = False,
) -> NDArray[np.uint8]:
    """A card on a desk, 1200×900: good but for the faults that are named."""
    shot = random_shot(seed, faults=faults, size=(1200, 900))
    if second:
        shot = with_second(shot, _specimen("resident", "emblem"), seed)
    edits: list[Watermark | SwappedPortrait] = []
    if watermark:
        edits.append(Watermark(colour=(200, 50, 50), opacity=0.6, repeated=True))
    if swapped:
        edits.append(SwappedPortrait(_PHOTO_MM, _other_photo()))
    return photograph(_specimen(card_type, side), _SIZE_MM, seed=seed, shot=shot, edits=edits, jpeg=None).rgb


def _other_photo() -> NDArray[np.uint8]:
    """Somebody before a plain wall, as no card's photo is."""
    photo = np.full((320, 260, 3), 225, np.uint8)
    cv2.ellipse(photo, (130, 150), (60, 80), 0, 0, 360, (190, 150, 130), -1)
    return photo


def card_of(photographed: Mapping[str, Any], expected_side: Side | None = None) -> IdCard:
    """The subject of a case.

    Args:
        photographed: the parameters of `capture`; with `nothing` a grey desk without a card.
        expected_side: the side that belongs in its place of a submission.
    """
    rgb = np.full((600, 800, 3), 120, np.uint8) if "nothing" in photographed else capture(**photographed)
    card = IdCard(decode(encode(rgb, format="PNG")))
    card.expected_side = expected_side
    return card
