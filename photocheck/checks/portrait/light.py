"""LUM: light and colour.

Nothing here is judged on the lightness of the skin itself: light is told by the white of the eyes, by highlights and by
lost detail; shade by the face against itself; colour by ratios that all skin shares.
"""

from __future__ import annotations

from photocheck.features.portrait import Portrait
from photocheck.features.skin import LIGHTNESS_OFFSET
from photocheck.finding import Finding, NotAssessable
from photocheck.limits import Band, Limits, worst
from photocheck.registry import check


class ExposureLimits(Limits):
    """Lightness in percent of white (CIELAB L), but `blown` in percent of the skin.

    Attributes:
        face: the lightest parts of the face, its eye whites included.
        picture: the lightest parts of the whole picture or of the face.
        eye_whites: the white of the eyes.
        blown: skin without detail.
    """

    face: Band
    picture: Band
    eye_whites: Band
    blown: Band


@check("LUM01", "exposure", kind="portrait", unit="percent of white, or of the skin", since="0.1")
def exposure(photo: Portrait, limits: ExposureLimits) -> Finding:
    """Whether the face got too little or too much light.

    Why: features drown in a dark picture, and are burnt away in a bright one.
    How: too dark, when neither the white of the eyes nor any highlight of the face is light, or when nothing in the
    whole picture is. Too bright, when the white of the eyes is paper white, or two of the three colour channels have
    run full over part of the skin. The lightness of the skin is not asked: well-lit dark skin passes, badly lit light
    skin does not. The finding tells the quantity that is furthest out.
    Abstains: `too-small`, `skin-covered`; `eyes-not-seen` when the face is dark and closed eyes or dark glasses leave
    open whether that is the light or the skin.
    Source: ISO/IEC 39794-5 D.1.4.4 (exposure); limits measured.
    """
    light = photo.light
    face = photo.mesh.box.region("face")
    picture = max(light.picture_bright, light.brightest_of_face)
    found = {
        "picture": limits.picture.judge(picture, regions=[face]),
        "blown": limits.blown.judge(100.0 * light.blown, regions=[photo.skin.outline(photo.skin.all, "skin")]),
    }
    if light.eye_whites is not None:
        eyes = [photo.eyes.right.region(), photo.eyes.left.region()]
        found["eyes"] = limits.eye_whites.judge(light.eye_whites.lightness, regions=eyes)
    dark = limits.face.judge(light.brightest_of_face, regions=[face])
    if light.eye_whites is not None or dark.case == "pass":
        found["face"] = dark
    elif all(finding.case == "pass" for finding in found.values()):
        raise NotAssessable("eyes-not-seen")
    return worst(found)


@check("LUM02", "illumination-uniformity", kind="portrait", unit="stops", since="0.1")
def illumination_uniformity(photo: Portrait, limits: Band) -> Finding:
    """How much brighter one side of the face is lit than the other, in stops (1 stop is twice the light).

    Why: half a face in the dark cannot be matched.
    How: each point of skin on forehead, cheeks, nose and chin against its mirror image on the aligned face, in
    logarithms of linear light, so that every tone of skin gives the same number; the median of all pairs. A patch of
    shade does not move it: that is face-shadow's matter.
    Abstains: `turned-away`, `skin-covered`, `too-small`.
    Source: ISO/IEC 29794-5 (illumination uniformity); limits measured.
    """
    across = photo.shading.across
    side, darker = ("left", "left-cheek") if across > 0 else ("right", "right-cheek")
    shown = [photo.skin.outline(photo.skin.masks[darker], "darker-side")] if darker in photo.skin.masks else []
    return limits.judge(abs(across), regions=shown, case=f"{side}-dark")


class ShadowLimits(Limits):
    """Stops.

    Attributes:
        patch: a dark patch on one side.
        forehead: the forehead darker than the cheeks.
    """

    patch: Band
    forehead: Band


@check("LUM03", "face-shadow", kind="portrait", unit="stops", since="0.1")
def face_shadow(photo: Portrait, limits: ShadowLimits) -> Finding:
    """Shadow lying on part of the face, told in stops (1 stop is half the light).

    Why: the edge of a shadow looks like a feature of the face, and what lies in it is lost.
    How: on the aligned face the skin is compared with its mirror image in logarithms of linear light; what departs from
    an even fall of light is a patch. A shadow that both sides share, as from a hat or a lamp overhead, shows as a
    forehead darker than the cheeks. Hair, beard, brows, frames, nostrils and lips are left out.
    Abstains: `turned-away`, `skin-covered`, `too-small`. A soft shadow beside the nose only is hard to tell from the
    nose's own shade.
    Source: ISO/IEC 39794-5 D.1.4.4 (no shadows on the face); limits measured.
    """
    shading, skin = photo.shading, photo.skin
    shown = [skin.outline(shading.patch_area, "face-shadow")] if shading.patch_area.any() else []
    found = {"patch": limits.patch.judge(shading.patch, regions=shown)}
    if shading.forehead is not None:
        forehead = skin.outline(skin.masks["forehead"], "face-shadow")
        found["forehead"] = limits.forehead.judge(shading.forehead, regions=[forehead])
    return worst(found)


