"""Terms of validity: GA 214.8's own examples, leap days, ages; and both sides of a card together."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photocheck.features.idcard.dates import age, months_later, read_date, years_later
from photocheck.features.idcard.number import parse_number
from photocheck.features.idcard.sides import EmblemSide, PortraitSide, compare_sides, days_outside_term
from photocheck.features.idcard.validity import Validity, nearest_term, read_validity

DAYS = st.dates(date(2004, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("birth", "until"),
    [("1993-12-12", "2009-03-27"), ("1981-12-12", "2014-03-27"), ("1973-12-12", "2024-03-27"), ("1953-12-12", "长期")],
)
def test_the_standards_own_examples(birth, until):
    validity = read_validity("2004-03-27", until)
    assert validity is not None
    found = nearest_term(validity, "resident")
    assert found is not None
    assert found[1] == 0
    assert days_outside_term(date.fromisoformat(birth), validity, "resident") == 0


def test_leap_days_come_of_age_on_the_first_of_march():
    birth = date(1992, 2, 29)
    assert years_later(birth, 26) == date(2018, 3, 1)
    assert age(birth, date(2018, 2, 28)) == 25
    assert age(birth, date(2018, 3, 1)) == 26
    assert age(birth, date(2020, 2, 29)) == 28


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2026-11-30", 3, "2027-03-01"), ("2026-12-01", 3, "2027-03-01"), ("2026-10-15", 3, "2027-01-15"), ("2026-12-31", 2, "2027-03-01")],
)  # fmt: skip
def test_months(day, months, later):
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)


@pytest.mark.parametrize("text", ["", "2026-02-29", "长期", "20260301", "2026-3-1", "2026.03.01", "0000-00-00"])
def test_no_days(text):
    assert read_date(text) is None or text == "20260301"


@given(DAYS, st.sampled_from([5, 10, 20]))
def test_every_lawful_term_misses_by_nothing(issued, years):
    found = nearest_term(Validity(issued, years_later(issued, years)), "resident")
    assert found is not None
    assert found[1] == 0
    assert found[0].months == 12 * years


@given(DAYS, st.integers(-400, 400))
def test_the_days_missed_are_those_added(issued, days):
    until = years_later(issued, 20) + timedelta(days)
    found = nearest_term(Validity(issued, until), "resident")
    assert found is not None
    leap = (issued.month, issued.day) == (2, 29)
    assert found[1] == days or (leap and found[1] == days + 1)


@given(DAYS, st.integers(0, 99 * 365))
def test_every_age_has_exactly_one_term_of_a_resident_card(issued, days_old):
    birth = issued - timedelta(days_old)
    full = age(birth, issued)
    lawful = {5: full < 16, 10: 16 <= full < 26, 20: 26 <= full < 46, None: full >= 46}
    for years, allowed in lawful.items():
        validity = Validity(issued, None if years is None else years_later(issued, years))
        assert (days_outside_term(birth, validity, "resident") == 0) == allowed


def test_cards_that_are_never_for_good():
    assert nearest_term(Validity(date(2020, 1, 6), None), "hkmt-residence") is None
    assert nearest_term(Validity(date(2020, 1, 6), None), "foreign-pr") is None


def test_days_left():
    assert Validity(date(2016, 1, 1), date(2026, 1, 1)).days_left(date(2026, 1, 1)) == 0
    assert Validity(date(2016, 1, 1), date(2026, 1, 1)).days_left(date(2026, 1, 2)) == -1
    assert Validity(date(2016, 1, 1), None).days_left(date(2026, 1, 2)) is None


NUMBER = parse_number("430626185701010018")
FRONT = PortraitSide("resident", NUMBER, date(1990, 3, 7), "湖南省平江县样本镇样本村1号")
BACK = EmblemSide("resident", "平江县公安局", Validity(date(2016, 3, 7), date(2036, 3, 7)))


def test_two_sides_that_fit():
    found = compare_sides(FRONT, BACK)
    assert found.disagreements == ()
    assert set(found.compared) == {"card-type", "issued-before-birth", "term-for-age", "place"}
    assert found.days_outside == 0


@pytest.mark.parametrize(
    ("front", "back", "disagreement"),
    [
        (FRONT, EmblemSide("hkmt-residence", "平江县公安局", BACK.validity), "card-type"),
        (FRONT, EmblemSide("resident", "上海市公安局黄浦分局", BACK.validity), "place"),
        (FRONT, EmblemSide("resident", "平江县公安局", Validity(date(2016, 3, 7), None)), "term-for-age"),
        (PortraitSide("resident", NUMBER, date(2018, 1, 1)), BACK, "issued-before-birth"),
        (
            PortraitSide("hkmt-residence", parse_number("830000185701010016")),
            EmblemSide("hkmt-residence", permit_number="H00000000"),
            "permit-region",
        ),
    ],
)
def test_two_sides_that_do_not_fit(front, back, disagreement):
    assert compare_sides(front, back).disagreements == (disagreement,)


def test_who_moved_has_an_issuer_near_the_address_and_a_number_of_elsewhere():
    moved = PortraitSide("resident", NUMBER, FRONT.birth, "上海市黄浦区样本路1号")
    assert compare_sides(moved, EmblemSide("resident", "上海市公安局黄浦分局", BACK.validity)).disagreements == ()
    assert compare_sides(moved, BACK).disagreements == ()


def test_what_was_not_read_is_not_compared():
    found = compare_sides(PortraitSide("resident"), EmblemSide("resident"))
    assert found.compared == ("card-type",)
    assert found.days_outside is None
    unlawful = EmblemSide("resident", validity=Validity(date(2016, 3, 7), date(2030, 1, 1)))
    assert "term-for-age" not in compare_sides(FRONT, unlawful).compared


def test_a_card_asked_for_before_a_birthday_and_issued_after_it():
    late = PortraitSide("resident", NUMBER, date(1990, 2, 20))
    ten = EmblemSide("resident", validity=Validity(date(2016, 3, 7), date(2026, 3, 7)))
    assert compare_sides(late, ten, slack_days=0).disagreements == ("term-for-age",)
    assert compare_sides(late, ten).disagreements == ()
    assert compare_sides(late, ten).days_outside == 17


def test_what_people_wrote_never_shows_in_a_repr():
    shown = repr((FRONT, BACK))
    assert "平江" not in shown
    assert "4306" not in shown
    assert "1990" not in shown
