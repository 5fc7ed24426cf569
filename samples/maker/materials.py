"""What colour each part of a drawn person is: albedo in linear light, N×3 for N points seen."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from samples.maker import face as face_mesh
from samples.maker import paint
from samples.maker.scene import FaceHits, Hits

Points = NDArray[np.float64]
Colour = tuple[int, int, int]
Hair = Literal["short", "long", "high", "none"]


def face_colour(hits: FaceHits, skin: Points, gaze: tuple[float, float], per_cm: float) -> Points:
    """Skin, lips, brows, eyes and what is seen of the mouth; `gaze` in degrees, `per_cm` pixels a centimetre."""
    seen = {name: paint.look_up(name, hits.place)[:, None] for name in paint.atlas()}
    tone = np.broadcast_to(skin, hits.place.shape)
    tone = tone * (1.0 - seen["flush"] * (0.0, 0.10, 0.10)) * (1.0 - 0.26 * seen["hollow"])
    lips = skin * np.array([0.82, 0.56, 0.58])
    tone = tone * (1.0 - seen["lips"]) + lips * seen["lips"]
    tone = tone * (1.0 - seen["lip_line"] * (0.50, 0.62, 0.60))
    tone = tone * (1.0 - seen["fold"] * 0.30) * (1.0 - seen["nostrils"] * (0.72, 0.80, 0.80))
    for name, strength in (("brows", 0.95), ("lashes", 0.92)):
        tone = tone * (1.0 - strength * seen[name]) + np.array([0.012, 0.009, 0.008]) * strength * seen[name]
    tone = np.where((hits.shows == face_mesh.MOUTH)[:, None], _inside_mouth(hits), tone)
    balls = hits.shows == face_mesh.EYE
    tone[balls] = _eyes(hits.moved[balls], gaze, per_cm) * (1.0 - 0.85 * seen["lashes"][balls])
    return np.asarray(tone)


def _inside_mouth(hits: FaceHits) -> Points:
    """Teeth behind the upper lip, dark below."""
    top = np.interp(hits.moved[:, 0], (-2.2, 0.0, 2.2), (-4.35, -4.15, -4.35))
    teeth = np.clip((hits.moved[:, 1] - (top - 0.62)) / 0.08, 0.0, 1.0) * np.clip(
        (1.9 - np.abs(hits.moved[:, 0])) / 0.4, 0, 1
    )
    return np.asarray(
        np.array([0.06, 0.018, 0.018]) * (1 - teeth[:, None]) + np.array([0.62, 0.58, 0.52]) * teeth[:, None]
    )


def _eyes(moved: NDArray[np.float32], gaze: tuple[float, float], per_cm: float) -> Points:
    """Sclera, iris, pupil and the lamp's reflection."""
    left = moved[:, 0] > 0
    centres = np.where(left[:, None], face_mesh.EYE_CENTRES[1], face_mesh.EYE_CENTRES[0])
    flat = moved[:, :2] - centres[:, :2]
    ahead = np.sqrt(np.clip(face_mesh.EYE_RADIUS**2 - (flat**2).sum(axis=1), 0.02, None))
    unit = np.column_stack([flat, ahead]) / face_mesh.EYE_RADIUS
    along = np.radians(gaze)
    look = np.array([np.sin(along[0]) * np.cos(along[1]), np.sin(along[1]), np.cos(along[0]) * np.cos(along[1])])
    away = face_mesh.EYE_RADIUS * np.arccos(np.clip(unit @ look / np.linalg.norm(unit, axis=1), -1.0, 1.0))
    fade = 0.7 / per_cm

    def within(radius: float, softness: float = 0.0) -> Points:
        return np.clip((radius - away) / (fade + softness) + 0.5, 0.0, 1.0)[:, None]

    rim = np.clip((1.35 - np.abs(flat[:, 0])) / 0.5, 0.0, 1.0)
    colour = np.array([0.60, 0.56, 0.53]) * (0.55 + 0.45 * rim)[:, None]
    spokes = 1.0 + 0.35 * np.sin(np.arctan2(flat[:, 1], flat[:, 0]) * 23.0) * np.sin(away * 19.0)
    iris = np.array([0.075, 0.036, 0.018]) * (spokes * (0.75 + 0.6 * away / face_mesh.IRIS_RADIUS))[:, None]
    limbus = np.array([0.02, 0.014, 0.012])
    for tint, radius, softness in (
        (limbus, face_mesh.IRIS_RADIUS, 0.04),
        (iris, 0.9 * face_mesh.IRIS_RADIUS, 0.1),
        (np.array([0.004, 0.004, 0.004]), 0.24, 0.02),
    ):
        inside = within(radius, softness)
        colour = colour * (1.0 - inside) + tint * inside
    colour = colour * (0.62 + 0.38 * np.clip((0.55 - flat[:, 1]) / 0.5, 0.0, 1.0))[:, None]
    glint = np.clip((0.1 - np.hypot(flat[:, 0] - 0.16, flat[:, 1] - 0.2)) / (fade + 0.02) + 0.5, 0.0, 1.0)[:, None]
    return np.asarray(colour * (1.0 - glint) + 0.85 * glint)


def neck_colour(hits: Hits, skin: Points, clothes: Colour, per_cm: float) -> Points:
    """Skin in the chin's shade above, a collar below."""
    x, y = hits.place[:, 0], hits.place[:, 1]
    shade = 1.0 - 0.42 * np.clip((y + 13.5) / 5.0, 0.0, 1.0)
    collar = np.clip((-13.6 - 0.035 * x * x + 0.9 - y) * per_cm + 0.5, 0.0, 1.0)[:, None]
    cloth = paint.linear(clothes) * 0.75
    return np.asarray(skin * shade[:, None] * (1 - collar) + cloth * collar)


def cloth_colour(hits: Hits, clothes: Colour) -> Points:
    """A plain garment with a weave too fine to see from afar."""
    x, y = hits.place[:, 0], hits.place[:, 1]
    folds = 1.0 + 0.05 * np.sin(0.9 * x + 0.6 * np.sin(0.7 * y)) + 0.03 * np.sin(17.0 * x) * np.sin(17.0 * y)
    return np.asarray(paint.linear(clothes) * folds[:, None])


def hair_colour(hits: Hits, strand: NDArray[np.float64], tint: Colour) -> Points:
    """Strands, and the band of light across the top of the head."""
    sheen = np.exp(-(((hits.normal[:, 1] - 0.62) / 0.16) ** 2))
    return np.asarray(
        paint.linear(tint) * (0.75 + 0.55 * strand + 0.9 * sheen * (0.6 + 0.8 * strand)).clip(0.1)[:, None]
    )


def hair_cover(place: NDArray[np.float32], style: Hair, strand: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much hair grows at N×3 points of the head, 0..1."""
    x, y, z = np.abs(place[:, 0]), place[:, 1], place[:, 2]
    low = -6.0 if style == "long" else 0.6
    edge = np.interp(x, (0.0, 3.0, 5.0, 6.3, 7.0, 7.6, 8.2), (8.1, 8.2, 7.6, 6.0, 3.6, 1.6, low))
    edge = np.where(z < -4.0, np.minimum(edge, -4.0 if style != "long" else -20.0), edge)
    return np.asarray(np.clip((y - edge + 0.22 * strand) / 0.35 + 0.5, 0.0, 1.0))
