"""QUA: marks on a print, and pictures of pictures."""

from __future__ import annotations

from photocheck.features.portrait import Portrait
from photocheck.features.raster import Pattern, surely_patterned
from photocheck.finding import Finding, NotAssessable, Region
from photocheck.limits import Band
from photocheck.registry import check


@check("QUA07", "ink-or-crease", kind="portrait", unit="ratio of inter-eye distance", since="0.1")
def ink_or_crease(photo: Portrait, limits: Band) -> Finding:
    """Length of the longest thin mark on skin or plain background, as a ratio of the inter-eye distance.

    Why: pen strokes, stamps, creases and scratches of a scanned print are refused.
    Thin pieces that differ in colour or lightness from their surroundings. On the face: those of ink colour (blue,
    green, violet, bright red) together; of others the longest on forehead, cheeks and chin, clear of glasses, where
    dark or light lines count seven tenths, as wrinkles and hairs look alike. On a background without a pattern: all.
    Abstains where the skin cannot be judged, or where coarse cells, few tones or a fine pattern draw their own lines.
    Black ink across the eyes or the mouth is not told from glasses and shadow.
    Source: FICV (ink marked or creased); 照相指引 (no stain, crease, scratch); limits measured.
    """
    if photo.grid.cell > 1.0:
        raise NotAssessable("pixelated")
    if photo.tones < _FEW_TONES:
        raise NotAssessable("posterised")
    if surely_patterned(photo):
        raise NotAssessable("patterned")
    marks = photo.marks
    return limits.judge(marks.length, regions=[piece.box.region("mark") for piece in marks.pieces[:6]])


@check("QUA08", "print-scan", kind="portrait", unit="spectral peak ratio", since="0.1")
def print_scan(photo: Portrait, limits: Band) -> Finding:
    """Strength of printing dots over the face: the highest spectral peak over its surroundings.

    Why: a scanned or photographed print is not an original picture.
    Spectra of native 128-pixel windows, in brightness and colour. Dots in two crossed directions at an angle are a
    printer's; other patterns are told by `screen-recapture`. Prints without dots (photographic paper, dye
    sublimation) leave none, so passing does not prove an original. Woven clothes are outside the face.
    Abstains where the face has less than 128 pixels a side.
    Source: ISO/IEC 39794-5 D.1.4.2 (scanned prints); limits measured on simulated prints.
    """
    return _pattern(photo, limits, "print")


@check("QUA09", "screen-recapture", kind="portrait", unit="spectral peak ratio", since="0.1")
def screen_recapture(photo: Portrait, limits: Band) -> Finding:
    """Strength of a display's pixels or moiré over the face: the highest spectral peak over its surroundings.

    Why: a picture photographed off a screen is not an original picture.
    As `print-scan`; rows and columns nearly level, or stripes of colour in one direction, are a display's. Displays
    finer than the camera resolves leave no trace, so passing does not prove an original.
    Abstains where the face has less than 128 pixels a side.
    Source: limits measured on simulated displays.
    """
    return _pattern(photo, limits, "screen")


def _pattern(photo: Portrait, limits: Band, kind: Pattern) -> Finding:
    """One pattern, one complaint: below the pass limit of either check its kind says nothing."""
    raster = photo.raster
    strength = raster.strength if raster.pattern == kind else 1.0
    region: Region = photo.texture.region()
    return limits.judge(strength, regions=[region], period=f"{raster.period:.1f}")


_FEW_TONES = 0.70
