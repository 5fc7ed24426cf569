"""Flat cards as the finder hands them on: corners a little off, hands, light, blur, and things that are no cards."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.train import scenes

TYPES = ("resident", "hkmt-residence", "foreign-pr", "residence-permit", "temporary", "other", "none")
SIDES = ("portrait", "emblem")
SIZE = (192, 120)
"""Width and height of the flat card that the net sees."""


def loose_flat(flat: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The flat card as seen between corners found with an error, in bad light; part perhaps beyond the picture."""
    width, height = SIZE
    frame = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=np.float64)
    off = rng.normal(0, rng.choice([0.004, 0.015, 0.03]), (4, 2))
    target = ((frame + off) * SIZE).astype(np.float32)
    source = (frame * (flat.shape[1], flat.shape[0])).astype(np.float32)
    soft = cv2.GaussianBlur(flat, (0, 0), 0.7)
    card = cv2.warpPerspective(soft, cv2.getPerspectiveTransform(source, target), SIZE, borderMode=cv2.BORDER_REPLICATE)
    picture = card.astype(np.float32)
    if rng.random() < 0.12:  # cut by the picture's border: its last row or column is repeated
        share = rng.uniform(0.05, 0.35)
        way = rng.integers(4)
        if way == 0:
            picture[:, : int(share * width)] = picture[:, int(share * width)][:, None]
        elif way == 1:
            picture[:, int((1 - share) * width) :] = picture[:, int((1 - share) * width)][:, None]
        elif way == 2:
            picture[: int(share * height)] = picture[int(share * height)][None]
        else:
            picture[int((1 - share) * height) :] = picture[int((1 - share) * height)][None]
    if rng.random() < 0.3:
        corners = frame * SIZE
        for _ in range(rng.integers(1, 3)):
            scenes.add_finger(picture, [corners], SIZE, rng)
    return scenes.spoiled(scenes.lit(picture, rng), rng)


def no_card(backgrounds: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """A piece of a desk, of a photograph, of a page."""
    return scenes.spoiled(scenes.lit(scenes.background(backgrounds, SIZE, rng), rng), rng)
