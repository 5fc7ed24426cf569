"""Lines beside the card: they are not taken for its sides; corners that are no card's are in doubt."""

from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from photocheck.decode import decode
from photocheck.features.idcard.card import IdCard
from photocheck.features.idcard.edges import goes_on
from photocheck.features.idcard.pose import misfits
from photocheck.features.idcard.refine import refined
from photocheck.features.idcard.rivals import doubt
from photocheck.features.idcard.shape import mapped
from samples.maker.camera import Capture, Light, Shot, photograph
from samples.maker.cards import draw_card

SIZE_MM = (85.60, 54.00)
PLAIN = Shot(width=1000, height=750, desk="white", light=Light(), share=0.62, lens=0.5, noise=0.1, turn=3.0)
BEYOND = 140.0
"""Millimetres that the drawn lines go on beyond the card."""


def captured(shot: Shot) -> Capture:
    flat = draw_card(card_type="resident", side="portrait", dpi=200.0, seed=3, region="990101").rgb
    return photograph(flat, SIZE_MM, seed=11, shot=shot)


def ruled(capture: Capture, side: str, distance: float) -> np.ndarray:
    """The capture with a dark line on the desk, parallel to a side of the card and so many millimetres from it."""
    width, height = SIZE_MM
    ends = {
        "top": [(-BEYOND, -distance), (width + BEYOND, -distance)],
        "right": [(width + distance, -BEYOND), (width + distance, height + BEYOND)],
        "bottom": [(-BEYOND, height + distance), (width + BEYOND, height + distance)],
    }[side]
    start, end = np.rint(mapped(np.array(ends), capture.to_picture)).astype(int)
    rgb = capture.rgb.copy()
    cv2.line(rgb, tuple(map(int, start)), tuple(map(int, end)), (40, 40, 45), 3, cv2.LINE_AA)
    return rgb


def corner_error(rgb: np.ndarray, capture: Capture) -> float:
    """Of the worst corner, as a share of the card's width."""
    file = io.BytesIO()
    Pillow.fromarray(rgb).save(file, "PNG", compress_level=1)
    truth = capture.corners + 0.5  # the simulator counts from pixel centres
    place = IdCard(decode(file.getvalue())).place
    return float(np.hypot(*(place.corners - truth).T).max() / np.hypot(*(truth[1] - truth[0])))


@pytest.mark.parametrize("shot", [PLAIN, replace(PLAIN, tilt_x=10.0, tilt_y=-8.0, turn=95.0)])
@pytest.mark.parametrize(("side", "distance"), [("top", 3.0), ("right", 3.5), ("bottom", 3.5)])
def test_a_ruled_line_beside_the_card_is_not_its_side(shot: Shot, side: str, distance: float) -> None:
    capture = captured(shot)
    assert corner_error(ruled(capture, side, distance), capture) < 0.006


def test_corners_of_a_card_fit_and_those_with_a_side_moved_do_not() -> None:
    truth = np.stack([
        captured(replace(PLAIN, tilt_x=x, tilt_y=y, turn=turn)).corners + 0.5
        for x, y, turn in ((0, 0, 0), (15, 0, 20), (-10, 12, 200))
    ])  # fmt: skip
    assert (misfits(truth, PLAIN.width, PLAIN.height) < 0.005).all()
    moved = truth.copy()
    moved[:, :2] += 0.06 * (truth[:, [0, 1]] - truth[:, [3, 2]])  # the upper side by 6 % of the card's height
    assert (misfits(moved, PLAIN.width, PLAIN.height) > 0.02).all()


def test_corners_on_one_line_are_no_card_s() -> None:
    line = np.array([[(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (0.0, 0.0)]])
    assert np.isinf(misfits(line, 400, 300)).all()


def test_a_line_goes_on_and_a_side_ends() -> None:
    rgb = np.full((400, 600, 3), 90, dtype=np.uint8)
    cv2.rectangle(rgb, (150, 120), (449, 300), (210, 210, 210), -1)
    cv2.line(rgb, (0, 340), (599, 340), (20, 20, 20), 3)
    rgb = np.clip(rgb + np.random.default_rng(2).normal(0, 2, rgb.shape), 0, 255).astype(np.uint8)
    assert goes_on((rgb,), np.array((150.0, 120.0)), np.array((450.0, 120.0))) < 0.3
    assert goes_on((rgb,), np.array((450.0, 342.0)), np.array((150.0, 342.0))) > 0.8


def test_the_sides_of_a_sheet_that_is_no_card_are_in_doubt() -> None:
    rgb = np.full((500, 700, 3), 60, dtype=np.uint8)
    long = np.array([(100.0, 150.0), (600.0, 150.0), (600.0, 350.0), (100.0, 350.0)])
    card = np.array([(100.0, 100.0), (600.0, 100.0), (600.0, 415.4), (100.0, 415.4)])
    supports = []
    for corners in (long, card):
        drawn = cv2.fillPoly(rgb.copy(), [np.rint(corners).astype(np.int32)], (230, 230, 230))
        supports.append(min(refined(drawn, corners, (True,) * 4).support))
        assert (doubt((drawn,), corners) > 1.0) == (corners is long)
    assert supports[0] < 0.7 * supports[1]
