"""The camera simulator: its ground truth must be true, its worlds apart, its captures repeatable."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from samples.maker.camera import (
    FAULTS,
    Copy,
    Cut,
    Electronic,
    Finger,
    Glare,
    PastedText,
    Screen,
    Second,
    Shot,
    SwappedPortrait,
    Watermark,
    photograph,
    random_edit,
    random_shot,
    with_second,
)
from samples.maker.camera.desk import texture
from samples.maker.camera.edits import apply_edits
from samples.maker.camera.geometry import corners_of, project, rotation_of, to_picture

CARD = (85.60, 54.00)
SMALL = {"width": 640, "height": 480}
CLEAN = Shot(**SMALL, noise=0.0, sharpen=0.0, jpeg=None, lens=0.0, desk="dark")


@pytest.fixture(scope="module")
def flat():
    """A drawn card of 8 pixels a millimetre: light plastic, a dark box, four dark discs at known places."""
    card = np.full((432, 685, 3), 225, np.uint8)
    card[60:280, 440:620] = (90, 110, 140)
    for x, y in DISCS:
        cv2.circle(card, (round(x * 8 * 16 - 8), round(y * 8 * 16 - 8)), 20 * 16, (20, 20, 20), -1, cv2.LINE_AA, 4)
    return card


DISCS = np.array([(12.0, 12.0), (46.0, 12.0), (12.0, 44.0), (46.0, 44.0)])


def centres_of_discs(capture):
    """Centroids of darkness about where the homography says the discs are."""
    grey = 255.0 - cv2.cvtColor(capture.rgb, cv2.COLOR_RGB2GRAY)
    found = []
    for x, y in project(capture.to_picture, DISCS):
        left, top, reach = round(x) - 26, round(y) - 26, 53
        part = grey[top : top + reach, left : left + reach] - 60.0
        part = np.where(part > 60, part, 0)
        down, across = np.mgrid[top : top + reach, left : left + reach]
        found.append((float((across * part).sum() / part.sum()), float((down * part).sum() / part.sum())))
    return np.array(found)


@pytest.mark.parametrize("turn", [0.0, 90.0, 187.0, 270.0, 33.0])
def test_homography_finds_print(flat, turn):
    capture = photograph(flat, CARD, seed=1, shot=replace(CLEAN, turn=turn, tilt_x=12.0, tilt_y=-9.0, share=0.6))
    expected = project(capture.to_picture, DISCS)
    assert np.abs(centres_of_discs(capture) - expected).max() < 0.35


def test_edges_lie_where_corners_say():
    white = np.full((432, 685, 3), 255, np.uint8)
    capture = photograph(white, CARD, seed=3, shot=CLEAN, turn=6.0, tilt_x=8.0, thickness_mm=0.0)
    covered = (capture.masks["card"] / 255.0).sum()
    quad = cv2.contourArea(capture.corners.astype(np.float32))
    scale = quad / (CARD[0] * CARD[1])
    assert covered == pytest.approx(quad - (4 - np.pi) * 3.18**2 * scale, rel=0.002)
    np.testing.assert_allclose(capture.corners, project(capture.to_picture, corners_of(CARD)))


@pytest.mark.parametrize(("turn", "rotation"), [(0, 0), (44, 0), (91, 90), (180, 180), (-88, 270)])
def test_rotation(turn, rotation):
    corners = project(to_picture(Shot(turn=turn), CARD), corners_of(CARD))
    assert rotation_of(corners) == rotation


def test_same_seed_same_picture(flat):
    shot = random_shot(4, "hard", size=(640, 480))
    first, second = (photograph(flat, CARD, seed=9, shot=shot) for _ in range(2))
    assert np.array_equal(first.rgb, second.rgb)
    assert first.jpeg == second.jpeg
    assert not np.array_equal(first.rgb, photograph(flat, CARD, seed=10, shot=shot).rgb)


def test_worlds_share_no_desk():
    for kind in ("wood", "stone", "dark"):
        assert not np.array_equal(texture(kind, "tune", 0, 3), texture(kind, "held", 0, 3))


@pytest.mark.parametrize("difficulty", ["good", "hard"])
def test_acceptable_shots_show_the_whole_card(difficulty):
    for seed in range(60):
        for size in ((1600, 1200), (900, 1600)):
            shot = random_shot(seed, difficulty, size=size)
            corners = project(to_picture(shot, CARD), corners_of(CARD))
            assert corners.min() > 0, seed
            assert (corners < np.array(size) - 1).all(), seed


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_fault_is_told(flat, name):
    shot = random_shot(2, faults=[name], size=(640, 480), world="held")
    capture = photograph(flat, CARD, seed=2, shot=shot)
    told = {"dark": "exposure", "bright": "exposure", "small": "size", "sleeve": "finger"}.get(name, name)
    assert capture.faults[told]["strength"]
    assert capture.rgb.dtype == np.uint8


def test_cut_by_amount(flat):
    for side in ("left", "top", "right", "bottom"):
        capture = photograph(flat, CARD, seed=1, shot=CLEAN, cut=Cut(side, 0.25))
        assert capture.faults["cut"]["strength"] == pytest.approx(0.25, abs=0.01)
        assert capture.faults["cut"]["side"] == side


def test_finger_covers_its_place(flat):
    bare = photograph(flat, CARD, seed=1, shot=CLEAN)
    capture = photograph(flat, CARD, seed=1, shot=CLEAN, fingers=(Finger((60.0, 40.0), angle=-90.0),))
    x, y = (round(value) for value in project(capture.to_picture, np.array([(60.0, 46.0)]))[0])
    assert capture.masks["finger"][y, x] == 255
    assert np.abs(capture.rgb[y, x].astype(int) - bare.rgb[y, x]).max() > 10
    assert 0.01 < capture.faults["finger"]["covered"] < 0.3
    assert capture.covered("finger", (57.0, 44.0, 63.0, 50.0)) > 0.95
    assert capture.covered("finger", (5.0, 5.0, 20.0, 20.0)) == 0.0
    assert bare.covered("finger", (57.0, 44.0, 63.0, 50.0)) == 0.0
    inside = cv2.pointPolygonTest(np.array(capture.faults["finger"]["polygons"][0], np.float32), (60.0, 46.0), False)
    assert inside > 0


@pytest.mark.parametrize("world", ["tune", "held"])
def test_sleeve_hides_part_of_the_card(flat, world):
    for seed in range(8):
        capture = photograph(
            flat, CARD, seed=seed, shot=random_shot(seed, faults=["sleeve"], world=world, size=(640, 480))
        )
        assert 0.04 < capture.faults["finger"]["covered"] < 0.5, seed


def test_glare_blows_its_place(flat):
    capture = photograph(flat, CARD, seed=1, shot=CLEAN, glare=(Glare((50.0, 44.0), strength=3.0, shape="lamp"),))
    x, y = (round(value) for value in project(capture.to_picture, np.array([(50.0, 44.0)]))[0])
    assert capture.rgb[y, x].min() >= 250
    assert capture.masks["glare"][y, x] == 255
    assert not capture.masks["glare"][capture.masks["card"] == 0].any()


def test_blur_dark_and_bright(flat):
    def detail(**changes):
        grey = cv2.cvtColor(photograph(flat, CARD, seed=1, shot=CLEAN, **changes).rgb, cv2.COLOR_RGB2GRAY)
        return cv2.Laplacian(grey, cv2.CV_64F).var()

    assert detail(defocus=0.6) < 0.3 * detail()
    assert detail(motion=(1.5, 20.0)) < 0.7 * detail()
    levels = [
        photograph(flat, CARD, seed=1, shot=replace(CLEAN, light=replace(CLEAN.light, exposure=stops))).rgb.mean()
        for stops in (-3.0, 0.0, 1.5)
    ]
    assert levels[0] < 0.5 * levels[1] < levels[1] < levels[2]


def test_grey_copy_has_no_colour_and_colour_copy_has(flat):
    def chroma(**changes):
        capture = photograph(flat, CARD, seed=1, shot=replace(CLEAN, light=replace(CLEAN.light)), **changes)
        inside = cv2.erode(capture.masks["card"], np.ones((9, 9))) == 255
        return float(np.ptp(capture.rgb[inside].astype(int), axis=1).mean())

    assert chroma(medium=Copy(colour=False)) < 3
    assert chroma(medium=Copy(colour=True)) > chroma(medium=Copy(colour=False))


def test_screen_grid_crosses_the_edge(flat):
    screen = Screen(pitch=0.5, page="white", grid=1.0)
    capture = photograph(flat, CARD, seed=1, shot=CLEAN, medium=screen)
    plain = photograph(flat, CARD, seed=1, shot=CLEAN, medium=replace(screen, grid=0.0))
    beside = slice(200, 280), slice(30, 60)
    assert capture.rgb[beside].std() > 5 + plain.rgb[beside].std()


def test_electronic_has_exact_corners_and_no_noise(flat):
    capture = photograph(flat, CARD, seed=1, shot=replace(CLEAN, turn=90.0), medium=Electronic("plain"))
    assert capture.rotation == 90
    expected = project(capture.to_picture, DISCS)
    assert np.abs(centres_of_discs(capture) - expected).max() < 0.35
    whole = photograph(flat, CARD, seed=1, shot=CLEAN, medium=Electronic("full", corners="square"))
    np.testing.assert_allclose(whole.corners[0], (-0.5, -0.5), atol=0.01)


def test_second_card_is_told(flat):
    capture = photograph(flat, CARD, seed=1, shot=CLEAN, share=0.45, second=Second(flat, CARD, turn=90.0))
    assert capture.faults["two-cards"]["corners"].shape == (4, 2)
    assert capture.masks["second"].max() == 255


def test_with_second_keeps_the_first_whole(flat):
    for seed in range(20):
        shot = with_second(random_shot(seed, size=(640, 480)), flat, seed)
        capture = photograph(flat, CARD, seed=seed, shot=shot)
        assert "cut" not in capture.faults
        assert (capture.masks["second"] > 127).mean() > 0.02


def test_edits_change_only_their_place(flat):
    box = (20.0, 20.0, 40.0, 26.0)
    random = np.random.default_rng(1)
    done, facts = apply_edits(flat, CARD, [PastedText(box, "99", noise=5.0)], random)
    changed = np.abs(done.astype(int) - flat).max(axis=2) > 0
    assert changed[170:200, 180:300].mean() > 0.3
    changed[158:210, 158:322] = False
    assert not changed.any()
    kept, _ = apply_edits(flat, CARD, [PastedText(box, "", noise=0.0, jpeg=None, ground="kept")], random)
    assert np.array_equal(kept, flat)
    assert facts["pasted-text"]["polygons"][0][0] == (20.0, 20.0)
    swapped, _ = apply_edits(flat, CARD, [SwappedPortrait((55, 8, 77, 35), flat[:200, :150])], random)
    assert np.abs(swapped[100:200, 460:600].astype(int) - flat[100:200, 460:600]).mean() > 20


def test_watermark_lies_in_its_polygon(flat):
    done, facts = apply_edits(flat, CARD, [Watermark(angle=-30.0, opacity=0.8)], np.random.default_rng(1))
    changed = np.argwhere(np.abs(done.astype(int) - flat).max(axis=2) > 10)[:, ::-1] / 8.0
    polygon = np.array(facts["watermark"]["polygons"][0], np.float32)
    inside = [cv2.pointPolygonTest(polygon, (float(x), float(y)), True) > -1.0 for x, y in changed[::50]]
    assert len(inside) > 20
    assert np.mean(inside) > 0.98


def test_random_edit_wants_what_it_needs(flat):
    assert isinstance(random_edit("watermark", 3, world="held"), Watermark)
    with pytest.raises(ValueError, match="box"):
        random_edit("pasted-text", 3)
    with pytest.raises(ValueError, match="picture"):
        random_edit("swapped-portrait", 3, box=(1, 1, 5, 5))


def test_paper_sheet_without_round_corners():
    sheet = np.full((594, 420, 3), 240, np.uint8)
    capture = photograph(
        sheet,
        (210.0, 297.0),
        seed=5,
        shot=replace(CLEAN, width=480, height=640),
        corner_radius_mm=0.0,
        thickness_mm=0.1,
    )
    quad = cv2.contourArea(capture.corners.astype(np.float32))
    assert (capture.masks["card"] / 255.0).sum() == pytest.approx(quad, rel=0.003)
