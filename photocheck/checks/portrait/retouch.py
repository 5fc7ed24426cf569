"""RET: signs that the looks were changed."""

from __future__ import annotations

import math

from photocheck.features.portrait import Portrait
from photocheck.features.raster import surely_patterned
from photocheck.features.retouch.places import changed_part, outline
from photocheck.features.retouch.signs import Retouch
from photocheck.finding import Finding, NotAssessable, Region
from photocheck.limits import Band
from photocheck.registry import check

_LEAST_QUALITY = 50
_BLURRED = 0.019
"""Of the inter-eye distance: where `sharpness` refuses."""
_LIGHTER = 3.0
"""L* by which a face must be lighter than the neck for that to be told."""


def told(photo: Portrait) -> Retouch:
    """What the nets say, where the photo can tell.

    Raises:
        NotAssessable: where the face is small, blurred, strongly compressed, coarse, burnt out or patterned.
    """
    if surely_patterned(photo):
        raise NotAssessable("patterned")
    if photo.grid.cell > 1.0:
        raise NotAssessable("pixelated")
    quality = photo.file.jpeg.quality if photo.file.jpeg else None
    if quality is not None and quality < _LEAST_QUALITY:
        raise NotAssessable("compressed")
    if photo.edges.blur > _BLURRED:
        raise NotAssessable("blurred")
    if photo.light.over_exposed:
        raise NotAssessable("over-exposed")
    return photo.retouch


def _face(photo: Portrait) -> tuple[Region, ...]:
    box = photo.mesh.box
    return (Region.box("face", box.left, box.top, box.right, box.bottom),)


@check("RET01", "skin-smoothing", kind="portrait", unit="probability", since="0.1")
def skin_smoothing(photo: Portrait, limits: Band) -> Finding:
    """Probability that the skin was smoothed by a beauty filter or by retouching.

    Why: authorities refuse beautified portraits; smoothing is what beauty filters do first.
    Texture of the skin in five bands of size (0.7 to 6 pixels) is compared with that of the same photo's eyes, brows,
    lips, hair and background, together with its evenness, its noise of colour and the steepness of edges: 96 measures,
    which a small net joins with what two others see of the face's shape and of the whole head to a probability,
    calibrated for one smoothed picture in ten. Compared within one photo, they tell the retoucher rather than the
    camera. It never refuses by itself: a person compares.
    Abstains where the face is less than 180 pixels wide, is blurred, strongly compressed, coarse, burnt out or covered
    by a fine pattern, where little texture would be left anyway.
    Source: trained on this project's own filters; what was measured stands in `models/retouch-evidence.md`.
    """
    found = told(photo)
    return limits.judge(
        found.chances["smoothing"], regions=found.smooth, weaker=f"{found.weaker:.1f}", usual=f"{found.usual:.1f}"
    )


@check("RET02", "skin-whitening", kind="portrait", unit="probability", since="0.1")
def skin_whitening(photo: Portrait, limits: Band) -> Finding:
    """Probability that the skin was whitened or its tone changed by a filter.

    Why: a whitened face is not the applicant's; the tone of the skin is one of the first things a reviewer compares.
    The nets of `skin-smoothing` compare the colours of face, neck, lips and hair, how they spread, and how light falls
    over the head. Light alone, a camera's white balance or exposure, changes all of a picture and is no such sign.
    Abstains where `skin-smoothing` does.
    Source: trained on this project's own filters; what was measured stands in `docs/evaluation-retouch.md`.
    """
    found = told(photo)
    lighter = found.lighter if math.isfinite(found.lighter) else 0.0
    return limits.judge(
        found.chances["tone"],
        regions=_face(photo),
        case="beside-neck" if lighter >= _LIGHTER else "high",
        lighter=f"{lighter:.0f}",
    )


@check("RET03", "face-reshaping", kind="portrait", unit="probability", since="0.1")
def face_reshaping(photo: Portrait, limits: Band) -> Finding:
    """Probability that the face was slimmed, its eyes enlarged or other parts moved.

    Why: a reshaped face no longer fits the person at a border.
    The mesh of the face is compared with the shapes that faces have, in those directions in which slimming, larger eyes
    and other noses or mouths move it and in which faces hardly differ. Light changes are mostly not found.
    Abstains where `skin-smoothing` does.
    Source: trained on this project's own warps; what was measured stands in `docs/evaluation-retouch.md`.
    """
    found = told(photo)
    return limits.judge(
        found.chances["warp"],
        regions=changed_part(found.shape, photo),
        case=found.shape,
    )


@check("RET04", "background-replaced", kind="portrait", unit="probability", since="0.1")
def background_replaced(photo: Portrait, limits: Band) -> Finding:
    """Probability that the person was cut out and set before another background.

    Why: where pasting a background is not allowed, and because a poor matte cuts hair, ears and shoulders away.
    Along the person's outline the colours are taken apart into person and backdrop: strands of hair that reach out,
    the width of the passage, fringes of a third colour, and the backdrop's noise beside the person against farther
    away. An even backdrop by itself is no sign: walls that are lit evenly were among the untouched pictures.
    Abstains where `skin-smoothing` does.
    Source: trained on this project's own mattes; what was measured stands in `docs/evaluation-retouch.md`.
    """
    found = told(photo)
    strands = found.strands
    return limits.judge(
        found.chances["background"],
        regions=outline(photo),
        case="smooth-edge" if math.isfinite(strands) and strands < _STRANDS / 2 else "high",
        strands=f"{100 * strands:.0f}",
        usual=f"{100 * _STRANDS:.0f}",
    )


_STRANDS = 0.07
"""Share of the contrast by which colours vary 3 to 6 pixels outside the edge of untouched training pictures."""


@check("RET05", "generated-face", kind="portrait", unit="probability", since="0.1")
def generated_face(photo: Portrait, limits: Band) -> Finding:
    """Probability that the picture carries traces like those of generated pictures.

    Why: an identity photo must show a person whom a camera saw.
    Generators build a picture by enlarging a small one several times, which leaves its own noise, repetitions and lack
    of it; the nets of `skin-smoothing` look for them on skin, hair and background. Strong enlarging leaves such traces
    too, and a generator unlike those trained on may leave others: it says what the traces are like, not who made them.
    Abstains where `skin-smoothing` does.
    Source: the SDFD's pictures and this project's own decoders; what was measured stands in
    `docs/evaluation-retouch.md`.
    """
    return limits.judge(told(photo).chances["generated"], regions=_face(photo))


@check("RET06", "retouched", kind="portrait", unit="probability", since="0.1")
def retouched(photo: Portrait, limits: Band) -> Finding:
    """Probability that the portrait was retouched in any way.

    Why: several light changes together tell what none of them tells alone.
    The nets' answer over all signs: smoothing, blemishes, tone, geometry, make-up, background, sharpening, traces of
    generators. It stands for one story with the other checks of this family and with `edited-software`.
    Abstains where `skin-smoothing` does.
    Source: trained on this project's own filters; what was measured stands in `docs/evaluation-retouch.md`.
    """
    return limits.judge(told(photo).chances["retouched"], regions=_face(photo))
