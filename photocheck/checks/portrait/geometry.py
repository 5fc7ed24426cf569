"""GEO: how many faces there are, how large the head is and where it stands."""

from __future__ import annotations

from photocheck.checks.portrait.geometry_limits import (
    Crown,
    CrownLength,
    FaceCountLimits,
    Height,
    InterEyeLimits,
    Length,
)
from photocheck.features.head import Head
from photocheck.features.portrait import Portrait
from photocheck.finding import Finding, NotAssessable, Region, failed
from photocheck.limits import Band, worst
from photocheck.registry import check


@check("GEO01", "single-face", kind="portrait", unit="ratio of the main face's width", since="0.1")
def single_face(photo: Portrait, limits: FaceCountLimits) -> Finding:
    """One face in the picture, and one only: the width of the second largest face over that of the largest.

    Why: the picture must show one person. Measured: the detector's boxes; 0 where there is one face. A face much
    smaller than the main one is a poster, a print on clothes or someone far behind, and goes to review; one that is
    comparable fails. Where no face is found this check says so, and everything else that needs a face abstains.
    Source: ISO/IEC 29794-5 (single face present); OFIQ uses the ratio of areas.
    """
    if not photo.faces:
        return failed("none")
    main, *others = photo.faces
    counted = [face for face in others if face.score >= limits.least_score]
    regions = [face.box.region("another-face") for face in counted]
    second = max((face.box.width for face in counted), default=0.0)
    return limits.second.judge(second / main.box.width, regions=regions, case="several", count=1 + len(counted))


@check("GEO02", "head-height", kind="portrait", unit="ratio of image height", since="0.1", judged_on="crop")
def head_height(photo: Portrait, limits: CrownLength) -> Finding:
    """Head height, crown to chin, as a share of the image height.

    Why: a head too small or too large cannot be printed or matched.
    Crown: top of the head including hair (GA 461) or, with `crown = "skull"`, the skull's without hair (ICAO).
    Abstains (`hair-cut-off`) where the hair runs over the picture's upper edge: `crown-margin` tells that.
    Source: 出入境证件相片照相指引; ISO/IEC 39794-5 D.1.4.3.
    """
    top = _crown(photo.head, limits.crown)
    if limits.crown == "hair" and photo.head.cropped:
        raise NotAssessable("hair-cut-off")
    return limits.judge((photo.head.chin - top) / photo.height, regions=[_head_region(photo, limits.crown)])


@check("GEO03", "head-width", kind="portrait", unit="ratio of image width", since="0.1", judged_on="crop")
def head_width(photo: Portrait, limits: Length) -> Finding:
    """Face width as a share of the image width.

    Why: with `head-height` it fixes the size at which a face is printed and matched.
    Measured between the places where the ears join the cheeks, along the line through both: 脸宽 of GA 461.
    Source: 出入境证件相片照相指引; GA 461-2004; ISO/IEC 39794-5 D.1.4.3.
    """
    head = photo.head
    return limits.judge(head.width / photo.width, regions=[head.box.region("head")])


@check("GEO04", "crown-margin", kind="portrait", unit="ratio of image height", since="0.1", judged_on="crop")
def crown_margin(photo: Portrait, limits: CrownLength) -> Finding:
    """Space between the upper edge and the crown, as a share of the image height.

    Why: hair that is cut off, or a head standing low, spoils the layout of the document.
    Chinese rules give pixels of their own picture size (12–35 px of 472, 7–21 of 441); a profile writes them so, with
    that size, and any picture is judged by the share. Where the hair runs over the edge the margin is 0.
    Source: 出入境证件相片照相指引; GA 461-2004.
    """
    head = photo.head
    top = _crown(head, limits.crown)
    cut_off = head.cropped and limits.crown == "hair"
    line = Region.box("crown-margin", head.left, 0.0, head.right, max(0.0, top))
    return limits.judge(
        0.0 if cut_off else top / photo.height,
        regions=[line],
        case="cut-off" if cut_off or top < 0 else None,
        pixels=f"{max(0.0, top):.0f} px",
    )


