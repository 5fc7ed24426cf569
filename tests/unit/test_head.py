"""The head's box: crown with hair, crown of the skull, chin and width."""

from __future__ import annotations

import pytest

from photocheck.features.head import EYES_TO_SKULL_CROWN
from photocheck.features.portrait import Portrait
from photocheck.finding import NotAssessable
from samples.maker.astronaut import astronaut
from samples.maker.portrait import draw_with_truth
from tests.cases.pictures import plain
from tests.evaluation.operations import picture_of


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"tone": 9, "hair": "long"},
        {"width": 1050, "height": 1400},
        {"background": "dark", "hair_colour": (150, 120, 80)},
        {"background": "grey", "roll": 10.0},
        {"head_height": 0.5, "crown_margin": 0.25, "background": "blue"},
    ],
)
def test_crown_and_chin_are_where_they_were_drawn(parameters: dict[str, object]) -> None:
    picture, truth = draw_with_truth(**parameters)  # type: ignore[arg-type]
    head = Portrait(picture_of(picture)).head
    height = truth.chin - truth.crown
    assert head.crown == pytest.approx(truth.crown, abs=0.025 * height)
    assert head.chin == pytest.approx(truth.chin, abs=0.035 * height)
    assert not head.cropped


def test_skull_lies_below_the_hair_and_above_the_eyes() -> None:
    photo = Portrait(picture_of(astronaut()))
    head, mesh = photo.head, photo.mesh
    assert head.crown < head.skull_crown < mesh.eye_midpoint[1]
    reach = (mesh.eye_midpoint[1] - head.skull_crown) / mesh.eye_to_chin
    assert reach == pytest.approx(EYES_TO_SKULL_CROWN, abs=0.05)
    assert head.skull_height < head.height


def test_width_does_not_change_with_roll() -> None:
    widths = [
        Portrait(picture_of(draw_with_truth(roll=roll)[0])).head.width  # type: ignore[arg-type]
        for roll in (-15.0, 0.0, 15.0)
    ]
    assert max(widths) / min(widths) < 1.04


def test_hair_over_the_upper_edge_is_told() -> None:
    head = Portrait(picture_of(draw_with_truth(head_height=0.8, crown_margin=-0.06)[0])).head
    assert head.cropped
    assert head.crown <= 3.0


def test_nobody_has_no_head() -> None:
    with pytest.raises(NotAssessable, match="no-face"):
        _ = Portrait(picture_of(plain())).head
