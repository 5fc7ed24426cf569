"""How far the face is from rest: distances of the mesh in the head's own frame, and what they say together."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photocheck.features import landmarks
from photocheck.features.faces import FaceMesh
from photocheck.features.pose import Pose

# mm of an average face, and how gradually the probability passes a half there.
_RAISED_BROWS, _BROWS_SOFTNESS = 25.5, 0.5
_LOWERED_CORNERS, _CORNERS_SOFTNESS = -3.5, 0.4


@dataclass(frozen=True, slots=True)
class Expression:
    """What the face does.

    Attributes:
        smile: 0..1, the probability that a person would call the expression other than neutral. Of the faces it was
            fitted on that were not neutral nine in ten smiled.
        raised_brows, frown: 0..1, 0.5 where brows are higher, or mouth corners lower, than on any neutral clean
            portrait of the training part.
    """

    smile: float
    raised_brows: float
    frown: float


def see_expression(mesh: FaceMesh, pose: Pose) -> Expression:
    """Judge the distances by the logistic model of `data/expression.toml`, fitted on the training part."""
    distances = expression_distances(mesh, pose)
    model = _model()
    weights: dict[str, float] = model["weights"]
    score = model["bias"] + sum(weight * distances[name] for name, weight in weights.items())
    return Expression(
        smile=_probability(score),
        raised_brows=_probability((distances["brow_height"] - _RAISED_BROWS) / _BROWS_SOFTNESS),
        frown=_probability((_LOWERED_CORNERS - distances["corner_lift"]) / _CORNERS_SOFTNESS),
    )


def _probability(score: float) -> float:
    return float(1.0 / (1.0 + np.exp(-np.clip(score, -60.0, 60.0))))


def expression_distances(mesh: FaceMesh, pose: Pose) -> dict[str, float]:
    """Distances in mm of an average face, the head turned to face the camera."""
    head = (mesh.points * (1.0, -1.0, -1.0)) @ pose.rotation / pose.scale

    def middle(*indices: int) -> NDArray[np.float64]:
        mean: NDArray[np.float64] = head[list(indices)].mean(axis=0)
        return mean

    def apart(one: int, other: int) -> float:
        return float(np.linalg.norm(head[one] - head[other]))

    eyes = middle(*landmarks.RIGHT_EYE_CORNERS, *landmarks.LEFT_EYE_CORNERS)
    corners, lips = middle(*landmarks.MOUTH_CORNERS), middle(*landmarks.INNER_LIPS_MIDDLE)
    upper, lower = landmarks.INNER_LIPS_MIDDLE
    return {
        "mouth_width": apart(*landmarks.MOUTH_CORNERS),
        "corner_lift": float(corners[1] - lips[1]),
        "corner_depth": float(corners[2] - lips[2]),
        "lip_gap": apart(upper, lower),
        "lip_height": apart(landmarks.UPPER_LIP_TOP, upper) + apart(lower, landmarks.LOWER_LIP_BOTTOM),
        "eyes_to_lips": float(eyes[1] - lips[1]),
        "cheek_depth": float(middle(*landmarks.CHEEKS)[2] - eyes[2]),
        "lid_gap": (apart(*landmarks.RIGHT_LIDS[0]) + apart(*landmarks.LEFT_LIDS[0])) / 2,
        "brow_height": float(middle(*landmarks.BROW_MIDDLES)[1] - eyes[1]),
        "brow_gap": apart(*landmarks.BROW_ENDS),
    }


@cache
def _model() -> dict[str, Any]:
    text = (resources.files("photocheck") / "features" / "data" / "expression.toml").read_text("utf-8")
    return tomllib.loads(text)
