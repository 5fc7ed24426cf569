"""Faces compared: one person, two people, one photo and its copy."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from photocheck.decode import decode
from photocheck.features.identity import CHIP_SIDE, Identity, displacement, distance
from photocheck.features.portrait import Portrait
from samples.maker.astronaut import astronaut, original
from samples.maker.encode import encode
from samples.maker.portrait import draw


def seen(rgb: Any) -> Identity:
    return Portrait(decode(encode(rgb, quality=92))).identity


def print_of(rgb: Any, height: int) -> Any:
    """The picture as small and soft as the photo on a card."""
    width = round(rgb.shape[1] * height / rgb.shape[0])
    small = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)
    return np.clip(128 + 0.8 * (cv2.GaussianBlur(small, (0, 0), 0.6).astype(np.float32) - 128), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def person() -> Identity:
    return seen(original())


def test_an_aligned_face(person: Identity) -> None:
    assert person.chip.shape == (CHIP_SIDE, CHIP_SIDE, 3)
    assert person.embedding.shape == (128,)
    assert 40 < person.pixels_between_eyes < 200


def test_one_person_cropped_otherwise_is_near(person: Identity) -> None:
    assert distance(person, seen(astronaut())) < 0.35


def test_another_person_is_far(person: Identity) -> None:
    assert distance(person, seen(draw(tone=4))) > 0.6


def test_a_small_print_of_the_photo_is_the_same_photo(person: Identity) -> None:
    copy = seen(print_of(original(), 420))
    assert distance(person, copy) < 0.4
    assert displacement(person, copy) < 0.01


def test_another_look_is_another_photo() -> None:
    neutral, smiling = (seen(draw(tone=4, smile=smile, yaw=yaw)) for smile, yaw in ((0.0, 0), (0.8, 3)))
    assert displacement(neutral, smiling) > 0.0142


def test_the_vector_does_not_change_with_the_turn_of_the_picture(person: Identity) -> None:
    turned = cv2.warpAffine(original(), cv2.getRotationMatrix2D((256, 200), 9, 1.0), (512, 512))
    assert distance(person, seen(turned)) < 0.35
