"""A hand before the face."""

from __future__ import annotations

import cv2
import numpy as np

from models.train.head.scene import UNKNOWN, Scene, blurred
from photocheck.features import landmarks

_PLACES = (152, 205, 425, 13, 159, 386, 151, 4, 234, 454)


def with_hand(scene: Scene, rng: np.random.Generator) -> Scene:
    """Palm and fingers in the colour of the face, coming from below or from the side."""
    place = int(rng.choice(_PLACES, p=(0.14, 0.14, 0.14, 0.16, 0.1, 0.1, 0.06, 0.08, 0.04, 0.04)))
    tips = scene.points[place, :2] + rng.normal(0, 0.12 * scene.apart, 2)
    turn = float(rng.normal(0, 0.35)) + (0.0 if rng.random() < 0.6 else float(rng.choice((-1.2, 1.2))))
    forward = np.array([np.sin(turn), -np.cos(turn)])  # from the wrist to the tips
    beside = np.array([-forward[1], forward[0]])
    size = scene.apart * float(rng.uniform(0.9, 1.25))
    thick = 0.27 * size
    shown = scene.area(landmarks.FACE_OVAL) > 0.9
    skin = np.median(scene.rgb[shown], axis=0).astype(np.float32) * rng.uniform(0.8, 1.12)
    count = int(rng.choice((1, 2, 3, 4), p=(0.1, 0.15, 0.15, 0.6)))
    spread = float(rng.uniform(0.0, 0.22))
    lengths = np.array([1.05, 1.2, 1.12, 0.9]) * size * float(rng.uniform(0.85, 1.1))
    base = tips - forward * 1.2 * size
    made, cover = scene, np.zeros((scene.side, scene.side), np.float32)
    palm = base + np.array(
        [forward * a * size + beside * b * size for a, b in
         ((0.12, -0.62), (0.15, 0.62), (-0.8, 0.6), (-2.6, 0.42), (-2.6, -0.42), (-0.8, -0.6))]
    )  # fmt: skip
    parts = [scene.filled(palm, 0.08 * size)]
    for finger in range(count):
        at = (finger - 1.5) * 0.3
        begin = base + beside * at * size
        way = forward + beside * at * spread * 2
        knuckle = begin + way * lengths[finger] * 0.5
        end = begin + way * lengths[finger] + rng.normal(0, 0.03 * size, 2)
        parts.append(scene.drawn([np.stack([begin, knuckle, end])], thick, 0.8))
    if rng.random() < 0.6:
        side = float(rng.choice((-1, 1)))
        begin = base - forward * 0.6 * size + beside * side * 0.55 * size
        parts.append(
            scene.drawn([np.stack([begin, begin + forward * 0.7 * size + beside * side * 0.35 * size])], thick * 1.1)
        )
    for part in parts:
        inner = cv2.erode((part > 0.5).astype(np.uint8), np.ones((3, 3), np.uint8), iterations=max(1, int(0.05 * size)))
        round_ = blurred(inner.astype(np.float32), 0.1 * size)
        made = made.shaded(blurred(part, 0.04 * size) * 0.25)
        made = made.with_paint(np.clip(skin * (0.72 + 0.33 * round_)[..., None], 0, 255), part)
        cover = np.maximum(cover, part)
    grain = blurred(rng.normal(size=cover.shape).astype(np.float32), 1.2) * 6
    made = made.with_paint(np.clip(made.rgb + grain[..., None], 0, 255), cover)
    hidden = scene.covered(landmarks.FACE_OVAL, cover)
    on_face = cover * scene.area(landmarks.FACE_OVAL)
    truth = 1.0 if hidden > 0.07 else UNKNOWN
    return made.telling({"hand": truth, "make-up": UNKNOWN}, {"hand": on_face} if truth == 1 else {}).hiding(cover)
