"""FAC: what the face does."""

from __future__ import annotations

from photocheck.features.expression import see_expression
from photocheck.features.portrait import Portrait
from photocheck.finding import Finding, NotAssessable
from photocheck.limits import Band
from photocheck.registry import check

_LARGEST_YAW = 35.0
"""Degrees of yaw beyond which half of the mouth is hidden."""


@check("FAC01", "mouth-closed", kind="portrait", unit="ratio of inter-eye distance", since="0.1")
def mouth_closed(photo: Portrait, limits: Band) -> Finding:
    """The gap between the lips at their middle, as a share of the distance between the eyes.

    Why: an open mouth changes the shape of the lower face.
    The distance between the eyes is the fitted average face's, so that a turned head does not shorten it.
    Abstains without a face and when the head is turned more than 35°.
    Source: 出入境证件相片照相指引; ISO/IEC 39794-5 (lips closed).
    """
    _facing(photo)
    return limits.judge(photo.mouth.gap / photo.pose.inter_eye_distance, regions=[photo.mouth.region()])


@check("FAC02", "expression", kind="portrait", unit="probability", since="0.1")
def expression(photo: Portrait, limits: Band) -> Finding:
    """How likely a person would call the expression other than neutral: a smile, raised brows, a frown.

    Why: a strong expression changes the proportions by which faces are compared.
    Nine distances of the mesh, the head turned to face the camera, through a logistic model fitted on the
    training part; raised brows and lowered corners of the mouth have thresholds of their own.
    Abstains without a face and when the head is turned more than 35°.
    Source: ISO/IEC 39794-5; 出入境证件相片照相指引 (natural expression).
    """
    _facing(photo)
    seen = see_expression(photo.mesh, photo.pose)
    case, value = max(
        (("smile", seen.smile), ("brows", seen.raised_brows), ("frown", seen.frown)), key=lambda named: named[1]
    )
    region = photo.mouth.region() if case != "brows" else photo.mesh.box.region("face")
    return limits.judge(value, regions=[region], case=case)


def _facing(photo: Portrait) -> None:
    if abs(photo.pose.yaw) > _LARGEST_YAW:
        raise NotAssessable("turned-away")
