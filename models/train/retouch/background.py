"""Another background behind the person, with the faults that mattes have."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.train.retouch.face import Face
from models.train.retouch.made import Image, Made, Plane, blurred, family, levels

COLOURS = np.array(
    [(255, 255, 255), (250, 250, 250), (67, 142, 219), (0, 191, 243), (255, 0, 0), (216, 40, 48), (236, 239, 242)],
    np.float32,
)
"""Plain backgrounds of ID photos."""


@family("background", "train")
def background_by_colour(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Alpha from the distance to the backdrop's colour around the outline; soft, with faults by chance."""
    alpha = colour_alpha(rgb, face)
    return _composed(rgb, face, _faulty(alpha, strength, face, rng), strength, rng)


@family("background", "train")
def background_by_brush(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """A feathered outline, as of a selection by hand: strands of hair are lost, the backdrop shimmers through."""
    smooth = blurred(face.person, (1.0 + 3.0 * strength) * face.scale)
    reach = rng.uniform(0.35, 0.65)
    alpha = np.clip((smooth - reach) * 6 / max(0.5, 4 * strength) + 0.5, 0, 1).astype(np.float32)
    return _composed(rgb, face, alpha, strength, rng)


@family("background", "validation")
def background_hard(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """A threshold of the colour distance, stairs and all; at low strength its edge is softened."""
    hard = (colour_alpha(rgb, face) > rng.uniform(0.3, 0.7)).astype(np.float32)
    return _composed(rgb, face, blurred(hard, 0.4 + 1.0 * (1 - strength)), strength, rng)


@family("background", "test")
def background_by_net(rgb: Image, face: Face, strength: float, rng: np.random.Generator) -> Made:
    """The person mask of photocheck as the matte, as apps do it on the phone."""
    alpha = np.clip((face.person - 0.2) / 0.6, 0, 1).astype(np.float32)
    return _composed(rgb, face, alpha, strength, rng)


def colour_alpha(rgb: Image, face: Face) -> Plane:
    """H×W, 0..1: near the outline by the distance to the backdrop's own colour, elsewhere by the person mask."""
    reach = max(2, round(0.07 * face.width))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    inside = (face.person > 0.5).astype(np.uint8)
    sure, possible = cv2.erode(inside, disc), cv2.dilate(inside, disc)
    backdrop, person = filled(rgb, 1 - possible, face), filled(rgb, sure, face)
    between = person - backdrop
    along = ((rgb - backdrop) * between).sum(axis=-1) / np.maximum(1.0, (between**2).sum(axis=-1))
    distance = np.sqrt(((rgb - backdrop) ** 2).sum(axis=-1))
    alpha = np.maximum(along, np.clip((distance - 8) / 24, 0, 1) * face.person)
    alpha = np.where(sure > 0, 1.0, np.where(possible > 0, alpha, 0.0))
    return np.clip(alpha, 0, 1).astype(np.float32)


def filled(rgb: Image, known: NDArray[np.uint8], face: Face) -> Plane:
    """The colours of the known pixels spread over the others: normalised blurs, wider where nothing is near."""
    small = 4
    size = (max(1, rgb.shape[1] // small), max(1, rgb.shape[0] // small))
    weight = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    colour = cv2.resize(rgb.astype(np.float32) * known[..., None], size, interpolation=cv2.INTER_AREA)
    spread, total = colour + 0.0, weight + 0.0
    for sigma in (0.05, 0.15, 0.5):
        wide = max(1.0, sigma * face.width / small)
        share = np.float32(10.0 ** (-2 - 4 * sigma))
        spread += share * blurred(colour, wide)
        total += share * blurred(weight, wide)
    filled = spread / np.maximum(total, np.float32(1e-9))[..., None]
    return np.asarray(cv2.resize(filled, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _faulty(alpha: Plane, strength: float, face: Face, rng: np.random.Generator) -> Plane:
    """Choked or spread by up to two pixels, feathered by up to four, strands lost."""
    sigma = rng.uniform(0.0, 3.0) * strength
    if sigma > 0.3:
        alpha = blurred(alpha, sigma)
    shift = rng.uniform(-0.35, 0.35) * strength
    gain = 1.0 + rng.uniform(0.0, 2.0) * strength
    alpha = np.clip((alpha - 0.5 + shift) * gain + 0.5, 0, 1)
    if rng.random() < 0.5:
        alpha = np.where(face.person < 0.3, alpha * np.float32(1 - strength), alpha)
    return np.asarray(alpha, np.float32)


def _composed(rgb: Image, face: Face, alpha: Plane, strength: float, rng: np.random.Generator) -> Made:
    """The person on a plain or shaded colour; by chance with noise, and with the old backdrop's spill taken out.

    In half of the cases the colour is about the old backdrop's: a colour by itself must not tell.
    """
    height, width = rgb.shape[:2]
    colour = COLOURS[rng.integers(len(COLOURS))]
    behind = face.person < 0.05
    if rng.random() < 0.5 and behind.any():
        colour = np.clip(rgb[behind].mean(axis=0) + rng.normal(0, 6, 3), 0, 255).astype(np.float32)
    new = np.broadcast_to(colour, rgb.shape).astype(np.float32)
    if rng.random() < 0.35:
        slope = np.linspace(0, 1, height, dtype=np.float32)[:, None, None] * rng.uniform(-30, 30)
        new = new + slope
    if rng.random() < 0.4:
        new = new + rng.normal(0, rng.uniform(0.5, 2.5), (height, width, 1)).astype(np.float32)
    front = rgb.astype(np.float32)
    if rng.random() < 0.5:
        old = filled(rgb, behind.astype(np.uint8), face)
        solid = np.maximum(alpha, np.float32(0.25))[..., None]
        clean = np.clip((front - (1 - solid) * old) / solid, 0, 255)
        front = front + np.float32(1 - 0.7 * strength) * (clean - front)
    made = levels(new + alpha[..., None] * (front - new))
    return Made(made, np.asarray(1 - alpha, np.float32))
