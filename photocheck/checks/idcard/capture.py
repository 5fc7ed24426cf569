"""CAP: whether there is one card, the right one, all of it, seen without anything over it."""

from __future__ import annotations

from photocheck.features.idcard.card import IdCard
from photocheck.features.idcard.look import CardType
from photocheck.features.idcard.shape import area
from photocheck.features.idcard.surface import Mask, mask_box
from photocheck.finding import Finding, NotAssessable, Region, failed, passed, to_review
from photocheck.limits import Band, Limits
from photocheck.registry import check


def card_region(card: IdCard) -> Region:
    """The four corners, clockwise from the card's own top left."""
    return Region.polygon("card", card.place.corners)


def mask_region(card: IdCard, label: str, mask: Mask) -> tuple[Region, ...]:
    """The box around a mask of the surface's maps; none where it is empty."""
    box = mask_box(mask)
    return () if box is None else (card.region(label, box),)


@check("CAP01", "card-found", kind="id-card", unit="probability", since="0.1")
def card_found(card: IdCard, limits: Band) -> Finding:
    """How sure it is that the picture shows a card and where its four corners are.

    Why: everything else is asked of the card; without one there is nothing to accept.
    The corners are those of the card's rectangle before its corners are rounded; the polygon begins at the card's own
    top left. The value is low where a side is hardly seen, and where the shape between the corners is none that a card
    has before a camera, such as with a sleeve along a side. Where no card is found this check alone complains and all
    others abstain (`no-card`); where its corners are not sure those that measure the card do (`corners-unsure`).
    Source: all card services reject pictures without a card; the limit is this project's own.
    """
    if not card.places:
        return failed("none", value=0.0)
    return limits.judge(card.condition.certainty, regions=[card_region(card)])


@check("CAP02", "card-single", kind="id-card", unit="ratio of the card's area", since="0.1")
def card_single(card: IdCard, limits: Band) -> Finding:
    """Size of the largest other card in the picture, as a ratio of this card's area; 0 where there is none.

    Why: with two cards it is not clear which one is meant, and the other one is nobody's business.
    Each side is uploaded as a picture of its own. Abstains where no card is found (`no-card`).
    Source: Tencent IDCardOCR `MultiCardDetect`; Onfido `two_documents_uploaded`.
    """
    own = abs(area(card.place.corners))
    others = [place for place in card.places if place is not card.place]
    largest = max((abs(area(place.corners)) / own for place in others), default=0.0)
    regions = [Region.polygon("another-card", place.corners) for place in others]
    return limits.judge(largest, regions=regions or [card_region(card)], count=len(card.places))


@check("CAP03", "card-side", kind="id-card", unit="probability", since="0.1")
def card_side(card: IdCard, limits: Band) -> Finding:
    """How sure it is that the side shown is the one that belongs here.

    Why: a person who uploads one side twice, or each in the other's place, gets the application returned.
    In a submission each side has its place; the wrong one asks to be swapped. A picture checked alone may show either
    side, and only an unclear one is told. Abstains where no card is found (`no-card`) and for a card whose sides are
    not known (`other-card`).
    Source: Baidu idcard `reversed_side`; Onfido `incorrect_side`.
    """
    if card.card_type == "other":
        raise NotAssessable("other-card")
    sure = card.place.look.side_probability
    regions = [card_region(card)]
    wanted = card.expected_side
    if wanted is None:
        return limits.judge(sure, regions=regions, case="unclear", shown=(f"side-{card.side}",))
    other = card.side != wanted
    facts = {"shown": (f"side-{card.side}",), "wanted": (f"side-{wanted}",)}
    return limits.judge(1.0 - sure if other else sure, regions=regions, case="other" if other else "unclear", **facts)


class TypeLimits(Limits):
    """Which cards are taken.

    Attributes:
        types: those of the profile.
        sure: probability of the type from which one that is not taken is refused.
        told: probability of a type that is not taken from which it is told at all.
        covered: weighted share of the card under other things up to which such a type is told.
    """

    types: tuple[CardType, ...]
    sure: float
    told: float = 0.6
    covered: float = 0.05


@check("CAP04", "card-type", kind="id-card", unit="probability", since="0.1")
def card_type(card: IdCard, limits: TypeLimits) -> Finding:
    """Whether the card is one that the profile takes.

    Why: a bank card, a driving licence or another permit does not prove what the office asks for.
    The value is the probability of the type that was recognised. A card that is not taken fails where that is sure
    and goes to a person where it is not. Whether a temporary card will do is asked by `card-temporary`.
    Abstains where no card is found (`no-card`) and, for a card that is not taken, where its corners or its type are not
    sure or much of it is covered (`corners-unsure`, `card-type-unclear`): a sleeve makes any card another one.
    Source: Baidu idcard `non_idcard`, `other_type_card`; the limit is this project's own.
    """
    regions, sure = [card_region(card)], card.place.look.type_probability
    shown, wanted = (f"type-{card.card_type}",), tuple(f"type-{name}" for name in limits.types)
    if card.card_type in limits.types:
        return passed(value=sure, regions=regions, shown=shown)
    condition = card.condition
    if sure < limits.told or condition.importance.hidden(condition.cover) > limits.covered:
        raise NotAssessable("card-type-unclear")
    case = "unknown" if card.card_type == "other" else "other"
    answer = failed if sure >= limits.sure else to_review
    return answer(case, value=sure, regions=regions, shown=shown, wanted=wanted)


@check("CAP05", "card-complete", kind="id-card", unit="ratio of card width", since="0.1")
def card_complete(card: IdCard, limits: Band) -> Finding:
    """How far the card reaches beyond the picture, as a ratio of its width; 0 where all of it is inside.

    Why: all four corners must be seen, and what is cut off cannot be read.
    Measured from the found corners to the picture's edges, the card's round corners taken into account.
    Abstains where no card is found (`no-card`).
    Source: Tencent −9101, Huawei `detect_border_integrity`, Onfido `cut_off_document`; limits measured.
    """
    framing = card.condition.framing
    lost = card.condition.importance.hidden_parts(card.condition.outside)
    return limits.judge(framing.outside, regions=[card_region(card)], sides=framing.sides, fields=lost)


@check("CAP06", "card-occluded", kind="id-card", unit="ratio of weighted area", since="0.1")
def card_occluded(card: IdCard, limits: Band) -> Finding:
    """How much of the card fingers, sleeves or other things cover, weighted by what they hide.

    Why: what is covered cannot be read or compared, and covered edges hide pasted cards.
    On the rectified card, what reaches in from its rim and differs in colour from the card's own ground (or is far
    darker than a shadow makes it), so that skin and cloth of any tone count alike. A square millimetre of the number or
    the name weighs ten times one of plain plastic.
    Abstains where no card is found (`no-card`).
    Source: Tencent −9105, Huawei `detect_blocking_within_border`, Baidu `IsNoCover`; weights and limits are this
    project's own.
    """
    condition = card.condition
    mask = condition.cover
    regions = mask_region(card, "cover", mask) or (card_region(card),)
    return limits.judge(
        condition.importance.hidden(mask), regions=regions, fields=condition.importance.hidden_parts(mask)
    )
