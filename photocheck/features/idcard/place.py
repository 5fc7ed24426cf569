"""Where the cards are: the net `card-place` finds them, their sides are refined on the native pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.look import LOOK_SIZE, CardLook, see_look
from photocheck.features.idcard.outline import Guess, Outline, count_cores, outlines
from photocheck.features.idcard.pose import misfits
from photocheck.features.idcard.proportion import proportioned
from photocheck.features.idcard.rectify import rectified
from photocheck.features.idcard.refine import SURE, Refined, refined
from photocheck.features.idcard.shape import ASPECT, Corners, area, completed, long_side_first
from photocheck.features.nets import run_net
from photocheck.features.subject import Image, averaged_down

if TYPE_CHECKING:
    from photocheck.features.subject import Subject

_NET_SIDES = (128, 96)
"""The picture the net sees fits in that many pixels, its longer side along the first."""
_STEP = 16
"""The net's input is filled up to multiples of this."""
_FILL = 114
_LEAST_CONFIDENCE = 0.6
"""Agreement of the fitted sides with the net's map."""
_LEAST_CARD = 0.85
"""Probability that the flat picture is a card at all."""
_SURE_LOOK = 0.95
_LEAST_BORNE_OUT = 0.25
"""Confidence of a place under which it must look like a known card: portraits and pages of the corpus's training part
had up to 0.2."""
_MOST_MISFIT = 0.04
"""Misfit from which corners are wrong: of 420 made captures of the world "tune" those with corners within 2 % of the
truth had up to 0.025, most of the others 0.07 and more."""
_LEAST_SURE = 0.3
"""Confidence of a place under which other sides are tried."""
_LIKELIER = 0.03
"""How much more like a card it must look with a side moved."""
_FULL = 0.93
"""Share of the map that a card must cover to fill the picture."""
_FULL_ASPECT = 0.05
"""How far from ID-1 the shape of a picture filled by a card may be, as a share."""


@dataclass(frozen=True, slots=True)
class CardPlace:
    """One card in the picture.

    Attributes:
        corners: 4×2 float64 native pixels, clockwise from the card's own top left; may lie outside the picture. They
            are those of the rectangle before its corners are rounded.
        confidence: that this is a card and these are its corners, 0..1.
        look: side and type.
        seen: whether the sides top, right, bottom, left were seen as edges within the picture. A side that was not is
            cut by the picture's border or coincides with it, and its place is a guess.
    """

    corners: Corners
    confidence: float
    look: CardLook
    seen: tuple[bool, bool, bool, bool]


def find_cards(picture: Subject) -> tuple[CardPlace, ...]:
    """Every card of the picture, the main one (the largest of the sure ones) first."""
    small, scale = _net_picture(picture.work, picture.width)
    card, core = _maps(small)
    height, width = small.shape[:2]
    filled = _filled(card, width, height)
    if filled is not None:
        places = _cards(picture, [filled], scale)
    else:
        places = _cards(picture, outlines(card, core, width, height), scale)
        # Cards that nearly touch may hang together in the map.
        for strength in (3, 5, 7):
            narrowed = np.asarray(cv2.erode(core, np.ones((strength, strength), np.uint8)), dtype=np.float32)
            if count_cores(narrowed) > count_cores(core):
                others = _cards(picture, outlines(card, narrowed, width, height), scale)
                places = max(places, others, key=lambda some: sum(place.confidence for place in some))
                break
    return tuple(sorted(places, key=lambda place: -abs(area(place.corners)) * place.confidence))


def glance_at_cards(picture: Subject) -> tuple[CardLook, ...]:
    """What the things of the shape of a card look like before their sides are refined: quick, and easily wrong."""
    small, scale = _net_picture(picture.work, picture.width)
    card, core = _maps(small)
    height, width = small.shape[:2]
    filled = _filled(card, width, height)
    found = [filled] if filled is not None else outlines(card, core, width, height)
    corners = [long_side_first(outline.guess.corners * scale) for outline in found]
    return tuple(see_look(rectified(picture.rgb, place, *LOOK_SIZE)) for place in corners)


def _cards(picture: Subject, found: list[Outline], scale: float) -> list[CardPlace]:
    """Those of the outlines that are cards when looked at closely."""
    near = [_seen_closely(picture, outline, scale) for outline in found if outline.confidence >= _LEAST_CONFIDENCE]
    return [place for place in near if _is_card(place)]


def _net_picture(work: Image, native_width: int) -> tuple[Image, float]:
    """The picture as the net sees it, and native pixels per pixel of it."""
    height, width = work.shape[:2]
    scale = max(max(height, width) / _NET_SIDES[0], min(height, width) / _NET_SIDES[1])
    small = averaged_down(work, round(width / scale), round(height / scale))
    return small, native_width / small.shape[1]


