"""AUT: whether the card itself was photographed, as it was issued."""

from __future__ import annotations

import math
from typing import Literal

from photocheck.features.idcard.card import IdCard
from photocheck.features.idcard.fine import FinePattern
from photocheck.features.idcard.shape import FLAT_HEIGHT, FLAT_WIDTH
from photocheck.features.raster import SIDE
from photocheck.features.software import find_traces
from photocheck.finding import Finding, NotAssessable, Outcome, Region, passed, to_review
from photocheck.limits import Band, Limits
from photocheck.registry import check

_WHOLE = (0.0, 0.0, float(FLAT_WIDTH), float(FLAT_HEIGHT))
_LEAST_PER_MM = 5.0
"""Pixels a millimetre under which colours of card and ground run into each other."""
_FINE_PER_MM = 8.0
"""Pixels a millimetre under which a display's and a printer's grid are not resolved."""
_BLURRED = 0.12
_COARSE_QUALITY = 40
_DARKEST, _BRIGHTEST = 25.0, 97.0
"""Median L* of a card whose colours can be judged."""


class OfType(Limits):
    """What a temporary card leads to."""

    temporary: Literal["pass", "review", "fail"] = "review"


@check("AUT01", "card-copy", kind="id-card", unit="probability", since="0.1")
def card_copy(card: IdCard, limits: Band) -> Finding:
    """Probability that a photocopy or print of the card was photographed, in colour or in grey.

    Why: authorities ask for a photo of the original; a copy proves neither that the card exists nor that it is held.
    Grey copies: balanced on its own light ground the card has no colour left, where a card has blue labels, a red
    emblem or a tinted ground. Colour copies: on all sides goes on the white that the print has for its ground, in tone,
    colour and smoothness; light tints are lost; toner or ink dots are rougher than the paper around them. A copy that
    keeps strong tints is missed. A file or a picture without any colour looks the same as a grey copy and goes to the
    same reviewer.
    Abstains where the card has fewer than 5 pixels a millimetre (`card-too-coarse`), and where it is so dark or so
    bright that colours cannot be judged (`card-colours-unseen`). A copy cut out along the card's edge and laid on a
    desk shows only by its missing colours and its dots. Never tested on a copy of a real card.
    Source: Kunina, chromaticity of grey copies (DLC-2021); weights fitted on simulated captures, `medium.toml`.
    """
    medium = card.medium
    if medium.per_mm < _LEAST_PER_MM:
        raise NotAssessable("card-too-coarse")
    around = medium.surroundings
    if not _DARKEST <= around.lightness <= _BRIGHTEST:
        raise NotAssessable("card-colours-unseen")
    grey, colour = medium.probability("grey-copy"), medium.probability("colour-copy")
    case = "grey" if grey > 0.5 else "colour" if around.sides else "colour-alone"
    facts = {"chroma": f"{around.chroma:.1f}", "contrast": f"{around.contrast:.1f}", "tint": f"{around.tint:.1f}"}
    return limits.judge(max(grey, colour), regions=[_outline(card)], case=case, **facts)


@check("AUT02", "card-screen", kind="id-card", unit="probability", since="0.1")
def card_screen(card: IdCard, limits: Band) -> Finding:
    """Probability that the card was photographed off a display.

    Why: a picture on a display may be anyone's, and edited.
    Spectra of native windows of 128 pixels on the card and outside it, in brightness and colour: the display's pixels,
    and the moiré they make with the camera's, repeat at one frequency over the card and beyond its edge; a card's own
    fine lines bend and end there. Beside that: a display's page is smooth, and the card casts no shadow on it.
    Abstains where the card has fewer than 8 pixels a millimetre (`card-too-coarse`), is blurred (`card-too-blurred`) or
    the JPEG's quality is under 40 (`card-too-compressed`): none of them leaves the pattern. Displays finer than the
    camera resolves leave none either, so passing does not prove an original. Never tested on a real display.
    Source: Kunina 2023 (moiré across the document's border); weights fitted on simulated captures, `medium.toml`.
    """
    medium = card.medium
    fine = _seen_finely(card)
    strength = max(fine.inside, fine.inside_colour)
    crossing = fine.crossing > _CROSSING
    case = "crossing" if crossing else "pattern" if strength > _PATTERN else "page"
    facts = {"strength": f"{strength:.0f}", "crossing": f"{fine.crossing:.1f}", "period": f"{fine.period:.1f}"}
    regions = [_outline(card)] if case == "page" else [_window(place) for place in fine.windows[:4]]
    return limits.judge(medium.probability("screen"), regions=regions, case=case, **facts)


_CROSSING = 3.5
_PATTERN = 16.0
"""Peaks that no card without a display showed, on simulated captures."""


