"""GEO: how near the lens was."""

from __future__ import annotations

from photocheck.features.perspective import camera_nearness
from photocheck.features.portrait import Portrait
from photocheck.finding import Finding, NotAssessable
from photocheck.limits import Band
from photocheck.registry import check

_LARGEST_TURN = 15.0
"""Degrees of yaw or pitch beyond which the face's own depth is taken for perspective."""


@check("GEO09", "perspective", kind="portrait", unit="dioptres", since="0.1")
def perspective(photo: Portrait, limits: Band) -> Finding:
    """How near the camera was: one over its distance in metres, told by the face's perspective.

    Why: a lens at arm's length enlarges the nose and narrows the face; 0.7 to 4 m is asked for.
    The average face is fitted to the mesh once more with a perspective term. Faces differ by about 1
    dioptre, so that only pictures from nearer than some 35 cm can be told, and only for review.
    Abstains without a face and when the head is turned more than 15°.
    Source: ISO/IEC 39794-5 (camera to subject distance).
    """
    pose = photo.pose
    if max(abs(pose.yaw), abs(pose.pitch)) > _LARGEST_TURN:
        raise NotAssessable("turned-away")
    value = camera_nearness(photo.mesh, pose)
    distance = f"{100.0 / value:.0f} cm" if value > 0 else ""
    return limits.judge(value, regions=[photo.mesh.box.region("face")], distance=distance)
