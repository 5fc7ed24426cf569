"""Numbers on cards: the standard's own examples, the errors that its check digit finds, the other kinds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photocheck.features.idcard.number import check_character, parse_number, permit_region

SEVENTEEN = st.text("0123456789", min_size=17, max_size=17)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "932682198501010017"])
def test_published_numbers_fit(number):
    assert check_character(number[:17]) == number[17]
    assert parse_number(number).check_right


def test_a_citizens_number_is_taken_apart():
    number = parse_number("11010519491231002X")
    assert (number.kind, number.region, number.birth, number.sex) == ("citizen", "110105", date(1949, 12, 31), "女")


def test_a_foreign_residents_number_is_taken_apart():
    number = parse_number("932682198501010017")
    assert (number.kind, number.region, number.nationality) == ("foreign-resident", "32", "682")
    assert number.birth == date(1985, 1, 1)
    assert number.sex is None


def test_nine_and_no_province_is_not_a_foreign_residents():
    assert parse_number("990101199003070015").kind == "citizen"


@pytest.mark.parametrize(
    "text", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_case_spaces_and_width_do_not_matter(text):
    assert parse_number(text).check_right


@given(SEVENTEEN, st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(first, place, by):
    other = first[:place] + str((int(first[place]) + by) % 10) + first[place + 1 :]
    assert check_character(other) != check_character(first)


@given(SEVENTEEN, st.integers(0, 15))
def test_every_swap_of_neighbours_is_found(first, place):
    other = first[:place] + first[place + 1] + first[place] + first[place + 2 :]
    assert (check_character(other) == check_character(first)) == (other == first)


@given(st.text())
def test_any_text_is_taken(text):
    assert parse_number(text).kind in (
        "citizen",
        "foreign-resident",
        "first-generation",
        "old-foreign-resident",
        "other",
    )


@pytest.mark.parametrize("first", ["", "1" * 16, "1" * 18, "1101051949123100X"])
def test_a_check_character_needs_seventeen_digits(first):
    with pytest.raises(ValueError, match="17 digits"):
        check_character(first)


def test_days_that_never_were_are_none():
    number = parse_number("990101199002310013")
    assert number.holds_birth
    assert number.birth is None


def test_first_generation_numbers():
    number = parse_number("990101490307001")
    assert (number.kind, number.birth, number.sex) == ("first-generation", date(1949, 3, 7), "男")
    assert number.check_right is None


@pytest.mark.parametrize("text", ["990101200503070", "990101199003070", "990101491307001", "9901011990030700", ""])
def test_what_was_cut_short_is_no_first_generation_number(text):
    assert parse_number(text).kind == "other"


def test_older_numbers_of_foreign_residents_have_no_check():
    number = parse_number("XXX990090010101")
    assert (number.kind, number.check_right, number.holds_birth) == ("old-foreign-resident", None, False)


def test_a_number_never_shows_in_its_repr():
    for text in ("110105194912310021", "932682198501010017", "990101490307001", "12345"):
        shown = repr(parse_number(text))
        assert text not in shown
        assert not any(part in shown for part in ("110105", "1949", "682", "1985", "990101"))


@pytest.mark.parametrize(
    ("permit", "region"),
    [("H00000000", "81"), ("m00000000", "82"), ("H0000000001", "81"), ("00000000", "83"), ("C00000000", ""), ("H0", ""), ("", "")],
)  # fmt: skip
def test_travel_permits_tell_their_region(permit, region):
    assert permit_region(permit) == region
