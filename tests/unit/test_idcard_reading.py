"""Reading made cards: every field of every layout, tolerance of shifts, and silence where nothing can be seen."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

import photocheck
from photocheck.features.idcard.labelled import read_labelled
from photocheck.features.idcard.lines import FlatBox
from photocheck.features.idcard.reading import UNSURE, read_fields
from photocheck.features.idcard.shape import FLAT_HEIGHT, FLAT_PER_MM, FLAT_WIDTH
from photocheck.features.idcard.strips import runs_out_of_sight
from samples.maker.cards import Fonts, Specimen, draw_card
from samples.maker.cards.fonts import Face

_FACE = Face(Path(photocheck.__file__).parent / "render" / "fonts" / "NotoSansSC-GB2312.otf")
_PERSON = {"name": "欧阳子涵", "address": "河北省石家庄市长安区中山东路120号幸福小区12号楼3单元1402室"}


@cache
def specimen(card_type: str, side: str, **fields: str) -> Specimen:
    person = {**_PERSON, **fields}
    return draw_card(
        person,
        card_type=card_type,
        side=side,
        dpi=FLAT_PER_MM * 25.4,
        font=Fonts(_FACE, _FACE, _FACE),
        seed=3,
        region="990101",
    )


def flat_of(drawn: Specimen, right: float = 0.0, down: float = 0.0) -> np.ndarray:
    """The card at the flat size, its print moved by so many mm."""
    flat = cv2.resize(drawn.rgb, (FLAT_WIDTH, FLAT_HEIGHT), interpolation=cv2.INTER_AREA)
    move = np.array([[1, 0, right * FLAT_PER_MM], [0, 1, down * FLAT_PER_MM]], np.float64)
    return cv2.warpAffine(flat, move, (FLAT_WIDTH, FLAT_HEIGHT), borderMode=cv2.BORDER_REPLICATE)


def texts(flat: np.ndarray, card_type: str, side: str) -> dict[str, str]:
    return {key: read.text for key, read in read_fields(flat, card_type, side).items()}


@pytest.mark.parametrize("card_type", ["resident", "hkmt-residence", "foreign-pr", "temporary"])
@pytest.mark.parametrize("side", ["portrait", "emblem"])
def test_every_field_of_a_clean_card_is_read(card_type: str, side: str) -> None:
    drawn = specimen(card_type, side)
    read = texts(flat_of(drawn), card_type, side)
    assert {key: read[key] for key in drawn.fields} == drawn.fields


@pytest.mark.parametrize("side", ["portrait", "emblem"])
def test_a_residence_permit_is_read_by_its_labels(side: str) -> None:
    drawn = specimen("residence-permit", side)
    read = read_labelled(flat_of(drawn))
    assert {key: read[key].text for key in drawn.fields} == drawn.fields


def test_a_card_without_print_has_no_labelled_fields() -> None:
    assert read_labelled(np.full((FLAT_HEIGHT, FLAT_WIDTH, 3), 225, np.uint8)) == {}


@pytest.mark.parametrize(("right", "down"), [(-1.2, -1.2), (1.2, 1.2), (0.0, 1.6)])
def test_print_may_stand_off_its_place(right: float, down: float) -> None:
    drawn = specimen("resident", "portrait")
    assert texts(flat_of(drawn, right, down), "resident", "portrait") == drawn.fields


@pytest.mark.parametrize("name", ["李明", "买买提·吐尔逊", "阿卜杜热合曼·麦麦提依明江"])
def test_names_of_every_length_are_read(name: str) -> None:
    drawn = specimen("resident", "portrait", name=name)
    assert texts(flat_of(drawn), "resident", "portrait")["name"] == name


def test_no_end_of_validity() -> None:
    drawn = specimen("resident", "emblem", valid_from="2016-03-02", valid_until="长期")
    read = texts(flat_of(drawn), "resident", "emblem")
    assert (read["valid_from"], read["valid_until"]) == ("2016-03-02", "长期")


def test_a_number_is_told_as_it_stands_even_if_its_check_digit_is_wrong() -> None:
    drawn = specimen("resident", "portrait", number="990101199003071230")
    assert texts(flat_of(drawn), "resident", "portrait")["number"] == "990101199003071230"


def test_regions_lie_where_the_print_is() -> None:
    drawn = specimen("resident", "portrait")
    read = read_fields(flat_of(drawn), "resident", "portrait")
    for key, places in drawn.places.items():
        edges = np.array(places)
        middle = np.array([edges[:, [0, 2]].mean(), (edges[:, 1].min() + edges[:, 3].max()) / 2]) * FLAT_PER_MM
        left, top, right, bottom = read[key].box
        assert left <= middle[0] <= right
        assert top <= middle[1] <= bottom


def test_an_empty_card_has_unreadable_fields() -> None:
    empty = np.full((FLAT_HEIGHT, FLAT_WIDTH, 3), 225, np.uint8)
    read = read_fields(empty, "resident", "portrait")
    assert set(read) == {"name", "sex", "nation", "birth", "address", "number"}
    assert all(field.text == "" and field.confidence == 0.0 for field in read.values())


def test_what_blur_has_made_illegible_is_not_told_surely() -> None:
    drawn = specimen("resident", "portrait")
    blurred = cv2.GaussianBlur(flat_of(drawn), (0, 0), 14)
    read = read_fields(blurred, "resident", "portrait")
    assert all(field.text in ("", drawn.fields[key]) or field.confidence < UNSURE for key, field in read.items())


def test_a_number_that_runs_under_glare_is_not_believed() -> None:
    drawn = specimen("resident", "portrait")
    flat = flat_of(drawn).copy()
    flat[590:720, 900:] = 255
    assert read_fields(flat, "resident", "portrait")["number"].confidence < 0.5


def test_a_finger_at_the_end_of_a_line_is_seen_and_a_shadow_is_not() -> None:
    flat = np.full((200, 600, 3), (215, 222, 225), np.uint8)
    line = FlatBox(100, 80, 300, 130)
    shaded, covered = flat.copy(), flat.copy()
    shaded[:, 320:] = (flat[:, 320:] * 0.7).astype(np.uint8)
    covered[:, 320:] = (205, 150, 120)
    assert not runs_out_of_sight(flat, line)
    assert not runs_out_of_sight(shaded, line)
    assert runs_out_of_sight(covered, line)
