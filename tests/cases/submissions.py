"""Submissions put together for one question: pictures for what is seen, written cards for what is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from photocheck.features.idcard.card import IdCard
from photocheck.features.portrait import Portrait
from photocheck.features.submission.submission import ITEMS, Submission
from photocheck.finding import NotAssessable, Region
from tests.cases.cards import WrittenCard

Made = Callable[[Mapping[str, Any]], Any]


class MadeSubmission(Submission):
    """A submission whose cards are written and whose card photo is a picture of its own.

    Args:
        made: what makes a picture from its recipe.
        portrait, card_photo: recipes of portraits.
        front, back: texts of the two sides, and the other parameters of `WrittenCard`.
        places: which places hold a picture at all, and what each of these pictures shows.
        earlier: recipes of earlier portraits.
    """

    def __init__(
        self,
        made: Made,
        *,
        portrait: Mapping[str, Any] | None = None,
        card_photo: Mapping[str, Any] | None = None,
        front: Mapping[str, Any] | None = None,
        back: Mapping[str, Any] | None = None,
        places: Mapping[str, str | None] | None = None,
        earlier: tuple[Mapping[str, Any], ...] = (),
        name: str | None = None,
    ) -> None:
        self._sides = {"id-portrait": _written(front), "id-emblem": _written(back)}
        self._photo = None if card_photo is None else made(card_photo)
        blank = made({"maker": "plain"})
        items = dict.fromkeys(places or {}, blank)
        if portrait is not None:
            items["portrait"] = made(portrait)
        items |= {item: card for item, card in self._sides.items() if card is not None}
        super().__init__(items, earlier=tuple(made(recipe) for recipe in earlier), name=name)
        self._kept["shown"] = dict(places or {item: item for item in ITEMS if self.items[item] is not None})

    @property
    def front(self) -> IdCard:
        return self._side("id-portrait", "no-card-front")

    @property
    def back(self) -> IdCard:
        return self._side("id-emblem", "no-card-back")

    @property
    def card_portrait(self) -> Portrait:
        if self._photo is None:
            raise NotAssessable("no-card-front")
        return self._photo

    @property
    def card_portrait_region(self) -> Region:
        return Region.box("card-portrait", 0, 0, 100, 120)

    def _side(self, item: str, reason: str) -> Any:
        card = self._sides[item]
        if card is None:
            raise NotAssessable(reason)
        return card


def _written(side: Mapping[str, Any] | None) -> WrittenCard | None:
    if side is None:
        return None
    parameters = dict(side)
    return WrittenCard(parameters.pop("written"), **parameters)
