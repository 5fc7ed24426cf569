"""CAP: whether the card is seen clearly: sharpness, light, size, tilt, and words printed across it."""

from __future__ import annotations

from photocheck.checks.idcard.capture import card_region, mask_region
from photocheck.features.idcard.card import IdCard
from photocheck.features.idcard.framing import LEAST_PER_MM
from photocheck.finding import Finding, NotAssessable
from photocheck.limits import Band, Limits, worst
from photocheck.registry import check

_MOVED = 1.6
"""Widest by narrowest edge from which the blur is told to be motion."""


@check("CAP07", "card-sharpness", kind="id-card", unit="mm", since="0.1")
def card_sharpness(card: IdCard, limits: Band) -> Finding:
    """Width of the edges of the print, in mm on the card, in the field and the direction where they are widest.

    Why: blurred print cannot be read, and a blurred photo cannot be compared.
    From ink to ground at the steepest places of each field on the rectified card, in eight directions: defocus widens
    all of them, motion some. The worst field decides, sex and other short fields apart. Fields that are covered or in
    glare are left out; other checks tell of those.
    Abstains where no card is found (`no-card`), where it has too few pixels (`card-too-small`, which card-resolution
    tells), and where no print is seen (`no-print`).
    Source: Huawei `detect_blur`, Baidu `IsClear`; limits measured on simulated captures.
    """
    if card.condition.framing.per_mm < LEAST_PER_MM:
        raise NotAssessable("card-too-small")
    places = card.condition.edges
    if not places:
        raise NotAssessable("no-print")
    place = max(places, key=lambda edges: edges.width)
    case = "moved" if place.width > _MOVED * place.narrowest else "blurred"
    fields = (place.label or "card-print",)
    return limits.judge(place.width, regions=[card.region(fields[0], place.box)], case=case, fields=fields)


@check("CAP08", "card-glare", kind="id-card", unit="ratio of weighted area", since="0.1")
def card_glare(card: IdCard, limits: Band) -> Finding:
    """How much of the card is blown away by reflections, weighted by what they hide.

    Why: what is in glare cannot be read; a glare spot over the number is worse than one over plain plastic.
    On the rectified card, where the ground between the print has become white while most of the card has not. A
    square millimetre of the number or the name weighs ten times one of plain plastic.
    Abstains where no card is found (`no-card`) and where the whole card is over-exposed (`card-over-exposed`, which
    card-exposure tells).
    Source: Tencent −9107, Huawei `detect_glare`, Regula glares; weights and limits are this project's own.
    """
    condition = card.condition
    mask = condition.glare
    regions = mask_region(card, "glare", mask) or (card_region(card),)
    return limits.judge(
        condition.importance.hidden(mask), regions=regions, fields=condition.importance.hidden_parts(mask)
    )


class ExposureLimits(Limits):
    """How the card must be lit.

    Attributes:
        dark: level (0–255) of the best-lit part of the card's ground.
        bright: level of most of the ground.
        shadow: share of the light of the best-lit part that the darkest part lacks.
    """

    dark: Band
    bright: Band
    shadow: Band


@check("CAP09", "card-exposure", kind="id-card", unit="ratio", since="0.1")
def card_exposure(card: IdCard, limits: ExposureLimits) -> Finding:
    """How light the card's plain ground is, too dark or burnt out, and how much of its light shadows take.

    Why: dark and burnt-out pictures lose the print and the photo; a hard shadow across a field hides part of it.
    Measured on the ground between the print, as shares of white: its best-lit part for too dark, most of it for too
    bright, and the light that its darkest part lacks. The photo, fingers and glare are left out. The worst is told.
    Abstains where no card is found (`no-card`) and where hardly any ground is seen (`not-measurable`).
    Source: Baidu `over_exposure`, `over_dark`; Regula brightness; limits measured on simulated captures.
    """
    condition = card.condition
    seen = condition.exposure
    shaded = mask_region(card, "card-shadow", seen.shaded) or (card_region(card),)
    fields = condition.importance.hidden_parts(seen.shaded)
    whole = [card_region(card)]
    judged = {
        "dark": limits.dark.judge(seen.brightest / 255.0, regions=whole, fields=fields),
        "bright": limits.bright.judge(seen.usual / 255.0, regions=whole, fields=fields),
    }
    if condition.framing.per_mm >= LEAST_PER_MM:
        # On a card of few pixels the print itself darkens the ground.
        judged["shadow"] = limits.shadow.judge(seen.loss, regions=shaded, fields=fields)
    return worst(judged)


