"""A submission: the pictures of one application, and what they tell together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, get_args

from photocheck.decode import Picture
from photocheck.features.idcard.card import IdCard
from photocheck.features.lazy import Timed, feature
from photocheck.features.portrait import Portrait
from photocheck.features.signature.signature import Signature
from photocheck.features.subject import Subject
from photocheck.finding import NotAssessable, Region

Item = Literal["portrait", "id-portrait", "id-emblem", "signature"]
"""The places of a submission: the portrait, the two sides of the card, the signature."""

ITEMS: tuple[Item, ...] = get_args(Item)
KINDS: Mapping[Item, str] = {
    "portrait": "portrait",
    "id-portrait": "id-card",
    "id-emblem": "id-card",
    "signature": "signature",
}
"""What kind of picture belongs in each place."""


class Submission(Timed):
    """The pictures of one application.

    Attributes:
        items: the picture of each place; None where there is none, or none that can be read.
        earlier: portraits of earlier applications, to tell a photo that is used again.
        name: the applicant's name on the form; None where the form was not given.
    """

    kind: ClassVar[str] = "submission"

    def __init__(
        self, items: Mapping[Item, Subject | None], *, earlier: tuple[Subject, ...] = (), name: str | None = None
    ) -> None:
        super().__init__()
        self.items: dict[str, Subject | None] = {item: items.get(item) for item in ITEMS}
        self.earlier = earlier
        self.name = name

    @property
    def portrait(self) -> Portrait:
        """The portrait; `no-portrait` where there is none."""
        found = self.items["portrait"]
        if not isinstance(found, Portrait):
            raise NotAssessable("no-portrait")
        return found

    @property
    def front(self) -> IdCard:
        """The side of the card with the photo; `no-card-front` where there is none."""
        found = self.items["id-portrait"]
        if not isinstance(found, IdCard):
            raise NotAssessable("no-card-front")
        return found

    @property
    def back(self) -> IdCard:
        """The side of the card with the emblem; `no-card-back` where there is none."""
        found = self.items["id-emblem"]
        if not isinstance(found, IdCard):
            raise NotAssessable("no-card-back")
        return found

    @property
    def signature(self) -> Signature:
        """The signature; `no-signature` where there is none."""
        found = self.items["signature"]
        if not isinstance(found, Signature):
            raise NotAssessable("no-signature")
        return found

    @feature
    def card_portrait(self) -> Portrait:
        """The photo on the card, cut out; reasons as `front`, and `no-card` where no card is found there."""
        return Portrait(Picture(self.front.portrait_crop, self.front.file))

    @property
    def card_portrait_region(self) -> Region:
        """Where that photo is, in pixels of the picture of the card."""
        return self.front.region("card-portrait", self.front.portrait_box)

    @feature
    def shown(self) -> Mapping[str, Item | None]:
        """The place for which each picture looks made, by the place it is in; None where that is not clear."""
        return {item: place_shown(subject) for item, subject in self.items.items() if subject is not None}

    @property
    def swaps(self) -> tuple[tuple[str, str], ...]:
        """Pairs of places whose pictures stand in each other's place."""
        return tuple(
            (item, other)
            for place, item in enumerate(ITEMS)
            for other in ITEMS[place + 1 :]
            if self.shown.get(item) == other and self.shown.get(other) == item
        )


def place_shown(subject: Subject) -> Item | None:
    """The place for which a picture looks made; None where that is not clear."""
    kind = subject.seen_kind
    if kind != "id-card":
        return kind
    card = subject if isinstance(subject, IdCard) else subject.as_kind(IdCard)
    try:
        return "id-portrait" if card.side == "portrait" else "id-emblem"
    except NotAssessable:
        return None
