"""The person mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import vision

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

_NET_SIDE = 256


@dataclass(frozen=True, slots=True)
class PersonMask:
    """Where the person is, on the work copy of the picture.

    Attributes:
        probability: h×w float32 of the work copy's size, 0..1.
        scale: work pixels per native pixel.
    """

    probability: NDArray[np.float32]
    scale: float

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Where a person is more likely than not."""
        return self.probability >= 0.5


def see_person(photo: Portrait) -> PersonMask:
    """Segment the whole picture."""
    small = cv2.resize(photo.work, (_NET_SIDE, _NET_SIDE), interpolation=cv2.INTER_AREA)
    probability = vision.person_probability(np.asarray(small, dtype=np.uint8))
    height, width = photo.work.shape[:2]
    return PersonMask(
        np.asarray(cv2.resize(probability, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32),
        photo.work_scale,
    )
