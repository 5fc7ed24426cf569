"""The maker of specimens says the truth about them, and draws what it says."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from samples.maker.cards import HEIGHT_MM, WIDTH_MM, draw_card, fonts, random_specimen
from samples.maker.cards.fonts import SHIPPED, Face, Fonts
from samples.maker.cards.number import check_character, citizen_number, resident_alien_number
from samples.maker.cards.people import IMPOSSIBLE_REGION, random_person
from samples.maker.cards.specimen import CARD_TYPES, MARK_BOX
from samples.maker.cards.words import NATIONS

SHIPPED_ONLY = Fonts(Face(SHIPPED), Face(SHIPPED), Face(SHIPPED))
ASTRONAUT = 6
PLAIN = {"font": SHIPPED_ONLY, "region": IMPOSSIBLE_REGION, "dpi": 200}

KEYS = {
    ("resident", "portrait"): {"name", "sex", "nation", "birth", "address", "number"},
    ("resident", "emblem"): {"authority", "valid_from", "valid_until"},
    ("hkmt-residence", "portrait"): {"name", "sex", "birth", "address", "number"},
    ("hkmt-residence", "emblem"): {"authority", "valid_from", "valid_until", "permit_number", "issue_count"},
    ("foreign-pr", "portrait"): {
        "name", "latin_name", "sex", "birth", "nationality", "valid_from", "valid_until", "number",
    },
    ("foreign-pr", "emblem"): {"authority", "former_number"},
    ("residence-permit", "portrait"): {
        "name", "sex", "nation", "birth", "number", "registered_address", "address", "authority", "valid_from", "valid_until",
    },
    ("residence-permit", "emblem"): set(),
    ("temporary", "portrait"): {"name", "sex", "nation", "birth", "address", "number"},
    ("temporary", "emblem"): {"authority", "valid_from", "valid_until"},
}  # fmt: skip


@pytest.mark.parametrize(("first", "last"), [("11010519491231002", "X"), ("44052418800101001", "4")])
def test_check_character_of_the_standards_examples(first, last):
    assert check_character(first) == last


def test_number_of_a_permanent_resident():
    assert resident_alien_number("32", "682", "1985-01-01", 1) == "932682198501010017"


@pytest.mark.parametrize(("card_type", "side"), KEYS)
def test_every_side_prints_its_fields(card_type, side):
    given = {"photo": ASTRONAUT, "name": "王安", "former_number": "SAU320012850101"}
    card = draw_card(given, card_type=card_type, side=side, variant=0, **PLAIN)
    assert set(card.fields) == KEYS[card_type, side]
    assert (card.portrait is not None) == (side == "portrait")
    assert card.rgb.dtype == np.uint8
    assert card.rgb.shape == (round(HEIGHT_MM * 200 / 25.4), round(WIDTH_MM * 200 / 25.4), 3)
    for key, boxes in card.places.items():
        assert len(boxes) == len(card.lines[key])
        for left, top, right, bottom in boxes:
            assert 0 < left < right < WIDTH_MM
            assert 0 < top < bottom < HEIGHT_MM


@pytest.mark.parametrize("side", ["portrait", "emblem"])
@pytest.mark.parametrize("dpi", [200, 300, 450])
def test_ink_is_where_the_places_say(side, dpi):
    """Against the same card with blanks in place of the values."""
    options = {**PLAIN, "dpi": dpi, "side": side, "seed": 4, "specimen_mark": False}
    card = draw_card({"photo": ASTRONAUT}, **options)
    blank = dict.fromkeys(("name", "sex", "nation", "address", "number", "authority"), " ")
    without = draw_card(
        {"photo": ASTRONAUT, "birth": " - - ", "valid_from": " ", "valid_until": " ", **blank}, **options
    )
    change = np.abs(card.rgb.astype(int) - without.rgb).max(axis=2) > 40
    inside = np.zeros_like(change)
    for left, top, right, bottom in (box for boxes in card.places.values() for box in boxes):
        window = (
            slice(int(top * dpi / 25.4) - 1, int(bottom * dpi / 25.4) + 2),
            slice(int(left * dpi / 25.4) - 1, int(right * dpi / 25.4) + 2),
        )
        assert change[window].mean() > 0.05
        inside[window] = True
    assert not (change & ~inside).any()


def test_both_sides_of_a_seed_are_of_one_person():
    front = draw_card(seed=9, side="portrait", **PLAIN)
    back = draw_card(seed=9, side="emblem", **PLAIN)
    birth, start = (date.fromisoformat(text) for text in (front.fields["birth"], back.fields["valid_from"]))
    age = start.year - birth.year - ((start.month, start.day) < (birth.month, birth.day))
    end = back.fields["valid_until"]
    span = "长期" if end == "长期" else int(end[:4]) - start.year
    assert span == (5 if age < 16 else 10 if age <= 25 else 20 if age <= 45 else "长期")


@pytest.mark.parametrize("card_type", CARD_TYPES)
def test_invented_people_are_consistent(card_type):
    spans, nations, lengths = set(), set(), set()
    for seed in range(1500 if card_type == "resident" else 300):
        person = random_person(np.random.default_rng(seed), card_type, Face(SHIPPED))
        lengths.add(len(person.name))
        nations.add(person.nation)
        start = date.fromisoformat(person.valid_from)
        birth = date.fromisoformat(person.birth)
        assert birth < start <= date(2026, 11, 22)
        if person.valid_until == "长期":
            spans.add("长期")
        else:
            assert date.fromisoformat(person.valid_until) > date(2026, 11, 22)
            spans.add(round((date.fromisoformat(person.valid_until) - start).days / 365.25, 1))
        assert len(person.address) <= 35
        if len(person.number) == 18:
            assert check_character(person.number[:17]) == person.number[17]
            assert person.number[-12:-4] == person.birth.replace("-", "")
            assert int(person.number[16]) % 2 == (person.sex == "男")
        else:
            assert card_type == "foreign-pr"
            assert len(person.number) == 15
    if card_type == "resident":
        assert spans == {5.0, 10.0, 20.0, "长期"}
        assert nations == set(NATIONS)
        assert len(NATIONS) == 56
        assert min(lengths) == 2
        assert max(lengths) >= 10


def test_faulty_fields_are_drawn_as_asked():
    card = draw_card({"photo": ASTRONAUT, "number": "990101199002300000", "birth": "1990-02-30"}, **PLAIN)
    assert card.fields["number"] == "990101199002300000"
    assert card.lines["birth"] == ["1990年2月30日"]


def test_long_texts_take_more_lines():
    name = "阿卜杜热合曼江·阿卜杜克热木江"
    card = draw_card({"photo": ASTRONAUT, "name": name, "address": "样本省样本市样本区人民路一号" * 2}, **PLAIN)
    assert len(card.places["name"]) == 2
    assert "".join(card.lines["name"]) == name
    assert len(card.places["address"]) == 3
    assert "".join(card.lines["address"]) == card.fields["address"]


def test_equal_seeds_give_equal_cards_and_others_do_not():
    cards = [random_specimen(seed, "resident", "emblem", dpi=150).rgb for seed in (3, 3, 4)]
    assert np.array_equal(cards[0], cards[1])
    assert not np.array_equal(cards[0], cards[2])


def test_the_mark_can_be_left_out_and_stands_at_its_place():
    cards = [draw_card(side="emblem", specimen_mark=mark, **PLAIN).rgb.astype(int) for mark in (True, False)]
    rows, columns = np.nonzero(np.abs(cards[0] - cards[1]).max(axis=2))
    scale = 200 / 25.4
    assert columns.size
    assert MARK_BOX[0] * scale - 1 <= columns.min()
    assert columns.max() <= MARK_BOX[2] * scale + 1
    assert MARK_BOX[1] * scale - 1 <= rows.min()
    assert rows.max() <= MARK_BOX[3] * scale + 1


def test_second_script_moves_nothing_out_of_the_card():
    card = draw_card({"photo": ASTRONAUT}, script="zhuang", **PLAIN)
    assert card.fields.keys() == KEYS["resident", "portrait"]
    assert max(box[3] for boxes in card.places.values() for box in boxes) < HEIGHT_MM


def test_worlds_share_no_face_where_the_held_one_has_its_own():
    tune = {face for kit in fonts("tune") for face in (kit.text, kit.title, kit.number)}
    held = {face for kit in fonts("held") for face in (kit.text, kit.title, kit.number)}
    assert tune & held <= {Face(SHIPPED)}
    assert all(kit.text.covers("0123456789.-中华") and kit.number.covers("0123456789X") for kit in fonts("held"))


def test_citizen_number_of_a_man_is_odd():
    assert citizen_number(IMPOSSIBLE_REGION, "1990-01-02", 7)[14:17] == "007"
