"""BKG: what is behind the person."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from photocheck.checks.portrait.background_limits import COLOURS, ColourLimits, ContrastLimits, EvennessLimits
from photocheck.features.background import Background
from photocheck.features.background_measures import contrast, deviating, edges, shadow
from photocheck.features.portrait import Portrait
from photocheck.finding import Finding, NotAssessable, Outcome, Region
from photocheck.limits import Band, worst
from photocheck.registry import check

_VARIED = 3.0
"""`pattern` of background-uniformity above which the background is scenery: that check says so, the others abstain."""


@check("BKG01", "background-colour", kind="portrait", unit="CIELAB difference", since="0.1")
def background_colour(photo: Portrait, limits: ColourLimits) -> Finding:
    """How far the background's colour is from the nearest colour that the profile allows, as a CIELAB difference.

    Why: authorities ask for white, light blue or another plain light colour.
    Measured: the median of the background, against named parts of CIELAB; 0 inside one of them. Colours are judged as
    they are encoded, without white balance, as the document prints them.
    Abstains (`background-varied`) where the background has no one colour: see `background-uniformity`.
    Source: 出入境证件相片照相指引; ISO/IEC 39794-5 (background).
    """
    background = _plain(photo)
    distances = {name: COLOURS[name].distance(background.colour) for name in limits.allowed}
    nearest = min(distances, key=lambda name: distances[name])
    regions = background.outlines(background.mask, "background") if distances[nearest] > 0 else []
    return limits.judge(distances[nearest], regions=regions, case=nearest, colour=_hex(background))


@check("BKG02", "background-uniformity", kind="portrait", unit="CIELAB difference", since="0.1")
def background_uniformity(photo: Portrait, limits: EvennessLimits) -> Finding:
    """How much the background's colour varies, as a CIELAB difference.

    Why: the background must be one even colour, without gradient, pattern, scenery or things.
    Measured on a copy on which fine grain is averaged out: `spread`, the difference from the median colour that a tenth
    of the background exceeds, and `pattern`, the root mean square difference from a smooth course of colour, which a
    light falling off evenly does not raise. The worse of the two is told.
    Abstains (`no-background`) where too little background is seen.
    Source: 出入境证件相片照相指引 (no gradient); ISO/IEC 29794-5 (background uniformity).
    """
    background = photo.background
    measured = background.evenness
    finding = worst({"spread": limits.spread.judge(measured.spread), "pattern": limits.pattern.judge(measured.pattern)})
    if finding.outcome is Outcome.PASS:
        return finding
    return replace(finding, regions=tuple(background.outlines(deviating(background), "uneven-background")))


@check("BKG03", "background-shadow", kind="portrait", unit="ratio of light", since="0.1")
def background_shadow(photo: Portrait, limits: Band) -> Finding:
    """A shadow of the head on the background: the share of light that is lost there.

    Why: shadows change the head's outline for people and machines.
    Measured beside the head: luminance by distance from the person, on each side; the value is the steepest loss
    towards the person. An even fall-off of light from top to bottom is divided out.
    Abstains where the background is scenery (`background-varied`) or is not seen beside the head (`no-background`).
    Source: 出入境证件相片照相指引; ISO/IEC 39794-5 (background).
    """
    background = _plain(photo)
    losses = shadow(background)
    if not losses:
        raise NotAssessable("no-background")
    side = max(losses, key=lambda name: losses[name])
    view = background.view
    head = photo.head
    edge = head.left if side == "left" else head.right
    away = (-0.9 if side == "left" else 0.9) * head.width / 2
    region = Region.box(
        "shadow", min(edge, edge + away), head.chin - 1.9 * view.unit / view.scale, max(edge, edge + away), head.chin
    )
    return limits.judge(losses[side], regions=[region] if losses[side] > 0 else [])


@check("BKG04", "background-object", kind="portrait", unit="ratio of background", since="0.1")
def background_object(photo: Portrait, limits: Band) -> Finding:
    """Things in the background: the share of it that edges cover.

    Why: nothing but the person may be seen: no furniture, switches, lines or other people.
    Measured: places where colour changes steeply; the edge of the person's own shadow is left out.
    Abstains (`background-varied`) where the whole background is scenery: see `background-uniformity`.
    Source: 出入境证件相片照相指引; ISO/IEC 39794-5 (background).
    """
    background = _plain(photo)
    found = edges(background)
    joined = cv2.dilate(found.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    regions = background.outlines(joined, "thing") if found.any() else []
    return limits.judge(float(found.sum() / max(1, int(background.inner.sum()))), regions=regions)


@check("BKG05", "background-contrast", kind="portrait", unit="ratio of the outline", since="0.1")
def background_contrast(photo: Portrait, limits: ContrastLimits) -> Finding:
    """Hair or clothes that merge with the background: the share of the person's outline that hardly stands out.

    Why: where hair or shoulders have the background's colour, the head's outline is lost.
    Measured: the CIELAB difference between just inside and just outside the outline; places below `merges_below` count.
    The worse of hair (with the face's sides) and clothes is told.
    Abstains where the background is scenery (`background-varied`) or hardly any outline is seen (`no-background`).
    Source: 出入境证件相片照相指引 (clothes must contrast with the background); ISO/IEC 39794-5 (background).
    """
    background = _plain(photo)
    seen = contrast(background)
    bands = {"hair": limits.hair, "clothes": limits.clothes}
    judged = {}
    for name, difference in seen.difference.items():
        merging = difference < limits.merges_below
        places = background.native(seen.places[name][merging][::4])
        regions = [Region.dots("merging-outline", places)] if len(places) else []
        judged[name] = bands[name].judge(float(merging.mean()), regions=regions)
    if not judged:
        raise NotAssessable("no-background")
    return worst(judged)


@check("BKG06", "image-border", kind="portrait", unit="count", since="0.1")
def image_border(photo: Portrait, limits: Band) -> Finding:
    """Frames: the number of the picture's sides along which a band of one colour runs.

    Why: frames, white rims of scanned prints and letterbox bars are no part of a portrait.
    Measured at native resolution: rows of one colour from the very edge that end in a straight step along nearly the
    whole side. One side alone may be a wall's edge. A transparent rim is white here.
    Source: COVA photo requirements (no border); 出入境证件相片照相指引.
    """
    bands = photo.frame
    thickest = max((band.thickness for band in bands), default=0)
    return limits.judge(
        len(bands), regions=[band.box.region("border") for band in bands], thickness=f"{thickest} px", case="high"
    )


def _plain(photo: Portrait) -> Background:
    """The background, unless it is scenery."""
    if photo.background.evenness.pattern > _VARIED:
        raise NotAssessable("background-varied")
    return photo.background


def _hex(background: Background) -> str:
    """The background's colour as `#rrggbb`."""
    lab = background.colour.astype(np.float32).reshape(1, 1, 3)
    rgb = np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)[0, 0] * 255.0 + 0.5, 0, 255).astype(int)
    return "#{:02X}{:02X}{:02X}".format(*rgb)
