"""Both eyes: corners, lids and irises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photocheck.features import landmarks
from photocheck.features.faces import FaceMesh
from photocheck.finding import Region


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye. Pixels of the native image.

    Attributes:
        label: `right-eye` or `left-eye`, the person's own.
        outline: 16×2, the lid rim.
        corners: 2×2, outer and inner.
        iris: (x, y) of the iris centre.
        iris_radius: pixels.
        lid_gap: largest distance between upper and lower lid.
        width: distance between the corners.
    """

    label: str
    outline: NDArray[np.float64]
    corners: NDArray[np.float64]
    iris: NDArray[np.float64]
    iris_radius: float
    lid_gap: float
    width: float

    @property
    def openness(self) -> float:
        """The lid gap over the iris diameter: about 0.7 at rest, 0.1 to 0.3 shut; hardly changed by yaw."""
        return self.lid_gap / max(2.0 * self.iris_radius, 1e-6)

    def region(self) -> Region:
        """The lid rim as evidence."""
        return Region.polygon(self.label, self.outline)


@dataclass(frozen=True, slots=True)
class Eyes:
    """The person's own right and left eye."""

    right: Eye
    left: Eye


def see_eyes(mesh: FaceMesh) -> Eyes:
    """Both eyes of the mesh."""
    return Eyes(
        right=_eye(
            mesh,
            "right-eye",
            landmarks.RIGHT_EYE_OUTLINE,
            landmarks.RIGHT_EYE_CORNERS,
            landmarks.RIGHT_IRIS,
            landmarks.RIGHT_LIDS,
        ),
        left=_eye(
            mesh,
            "left-eye",
            landmarks.LEFT_EYE_OUTLINE,
            landmarks.LEFT_EYE_CORNERS,
            landmarks.LEFT_IRIS,
            landmarks.LEFT_LIDS,
        ),
    )


def _eye(
    mesh: FaceMesh,
    label: str,
    outline: tuple[int, ...],
    corners: tuple[int, int],
    iris: tuple[int, ...],
    lids: tuple[tuple[int, int], ...],
) -> Eye:
    centre, *rim = mesh.xy(*iris)
    ends = mesh.xy(*corners)
    return Eye(
        label=label,
        outline=mesh.xy(*outline),
        corners=ends,
        iris=centre,
        iris_radius=float(np.mean(np.hypot(*(np.array(rim) - centre).T))),
        lid_gap=max(float(np.hypot(*(mesh.points[upper, :2] - mesh.points[lower, :2]))) for upper, lower in lids),
        width=float(np.hypot(*(ends[1] - ends[0]))),
    )
