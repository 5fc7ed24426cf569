"""What is on and before the head: glasses, covers, hats, hair and make-up, by one small net."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.aligned import alignment, cut
from photocheck.features.nets import run_net
from photocheck.features.subject import Affine
from photocheck.finding import NotAssessable, Region

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

NET = "head-look"
LOOKS = (
    *("glasses", "tint", "frame", "glare", "hat", "scarf", "mask", "hand", "veil", "eyes", "brows", "ears", "make-up"),
)
"""What the net answers, in its order: `hat` is every head cover but a scarf, `veil` every face cover but a mask and a
hand; `eyes` an eye hidden, `brows` both eyebrows hidden, `ears` both ears hidden."""
SIDE = 176
"""Pixels of the square that the net sees."""
BETWEEN_EYES = 38.0
"""Pixels between the irises on it."""
MIDDLE = (88.0, 80.0)
"""Where the middle between the eyes lies on it."""
BEYOND = 127
"""The grey outside the picture."""
SMALLEST_EYES = 24.0
"""Native pixels between the irises below which nothing is told."""

_LARGEST_YAW = 35.0
_SHOWN = 0.4
"""Share of the strongest place's probability from which a place belongs to the region."""


@dataclass(frozen=True)
class HeadLook:
    """What the net saw.

    Attributes:
        chances: of each of `LOOKS` 0..1, where one picture in ten has it.
        places: 13×11×11 float32, 0..1: how much each place of the square speaks for it.
        to_square: 2×3 map from native pixels to the square's.
    """

    chances: Mapping[str, float]
    places: NDArray[np.float32]
    to_square: Affine

    def region(self, look: str, label: str) -> Region:
        """Outline of where it is, native pixels: the largest connected part around the strongest place."""
        map_ = self.places[LOOKS.index(look)]
        fine = cv2.resize(map_, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
        inside = (fine >= _SHOWN * float(fine.max())).astype(np.uint8)
        contours, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        largest = max(contours, key=cv2.contourArea)
        points = cv2.approxPolyDP(largest, epsilon=2.0, closed=True)[:, 0, :].astype(np.float64)
        back = cv2.invertAffineTransform(self.to_square)
        return Region.polygon(label, points @ back[:, :2].T + back[:, 2])


def see_head_look(photo: Portrait) -> HeadLook:
    """Ask the net about the head, turned upright.

    Raises:
        NotAssessable: `no-face`; `too-small` where the eyes are less than 24 pixels apart; `turned-away` beyond 35°.
        ModelError: if the net is missing or not the one the manifest names.
    """
    mesh = photo.mesh
    if mesh.inter_eye_distance < SMALLEST_EYES:
        raise NotAssessable("too-small")
    if abs(photo.pose.yaw) > _LARGEST_YAW:
        raise NotAssessable("turned-away")
    to_square = alignment(mesh.points, BETWEEN_EYES, MIDDLE)
    square = cut(photo, to_square, SIDE, BEYOND)
    chances, places = run_net(NET, {"head": square.transpose(2, 0, 1)[None].astype(np.float32)})
    told = {look: float(chance) for look, chance in zip(LOOKS, chances[0], strict=True)}
    return HeadLook(told, places[0], to_square)
