"""The head: crown with hair, crown of the skull, chin, and its width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from photocheck.features.geometry import Box
from photocheck.features.landmarks import CHIN, FOREHEAD_TOP, LEFT_CHEEKBONE, RIGHT_CHEEKBONE

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait


@dataclass(frozen=True, slots=True)
class Head:
    """The head, in pixels of the native image, measured on the upright picture.

    Attributes:
        crown: y of the top of the head including hair (头顶发迹, GA 461).
        skull_crown: y of the top of the skull, hair left out (ICAO Doc 9303), estimated from the mesh.
        chin: y of the lowest point of the chin.
        left, right: x where the ears join the cheeks (face width of GA 461), image left and right.
        cropped: whether the hair touches the upper edge of the picture, so that `crown` is a bound only.
    """

    crown: float
    skull_crown: float
    chin: float
    left: float
    right: float
    cropped: bool

    @property
    def height(self) -> float:
        """Crown with hair to chin, pixels."""
        return self.chin - self.crown

    @property
    def skull_height(self) -> float:
        """Crown of the skull to chin, pixels."""
        return self.chin - self.skull_crown

    @property
    def width(self) -> float:
        """Where ears join cheeks, side to side, pixels."""
        return self.right - self.left

    @property
    def box(self) -> Box:
        """Crown with hair to chin, ear to ear."""
        return Box(self.left, self.crown, self.right, self.chin)


def see_head(photo: Portrait) -> Head:
    """Measure the head on mesh and person mask."""
    mesh = photo.mesh
    chin = float(mesh.points[CHIN, 1])
    left, right = float(mesh.points[RIGHT_CHEEKBONE, 0]), float(mesh.points[LEFT_CHEEKBONE, 0])
    hairline = float(mesh.points[FOREHEAD_TOP, 1])
    skull_crown = hairline - 0.18 * (chin - hairline)
    scale = photo.person.scale
    columns = photo.person.inside[:, max(0, int(left * scale)) : max(1, int(right * scale))]
    rows = np.flatnonzero(columns.any(axis=1)[: max(1, int(hairline * scale))])
    crown = float(rows[0] / scale) if rows.size else skull_crown
    return Head(min(crown, hairline), skull_crown, chin, left, right, bool(rows.size and rows[0] == 0))
