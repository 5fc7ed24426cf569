"""Made handwriting: the truth that comes with it is the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from samples.maker.handwriting import (
    DEFECTS,
    Correction,
    SignaturePicture,
    draw_sheet,
    draw_writer,
    random_name,
    random_signature_picture,
    write,
)
from samples.maker.handwriting import strokes as stroke_data
from samples.maker.handwriting.printed import fonts, typeset


def test_the_same_try_is_the_same_ink_and_another_is_not() -> None:
    writer = draw_writer(5)
    first, again, other = (write("王永", writer=writer, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.alpha, again.alpha)
    assert first.alpha.shape != other.alpha.shape or not np.array_equal(first.alpha, other.alpha)


def test_worlds_have_other_hands() -> None:
    assert draw_writer(5, world="tune") != draw_writer(5, world="held")


def test_boxes_hold_all_ink_and_run_left_to_right() -> None:
    ink = write("欧阳子涵", writer=replace(draw_writer(3), spacing=0.2, drift=0.0), seed=4)
    rows, columns = np.nonzero(ink.mask)
    boxes = np.array(ink.boxes)
    assert len(boxes) == 4
    assert np.all(np.diff(boxes[:, 0]) > 0)
    inside = np.zeros(len(rows), bool)
    for left, top, right, bottom in boxes:
        inside |= (columns >= left - 2) & (columns <= right + 1) & (rows >= top - 2) & (rows <= bottom + 1)
    assert inside.all()


def test_ink_is_as_large_as_the_writer_writes() -> None:
    writer = replace(draw_writer(3), size=14.0, drift=0.0, width=0.5)
    ink = write("国", writer=writer, per_mm=20.0)
    high = (ink.boxes[0][3] - ink.boxes[0][1]) / ink.per_mm
    assert 0.6 * 14.0 < high < 1.15 * 14.0
    assert 0.25 < np.median(np.vstack(ink.strokes)[:, 2]) / ink.per_mm < 0.8


def test_vertical_writing_runs_down() -> None:
    ink = write("王永福", writer=draw_writer(2), vertical=True)
    assert np.all(np.diff([box[1] for box in ink.boxes]) > 0)
    assert ink.alpha.shape[0] > 1.5 * ink.alpha.shape[1]


def test_a_struck_character_is_ink_but_no_character() -> None:
    writer = replace(draw_writer(2), drift=0.0)
    plain = write("王永", writer=writer)
    struck = write("王永", writer=writer, correction=Correction(1, "林"))
    assert len(struck.boxes) == len(plain.boxes) == 2
    assert struck.mask.sum() > 1.3 * plain.mask.sum()


def test_a_character_without_strokes_is_refused_without_being_named() -> None:
    with pytest.raises(ValueError, match=r"U\+9F98"):
        write("龘", writer=draw_writer(1))


@pytest.mark.parametrize("script", ["han", "latin", "uyghur", "tibetan"])
def test_invented_names_can_be_written(script: str) -> None:
    for seed in range(5):
        name = random_name(np.random.default_rng(seed), script=script)
        assert write(name, writer=draw_writer(seed), per_mm=6.0).mask.any()


def test_stroke_data_lie_on_the_em() -> None:
    for lines in stroke_data.characters().values():
        points = np.vstack(lines)
        assert points.min() > -0.1
        assert points.max() < 1.1


def test_the_sheet_is_dark_where_the_mask_says_ink() -> None:
    ink = write("李明", writer=draw_writer(8), per_mm=10.0)
    sheet = draw_sheet(ink, size_mm=(120.0, 70.0), seed=3)
    grey = sheet.rgb.mean(axis=2)
    assert sheet.rgb.shape == (700, 1200, 3)
    assert np.median(grey[sheet.ink_mask]) < 110
    assert np.percentile(grey[~sheet.ink_mask], 5) > 190


def test_type_has_a_box_a_character() -> None:
    ink = typeset("李明", font=fonts()[0], size=10.0)
    assert len(ink.boxes) == 2
    assert ink.writer is None
    assert ink.mask.any()


def _contrast(picture: SignaturePicture) -> float:
    """How much darker the ink is than what lies around it, codes."""
    grey = picture.rgb.astype(float).mean(axis=2)
    return float(np.median(grey[~picture.ink_mask]) - np.median(grey[picture.ink_mask]))


@pytest.mark.parametrize("medium", ["photo", "scan", "finger"])
def test_good_pictures_show_their_ink_where_the_truth_has_it(medium: str) -> None:
    for seed in range(3):
        picture = random_signature_picture(seed, medium=medium, script="han", ink_width=300)
        assert picture.defect is None
        assert picture.ink_mask.shape == picture.rgb.shape[:2]
        assert _contrast(picture) > 70
        high, wide = picture.ink_mask.shape
        boxes = np.array(picture.boxes)
        assert boxes[:, :2].min() > 0
        assert boxes[:, 2].max() < wide
        assert boxes[:, 3].max() < high


@pytest.mark.parametrize("defect", sorted(DEFECTS))
def test_every_defect_can_be_drawn_in_both_worlds(defect: str) -> None:
    picture = random_signature_picture(1, "held" if len(defect) % 2 else "tune", defect, ink_width=180)
    assert picture.defect == defect
    assert picture.check == DEFECTS[defect][0]
    assert picture.ink_mask.any() != (defect == "empty")


def test_pictures_follow_the_seed() -> None:
    first, again = (random_signature_picture(4, defect="ruled", medium="scan") for _ in range(2))
    assert np.array_equal(first.rgb, again.rgb)


def test_a_cut_signature_touches_the_edge() -> None:
    for seed in (0, 1, 2, 3, 2034):
        mask = random_signature_picture(seed, defect="cut-off", medium="scan").ink_mask
        assert any(edge[:].any() for edge in (mask[:2], mask[-2:], mask[:, :2], mask[:, -2:]))


def test_a_quarter_turn_stands_the_line_upright() -> None:
    picture = random_signature_picture(2, defect="rotated-90", medium="scan")
    middles = np.array([(top + bottom) / 2 for _, top, _, bottom in picture.boxes])
    assert picture.rotation == 90
    assert np.all(np.diff(middles) > 0)


def test_coloured_ink_is_coloured() -> None:
    picture = random_signature_picture(2, defect="red-ink", medium="scan")
    red, _, blue = np.median(picture.rgb[picture.ink_mask], axis=0)
    assert red > blue + 40