def _maps(small: Image) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Probabilities of card and inner card, a quarter of the picture's size: the mean of it and of its mirror image."""
    height, width = small.shape[:2]
    filled = np.full((-(-height // _STEP) * _STEP, -(-width // _STEP) * _STEP, 3), _FILL, dtype=np.float32)
    filled[:height, :width] = small
    both = np.stack([filled, filled[:, ::-1]]).transpose(0, 3, 1, 2) / np.float32(255)
    (logits,) = run_net("card-place", {"picture": np.ascontiguousarray(both)})
    mean = (logits[0] + logits[1, :, :, ::-1]) / 2
    seen = 1.0 / (1.0 + np.exp(-mean[:, : -(-height // 4), : -(-width // 4)]))
    return seen[0].astype(np.float32), seen[1].astype(np.float32)


def _filled(card: NDArray[np.float32], width: int, height: int) -> Outline | None:
    """A card that fills the picture; None where none does."""
    confidence = float(card.mean())
    if confidence <= _FULL or abs(max(width, height) / min(width, height) / ASPECT - 1) >= _FULL_ASPECT:
        return None
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64)
    return Outline(Guess(corners, (False, False, False, False)), confidence)


def _seen_closely(picture: Subject, outline: Outline, scale: float) -> CardPlace:
    """The card with its sides refined and its corners begun at its own top left."""
    found = refined(picture.rgb, outline.guess.corners * scale, outline.guess.seen, picture.work)
    for guess in outline.other_guesses() if found.weakest < SURE else ():
        other = refined(picture.rgb, guess.corners * scale, guess.seen, picture.work)
        found = max(found, other, key=lambda one: sorted(one.support))
    if found.seen.count(False) == 1:
        found = replace(found, corners=completed(found.corners, found.seen.index(False), least=0.9))
    place = _told(picture, found, outline.confidence)
    if _misfit(picture, place.corners) < _MOST_MISFIT and place.confidence > _LEAST_SURE:
        return place
    first = replace(found, corners=outline.guess.corners * scale)
    return _mended(picture, (found, first), place, outline.confidence)


def _told(picture: Subject, found: Refined, confidence: float) -> CardPlace:
    """The card between those sides.

    Args:
        confidence: of the net, for a card that fills the picture.
    """
    corners, seen = found.corners, found.seen
    start = 0 if np.array_equal(long_side_first(corners), corners) else 1
    corners, seen = np.roll(corners, -start, axis=0), _turned(seen, start)
    look = see_look(rectified(picture.rgb, corners, *LOOK_SIZE))
    if look.upright_probability < 0.5:
        corners, seen = np.roll(corners, 2, axis=0), _turned(seen, 2)
        look = replace(look, upright_probability=1.0 - look.upright_probability)
    return CardPlace(
        corners, _borne_out(found, confidence) * look.card_probability * look.upright_probability, look, seen
    )


def _mended(picture: Subject, bases: tuple[Refined, ...], place: CardPlace, confidence: float) -> CardPlace:
    """The card with the side that is wrong put where its shape has it; as it was where that looks no better.

    The edge of a sleeve is as clear as a card's, so which side is wrong is told by what the card then looks like.
    """
    least = _likeness(place.look) + _LIKELIER
    likely: list[CardPlace] = []
    for found, side, reach in product(bases, range(4), (0.55, 1.0)):  # nearer or further than it is now
        others = [shown and index != side for index, shown in enumerate(found.seen)]
        seen = (others[0], others[1], others[2], others[3])
        corners = proportioned(completed(found.corners, side, reach), side, picture.width, picture.height)
        hidden = _told(picture, replace(found, corners=corners, seen=seen), confidence)
        if _likeness(hidden.look) <= least:
            continue
        clear = refined(picture.rgb, corners, seen, picture.work)
        again = proportioned(completed(clear.corners, side, 0.9), side, picture.width, picture.height)
        likely += [
            hidden,
            _told(picture, clear, confidence),
            _told(picture, replace(clear, corners=again, seen=seen), confidence),
        ]
    possible = [one for one in likely if _likeness(one.look) > least and _misfit(picture, one.corners) < _MOST_MISFIT]
    # A likely one whose other sides are seen: what a card looks like tells little of the last few pixels.
    return max(possible, key=lambda one: _likeness(one.look) + 0.3 * one.confidence, default=place)


def _misfit(picture: Subject, corners: Corners) -> float:
    return float(misfits(long_side_first(corners)[None], picture.width, picture.height)[0])


def _likeness(look: CardLook) -> float:
    """How well it looks like a card the right way up, of a side and type that can be told."""
    upright = max(look.upright_probability, 1.0 - look.upright_probability)
    return look.card_probability * upright * look.side_probability * look.type_probability


def _borne_out(found: Refined, confidence: float) -> float:
    """How sure the corners are, 0..1: by the sides the picture shows, or by the net where it shows none.

    On made captures of the world "tune", sides within 1 % of the truth had a support of 0.77 and more, 95 % of them
    over 0.9; on captures whose corners were wrong the weakest side had less than 0.5 (60 captures).
    """
    shown = [value for value, seen in zip(found.support, found.seen, strict=True) if seen]
    return float(np.clip((min(shown) - 0.3) / 0.5, 0.0, 1.0)) if shown else confidence


def _is_card(place: CardPlace) -> bool:
    """Whether it is a card after all: it looks like a known one the right way up, or its sides are there."""
    look = place.look
    if look.card_probability < _LEAST_CARD:
        return False
    known = look.card_type != "other" and look.card_probability * look.upright_probability > _SURE_LOOK
    return known or (place.confidence >= _LEAST_BORNE_OUT and sum(place.seen) >= 3)


def _turned(sides: tuple[bool, bool, bool, bool], start: int) -> tuple[bool, bool, bool, bool]:
    """The same four, begun at another."""
    first, second, third, fourth = (sides[(start + index) % 4] for index in range(4))
    return first, second, third, fourth
