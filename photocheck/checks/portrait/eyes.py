"""EYE: open, looking at the camera, without red pupils."""

from __future__ import annotations

from photocheck.features.gaze import LARGEST_YAW, see_gaze
from photocheck.features.portrait import Portrait
from photocheck.features.pupils import pupil_redness
from photocheck.finding import Finding, NotAssessable
from photocheck.limits import Band, Limits, worst
from photocheck.registry import check

_LARGEST_YAW = 45.0
"""Degrees of yaw beyond which the mesh only guesses the eyes."""


class GazeLimits(Limits):
    """Degrees past the camera: to the person's own left, and down."""

    across: Band
    down: Band


@check("EYE01", "eyes-open", kind="portrait", unit="ratio of iris diameter", since="0.1")
def eyes_open(photo: Portrait, limits: Band) -> Finding:
    """How far the less open eye is open: the gap between its lids over the diameter of its iris.

    Why: closed or half-closed eyes cannot be compared, and every authority refuses them.
    The iris has almost one size in all people, so that narrow eyes and small faces are not taken for closed ones. Of a
    head turned more than 25° only the nearer eye is judged.
    Abstains without a face and when the head is turned more than 45°.
    Source: 出入境证件相片照相指引; ISO/IEC 39794-5 (iris visible).
    """
    yaw = photo.pose.yaw
    if abs(yaw) > _LARGEST_YAW:
        raise NotAssessable("turned-away")
    eyes = [photo.eyes.right, photo.eyes.left]
    if abs(yaw) > LARGEST_YAW:
        eyes = eyes[:1] if yaw > 0 else eyes[1:]
    narrowest = min(eyes, key=lambda eye: eye.openness)
    return limits.judge(narrowest.openness, regions=[narrowest.region()])


@check("EYE02", "gaze", kind="portrait", unit="degrees", since="0.1")
def gaze(photo: Portrait, limits: GazeLimits) -> Finding:
    """How far the eyes look past the camera, sideways (positive to the person's own left) and downwards.

    Why: the person must look at the camera.
    The centres of both irises between their corners, in the scale of the average face, less what the head's own
    turn moves them. Sideways it is true to about 3°; up and down the lids follow the eye, and only a
    look far away is seen.
    Abstains without a face, when the eyes are closed, and when the head is turned more than 25°.
    Source: ISO/IEC 39794-5; 出入境证件相片照相指引 (facing the camera).
    """
    across, down = see_gaze(photo)
    regions = [photo.eyes.right.region(), photo.eyes.left.region()]
    return worst(
        {
            name: band.judge(value, regions=regions, angle=f"{abs(value):.0f}°")
            for name, value, band in (("across", across, limits.across), ("down", down, limits.down))
        }
    )


@check("EYE03", "red-eye", kind="portrait", unit="log ratio of red to green against the cheeks", since="0.1")
def red_eye(photo: Portrait, limits: Band) -> Finding:
    """How much redder the redder pupil is than the cheeks.

    Why: flash light reflected by the retina hides the eye's own colour.
    Red over green inside the pupil, at native resolution, against the same ratio of the cheeks, so that neither the
    light's colour nor the skin's tone moves it.
    Abstains without a face, when the eyes are closed, and when an iris has a radius under 3.5 pixels.
    Source: ISO/IEC 39794-5; 出入境证件相片照相指引.
    """
    redness = pupil_redness(photo)
    label = max(redness, key=lambda eye: redness[eye])
    eye = photo.eyes.right if label == photo.eyes.right.label else photo.eyes.left
    return limits.judge(redness[label], regions=[eye.region()])
