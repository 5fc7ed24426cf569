"""Levelling the head, and measuring what decides the crop."""

from __future__ import annotations

import cv2
import numpy as np

from photocheck.decode import Picture
from photocheck.features.portrait import Portrait
from photocheck.features.subject import Affine, Image
from photocheck.prepare.crop_plan import CannotPrepare, CropPlan, Level
from photocheck.prepare.limits import Places

_LEVEL_FROM = 1.0
"""Degrees of roll below which nothing is turned: less than the measurement is sure of."""
_LYING = 45.0
"""Degrees of roll from which a head has no crown above its chin to crop by."""


def level_head(photo: Portrait, *, largest_roll: float, best_effort: bool) -> tuple[Level, Places]:
    """The turn that brings the head upright, and the head measured on the turned picture.

    Args:
        largest_roll: degrees; beyond it a picture is not turned.
        best_effort: leave such a picture as it is instead of refusing it, unless the head lies down.

    Raises:
        CannotPrepare: `roll-too-large`.
        NotAssessable: `no-face`.
    """
    roll = photo.pose.roll
    if abs(roll) > largest_roll and not (best_effort and abs(roll) < _LYING):
        raise CannotPrepare("roll-too-large", roll=f"{abs(roll):.0f}°", limit=f"{largest_roll:.0f}°")
    if not _LEVEL_FROM <= abs(roll) <= largest_roll:
        level = Level(np.eye(2, 3), photo.width, photo.height, 0.0)
        return level, places_of(photo, scale=1.0, origin=(0.0, 0.0))
    # Roll counts towards the person's right shoulder: anticlockwise as seen.
    turn = _rotation(-roll)
    pivot = photo.mesh.eye_midpoint
    level = Level(np.column_stack([turn, pivot - turn @ pivot]), photo.width, photo.height, roll)
    turned, origin = _turned(photo, level)
    return level, places_of(turned, scale=1.0 / photo.work_scale, origin=origin)


def places_of(photo: Portrait, *, scale: float, origin: tuple[float, float]) -> Places:
    """The head as measured on a picture, in a frame where it is `scale` times larger and begins at `origin`."""
    head, mesh = photo.head, photo.mesh
    x, y = origin
    eyes = mesh.eye_midpoint
    return Places(
        crowns={"hair": head.crown * scale + y, "skull": head.skull_crown * scale + y},
        chin=head.chin * scale + y,
        eyes=(float(eyes[0]) * scale + x, float(eyes[1]) * scale + y),
        width=head.width * scale,
        inter_eye=mesh.inter_eye_distance * scale,
    )


def places_on_crop(crop: Portrait, plan: CropPlan) -> Places:
    """The head as measured on a crop, in the frame in which it was planned."""
    level = plan.level.to_upload
    x, y = (plan.to_upload[:, 2] - level[:, 2]) @ level[:, :2]
    return places_of(crop, scale=1.0 / plan.enlargement, origin=(float(x), float(y)))


def _rotation(degrees: float) -> Affine:
    """2×2: turns clockwise as seen on the picture, whose y points down."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cosine, -sine], [sine, cosine]])


def _turned(photo: Portrait, level: Level) -> tuple[Portrait, tuple[float, float]]:
    """The whole work copy turned level, and where its corner lies in the levelled picture."""
    turn, shift = level.to_upload[:, :2], level.to_upload[:, 2]
    corners = np.array([(0, 0), (photo.width, 0), (0, photo.height), (photo.width, photo.height)], dtype=np.float64)
    inside = (corners - shift) @ turn
    origin = inside.min(axis=0)
    scale = photo.work_scale
    width, height = np.ceil((inside.max(axis=0) - origin) * scale).astype(int)
    to_work = np.column_stack([turn, scale * (turn @ origin + shift)])
    rgb = warp(photo.work, to_work, int(width), int(height), cv2.INTER_LINEAR)
    return Portrait(Picture(rgb, photo.file)), (float(origin[0]), float(origin[1]))


def warp(rgb: Image, to_source: Affine, width: int, height: int, filtering: int) -> Image:
    """Sample a picture; pixels beyond its edge repeat the edge.

    Args:
        to_source: 2×3, places in the result to places in `rgb`; a pixel's middle is at half past its number.
    """
    turn = to_source[:, :2]
    middles = np.column_stack([turn, to_source[:, 2] + turn @ (0.5, 0.5) - 0.5])
    flags = filtering | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(rgb, middles, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, dtype=np.uint8)