@check("LUM04", "hot-spot", kind="portrait", unit="ratio of skin area", since="0.1")
def hot_spot(photo: Portrait, limits: Band) -> Finding:
    """Share of the skin that is lost under a glossy reflection.

    Why: a shining forehead or cheek hides what lies under it.
    How: skin of nearly white lightness, well above the face's own, whose colour is mostly gone: that is the lamp, not
    the skin. Shine that still shows the skin's colour does not count.
    Abstains: `over-exposed` where the whole face is burnt out, `skin-covered`, `too-small`.
    Source: ISO/IEC 39794-5 D.1.4.4 (no hot spots); limits measured.
    """
    if photo.light.over_exposed:
        raise NotAssessable("over-exposed")
    shine = photo.light.shine
    share = float(shine.sum() / photo.skin.all.sum())
    return limits.judge(share, regions=[photo.skin.outline(shine, "hot-spot")] if shine.any() else [])


class ColourLimits(Limits):
    """CIELAB of the white of the eyes.

    Attributes:
        yellow_blue: b; positive is yellow.
        red_green: a; positive is red or magenta.
    """

    yellow_blue: Band
    red_green: Band


@check("LUM05", "skin-colour", kind="portrait", unit="CIELAB a or b", since="0.1")
def skin_colour(photo: Portrait, limits: ColourLimits) -> Finding:
    """Colour cast of the light on the face, read off the white of the eyes.

    Why: a face that is blue, green, orange or magenta is not the person's colour.
    How: skin differs between people, the white of the eye is near neutral in everybody and stands in the same light:
    its median CIELAB a and b, between lids and iris, lids' shade left out. No skin colour is right or wrong here.
    Abstains: `greyscale`, `over-exposed`, `eyes-not-seen` (closed or narrowed eyes, tinted glasses, reflections),
    `skin-covered`, `too-small`.
    Source: ISO/IEC 39794-5 D.1.4.4 (natural skin colour); limits measured.
    """
    light = photo.light
    light.needs_colour()
    if light.eye_whites is None:
        raise NotAssessable("eyes-not-seen")
    eyes = [photo.eyes.right.region(), photo.eyes.left.region()]
    return worst(
        {
            "yellow-blue": limits.yellow_blue.judge(light.eye_whites.b, regions=eyes),
            "red-green": limits.red_green.judge(light.eye_whites.a, regions=eyes),
        }
    )


@check("LUM06", "washed-out", kind="portrait", unit="ratio of the face's brightest lightness", since="0.1")
def washed_out(photo: Portrait, limits: Band) -> Finding:
    """Contrast of the face: how far its darkest parts lie below its brightest.

    Why: haze, a dirty lens or lifted blacks make a grey face in which features fade.
    How: pupils, lashes and nostrils are nearly black and highlights or eye whites light in every face, whatever the
    skin. One less the CIELAB lightness of the darkest half per cent of the face oval over that of the brightest.
    Abstains: `skin-covered`, `too-small`.
    Source: ISO/IEC 39794-5 D.1.4.4 (contrast, dynamic range); limits measured.
    """
    return limits.judge(photo.light.contrast, regions=[photo.mesh.box.region("face")])


@check("LUM07", "saturation", kind="portrait", unit="ratio of chroma to lightness", since="0.1")
def saturation(photo: Portrait, limits: Band) -> Finding:
    """Strength of the skin's colour: its CIELAB chroma over its lightness plus 16.

    Why: colours turned down or up are an edit or a wrong camera setting.
    How: in CIELAB this ratio stays the same when light grows or falls, and from dark to light skin it changes little;
    medians over the skin.
    Abstains: `greyscale` (colour-mode tells that), `over-exposed`, `washed-out`, `colour-cast`, `skin-covered`,
    `too-small`.
    Source: ISO/IEC 39794-5 D.1.4.4 (natural colour); limits measured. Cameras differ so much that only strong changes
    can be told.
    """
    light = photo.light
    light.needs_colour()
    if light.contrast < _WASHED_OUT:
        raise NotAssessable("washed-out")
    if not _SKIN_HUES[0] < light.skin_hue < _SKIN_HUES[1]:
        raise NotAssessable("colour-cast")
    ratio = light.skin_chroma / (light.skin_lightness + LIGHTNESS_OFFSET)
    return limits.judge(ratio, regions=[photo.skin.outline(photo.skin.all, "skin")])


_WASHED_OUT = 0.45  # of `FaceLight.contrast`; haze takes colour away too, and washed-out tells it
_SKIN_HUES = (15.0, 75.0)  # degrees; outside it is a cast that weakens or strengthens the colour, told by skin-colour
