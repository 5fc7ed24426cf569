"""Geometry: slimmer faces, larger eyes, narrower noses, other mouths, chins and heads.

Every warp is a displacement: the content of pixel p comes from p + displacement[p].
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.train.retouch.face import Face, sampling_grid
from models.train.retouch.made import Image, Made, Plane, Window, amount, family
from photocheck.features import landmarks

Point = NDArray[np.float64]

JAW_RIGHT, JAW_LEFT = (58, 172, 136, 150), (288, 397, 365, 379)
_NOSE_SIDES = (48, 278)
_VISIBLE = 0.01
"""Displacement as a share of the face width that counts as a mask of 1."""


def warped(rgb: Image, face: Face, displacement: Plane, rng: np.random.Generator) -> Made:
    """Resample the picture by the displacement; pixels that do not move are left as they are."""
    how = cv2.INTER_LINEAR if rng.random() < 0.6 else cv2.INTER_CUBIC
    grid = sampling_grid(displacement)
    made = cv2.remap(rgb, grid, None, how, borderMode=cv2.BORDER_REPLICATE)
    length = np.hypot(displacement[..., 0], displacement[..., 1])
    unmoved = length < 0.02
    made[unmoved] = rgb[unmoved]
    mask = np.clip(length / (_VISIBLE * face.width), 0, 1).astype(np.float32)
    return Made(np.asarray(made, np.uint8), mask, displacement)


def around(rgb: Image, centre: Point, radius: float) -> tuple[Window, Plane, Plane]:
    """The part of the picture within that distance, and its columns and rows counted from the centre."""
    height, width = rgb.shape[:2]
    left, top = (int(max(0, np.floor(low - radius))) for low in centre)
    right, bottom = int(min(width, centre[0] + radius + 1)), int(min(height, centre[1] + radius + 1))
    x, y = np.meshgrid(
        np.arange(left, max(left, right), dtype=np.float32), np.arange(top, max(top, bottom), dtype=np.float32)
    )
    return (slice(top, max(top, bottom)), slice(left, max(left, right))), x - centre[0], y - centre[1]


def still(rgb: Image) -> Plane:
    """No displacement."""
    return np.zeros((*rgb.shape[:2], 2), np.float32)


def pull(total: Plane, rgb: Image, centre: Point, target: Point, moved: float, radius: float) -> None:
    """Local translation (Gustafsson 1993): the content at `centre` moves towards `target` by `moved` pixels.

    It fades out at `radius`, the steeper the farther the target is.
    """
    way = target - centre
    length = float(np.hypot(*way))
    if length < 1.0 or moved <= 0.0:
        return
    wanted = min(0.9, moved / length)
    spread = radius**2 * (wanted**-0.5 - 1)
    part, x, y = around(rgb, centre, radius)
    inside = np.maximum(radius**2 - x**2 - y**2, 0)
    total[part] -= ((inside / (inside + spread)) ** 2)[..., None] * way.astype(np.float32)


def swell(total: Plane, rgb: Image, centre: Point, radius: float, grows: float) -> None:
    """Enlarge what is within the radius; its middle grows by that share (0.1 is a tenth; below 0 it shrinks)."""
    part, x, y = around(rgb, centre, radius)
    share = np.clip(1 - np.hypot(x, y) / radius, 0, 1)
    smooth = share**2 * (3 - 2 * share) * np.float32(grows / (1 + grows))
    total[part] -= smooth[..., None] * np.stack([x, y], axis=-1)


@family("warp", "train")
def slim_pull(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Interactive image warping of both jaws towards the nose."""
    total, nose = still(rgb), face.points[landmarks.NOSE_TIP]
    moved = amount(strength, 0.008, rng.uniform(0.05, 0.08)) * face.width
    radius = rng.uniform(0.36, 0.5) * face.width
    for jaw in (JAW_RIGHT, JAW_LEFT):
        pull(total, rgb, face.points[list(jaw)].mean(axis=0), nose, moved, radius)
    return warped(rgb, face, total, rng)


@family("warp", "train")
def eyes_radial(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Eyes enlarged around their middles."""
    total, radius = still(rgb), rng.uniform(0.2, 0.28) * face.width
    for eye in (landmarks.RIGHT_EYE_OUTLINE, landmarks.LEFT_EYE_OUTLINE):
        swell(total, rgb, face.points[list(eye)].mean(axis=0), radius, amount(strength, 0.05, 0.3))
    return warped(rgb, face, total, rng)


@family("warp", "train")
def nose_and_mouth(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """A narrower nose, a mouth made smaller or larger."""
    total, middle = still(rgb), face.points[landmarks.NOSE_TIP]
    for side in _NOSE_SIDES:
        pull(total, rgb, face.points[side], middle, amount(strength, 0.006, 0.035) * face.width, 0.16 * face.width)
    if rng.random() < 0.5:
        mouth = face.points[list(landmarks.LIPS_OUTER)].mean(axis=0)
        swell(total, rgb, mouth, 0.3 * face.width, rng.choice([-0.15, 0.12]) * strength)
    return warped(rgb, face, total, rng)


@family("warp", "validation")
def head_squeeze(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Lower face narrowed and chin raised by one smooth field over the face (a slider of "small face")."""
    chin, brow, nose = face.points[landmarks.CHIN], face.points[9], face.points[landmarks.NOSE_TIP]
    total, height = still(rgb), float(np.hypot(*(chin - brow)))
    part, x, y = around(rgb, nose, 1.5 * face.width)
    down = np.clip((y + nose[1] - brow[1]) / height, 0, 1.6)
    profile = np.clip(down, 0, 1) * np.clip((1.6 - down) / 0.6, 0, 1)
    share = x / (0.5 * face.width)
    across = share * np.exp(-(np.maximum(0, np.abs(share) - 0.75) ** 2) / 0.12)
    across *= np.clip((2.2 - np.abs(share)) / 0.8, 0, 1)
    total[(*part, 0)] = across * profile * amount(strength, 0.01, 0.06) * face.width
    total[(*part, 1)] = profile**2 * np.exp(-(share**2) / 0.5) * rng.uniform(0, 0.04) * strength * height
    return warped(rgb, face, total, rng)


@family("warp", "test")
def liquify(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Forward brushes: many small Gaussian pushes along the jaw line and around the eyes, as by hand."""
    total = still(rgb)
    strokes: list[tuple[Point, Point, float]] = []
    nose = face.points[landmarks.NOSE_TIP]
    kind = rng.integers(3)
    if kind != 1:
        for index in (132, 58, 172, 136, 150, 361, 288, 397, 365, 379):
            at = face.points[index]
            way = (nose - at) / max(1e-6, float(np.hypot(*(nose - at))))
            strokes.append((at, way * amount(strength, 0.006, 0.035) * face.width, 0.1 * face.width))
    if kind != 0:
        for eye in (landmarks.RIGHT_EYE_OUTLINE, landmarks.LEFT_EYE_OUTLINE):
            ring = face.points[list(eye)]
            for at in ring[::2]:
                away = at - ring.mean(axis=0)
                strokes.append((at, away * amount(strength, 0.06, 0.22), 0.05 * face.width))
    for at, by, sigma in strokes:
        part, x, y = around(rgb, at, 3.5 * sigma)
        near = np.exp(-(x**2 + y**2) / (2 * sigma**2))
        total[part] -= near[..., None] * (by * rng.uniform(0.4, 0.7)).astype(np.float32)
    return warped(rgb, face, np.asarray(cv2.GaussianBlur(total, (0, 0), 1.5), np.float32), rng)
