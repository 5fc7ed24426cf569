"""What the shape of the face says: the mesh against the shapes that faces have.

Faces differ widely, but not in every direction: a slimmed jaw or enlarged eyes move the mesh in ways in which people
hardly differ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photocheck.features import landmarks
from photocheck.features.nets import run_net

NET = "retouch-shape"
KINDS = ("slimmed", "eyes", "nose-and-mouth")
"""What the net answers, each in standard deviations above untouched faces."""


def see_shape(points: NDArray[np.float64]) -> dict[str, float]:
    """How far the face lies in the direction of each of `KINDS`, by the name `shape-` and the kind.

    Args:
        points: 478×2 pixels.
    """
    (scores,) = run_net(NET, {"mesh": upright(points)[None].astype(np.float32)})
    return {f"shape-{kind}": float(score) for kind, score in zip(KINDS, scores[0], strict=True)}


def upright(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """956: the mesh turned so that the eyes are level, in distances of the irises, from the middle between them."""
    right, left = points[landmarks.RIGHT_IRIS[0]], points[landmarks.LEFT_IRIS[0]]
    across = left - right
    away = points - (right + left) / 2
    along = away @ across
    down = away[:, 1] * across[0] - away[:, 0] * across[1]
    return np.column_stack([along, down]).reshape(-1) / float(across @ across)
