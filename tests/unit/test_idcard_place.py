"""Finding the card: corners, rotation, side and type on made photographs; the flat card; what is no card."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from photocheck.decode import decode
from photocheck.features import nets
from photocheck.features.idcard import shape
from photocheck.features.idcard.card import IdCard
from photocheck.features.idcard.rectify import rectified
from photocheck.features.idcard.refine import refined
from photocheck.finding import NotAssessable
from samples.maker.camera import Capture, Cut, Electronic, Finger, Light, Second, Shot, photograph
from samples.maker.cards import Specimen, draw_card

SIZE_MM = (85.60, 54.00)
PLAIN = Shot(width=1000, height=750, desk="wood", light=Light(), share=0.62, lens=0.5, noise=0.1)


@cache
def specimen(card_type: str = "resident", side: str = "portrait") -> Specimen:
    return draw_card(card_type=card_type, side=side, dpi=200.0, seed=3, region="990101")


def captured(shot: Shot, card_type: str = "resident", side: str = "portrait") -> Capture:
    return photograph(specimen(card_type, side).rgb, SIZE_MM, seed=11, shot=shot)


def card_of(rgb: np.ndarray) -> IdCard:
    file = io.BytesIO()
    Pillow.fromarray(rgb).save(file, "PNG", compress_level=1)
    return IdCard(decode(file.getvalue()))


def corner_error(card: IdCard, capture: Capture) -> float:
    """Of the worst corner, as a share of the card's width."""
    truth = capture.corners + 0.5  # the simulator counts from pixel centres
    return float(np.hypot(*(card.place.corners - truth).T).max() / np.hypot(*(truth[1] - truth[0])))


@pytest.mark.parametrize("side", ["portrait", "emblem"])
@pytest.mark.parametrize("turn", [3.0, 94.0, 178.0, 266.0])
def test_corners_rotation_and_side(turn: float, side: str) -> None:
    capture = captured(replace(PLAIN, turn=turn), side=side)
    card = card_of(capture.rgb)
    assert corner_error(card, capture) < 0.003
    assert card.rotation == capture.rotation
    assert card.side == side
    assert card.card_type == "resident"
    assert card.place.confidence > 0.6
    assert card.place.seen == (True, True, True, True)


@pytest.mark.parametrize("card_type", ["foreign-pr", "residence-permit"])
def test_types(card_type: str) -> None:
    assert card_of(captured(PLAIN, card_type).rgb).card_type == card_type


def test_tilt_and_a_finger_on_an_edge() -> None:
    finger = Finger(tip=(60.0, 49.0), angle=270.0, width=16.0)
    capture = captured(replace(PLAIN, tilt_x=14.0, tilt_y=-10.0, turn=12.0, fingers=(finger,)))
    assert corner_error(card_of(capture.rgb), capture) < 0.004


def test_flat_card_shows_the_specimen() -> None:
    capture = captured(replace(PLAIN, width=1600, height=1200, turn=185.0))
    flat = card_of(capture.rgb).flat
    assert flat.shape == (shape.FLAT_HEIGHT, shape.FLAT_WIDTH, 3)
    drawn = cv2.resize(specimen().rgb, (shape.FLAT_WIDTH, shape.FLAT_HEIGHT), interpolation=cv2.INTER_AREA)
    inner = np.s_[90:-90, 90:-90]
    shades = [
        cv2.GaussianBlur(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY), (0, 0), 3)[inner].ravel() for one in (flat, drawn)
    ]
    assert np.corrcoef(*shades)[0, 1] > 0.9


def test_maps_are_each_other_s_inverse_and_regions_are_native() -> None:
    capture = captured(PLAIN)
    card = card_of(capture.rgb)
    assert np.allclose(card.to_flat @ card.from_flat / (card.to_flat @ card.from_flat)[2, 2], np.eye(3), atol=1e-6)
    region = card.region("card", (0, 0, shape.FLAT_WIDTH, shape.FLAT_HEIGHT))
    assert region.type == "polygon"
    assert np.allclose(region.points, card.place.corners, atol=0.01)
    two = card.region("card", [(0, 0, 10, 10), (shape.FLAT_WIDTH - 9, 50, shape.FLAT_WIDTH, shape.FLAT_HEIGHT)])
    assert np.allclose(two.points, card.place.corners, atol=0.01)


