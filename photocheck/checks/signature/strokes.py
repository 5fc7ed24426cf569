"""SIG: the ink itself: its colour, how dark and how sharp it is."""

from __future__ import annotations

import math

from photocheck.features.signature.signature import Signature
from photocheck.finding import Finding
from photocheck.limits import Band, Limits, worst
from photocheck.registry import check

_SAMPLING = 0.8
"""Blur, in pixels, that the sharpest picture has: that of its pixels."""


class ColourLimits(Limits):
    """What counts as black ink.

    Attributes:
        blue: how much less blue light the ink takes than it takes most, 0..1; 0 for black.
        red: the same for red light.
        darkness: share of the paper's light that the ink takes where it lies dense.
        grain: how much the darkness varies along strokes, as pencil does.
    """

    blue: Band
    red: Band
    darkness: Band
    grain: Band


@check("SIG07", "ink-colour", kind="signature", unit="ratio of light", since="0.1")
def ink_colour(signature: Signature, limits: ColourLimits) -> Finding:
    """How far the ink is from black: blue, red, or as pale or grainy as pencil; the worst is told.

    Why: the signature must be written with a black pen.
    The light that the ink takes from the paper is compared between the channels, which neither the lamp's colour nor
    the width of a stroke changes. Abstains where there is no writing (`no-signature`).
    Source: 国家移民管理局 全程网办 (黑色签字笔).
    """
    strokes = signature.strokes
    regions = [signature.ink_region()]
    return worst(
        {
            "blue": limits.blue.judge(strokes.blueness, regions=regions),
            "red": limits.red.judge(strokes.redness, regions=regions),
            "darkness": limits.darkness.judge(strokes.darkness, regions=regions),
            "grain": limits.grain.judge(strokes.grain, regions=regions),
        }
    )


class ContrastLimits(Limits):
    """How far the ink must stand out.

    Attributes:
        lightness: difference in CIELAB lightness between paper and ink.
        burnt: share of the writing's surroundings that are burnt out while the strokes have lost their darkness.
    """

    lightness: Band
    burnt: Band


@check("SIG08", "ink-contrast", kind="signature", unit="CIELAB difference", since="0.1")
def ink_contrast(signature: Signature, limits: ContrastLimits) -> Finding:
    """Difference in lightness between the paper and the ink as the picture shows them, in CIELAB.

    Why: pale ink, and pictures that are too dark or too bright, print badly and lose thin strokes.
    A picture so bright that the paper is burnt out and the strokes are half gone is told too (`burnt`).
    Abstains where there is no writing (`no-signature`).
    Source: 国家移民管理局 全程网办 (clear picture); no number is published.
    """
    strokes = signature.strokes
    regions = [signature.ink_region()]
    return worst(
        {
            "lightness": limits.lightness.judge(strokes.contrast, regions=regions),
            "burnt": limits.burnt.judge(strokes.burnt, regions=regions),
        }
    )


class SharpnessLimits(Limits):
    """How sharp the strokes must be.

    Attributes:
        blur: standard deviation of the blur of the strokes' edges beyond that of the pixels, as a ratio of the
            characters' height.
        smear: the same as a ratio of the strokes' width.
        pixels: height of the characters in pixels of the picture.
    """

    blur: Band
    smear: Band
    pixels: Band


@check("SIG09", "signature-sharpness", kind="signature", unit="ratio of character height", since="0.1")
def signature_sharpness(signature: Signature, limits: SharpnessLimits) -> Finding:
    """Blur of the strokes' edges as a ratio of the characters' height, across the direction where it is largest.

    Why: blurred strokes run into each other; so do those of a picture with too few pixels.
    Thin strokes of large characters are lost in a blur that is small against the characters: it is also compared with
    the strokes' width (`smear`). Measured on the edges of the strokes alone, from how steep they are against how dark
    the stroke is; blank paper has no say. Abstains where there is no writing (`no-signature`).
    Source: 国家移民管理局 全程网办 (clear picture); limits measured.
    """
    strokes, panel, groups = signature.strokes, signature.panel, signature.groups
    beyond = math.sqrt(max(0.0, strokes.blur**2 - _SAMPLING**2))
    regions = [signature.ink_region()]
    height = groups.size / panel.scale
    return worst(
        {
            "blur": limits.blur.judge(beyond / groups.size, regions=regions, pixels=f"{height:.0f} px"),
            "smear": limits.smear.judge(beyond / strokes.width, regions=regions, pixels=f"{height:.0f} px"),
            "pixels": limits.pixels.judge(height, regions=regions, pixels=f"{height:.0f} px"),
        }
    )
