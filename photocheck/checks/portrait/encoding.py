"""QUA: what encoding and scaling did to the picture."""

from __future__ import annotations

from photocheck.features.portrait import Portrait
from photocheck.finding import Finding, NotAssessable
from photocheck.limits import Band
from photocheck.registry import check


@check("QUA04", "compression", kind="portrait", unit="8-bit levels", since="0.1")
def compression(photo: Portrait, limits: Band) -> Finding:
    """Step at the edges of 8×8 blocks over the face, beyond what neighbours differ by elsewhere.

    Why: blocks and ringing of strong compression destroy the features that identify a face.
    Differences between neighbours are averaged along columns and rows and folded by eight, at every offset, so that a
    crop does not hide the grid. What is judged is what can be seen; the quality the file states is `jpeg-quality`.
    A picture that was scaled after it was compressed has no grid of eights any more and passes.
    Abstains where the face has less than 64 pixels a side, or consists of mosaic cells.
    Source: ISO/IEC 29794-5 (compression artefacts); limits measured.
    """
    if photo.grid.cell > 1.0:
        raise NotAssessable("pixelated")
    return limits.judge(max(0.0, photo.grid.step), regions=[photo.texture.region()])


@check("QUA05", "pixelation", kind="portrait", unit="ratio of inter-eye distance", since="0.1")
def pixelation(photo: Portrait, limits: Band) -> Finding:
    """Side of the squares of one colour that the face consists of, as a ratio of the inter-eye distance; 0 without.

    Why: a mosaic, or a tiny picture crudely enlarged, holds too few real pixels of the face.
    Columns and rows at which neighbours differ are looked for at every period from 2 to 24 pixels and at uneven
    spacing; columns and rows must agree. Smooth enlarging leaves no squares: it blurs, and `sharpness` tells it.
    Abstains where the face has less than 64 pixels a side.
    Source: FICV (pixelation); limits measured.
    """
    cell = photo.grid.cell
    ratio = cell / photo.texture.eyes if cell > 1.0 else 0.0
    return limits.judge(ratio, regions=[photo.texture.region()], cell=f"{cell:.1f}".removesuffix(".0"))


@check("QUA06", "posterisation", kind="portrait", unit="ratio of tones", since="0.1")
def posterisation(photo: Portrait, limits: Band) -> Finding:
    """Share of the tones that a smooth picture of this face would use, in the middle one of the three channels.

    Why: too few tones turn the shading of a face into flat patches.
    The inverse Simpson count of tones in the face, after a small median filter against what JPEG adds, over
    that of the same histogram smoothed in proportion to the face's own range. Near 1 for natural pictures of any tone.
    Abstains where the face has less than 64 pixels a side, or where blocks of strong compression have flattened it.
    Source: FICV (posterisation); ISO/IEC 39794-5 D.1.4.2.3; limits measured.
    """
    if photo.grid.step > _FLATTENED:
        raise NotAssessable("compressed")
    return limits.judge(photo.tones, regions=[photo.texture.region()])


_FLATTENED = 3.3
