"""Things drawn on a head, as the training of the net `head-look` draws them."""

from __future__ import annotations

import cv2
import numpy as np

from models.train.head import cloth, glasses, hair, hand, makeup
from models.train.head.scene import Scene
from photocheck.features.head_look import LOOKS
from tests.evaluation.operations import FaceGeometry, Image, operation

_DRAWERS = {
    "glasses": glasses.with_glasses, "tint": glasses.with_glasses, "frame": glasses.with_glasses,
    "glare": glasses.with_glasses, "hat": cloth.with_hat, "scarf": cloth.with_scarf, "mask": cloth.with_mask,
    "hand": hand.with_hand, "veil": cloth.with_veil, "brows": hair.with_fringe, "eyes": hair.with_fringe,
    "ears": hair.with_side_hair, "make-up": makeup.with_make_up,
}  # fmt: skip
_TRIES = 200


@operation
def wear(rgb: Image, face: FaceGeometry, *, look: str = "mask", seed: int = 1) -> Image:
    """The first that surely has that look, of those drawn with this seed and the following; glare on clear lenses."""
    height, width = rgb.shape[:2]
    side = max(height, width)
    square = cv2.copyMakeBorder(rgb, 0, side - height, 0, side - width, cv2.BORDER_REPLICATE)
    scene = Scene(np.asarray(square, np.uint8), face.points, dict.fromkeys(LOOKS, 0.0))
    for number in range(seed, seed + _TRIES):
        made = _DRAWERS[look](scene, np.random.default_rng(number))
        if made.truth[look] == 1 and (look != "glare" or made.truth["tint"] == 0):
            return made.rgb[:height, :width]
    raise ValueError(f"nothing with {look} was drawn")
