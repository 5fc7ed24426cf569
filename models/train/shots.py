"""Settings of the camera simulator for training: good and hard photographs, faults, copies, screens, two cards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from samples.maker.camera import FAULTS, Copy, Electronic, Screen, Second, Shot, random_shot

_SIZE_MM = (85.60, 54.00)


def training_shot(seed: int, size: tuple[int, int], others: NDArray[np.uint8], rng: np.random.Generator) -> Shot:
    """One setting of the world "tune".

    Args:
        size: width and height of the picture.
        others: N×h×w×3 flat cards, one of which may lie beside the first.
    """
    faults = [str(rng.choice(list(FAULTS)))] if rng.random() < 0.35 else []
    shot = random_shot(seed, "good" if rng.random() < 0.35 else "hard", faults=faults, size=size, world="tune")
    if rng.random() < 0.25:  # the hardest to see the card on
        shot = replace(shot, desk=("white", "paper", "page")[rng.integers(3)])
    manner = rng.random()
    if manner < 0.08:
        return replace(shot, medium=Copy(colour=bool(rng.random() < 0.5)), share=rng.uniform(0.3, 0.6))
    if manner < 0.16:
        page = ("black", "white", "viewer")[rng.integers(3)]
        return replace(shot, medium=Screen(scale=rng.uniform(0.8, 2.0), page=page))
    if manner < 0.24:
        page = ("app", "plain", "full")[rng.integers(3)]
        return replace(shot, medium=Electronic(page, "round" if rng.random() < 0.6 else "square"))
    if manner < 0.32:
        way = rng.choice([-1.0, 1.0])
        beside = (42.8 + rng.normal(0, 6), 27 + way * rng.uniform(56, 66))
        if rng.random() < 0.3:
            beside = (42.8 + way * rng.uniform(88, 100), 27 + rng.normal(0, 6))
        second = Second(others[rng.integers(len(others))], _SIZE_MM, beside, rng.normal(0, 8) + 180 * rng.integers(2))
        return replace(shot, second=second, share=rng.uniform(0.28, 0.45))
    return shot


def second_corners(to_picture: NDArray[np.float64], second: Second) -> NDArray[np.float64]:
    """4×2 pixels of the second card, clockwise from its own top left."""
    width, height = second.size_mm
    half = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (width / 2, height / 2)
    angle = np.radians(second.turn)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = np.column_stack([half @ turn.T + second.centre, np.ones(4)]) @ to_picture.T
    answer: NDArray[np.float64] = points[:, :2] / points[:, 2:]
    return answer
