"""QUA: what the camera did to the picture."""

from __future__ import annotations

import numpy as np

from photocheck.features.portrait import Portrait
from photocheck.features.raster import surely_patterned
from photocheck.finding import Finding, NotAssessable, Region
from photocheck.limits import Band, Limits, worst
from photocheck.registry import check


@check("QUA01", "sharpness", kind="portrait", unit="ratio of inter-eye distance", since="0.1")
def sharpness(photo: Portrait, limits: Band) -> Finding:
    """Blur of the sharpest edges of the face (standard deviation), as a ratio of the inter-eye distance.

    Why: a blurred face cannot be matched, and blur is the commonest fault of phone pictures.
    Lids, lashes, irises, brows, nostrils and lips are blurred a second time; by how much their gradients fall tells how
    blurred they were before, whatever their contrast and the skin's tone or texture. Measured with the eyes at most
    96 pixels apart, as in a finished ID photo: softness that disappears there is no fault.
    Abstains where the eyes are less than 40 pixels apart.
    Source: ISO/IEC 39794-5 D.1.4.2.4 (focus); Zhuo and Sim 2011 (method); limits measured.
    """
    return limits.judge(photo.edges.blur, regions=[_eye_band(photo)])


@check("QUA02", "motion-blur", kind="portrait", unit="ratio of inter-eye distance", since="0.1")
def motion_blur(photo: Portrait, limits: Band) -> Finding:
    """Length of the smear of a moved camera or head, as a ratio of the inter-eye distance.

    Why: motion hides the fine features along one direction and has another remedy than bad focus.
    Edge widths (see sharpness) are compared between six directions; the even motion that explains their difference is
    told with its direction, after taking off what the sharpest direction shows, which is bad focus.
    Abstains where the eyes are less than 40 pixels apart.
    Source: ISO/IEC 29794-5 (motion blur); limits measured.
    """
    edges = photo.edges
    reach = np.array([np.cos(np.radians(edges.direction)), np.sin(np.radians(edges.direction))])
    reach *= max(edges.streak, 0.1) * photo.mesh.inter_eye_distance / 2
    middle = photo.mesh.eye_midpoint
    smear = Region.line("motion", [middle - reach, middle + reach])
    return limits.judge(
        edges.streak,
        regions=[smear],
        case="sideways" if not 45 <= edges.direction < 135 else "upright",
    )


class NoiseLimits(Limits):
    """Standard deviations in 8-bit levels."""

    luma: Band
    chroma: Band


@check("QUA03", "noise", kind="portrait", unit="8-bit levels", since="0.1")
def noise(photo: Portrait, limits: NoiseLimits) -> Finding:
    """Standard deviation of random grain on the flattest skin, in brightness or colour, whichever is worse.

    Why: grain from too little light hides fine features and does not survive compression.
    Immerkaer's difference mask on 8×8 blocks of the face; the flattest third counts, so that pores, beard and edges do
    not. Faces larger than an ID photo's are averaged down by a whole factor first: grain that averages out there is
    not seen. Encoded levels are used, in which a step is about as visible on dark skin as on light.
    Abstains where too few flat blocks are left, or where a printing or display pattern covers the face.
    Source: ISO/IEC 39794-5 D.1.4.2 (noise); Immerkaer 1996 (method); limits measured.
    """
    if surely_patterned(photo):
        raise NotAssessable("patterned")
    face = [photo.texture.region()]
    return worst(
        {
            "luma": limits.luma.judge(photo.grain.luma, regions=face),
            "chroma": limits.chroma.judge(photo.grain.chroma, regions=face),
        }
    )


def _eye_band(photo: Portrait) -> Region:
    """Both eyes with the brows."""
    right, left = photo.eyes.right, photo.eyes.left
    points = np.concatenate([right.outline, left.outline])
    (west, north), (east, south) = points.min(axis=0), points.max(axis=0)
    spare = 0.15 * photo.mesh.inter_eye_distance
    return Region.box("eyes", west - spare, north - 2 * spare, east + spare, south + spare)
