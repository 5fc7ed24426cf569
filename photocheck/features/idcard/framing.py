"""How the card lies before the camera: what of it is outside the picture, how fine it is seen, how far it is tilted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photocheck.features.idcard.shape import (
    CORNER_RADIUS_MM,
    HEIGHT_MM,
    WIDTH_MM,
    Corners,
    homography,
    mapped,
    side_lengths,
)

LEAST_PER_MM = 5.0
"""Native pixels a millimetre below which the print is too coarse for its edges and its ground to be measured."""

_FOCAL = 0.8
"""Focal length of a phone's main camera in longer sides of its picture: 24 to 28 mm on 36 mm are 0.67 to 0.78, and
pictures of 3:4 cut a little off."""
_SIDES = ("picture-left", "picture-top", "picture-right", "picture-bottom")


@dataclass(frozen=True, slots=True)
class Framing:
    """The card's place in the picture.

    Attributes:
        outside: how far the card reaches beyond the picture, as a share of its width; 0 where all of it is inside.
        sides: over which edges of the picture, as keys of `messages/labels.toml`.
        per_mm: native pixels a millimetre, along the edges of the card where it is seen coarsest.
        tilt: degrees between the card and the picture's plane.
    """

    outside: float
    sides: tuple[str, ...]
    per_mm: float
    tilt: float


def see_framing(corners: Corners, width: int, height: int) -> Framing:
    """Measure a card by its corners.

    Args:
        corners: clockwise from the card's own top left, in native pixels.
        width, height: of the picture.
    """
    edges = side_lengths(corners)
    across, down = (edges[0] + edges[2]) / 2, (edges[1] + edges[3]) / 2
    onto = np.linalg.inv(homography(corners, WIDTH_MM, HEIGHT_MM))
    outline = mapped(_round_outline(), onto)
    beyond = np.concatenate([(-outline).max(axis=0), (outline - (width, height)).max(axis=0)])
    beyond = np.maximum(beyond, 0.0) / max(across, down * WIDTH_MM / HEIGHT_MM)
    sides = tuple(name for name, far in zip(_SIDES, beyond, strict=True) if far > 0)
    return Framing(
        float(beyond.max()), sides, float(min(across / WIDTH_MM, down / HEIGHT_MM)), _tilt(onto, width, height)
    )


def _round_outline() -> NDArray[np.float64]:
    """Points of the outline in mm, a few on every round corner."""
    turn = np.radians(np.linspace(0, 90, 5))
    arc = CORNER_RADIUS_MM * np.column_stack([1 - np.cos(turn), 1 - np.sin(turn)])
    far = np.array([WIDTH_MM, HEIGHT_MM])
    mirrored = [arc, np.abs((far[0], 0) - arc), np.abs((0, far[1]) - arc), far - arc]
    return np.concatenate(mirrored)


def _tilt(onto: NDArray[np.float64], width: int, height: int) -> float:
    """Degrees between the plane of the card and that of the picture, for a camera that looks at the picture's middle.

    Args:
        onto: from mm on the card to native pixels.
    """
    focal = _FOCAL * max(width, height)
    back = np.array([[1 / focal, 0, -width / 2 / focal], [0, 1 / focal, -height / 2 / focal], [0, 0, 1]])
    along, down = (back @ onto)[:, :2].T
    normal = np.cross(along, down)
    return float(np.degrees(np.arccos(np.clip(abs(normal[2]) / np.linalg.norm(normal), 0.0, 1.0))))
