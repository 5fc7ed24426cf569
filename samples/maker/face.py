"""The face as a mesh: its shape at rest, how expressions move it, and which triangles span it.

Centimetres in the head's own frame: x to the picture's right, y up, z towards the camera. Vertices are numbered as the
landmarks of photocheck's face mesh, so that a drawing knows where its landmarks are.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from mediapipe.python.solutions.face_mesh_connections import FACEMESH_TESSELATION
from numpy.typing import NDArray

from photocheck.features import landmarks as marks

Points = NDArray[np.float64]

SKIN, EYE, MOUTH = 0, 1, 2

EYE_CENTRES = np.array([(-3.15, 2.62, 2.62), (3.15, 2.62, 2.62)])
"""Centres of the eyeballs, the person's own right one first."""
EYE_RADIUS = 1.3
IRIS_RADIUS = 0.6

_UPPER_LIDS = ((246, 161, 160, 159, 158, 157, 173), (466, 388, 387, 386, 385, 384, 398))
_LOWER_LIDS = ((7, 163, 144, 145, 153, 154, 155), (249, 390, 373, 374, 380, 381, 382))
_UPPER_FOLDS = ((247, 30, 29, 27, 28, 56, 190), (467, 260, 259, 257, 258, 286, 414))
_INNER_UPPER = (191, 80, 81, 82, 13, 312, 311, 310, 415)
_INNER_LOWER = (95, 88, 178, 87, 14, 317, 402, 318, 324)


@cache
def rest() -> Points:
    """468×3, the canonical face."""
    half = np.loadtxt(Path(__file__).with_name("face_mesh.csv"), delimiter=",")
    return np.vstack([half, half[half[:, 0] != 0.0] * (-1.0, 1.0, 1.0)])


@cache
def triangles() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """T×3 vertex numbers, and for each triangle what it shows: `SKIN`, `EYE` or `MOUTH`."""
    beside: dict[int, set[int]] = {}
    for a, b in FACEMESH_TESSELATION:
        beside.setdefault(a, set()).add(b)
        beside.setdefault(b, set()).add(a)
    skin = sorted({tuple(sorted((a, b, c))) for a in beside for b in beside[a] for c in beside[a] & beside[b]})
    fans = [
        (EYE, _strip(marks.RIGHT_EYE_OUTLINE)),
        (EYE, _strip(marks.LEFT_EYE_OUTLINE)),
        (MOUTH, _strip(marks.LIPS_INNER)),
    ]
    corners, shows = list(skin), [SKIN] * len(skin)
    for what, fan in fans:
        corners += fan
        shows += [what] * len(fan)
    return np.array(corners), np.array(shows)


