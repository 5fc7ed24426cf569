"""Working days of China: holidays, the weekend days worked instead, and years not announced yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from api.services import working_days


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 17), False),  # Spring Festival, a Tuesday
        (date(2026, 2, 14), True),  # a Saturday worked instead
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),  # a Saturday worked instead
        (date(2026, 11, 21), False),
        (date(2026, 11, 23), True),
        (date(2040, 1, 2), True),  # a Monday of a year not announced
        (date(2040, 1, 7), False),  # its Saturday
        (date(2040, 5, 1), False),
        (date(2040, 10, 3), False),
    ],
)
def test_which_days_count(day: date, works: bool) -> None:
    assert working_days.is_working_day(day) is works


def test_seven_working_days_over_the_spring_festival() -> None:
    assert working_days.add(date(2026, 2, 12), 7) == date(2026, 2, 28)


@pytest.mark.parametrize("count", range(12))
def test_adding_and_counting_agree(count: int) -> None:
    for offset in range(40):
        start = date(2026, 9, 10) + timedelta(days=offset)
        end = working_days.add(start, count)
        assert working_days.between(start, end) == count
        if working_days.is_working_day(start):
            assert working_days.subtract(end, count) == start
