"""Dates as cards count them.

Source: GA 214.8-2004 §4: what falls on 29 February falls on 1 March in years without one, ages and validity alike.
"""

from __future__ import annotations

from datetime import date

LONG_TERM = "长期"


def read_date(text: str) -> date | None:
    """A day as the reader gives it, `YYYY-MM-DD`; None for what is no day that exists."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def years_later(day: date, years: int) -> date:
    """The same day some years later."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def months_later(day: date, months: int) -> date:
    """The same day some months later; the first of the next where that month is too short."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    try:
        return day.replace(year=year, month=month)
    except ValueError:
        return date(year, month + 1, 1)  # a month of 31 days always follows one that is too short


def age(birth: date, on: date) -> int:
    """Full years; negative before birth."""
    return on.year - birth.year - (years_later(birth, on.year - birth.year) > on)
