"""What is behind the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait


@dataclass(frozen=True, slots=True)
class Background:
    """What is behind the person, on the work copy.

    Attributes:
        mask: h×w bool of the work copy's size: background, clear of the hair fringe and of anything that may be person.
        lab: h×w×3 float32 CIELAB (D65) of the work copy.
        scale: work pixels per native pixel.
    """

    mask: NDArray[np.bool_]
    lab: NDArray[np.float32]
    scale: float


def see_background(photo: Portrait) -> Background:
    """Everything well away from the person.

    Raises:
        NotAssessable: `no-background` where too little is left to judge.
    """
    maybe_person = (photo.person.probability > 0.1).astype(np.uint8)
    reach = max(3, round(photo.mesh.inter_eye_distance * photo.person.scale * 0.2)) | 1
    mask = cv2.dilate(maybe_person, np.ones((reach, reach), np.uint8)) == 0
    if mask.mean() < 0.02:
        raise NotAssessable("no-background")
    lab = cv2.cvtColor(photo.work.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    return Background(np.asarray(mask), np.asarray(lab, dtype=np.float32), photo.person.scale)