@check("CAP10", "card-resolution", kind="id-card", unit="pixels per mm", since="0.1")
def card_resolution(card: IdCard, limits: Band) -> Finding:
    """How many pixels of the picture a millimetre of the card has, along its edges where it is seen coarsest.

    Why: characters of 3 mm need about 15 pixels to be read surely, and the photo as many across an eye.
    Enlarging a small picture does not help: `card-sharpness` tells of it.
    Abstains where no card is found (`no-card`).
    Source: Tencent's advice (500 × 800 pixels, two thirds of them card: 6 pixels a mm); limits measured.
    """
    return limits.judge(card.condition.framing.per_mm, regions=[card_region(card)])


@check("CAP11", "card-perspective", kind="id-card", unit="degrees", since="0.1")
def card_perspective(card: IdCard, limits: Band) -> Finding:
    """Tilt of the card out of the picture's plane, in degrees.

    Why: on a card photographed from the side the far print is small and out of focus.
    From the four corners, for a phone's main camera that looks at the picture's middle; in pictures of cameras with
    longer lenses, or cut out of larger ones, it is told too small or a little off. Turns in the plane do not count.
    Abstains where no card is found (`no-card`).
    Source: Huawei id-card (aspect error up to 10 %: 25 degrees), Regula `angleThreshold`; limits measured.
    """
    return limits.judge(card.condition.framing.tilt, regions=[card_region(card)])


class WatermarkLimits(Limits):
    """How much added print there may be.

    Attributes:
        blots: share of the blank parts of the card that it covers.
        widest: mm of an edge of print from which blurred print could be taken for more.
        darkest: level of the best-lit part of the ground, as a share of white, below which grain could be.
        faintest: how far from the ground about it a blot must be, as a difference of logarithms of light.
    """

    blots: Band
    widest: float
    faintest: float
    darkest: float = 0.45


@check("CAP12", "card-watermark", kind="id-card", unit="ratio of blank area", since="0.1")
def card_watermark(card: IdCard, limits: WatermarkLimits) -> Finding:
    """Share of the card's blank parts that is covered by strokes which are not the card's own.

    Why: words such as 仅供办理…使用 across a copy hide print, and an office that asks for the original refuses them.
    Between the print, the photo and the emblem the card has nothing but fine lines, which averaging takes away;
    characters of 2 mm and more leave blots, darker or of another colour. White words on the light ground leave none,
    black opaque ones are taken for the card's own print, and words over photo and fields alone are not looked for. Of
    simulated ones nearly half are missed, so that passing says little.
    Abstains where no card is found (`no-card`), where it has too few pixels (`card-too-small`) or is blurred
    (`card-blurred`) or too dark (`card-too-dark`), where too little is blank (`no-blank`) and for cards without a
    common layout (`no-layout`).
    Source: Tencent RecognizeValidIDCardOCR `EnableWordCheck`; limits measured on simulated captures.
    """
    if card.condition.framing.per_mm < LEAST_PER_MM:
        raise NotAssessable("card-too-small")
    if any(edges.width > limits.widest for edges in card.condition.edges):
        raise NotAssessable("card-blurred")
    if card.condition.exposure.brightest < 255.0 * limits.darkest:
        raise NotAssessable("card-too-dark")
    added = card.condition.added_print(limits.faintest)
    regions = [card_region(card)] if added.box is None else [card.region("added-print", added.box)]
    return limits.blots.judge(added.share, regions=regions)
