"""Beauty filters, as the nets' training makes them."""

from __future__ import annotations

import numpy as np

from models.train.retouch import chain
from models.train.retouch.face import Face, skin_plane
from models.train.retouch.made import FAMILIES
from tests.evaluation.operations import FaceGeometry, Image, operation


@operation
def beauty(
    rgb: Image, face: FaceGeometry, *, family: str = "median-under", strength: float = 1.0, seed: int = 1
) -> Image:
    """One operation of `models/train/retouch`: `family` by name, `strength` 0..1."""
    assert chain.MODULES
    points = face.points[:, :2]
    made = FAMILIES[family].make(
        rgb, Face(points, skin_plane(rgb, points), face.person), strength, np.random.default_rng(seed)
    )
    return made.rgb
