"""POS: how the head and shoulders are held."""

from __future__ import annotations

from photocheck.features import landmarks
from photocheck.features.portrait import Portrait
from photocheck.features.shoulders import see_shoulders
from photocheck.finding import Finding, Region
from photocheck.limits import Band
from photocheck.registry import check


@check("POS01", "roll", kind="portrait", unit="degrees", since="0.1", judged_on="crop")
def roll(photo: Portrait, limits: Band) -> Finding:
    """Sideways tilt of the head; positive towards the person's own right shoulder.

    Why: faces are compared upright, and a tilted head looks careless on a document.
    The average face is fitted to the mesh (see `yaw`); roll is the slope of its ear-to-ear axis in the picture. A
    phone picture is judged after levelling, because the automatic crop turns small tilts upright.
    Abstains without a face.
    Source: ISO/IEC 19794-5:2011 7.2.2 (±8°); ISO/IEC 39794-5.
    """
    right, left = photo.eyes.right.iris, photo.eyes.left.iris
    value = photo.pose.roll
    return limits.judge(value, regions=[Region.line("eyes", [right, left])], angle=_told(value))


@check("POS02", "yaw", kind="portrait", unit="degrees", since="0.1")
def yaw(photo: Portrait, limits: Band) -> Finding:
    """Turn of the head to a side; positive to the person's own left.

    Why: a face seen from the side hides one cheek and ear and matches badly.
    The average face is fitted in scaled orthographic projection to the bony landmarks of the mesh above the mouth.
    On real faces turned by a known angle it sees 0.9 to 1 of a degree each; the spread is 1.5°.
    Abstains without a face.
    Source: ISO/IEC 19794-5:2011 7.2.2 (±5°); COVA ±20°.
    """
    value = photo.pose.yaw
    return limits.judge(value, regions=[_nose_line(photo)], angle=_told(value))


@check("POS03", "pitch", kind="portrait", unit="degrees", since="0.1")
def pitch(photo: Portrait, limits: Band) -> Finding:
    """Nod of the head; positive when it looks down.

    Why: a raised or lowered chin changes the proportions by which faces are compared.
    Measured as `yaw` is. Zero is the average of 45 neutral portraits; foreheads and noses differ, so that the zero
    of a single face is known to about 3° only, and the limits leave room for that.
    Abstains without a face.
    Source: ISO/IEC 19794-5:2011 7.2.2 (±5°); COVA ±25°.
    """
    value = photo.pose.pitch
    return limits.judge(value, regions=[_nose_line(photo)], angle=_told(value))


@check("POS04", "shoulders-level", kind="portrait", unit="degrees", since="0.1")
def shoulders_level(photo: Portrait, limits: Band) -> Finding:
    """Slope of the line from shoulder to shoulder; positive when the person's own right one is lower.

    Why: the body must face the camera squarely.
    The person mask's upper edge is compared at equal distances to the right and left of the chin; the value is the
    median slope over all distances that show both shoulders.
    Abstains without a face and where hair, collar or crop hide the shoulders.
    Source: 出入境证件相片照相指引.
    """
    shoulders = see_shoulders(photo)
    return limits.judge(shoulders.slope, regions=[shoulders.region()], angle=_told(shoulders.slope))


def _told(value: float) -> str:
    """The angle as a person would say it: the direction is in the words."""
    return f"{abs(value):.0f}°"


def _nose_line(photo: Portrait) -> Region:
    return Region.line("face-axis", photo.mesh.xy(landmarks.FOREHEAD_TOP, landmarks.NOSE_TIP, landmarks.CHIN))
