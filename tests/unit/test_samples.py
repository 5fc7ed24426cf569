"""Drawn portraits show what they are asked for, seen through the library's own eyes; the samples are what they should be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import samples.maker.__main__ as maker
from photocheck.decode import read
from photocheck.features.portrait import Portrait
from samples.maker.portrait import draw_with_truth
from tests.evaluation.operations import picture_of

FOLDER = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize(
    "asked",
    [{}, {"tone": 1}, {"tone": 10}, {"hair": "none"}, {"hair": "long", "background": "blue"}, {"yaw": 18}, {"pitch": -12},
     {"roll": 15, "mouth": "open"}, {"eyes": "closed", "smile": 0.8}],
    ids=str,
)  # fmt: skip
def test_the_mesh_lies_where_the_drawing_put_it(asked: dict[str, Any]) -> None:
    rgb, truth = draw_with_truth(**asked)
    photo = Portrait(picture_of(rgb))
    away = np.hypot(*(photo.mesh.points[:468, :2] - truth.landmarks).T) / photo.mesh.inter_eye_distance
    assert len(photo.faces) == 1
    assert np.median(away) < 0.05
    irises = photo.mesh.xy(468, 473)
    assert np.hypot(*(irises - truth.irises).T).max() / photo.mesh.inter_eye_distance < 0.05


@pytest.mark.parametrize(
    ("asked", "gap", "mouth"),
    [({}, (0.24, 0.40), (0.0, 0.05)), ({"eyes": "closed"}, (0.0, 0.10), (0.0, 0.05)), ({"mouth": "open"}, (0.2, 0.4), (0.25, 0.6))],
    ids=str,
)  # fmt: skip
def test_lids_and_lips_are_measured_as_drawn(
    asked: dict[str, Any], gap: tuple[float, float], mouth: tuple[float, float]
) -> None:
    photo = Portrait(picture_of(draw_with_truth(**asked)[0]))
    for eye in (photo.eyes.right, photo.eyes.left):
        assert gap[0] <= eye.lid_gap / eye.width <= gap[1]
    assert mouth[0] <= photo.mouth.gap / photo.mouth.width <= mouth[1]


def test_a_drawing_is_the_same_every_time() -> None:
    first, second = (draw_with_truth(width=120, height=160, seed=3)[0] for _ in range(2))
    assert np.array_equal(first, second)


def test_every_sample_is_small_made_and_told_of() -> None:
    files = {path.stem: path for path in FOLDER.glob("*.jpg")}
    assert files.keys() == {*maker.SAMPLES, *maker.CARDS, *maker.SIGNATURES, "astronaut"}
    told = (FOLDER / "README.md").read_text("utf-8")
    for name, path in files.items():
        assert path.stat().st_size < 200_000
        assert f"`{path.name}`" in told
        if name not in {*maker.CARDS, *maker.SIGNATURES}:
            assert len(Portrait(read(path)).faces) == 1, name