def test_a_cut_card_has_a_part_outside() -> None:
    capture = captured(replace(PLAIN, cut=Cut("right", 0.15)))
    card = card_of(capture.rgb)
    assert 0.75 < card.inside.mean() < 0.93
    assert card.place.seen.count(False) == 1
    whole = card_of(captured(PLAIN).rgb)
    assert whole.inside.all()


def test_a_file_that_is_the_card() -> None:
    capture = captured(replace(PLAIN, medium=Electronic("full", "square")))
    card = card_of(capture.rgb)
    assert corner_error(card, capture) < 0.01
    assert card.side == "portrait"


def test_two_cards_are_both_seen() -> None:
    second = Second(specimen(side="emblem").rgb, SIZE_MM, (42.8, 88.0), 4.0)
    card = card_of(captured(replace(PLAIN, second=second, share=0.4, offset=(0.0, -0.2))).rgb)
    assert len(card.places) == 2
    assert {place.look.side for place in card.places} == {"portrait", "emblem"}


@pytest.mark.parametrize("made", ["plain", "noise", "page"])
def test_no_card(made: str) -> None:
    random = np.random.default_rng(4)
    rgb = np.full((600, 800, 3), 200, dtype=np.uint8)
    if made == "noise":
        rgb = random.integers(0, 255, rgb.shape).astype(np.uint8)
    if made == "page":
        for y in range(40, 560, 24):
            cv2.line(rgb, (60, y), (int(random.integers(300, 740)), y), (40, 40, 40), 5)
    card = card_of(rgb)
    assert card.places == ()
    with pytest.raises(NotAssessable, match="no-card"):
        _ = card.flat


def test_a_portrait_is_no_card() -> None:
    from samples.maker.astronaut import original

    assert card_of(np.asarray(original())).places == ()


def test_a_net_that_cannot_be_loaded_is_an_error_not_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise nets.ModelError("the net card-place is missing")

    monkeypatch.setattr(nets, "_session", gone)
    with pytest.raises(nets.ModelError):
        _ = card_of(captured(PLAIN).rgb).places


def test_sides_are_found_from_five_percent_away() -> None:
    capture = captured(PLAIN)
    truth = capture.corners + 0.5
    width = float(np.hypot(*(truth[1] - truth[0])))
    start = truth + np.array([(0.03, -0.02), (0.02, 0.03), (-0.03, 0.02), (-0.02, -0.03)]) * width
    found = refined(capture.rgb, start, (True, True, True, True))
    assert np.hypot(*(found.corners - truth).T).max() < 0.003 * width
    assert min(found.support) > 0.7


def test_no_sides_no_support() -> None:
    blank = np.full((300, 400, 3), 128, dtype=np.uint8)
    corners = np.array([(80.0, 60.0), (320.0, 60.0), (320.0, 211.0), (80.0, 211.0)])
    found = refined(blank, corners, (True, True, True, True))
    assert np.array_equal(found.corners, corners)
    assert found.support == (0.0, 0.0, 0.0, 0.0)


def test_homography_and_completion() -> None:
    corners = np.array([(10.0, 20.0), (310.0, 40.0), (300.0, 230.0), (0.0, 200.0)])
    flat = shape.mapped(corners, shape.homography(corners, 1284, 810))
    assert np.allclose(flat, [(0, 0), (1284, 0), (1284, 810), (0, 810)], atol=1e-6)
    upright = np.array([(0.0, 0.0), (856.0, 0.0), (856.0, 540.0), (0.0, 540.0)])
    cut = upright.copy()
    cut[1:3, 0] = 700.0
    assert np.allclose(shape.completed(cut, 1, least=0.97), upright, atol=1e-6)


def test_rectified_averages_when_it_shrinks() -> None:
    checks = (np.indices((400, 640)).sum(axis=0) % 2 * 255).astype(np.uint8)[..., None].repeat(3, axis=2)
    corners = np.array([(0.0, 0.0), (640.0, 0.0), (640.0, 400.0), (0.0, 400.0)])
    small = rectified(checks, corners, 80, 50)
    assert np.abs(small.astype(int) - 127).max() < 12
