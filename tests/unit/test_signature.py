"""Ink, lines and reading of made signatures, against the truth of who made them."""

import cv2
import numpy as np
import pytest

from photocheck.decode import decode
from photocheck.features.signature.layout import find_lines
from photocheck.features.signature.reading import plain_name
from photocheck.features.signature.signature import Signature
from photocheck.finding import NotAssessable
from samples.maker.encode import encode
from samples.maker.handwriting.picture import random_signature_picture


def signature_of(made, name=None):
    return Signature(decode(encode(made.rgb, format="PNG")), name=name)


def native_ink(signature):
    panel = signature.panel
    assert panel.scale == 1.0
    ink = np.zeros((signature.height, signature.width), bool)
    top, left = int(panel.top), int(panel.left)
    ink[top : top + panel.ink.mask.shape[0], left : left + panel.ink.mask.shape[1]] = panel.ink.mask
    return ink


def overlap(first, second):
    return np.count_nonzero(first & second) / np.count_nonzero(first | second)


@pytest.mark.parametrize(("seed", "defect", "least"), [(11, None, 0.85), (3, "ruled", 0.80), (0, "squared", 0.80)])
def test_ink_is_where_it_was_put_and_lines_are_not_ink(seed, defect, least):
    made = random_signature_picture(seed, defect=defect, medium="scan", script="han")
    assert overlap(native_ink(signature_of(made)), made.ink_mask) > least


def test_a_seal_is_no_ink_and_strokes_under_it_stay():
    made = random_signature_picture(0, defect="seal-over", medium="scan")
    signature = signature_of(made)
    assert signature.seal is not None
    assert signature.seal.overlap > 0
    assert overlap(native_ink(signature), made.ink_mask) > 0.75


@pytest.mark.parametrize(("defect", "turn", "stacked"), [("rotated-90", 90, False), ("rotated-180", 180, False)])
def test_a_turned_picture_is_read_the_right_way_up(defect, turn, stacked):
    signature = signature_of(random_signature_picture(2, defect=defect, medium="scan"))
    assert signature.reading.turn == turn
    assert signature.reading.stacked is stacked


def test_a_column_of_characters_is_told_from_a_picture_on_its_side():
    signature = signature_of(random_signature_picture(4, defect="vertical", medium="scan"))
    assert signature.reading.stacked


def test_a_name_agrees_with_itself_and_not_with_another():
    made = random_signature_picture(3, medium="scan", script="han")
    assert signature_of(made, made.name).agreement > -1.0
    assert signature_of(made, made.name[:-1] + "样").agreement < -4.0


def test_without_a_name_there_is_no_agreement():
    made = random_signature_picture(3, medium="scan", script="han")
    with pytest.raises(NotAssessable, match="no-name"):
        _ = signature_of(made, " · ").agreement


def test_blanks_and_dots_are_no_part_of_a_name():
    assert plain_name("样本·样 本") == "样本样本"


def test_a_blank_sheet_has_no_line():
    signature = signature_of(random_signature_picture(2, defect="empty", medium="scan"))
    assert signature.sheet.lines == ()
    with pytest.raises(NotAssessable, match="no-signature"):
        _ = signature.panel


def squares(rows, columns, *, step_x, step_y, size=20):
    left, top = np.meshgrid(np.arange(columns) * step_x, np.arange(rows) * step_y)
    begin = np.column_stack([left.ravel(), top.ravel()]).astype(float)
    return np.hstack([begin, begin + size])


@pytest.mark.parametrize(
    ("boxes", "lines", "upright"),
    [
        (squares(1, 3, step_x=25, step_y=0), 1, False),
        (squares(3, 1, step_x=0, step_y=25), 1, True),
        (squares(6, 3, step_x=22, step_y=40), 6, False),
        (squares(3, 6, step_x=40, step_y=22), 6, True),
    ],
    ids=["a line", "a column", "lines", "columns"],
)
def test_squares_make_lines_along_the_shorter_blanks(boxes, lines, upright):
    found = find_lines(boxes, np.full(len(boxes), 100))
    assert len(found) == lines
    assert {line.upright for line in found} == {upright}


def test_no_marks_make_no_line():
    assert find_lines(np.empty((0, 4)), np.empty(0, int)) == ()


@pytest.mark.parametrize("seed", [2084, 2108, 3014, 3016])
def test_the_edges_of_a_sheet_are_no_printed_lines_and_the_desk_is_no_writing(seed):
    sheet = signature_of(random_signature_picture(seed, medium="photo")).sheet
    assert sheet.rules
    assert sheet.printed == ()
    assert len(sheet.lines) == 1
    assert sheet.lines[0].box.left > 0.05 * sheet.where.shape[1]


