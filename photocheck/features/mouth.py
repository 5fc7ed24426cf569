"""The lips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photocheck.features.faces import FaceMesh
from photocheck.features.landmarks import INNER_LIPS_MIDDLE, LIPS_INNER, LIPS_OUTER, MOUTH_CORNERS
from photocheck.finding import Region


@dataclass(frozen=True, slots=True)
class Mouth:
    """The lips, in pixels of the native image.

    Attributes:
        outer: 20×2 outline of the lips.
        inner: 20×2 outline of the opening.
        corners: 2×2, the person's right and left corner.
        gap: distance between the lips at the middle.
        width: distance between the corners.
    """

    outer: NDArray[np.float64]
    inner: NDArray[np.float64]
    corners: NDArray[np.float64]
    gap: float
    width: float

    def region(self) -> Region:
        """The outline of the lips as evidence."""
        return Region.polygon("mouth", self.outer)


def see_mouth(mesh: FaceMesh) -> Mouth:
    """The lips of the mesh."""
    upper, lower = mesh.xy(*INNER_LIPS_MIDDLE)
    corners = mesh.xy(*MOUTH_CORNERS)
    return Mouth(
        outer=mesh.xy(*LIPS_OUTER),
        inner=mesh.xy(*LIPS_INNER),
        corners=corners,
        gap=float(np.hypot(*(lower - upper))),
        width=float(np.hypot(*(corners[1] - corners[0]))),
    )
