"""Portrait, card or signature: what each is taken for, and what is taken for none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from photocheck.decode import decode
from photocheck.features.kind import recognise_kind
from photocheck.features.portrait import Portrait
from samples.maker.astronaut import astronaut, original
from samples.maker.documents import draw_card, draw_signature
from samples.maker.encode import encode
from tests.cases.pictures import plain, shapes

Image = Any


def kind(rgb: Image) -> str | None:
    return recognise_kind(Portrait(decode(encode(rgb, quality=88))))


def test_portraits() -> None:
    assert kind(astronaut()) == "portrait"
    assert kind(original()) == "portrait"


@pytest.mark.parametrize("ratio", [1.2, 1.5, 1.586, 1.7])
def test_a_portrait_of_the_shape_of_a_card_is_a_portrait(ratio: float) -> None:
    picture = original()
    width = round(picture.shape[0] / ratio)
    assert kind(picture[:, 224 - width // 2 : 224 + width // 2]) == "portrait"


@pytest.mark.parametrize("share", [0.2, 0.35])
def test_a_small_face_in_the_middle_of_a_plain_picture_is_a_portrait(share: float) -> None:
    person = astronaut()
    side = round(person.shape[1] / share)
    canvas = np.full((side, side, 3), 255, np.uint8)
    left, top = (side - person.shape[1]) // 2, side - person.shape[0]
    canvas[top:, left : left + person.shape[1]] = person
    assert kind(canvas) == "portrait"


@pytest.mark.parametrize("side", ["portrait", "emblem"])
@pytest.mark.parametrize(("share", "turn"), [(0.45, 0), (0.6, -8), (0.6, 90), (0.85, 0)])
def test_cards(side: Any, share: float, turn: float) -> None:
    assert kind(draw_card(side=side, share=share, turn=turn)) == "id-card"


def test_a_scan_of_a_card_that_fills_the_picture() -> None:
    assert kind(draw_card(side="emblem", width=856, height=540, share=1.0)) == "id-card"


@pytest.mark.parametrize("ink", [(20, 20, 30), (30, 40, 140), (190, 30, 30)])
@pytest.mark.parametrize("shade", [0.0, 0.3])
def test_signatures(ink: tuple[int, int, int], shade: float) -> None:
    assert kind(draw_signature(ink=ink, shade=shade)) == "signature"


def test_what_is_none_of_them_is_not_named() -> None:
    assert kind(plain()) is None
    assert kind(shapes()) is None
    assert kind(np.random.default_rng(1).integers(0, 255, (400, 300, 3), dtype=np.uint8)) is None


def test_a_bright_empty_card_without_print_is_no_card() -> None:
    table = np.full((900, 1200, 3), (90, 70, 55), np.uint8)
    table[200:605, 280:920] = 235
    assert kind(table) is None


def test_a_name_on_a_sheet_on_a_dark_desk_is_a_signature() -> None:
    sheet = draw_signature()
    height, width = sheet.shape[:2]
    desk = np.full((round(1.2 * height), round(1.2 * width), 3), (40, 60, 50), np.uint8)
    desk[height // 10 :][:height, width // 10 : width // 10 + width] = sheet
    assert kind(desk) == "signature"


def test_a_name_on_a_sheet_on_a_bright_checked_cloth_is_a_signature() -> None:
    sheet = draw_signature()
    height, width = sheet.shape[:2]
    rows, columns = np.indices((round(1.16 * height), round(1.16 * width)))
    red = ((rows // 24 + columns // 24) % 2 == 0)[..., None]
    cloth = np.where(red, (200, 60, 70), (235, 230, 228)).astype(np.uint8)
    top, left = round(0.08 * height), round(0.08 * width)
    cloth[top : top + height, left : left + width] = sheet
    assert kind(cloth) == "signature"