@check("AUT03", "card-screenshot", kind="id-card", unit="probability", since="0.1")
def card_screenshot(card: IdCard, limits: Band) -> Finding:
    """Probability that no camera took the picture: a screenshot, or an electronic card that is the whole file.

    Why: the card itself is to be photographed; electronic cards of apps are not accepted in its place.
    The card stands level and square to a fraction of a degree, what is around it is of one exact colour, pixel for
    pixel, and there is no noise. Abstains where the card has fewer than 5 pixels a millimetre (`card-too-coarse`).
    A flatbed scan and the output of a scanning app are square too, and have noise; none was tested, nor was any
    screenshot of a real app.
    Source: Tencent IDCardOCR −9110 and Baidu risk_type (electronic cards, screenshots); weights fitted on simulated
    captures, `medium.toml`.
    """
    medium = card.medium
    if medium.per_mm < _LEAST_PER_MM:
        raise NotAssessable("card-too-coarse")
    drawn = medium.drawn
    case = "page" if drawn.equal > _ONE_COLOUR else "square"
    facts = {"equal": f"{100 * drawn.equal:.0f}", "skew": f"{drawn.skew:.2f}"}
    return limits.judge(medium.probability("electronic"), regions=[_outline(card)], case=case, **facts)


_ONE_COLOUR = 0.8
"""Share of equal neighbours."""


@check("AUT04", "card-temporary", kind="id-card", since="0.1")
def card_temporary(card: IdCard, limits: OfType) -> Finding:
    """Whether it is a temporary resident identity card.

    Why: it is valid for three months, and a profile may refuse it or leave it to a person.
    By the type that the card's look has, its title included; whether it has run out is `validity-current`'s question.
    Abstains where the type is not clear (`card-type-unclear`).
    Source: 中华人民共和国临时居民身份证管理办法 art. 2, 8.
    """
    if card.place.look.type_probability < _SURE_OF_TYPE:
        raise NotAssessable("card-type-unclear")
    if card.card_type != "temporary":
        return passed()
    outcome = Outcome(limits.temporary)
    case = "accepted" if outcome is Outcome.PASS else "temporary"
    return Finding(outcome, case=case, regions=(_outline(card),))


_SURE_OF_TYPE = 0.6


@check("AUT05", "card-edited", kind="id-card", unit="probability", since="0.1")
def card_edited(card: IdCard, limits: Band) -> Finding:
    """Probability that a text of the card was painted over or its photo replaced, or the file went through an editor.

    Why: pasted digits and swapped photos are what forgers of uploads do.
    At every text and at the photo's edge the card's ground (ink left out) is compared with that a millimetre or more
    away: fine lines that are missing or smoother, noise and traces of compression that are weaker, at the photo also a
    step in tone and colour. Traces of editors in the file (as `edited-software`) count of themselves.
    Abstains, unless the file itself tells, where the card has fewer than 8 pixels a millimetre (`card-too-coarse`), is
    blurred (`card-too-blurred`), the JPEG's quality is under 40 (`card-too-compressed`) or too few texts were found
    (`no-print`). Places in glare or shadow are left out. About half of the texts pasted into simulated captures are
    missed: a patch that keeps the fine lines and the noise is not seen, so passing proves nothing. Photos of residence
    permits may have a ground of their own and are not compared. Never tested on a forged card.
    Source: documents' image forensics (noise and compression that differ); fitted on simulated captures, `edited.py`.
    """
    traces = [trace for trace in find_traces(card.file) if trace.sort in ("editor", "generator")]
    if traces:
        first = traces[0]
        return to_review("software", tool=first.tool, where=first.where)
    _seen_finely(card)
    edits = card.edits
    odds = edits.text_odds()
    photo = edits.photo_odds()
    worst = int(odds.argmax())
    if edits.photo is not None and photo > odds[worst]:
        return limits.judge(
            _probability(photo),
            regions=[card.region("card-portrait", edits.photo.box)],
            case="portrait",
            ratio=f"{math.exp(edits.photo.lines):.2f}",
            step=f"{edits.photo.step:.0f}",
        )
    changed = [patch.box for patch, above in zip(edits.texts, odds > 0.0, strict=True) if above]
    return limits.judge(
        _probability(float(odds[worst])),
        regions=card.regions("changed-text", changed),
        case="text",
        count=len(changed),
        ratio=f"{math.exp(edits.texts[worst].lines):.2f}",
    )


def _probability(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds))


def _seen_finely(card: IdCard) -> FinePattern:
    """The finest detail, where the picture can hold any."""
    medium = card.medium
    if medium.per_mm < _FINE_PER_MM or medium.fine is None:
        raise NotAssessable("card-too-coarse")
    if medium.fine.edge < _BLURRED:
        raise NotAssessable("card-too-blurred")
    if card.file.jpeg is not None and card.file.jpeg.quality < _COARSE_QUALITY:
        raise NotAssessable("card-too-compressed")
    return medium.fine


def _outline(card: IdCard) -> Region:
    return card.region("card", _WHOLE)


def _window(place: tuple[int, int]) -> Region:
    left, top = place
    return Region.box("fine-pattern", left, top, left + SIDE, top + SIDE)
