"""Working days of mainland China: holidays and the weekend days worked instead, from a kept package.

The State Council announces a year's days off late in the year before. Of a year that the package does not know yet,
weekends and the fixed days of the law count as off: 1 January, 1-3 May, 1-3 October.
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

_FIXED = frozenset({(1, 1), (5, 1), (5, 2), (5, 3), (10, 1), (10, 2), (10, 3)})
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether offices work on a day."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY and (day.month, day.day) not in _FIXED


def add(day: date, count: int) -> date:
    """The working day that is `count` working days after a day; the day itself does not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def subtract(day: date, count: int) -> date:
    """The working day that is `count` working days before a day."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def between(start: date, end: date) -> int:
    """How many working days follow `start`, up to and with `end`; 0 where `end` is not later."""
    return sum(is_working_day(start + timedelta(days=step)) for step in range(1, (end - start).days + 1))