@check("GEO05", "chin-margin", kind="portrait", unit="ratio of image height", since="0.1", judged_on="crop")
def chin_margin(photo: Portrait, limits: Length) -> Finding:
    """Space between the chin and the lower edge, as a share of the image height.

    Why: neck and collar must be seen; a chin at the edge is a head cut off.
    Source: overseas passport guide of the Ministry of Foreign Affairs (7 mm of 48); Japanese guide (5–9 mm of 45).
    """
    head = photo.head
    space = Region.box("chin-margin", head.left, min(head.chin, photo.height), head.right, photo.height)
    return limits.judge((photo.height - head.chin) / photo.height, regions=[space])


@check("GEO06", "eye-line", kind="portrait", unit="ratio of image height", since="0.1", judged_on="crop")
def eye_line(photo: Portrait, limits: Height) -> Finding:
    """Height of the eyes, from the upper edge, as a share of the image height.

    Why: documents place all faces alike by their eyes. Measured at the midpoint of both irises.
    Children's eyes may stand lower (to 0.60 of the height); a profile for children sets that.
    Source: ISO/IEC 39794-5 D.1.4.3; GA 461-2004 (eyes to the lower edge).
    """
    y = float(photo.mesh.eye_midpoint[1])
    line = Region.line("eye-line", [(0.0, y), (photo.width, y)])
    return limits.judge(y / photo.height, regions=[line])


@check("GEO07", "horizontal-centre", kind="portrait", unit="ratio of image width", since="0.1", judged_on="crop")
def horizontal_centre(photo: Portrait, limits: Length) -> Finding:
    """Where the face stands from left to right: the eyes' midpoint as a share of the image width; 0.5 is the middle.

    Why: the head must stand in the middle of the document's field.
    Source: ISO/IEC 39794-5 D.1.4.3 (0.45–0.55); GA 461-2004 (horizontally centred).
    """
    x = float(photo.mesh.eye_midpoint[0])
    line = Region.line("face-middle", [(x, 0.0), (x, photo.height)])
    return limits.judge(x / photo.width, regions=[line])


@check("GEO08", "inter-eye-distance", kind="portrait", unit="pixels", since="0.1", judged_on="crop")
def inter_eye_distance(photo: Portrait, limits: InterEyeLimits) -> Finding:
    """Distance between the two iris centres, in pixels as seen.

    Why: recognition needs enough pixels between the eyes; Chinese rules also bound the distance as a share of the
    image width. Both may be limited; the worse is told. A turned head shows a shorter distance: see `yaw`.
    Source: ISO/IEC 19794-5 and 39794-5 (90 pixels or more); 出入境证件相片照相指引 (0.23–0.33 of the width).
    """
    distance = photo.mesh.inter_eye_distance
    eyes = photo.eyes
    regions = [Region.line("inter-eye-distance", [eyes.right.iris, eyes.left.iris])]
    share = f"{distance / photo.width * 100:.0f}%"
    judged = {}
    if limits.pixels is not None:
        judged["pixels"] = limits.pixels.judge(distance, regions=regions, share=share)
    if limits.ratio is not None:
        judged["ratio"] = _in_pixels(limits.ratio, photo.width).judge(distance, regions=regions, share=share)
    return worst(judged)


def _in_pixels(ratio: Length, width: int) -> Band:
    """The band of shares as a band of pixels of a picture that wide."""

    def scaled(ends: tuple[float | None, float | None]) -> tuple[float | None, float | None]:
        low, high = ends
        return None if low is None else low * width, None if high is None else high * width

    return Band(passing=scaled(ratio.passing), review=scaled(ratio.review_range))


def _crown(head: Head, crown: Crown) -> float:
    return head.crown if crown == "hair" else head.skull_crown


def _head_region(photo: Portrait, crown: Crown) -> Region:
    head = photo.head
    return Region.box("head", head.left, _crown(head, crown), head.right, head.chin)
