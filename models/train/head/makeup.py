"""Heavy make-up: lips, cheeks, brows and lids together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.train.head.scene import UNKNOWN, Scene
from models.train.retouch.face import Face, skin_plane
from models.train.retouch.makeup import brows_and_lids, lips_and_cheeks

_HEAVY, _LIGHT = 0.75, 0.3


def with_make_up(scene: Scene, rng: np.random.Generator) -> Scene:
    """Made up, from lightly to heavily."""
    flat = scene.points[:, :2]
    face = Face(flat, skin_plane(scene.rgb, flat), np.zeros(scene.rgb.shape[:2], np.float32))
    strength = float(rng.uniform(0.2, 1.3))
    lips = lips_and_cheeks(scene.rgb, face, strength, rng)
    both = brows_and_lids(lips.rgb, face, strength, rng)
    truth = 1.0 if strength >= _HEAVY else UNKNOWN if strength > _LIGHT else scene.truth.get("make-up", UNKNOWN)
    mask = np.clip(np.maximum(lips.mask, both.mask) * 2, 0, 1).astype(np.float32)
    return replace(scene, rgb=both.rgb).telling({"make-up": truth}, {"make-up": mask} if truth == 1 else {})
