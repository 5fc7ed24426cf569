"""Make-up drawn by landmark polygons: lips, cheeks, brows, eyes, teeth."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.train.retouch.face import Face
from models.train.retouch.made import Image, Made, Plane, amount, blended, family
from photocheck.features import landmarks

_LIP_COLOURS = np.array([(196, 48, 62), (214, 84, 92), (160, 30, 60), (226, 110, 110), (188, 60, 90)], np.float32)
_BLUSH_COLOURS = np.array([(236, 120, 120), (240, 140, 120), (228, 110, 140)], np.float32)


def lips_plane(face: Face) -> Plane:
    """Lips without the mouth's opening."""
    soft = 0.006 * face.width
    outer, inner = face.area(landmarks.LIPS_OUTER, soft), face.area(landmarks.LIPS_INNER, soft)
    return np.asarray(outer * (1 - inner), np.float32)


def _tinted(rgb: Image, colour: NDArray[np.float32]) -> Plane:
    """The colour with the light and shade of the picture: overlay."""
    below, above = rgb / np.float32(255), colour / np.float32(255)
    made = np.where(below < 0.5, 2 * below * above, 1 - 2 * (1 - below) * (1 - above))
    return np.asarray(255 * made, np.float32)


@family("make-up", "train")
def lips_and_cheeks(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Lipstick and blush."""
    lips = lips_plane(face) * np.float32(amount(strength, 0.15, 0.7))
    made = blended(rgb, _tinted(rgb, _LIP_COLOURS[rng.integers(len(_LIP_COLOURS))]), lips)
    if rng.random() < 0.4:
        return made
    cheeks = np.zeros_like(lips)
    for cheek in landmarks.CHEEKS:
        cheeks = np.maximum(cheeks, _spot(rgb, face.points[cheek], 0.11 * face.width))
    cheeks *= face.skin * np.float32(amount(strength, 0.1, 0.45))
    blush = blended(made.rgb, _tinted(made.rgb, _BLUSH_COLOURS[rng.integers(len(_BLUSH_COLOURS))]), cheeks)
    return Made(blush.rgb, np.maximum(lips, cheeks))


@family("make-up", "train")
def brows_and_lids(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Brows darkened, lids shaded."""
    soft = 0.012 * face.width
    brows = np.maximum(face.area(landmarks.RIGHT_BROW, soft), face.area(landmarks.LEFT_BROW, soft))
    brows *= np.float32(amount(strength, 0.15, 0.6))
    made = blended(rgb, rgb * np.float32(0.45), brows)
    lids = np.zeros_like(brows)
    for eye, brow in (
        (landmarks.RIGHT_EYE_OUTLINE, landmarks.RIGHT_BROW),
        (landmarks.LEFT_EYE_OUTLINE, landmarks.LEFT_BROW),
    ):
        between = face.area((*eye[:8], *brow[5:]), soft) * (1 - face.area(eye, 0.004 * face.width))
        lids = np.maximum(lids, between)
    lids *= np.float32(amount(strength, 0.1, 0.4))
    tint = np.array([(120, 80, 70), (90, 70, 90), (140, 90, 90)], np.float32)[rng.integers(3)]
    shaded = blended(made.rgb, made.rgb * tint / 255, lids)
    return Made(shaded.rgb, np.maximum(brows, lids))


@family("make-up", "validation")
def eyes_and_teeth(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Irises and eye whites brightened, teeth whitened, the groove under the eyes lightened."""
    soft = 0.004 * face.width
    eyes = np.maximum(
        face.area(landmarks.RIGHT_EYE_OUTLINE, soft), face.area(landmarks.LEFT_EYE_OUTLINE, soft)
    ) * np.float32(amount(strength, 0.15, 0.6))
    bright = 255 * (rgb / np.float32(255)) ** np.float32(0.6)
    made = blended(rgb, bright, eyes)
    teeth = face.area(landmarks.LIPS_INNER, soft)
    teeth = teeth * (rgb.mean(axis=-1) > 90) * np.float32(amount(strength, 0.2, 0.8))
    grey = made.rgb.mean(axis=-1, keepdims=True)
    white = np.minimum(255, 1.12 * (made.rgb + 0.7 * (grey - made.rgb)))
    made = blended(made.rgb, white, np.asarray(teeth, np.float32))
    bags = np.zeros_like(eyes)
    for eye in (landmarks.RIGHT_EYE_OUTLINE, landmarks.LEFT_EYE_OUTLINE):
        centre = face.points[list(eye)].mean(axis=0) + np.array([0.0, 0.1 * face.width])
        bags = np.maximum(bags, _spot(rgb, centre, 0.06 * face.width))
    bags *= face.skin * np.float32(strength * rng.uniform(0.2, 0.6))
    light = np.asarray(cv2.GaussianBlur(made.rgb, (0, 0), max(1.0, 0.02 * face.width)), np.float32) * 1.06
    under = blended(made.rgb, np.maximum(made.rgb, np.minimum(255, light)), bags)
    return Made(under.rgb, np.maximum.reduce([eyes, np.asarray(teeth, np.float32), bags]))


def _spot(rgb: Image, centre: NDArray[np.float64], sigma: float) -> Plane:
    """A Gaussian spot of height 1."""
    height, width = rgb.shape[:2]
    x, y = np.arange(width) - centre[0], np.arange(height) - centre[1]
    return np.outer(np.exp(-(y**2) / (2 * sigma**2)), np.exp(-(x**2) / (2 * sigma**2))).astype(np.float32)