def _strip(ring: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Triangles across a hole whose ring runs from one corner along the top to the other and back below."""
    half = len(ring) // 2
    upper = ring[: half + 1]
    lower = (ring[0], *reversed(ring[half + 1 :]), ring[half])
    spanned = []
    for k in range(half):
        spanned += [(upper[k], upper[k + 1], lower[k + 1]), (upper[k], lower[k + 1], lower[k])]
    return [corner for corner in spanned if len(set(corner)) == 3]


def formed(*, openness: float, gap: float, smile: float, brows: float) -> Points:
    """The face with an expression.

    Args:
        openness: of the eyes; 0 shut, 1 as usual, 1.4 staring.
        gap: cm between the lips.
        smile: 0 none, 1 broad, below 0 corners drawn down.
        brows: cm by which the brows are raised.
    """
    face = rest().copy()
    _part_lips(face, gap)
    for side in (-1.0, 1.0):
        corner = np.array([2.456 * side, -4.343, 4.284])
        near = _near(rest(), corner, 1.9)
        face += near[:, None] * smile * np.array([0.55 * side, 0.5, -0.25])
        cheek = _near(rest(), np.array([4.2 * side, -0.8, 3.8]), 2.0)
        face += cheek[:, None] * smile * np.array([0.05 * side, 0.25, 0.2])
        brow = _near(rest(), np.array([3.3 * side, 4.6, 4.6]), 1.6)
        face[:, 1] += brow * brows
    _set_lids(face, openness)
    return face


def _near(points: Points, centre: Points, reach: float) -> NDArray[np.float64]:
    """Falls from 1 at the centre to 0.6 at `reach` cm."""
    return np.asarray(np.exp(-0.5 * ((points - centre) ** 2).sum(axis=1) / reach**2))


def _part_lips(face: Points, gap: float) -> None:
    """Bring the inner lips together, then move jaw and lower lip down by the gap."""
    x, y = rest()[:, 0], rest()[:, 1]
    upper, lower = rest()[list(_INNER_UPPER)], rest()[list(_INNER_LOWER)]
    top = np.interp(x, upper[:, 0], upper[:, 1])
    bottom = np.interp(x, lower[:, 0], lower[:, 1])
    meeting = 0.55 * top + 0.45 * bottom
    inside = np.clip((2.4 - np.abs(x)) / 0.3, 0.0, 1.0) * (np.abs(y + 4.3) < 2.5)
    above = np.where(y >= top - 1e-6, np.exp(-(((y - top) / 0.6) ** 2)), 0.0)
    below = np.where(y <= bottom + 1e-6, np.exp(-(((bottom - y) / 0.6) ** 2)), 0.0)
    face[:, 1] += inside * (above * (meeting - top) + below * (meeting - bottom))
    inner = [*_INNER_UPPER, *_INNER_LOWER]
    face[inner, 1] = meeting[inner]
    face[inner, 2] = np.interp(x[inner], upper[:, 0], np.maximum(upper[:, 2], lower[:, 2]))
    if gap:
        jaw = np.clip((-4.6 - y) / 1.0, 0.0, 1.0) * np.clip((6.9 - np.abs(x)) / 4.0, 0.0, 1.0)
        spread = np.sqrt(np.clip(1.0 - (x / 2.3) ** 2, 0.0, 1.0))
        lip = (y <= bottom + 1e-6) & (y > -5.7) & (np.abs(x) < 2.3)
        jaw[lip] = spread[lip]
        jaw[list(_INNER_UPPER)] = 0.0
        face[:, 1] -= gap * jaw
        face[:, 2] -= 0.25 * gap * jaw


def _set_lids(face: Points, openness: float) -> None:
    """Move the upper lid over the eyeball; its fold follows half way."""
    for centre, uppers, lowers, folds in zip(EYE_CENTRES, _UPPER_LIDS, _LOWER_LIDS, _UPPER_FOLDS, strict=True):
        for upper, lower, fold in zip(uppers, lowers, folds, strict=True):
            height = face[upper, 1] - face[lower, 1]
            change = (1.15 * openness - 1.0) * height
            face[upper, 1] += change * (0.92 if change < 0 else 1.0)
            face[lower, 1] -= change * (0.08 if change < 0 else 0.0)
            face[fold, 1] += 0.35 * change
            for lid in (upper, lower):
                offset = face[lid, :2] - centre[:2]
                bulge = (EYE_RADIUS + 0.06) ** 2 - float(offset @ offset)
                if bulge > 0:
                    face[lid, 2] = max(face[lid, 2], centre[2] + np.sqrt(bulge))


def normals(points: Points) -> Points:
    """Unit normals of the vertices, pointing outwards."""
    corners, _ = triangles()
    first, second, third = (points[corners[:, k]] for k in range(3))
    faces = np.cross(second - first, third - first)
    faces *= np.where(faces[:, 2:] < 0, -1.0, 1.0)  # the canonical face hides none of itself from the front
    total = np.zeros_like(points)
    for k in range(3):
        np.add.at(total, corners[:, k], faces)
    return np.asarray(total / np.linalg.norm(total, axis=1, keepdims=True).clip(1e-9))
