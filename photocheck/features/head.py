"""The head: crown with hair, crown of the skull, chin, and its width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from photocheck.features.faces import FaceMesh
from photocheck.features.geometry import Box
from photocheck.features.landmarks import FACE_OVAL, LEFT_CHEEKBONE, RIGHT_CHEEKBONE
from photocheck.features.person import PersonMask

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

EYES_TO_SKULL_CROWN = 0.84
"""Eyes to the visible top of the skull, over eyes to chin. Measured on 12 frontal pictures of bald or closely shaved
adults: mean 0.84, standard deviation 0.025, which is 1.4 % of the head's height. The skull itself is about 1.0 (eyes
midway), but its top lies behind the face and is seen in perspective. A child's is larger."""

_LOWEST_CROWN, _HIGHEST_CROWN = 0.74, 2.2
"""Where the hair's top is believed, in eye-to-chin lengths above the eyes: the flattest skull, the tallest hair."""
_LEAST_WIDTH = 0.06
"""Of the hair's topmost row, as a share of the face's width: single hairs do not count."""
_HAIR_BESIDE = 0.3
"""How far beside the face the top of the hair may stand, as a share of half its width."""


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
    mesh, mask = photo.mesh, photo.person
    chin = float(mesh.xy(*FACE_OVAL)[:, 1].max())
    right_ear, left_ear = mesh.xy(RIGHT_CHEEKBONE, LEFT_CHEEKBONE)
    middle, half = float((right_ear + left_ear)[0]) / 2, float(np.hypot(*(left_ear - right_ear))) / 2
    up = mesh.eye_midpoint - mesh.chin
    skull = float((mesh.eye_midpoint + EYES_TO_SKULL_CROWN * up)[1])
    highest, lowest = (float((mesh.eye_midpoint + reach * up)[1]) for reach in (_HIGHEST_CROWN, _LOWEST_CROWN))
    top = _top_of_hair(mask, mesh, half)
    crown = min(max(top, highest), lowest)
    cropped = crown <= mask.cell / 2
    crown = max(0.0, crown) if cropped else crown
    return Head(crown, skull if cropped else max(skull, crown), chin, middle - half, middle + half, cropped)


def _top_of_hair(mask: PersonMask, mesh: FaceMesh, half_width: float) -> float:
    """The y of the highest row, native pixels, in which the mask above the face is wider than single hairs."""
    scale = mask.scale
    reach = half_width * (1 + _HAIR_BESIDE)
    x, y = mesh.eye_midpoint
    left, right = (int(np.clip((x + side * reach) * scale, 0, mask.probability.shape[1] - 1)) for side in (-1, 1))
    above = mask.probability[: max(1, int(y * scale)), left : right + 1]
    wide = (above >= 0.5).sum(axis=1) >= max(2.0, _LEAST_WIDTH * 2 * half_width * scale)
    rows = np.flatnonzero(wide)
    return float(rows[0] / scale) if rows.size else float(y)
