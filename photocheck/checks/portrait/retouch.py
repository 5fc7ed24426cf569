"""RET: signs that the looks were changed."""

from __future__ import annotations

from photocheck.features.portrait import Portrait
from photocheck.features.raster import surely_patterned
from photocheck.finding import Finding, NotAssessable
from photocheck.limits import Band
from photocheck.registry import check


@check("RET01", "skin-smoothing", kind="portrait", unit="probability", since="0.1")
def skin_smoothing(photo: Portrait, limits: Band) -> Finding:
    """Probability that the skin was smoothed by a beauty filter or by retouching.

    Why: authorities refuse beautified portraits; smoothing is what beauty filters do first.
    Texture of the skin in five bands of size (0.7 to 6 pixels) is compared with that of the same photo's eyes, brows,
    lips, hair and background, together with its evenness, its noise of colour and the steepness of edges: 80 measures,
    which a small net joins to a probability, calibrated for one smoothed picture in ten. Compared within one photo,
    they tell the retoucher rather than the camera. It never refuses by itself: a person compares.
    Abstains where the face is less than 180 pixels wide, is blurred, strongly compressed, coarse, burnt out or covered
    by a fine pattern, where little texture would be left anyway.
    Source: trained on this project's own filters; what was measured stands in `models/retouch-evidence.md`.
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
    found = photo.retouch
    return limits.judge(
        found.smoothing, regions=found.regions, weaker=f"{found.weaker:.1f}", usual=f"{found.usual:.1f}"
    )


_LEAST_QUALITY = 50
_BLURRED = 0.019
"""Of the inter-eye distance: where `sharpness` refuses."""
