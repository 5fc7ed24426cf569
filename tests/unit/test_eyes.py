"""Eyes, gaze, pupils, mouth, expression and shoulders on drawn heads whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from photocheck.decode import decode
from photocheck.features.expression import see_expression
from photocheck.features.faces import FaceMesh
from photocheck.features.gaze import see_gaze
from photocheck.features.mean_face import mean_face
from photocheck.features.portrait import Portrait
from photocheck.features.pose import see_pose
from photocheck.features.pupils import pupil_redness
from photocheck.features.shoulders import see_shoulders
from photocheck.finding import NotAssessable
from samples.maker.encode import encode
from samples.maker.portrait import draw
from tests.evaluation.degradations import apply

Image = NDArray[np.uint8]


def photo_of(rgb: Image) -> Portrait:
    return Portrait(decode(encode(rgb, format="PNG")))


def drawn(**parameters: object) -> Portrait:
    return photo_of(draw(**parameters))


def test_openness_falls_as_the_lids_close() -> None:
    told = [min(eye.openness for eye in (photo.eyes.right, photo.eyes.left)) for photo in map(_lids, (1.0, 0.5, 0.2))]
    assert told == sorted(told, reverse=True)
    assert told[0] > 0.6 > 0.4 > told[-1]


def _lids(openness: float) -> Portrait:
    return drawn(eye_openness=openness)


@pytest.mark.parametrize("tone", [1, 5, 10])
@pytest.mark.parametrize("across", [-20, 20])
def test_gaze_is_measured_in_every_skin_tone(tone: int, across: int) -> None:
    assert see_gaze(drawn(tone=tone, gaze=(across, 0)))[0] == pytest.approx(across, abs=7)


@pytest.mark.parametrize("yaw", [-15, 15])
def test_eyes_that_stay_on_the_camera_are_no_turned_gaze(yaw: int) -> None:
    assert see_gaze(drawn(yaw=yaw, gaze=(-yaw, 0)))[0] == pytest.approx(0, abs=6)


def test_gaze_abstains_where_the_eyes_cannot_be_seen() -> None:
    with pytest.raises(NotAssessable, match="eyes-closed"):
        see_gaze(drawn(eyes="closed"))
    with pytest.raises(NotAssessable, match="turned-away"):
        see_gaze(drawn(yaw=35))


@pytest.mark.parametrize("colour", ["warm", "cool"])
def test_redness_is_told_against_the_skin_of_the_same_light(colour: str) -> None:
    tinted = apply(draw(), [{"op": "tint", "colour": colour, "strength": 0.3}])
    assert max(pupil_redness(photo_of(tinted)).values()) < 0.3


def test_one_red_pupil_is_the_persons_own() -> None:
    redness = pupil_redness(photo_of(apply(draw(), [{"op": "red_eye", "strength": 0.9, "eyes": "right"}])))
    assert redness["right-eye"] > 0.7
    assert redness["left-eye"] < 0.3


def test_expression_follows_mouth_and_brows() -> None:
    def at_rest(points: NDArray[np.float64]) -> FaceMesh:
        return FaceMesh(points * (2, -2, -2) + (300, 400, 0))

    rest = at_rest(mean_face())
    smiling = mean_face().copy()
    smiling[[61, 291]] += [(-6, 6, -4), (6, 6, -4)]
    raised = mean_face().copy()
    raised[[65, 52, 53, 295, 282, 283], 1] += 9
    lowered = mean_face().copy()
    lowered[[61, 291], 1] -= 6
    neutral, smile, brows, frown = (
        see_expression(mesh, see_pose(mesh)) for mesh in (rest, *map(at_rest, (smiling, raised, lowered)))
    )
    assert max(neutral.smile, neutral.raised_brows, neutral.frown) < 0.45
    assert smile.smile > 0.45
    assert brows.raised_brows > 0.9
    assert frown.frown > 0.9


@pytest.mark.parametrize("tilt", [-10, 0, 10])
def test_shoulders_slope_as_drawn(tilt: int) -> None:
    assert see_shoulders(drawn(head_height=0.6, shoulders_tilt=tilt)).slope == pytest.approx(tilt, abs=4)