def test_a_stroke_that_is_cut_lengthwise_by_the_edge_of_the_picture_is_writing():
    sheet = signature_of(random_signature_picture(2003, defect="cut-off")).sheet
    assert sheet.lines[0].box.right == sheet.where.shape[1]


@pytest.mark.parametrize(("seed", "defect", "lines"), [(2004, "faint", 1), (2003, "empty", 0), (3009, "empty", 0)])
def test_faint_ink_is_found_and_the_grain_of_blank_paper_is_not(seed, defect, lines):
    sheet = signature_of(random_signature_picture(seed, defect=defect)).sheet
    assert len(sheet.lines) == lines
    assert sheet.faint is (lines > 0)


def test_a_script_that_the_net_does_not_know_is_taken_to_stand_upright():
    signature = signature_of(random_signature_picture(2, medium="scan", script="uyghur"))
    assert signature.reading.turn == 0
    assert not signature.reading.stacked


def test_a_sheet_with_a_name_on_a_desk_is_no_card():
    assert signature_of(random_signature_picture(2158)).seen_kind == "signature"


@pytest.mark.parametrize(("defect", "quantity"), [("printed", "printed"), ("struck", "corrected")])
def test_a_net_tells_print_and_corrections_from_plain_handwriting(defect, quantity):
    good = signature_of(random_signature_picture(3, medium="scan", script="han"))
    bad = signature_of(random_signature_picture(2, defect=defect, medium="scan"))
    assert getattr(good.look, quantity) < 0.5 < getattr(bad.look, quantity)


def test_the_net_sees_writing_the_right_way_up_whichever_way_the_picture_lies():
    made = random_signature_picture(3, medium="scan", script="han")
    upright = signature_of(made)
    turned = Signature(decode(encode(np.ascontiguousarray(np.rot90(made.rgb)), format="PNG")))
    assert turned.reading.turn == 270
    assert turned.look.printed == pytest.approx(upright.look.printed, abs=0.1)


def test_strokes_of_two_characters_in_a_row_are_no_printed_line():
    """Two long strokes on one slanted line, as in 黄言 with running strokes."""
    sheet = np.full((320, 428, 3), 250, np.uint8)
    for start, end in (((70, 145), (195, 118)), ((215, 113), (345, 86))):
        cv2.line(sheet, start, end, (25, 25, 25), 5, cv2.LINE_AA)
        cv2.line(sheet, (start[0] + 40, 70), (start[0] + 60, 230), (25, 25, 25), 5, cv2.LINE_AA)
    signature = Signature(decode(encode(sheet, format="PNG")))
    assert not signature.sheet.printed
    assert signature.line.box.height > 140


def test_a_sheet_with_nothing_but_a_line_has_no_writing():
    sheet = np.full((400, 600, 3), 245, np.uint8)
    cv2.line(sheet, (0, 200), (599, 200), (110, 110, 110), 2, cv2.LINE_AA)
    signature = Signature(decode(encode(sheet, format="PNG")))
    assert not signature.sheet.lines
    assert not signature.sheet.ink.mask.any()


def test_the_edges_of_a_sheet_on_a_desk_as_bright_are_no_printed_lines():
    sheet = np.full((600, 900, 3), 228, np.uint8)
    cv2.rectangle(sheet, (40, 30), (860, 575), (190, 190, 190), 2, cv2.LINE_AA)
    cv2.line(sheet, (300, 300), (600, 280), (20, 20, 20), 6, cv2.LINE_AA)
    assert not Signature(decode(encode(sheet, format="PNG"))).sheet.printed


@pytest.mark.parametrize("seed", [2072, 2114])
def test_sides_of_a_sheet_that_meet_each_other_are_its_edges(seed):
    (line,) = signature_of(random_signature_picture(seed)).sheet.lines
    assert line.marks < 10


def test_two_short_names_one_below_the_other_are_two_lines():
    sheet = signature_of(random_signature_picture(2031, defect="other-writing")).sheet
    assert [line.upright for line in sheet.lines] == [False, False]


def test_strokes_that_the_picture_cuts_off_one_by_one_are_writing():
    signature = signature_of(random_signature_picture(2026, defect="cut-off"))
    assert signature.line.box.right == signature.sheet.where.shape[1]


def test_print_as_large_as_the_name_is_print():
    signature = signature_of(random_signature_picture(28, defect="printed-text"))
    (name,), (print_,) = signature.writing, signature.print
    assert print_.length > name.length


def test_dense_thick_ink_is_no_shadow():
    assert signature_of(random_signature_picture(2121)).paper_light.step < 0.03
