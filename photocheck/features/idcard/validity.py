"""How long cards are valid, by their type and the holder's age at issue.

Source: 居民身份证法 art. 5 and GA 214.8-2004 (resident: 5, 10, 20 years or for good; the end is the day of issue);
港澳台居民居住证申领发放办法 art. 10 (5 years); 外国人在中国永久居留审批管理办法 art. 21 (5 years under 18, else 10);
临时居民身份证管理办法 (3 months). Foreigners' cards are seen to end on the day before, so there both days count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from photocheck.features.idcard.dates import LONG_TERM, months_later, read_date, years_later


@dataclass(frozen=True, slots=True)
class Term:
    """A time of validity, and who gets it.

    Attributes:
        months: None for good.
        from_age, below_age: full years at issue; None for no end.
    """

    months: int | None
    from_age: int = 0
    below_age: int | None = None

    def ends(self, issued: date, *, day_before: bool) -> tuple[date, ...]:
        """The last days that the rule allows; empty for a card for good."""
        if self.months is None:
            return ()
        end = months_later(issued, self.months)
        # GA 214.8 makes 1 March of 29 February; cards that say 28 February are seen.
        ends = [end, date(end.year, 2, 28)] if (issued.month, issued.day) == (2, 29) and end.month == 3 else [end]
        return (*ends, *(day - timedelta(1) for day in ends if day_before))

    def days_outside(self, birth: date, issued: date) -> int:
        """How many days before (negative) or after its ages the card was issued; 0 inside."""
        first = years_later(birth, self.from_age)
        if issued < first:
            return (issued - first).days
        if self.below_age is None:
            return 0
        last = years_later(birth, self.below_age) - timedelta(1)
        return max(0, (issued - last).days)


_TERMS: dict[str, tuple[Term, ...]] = {
    "resident": (Term(60, 0, 16), Term(120, 16, 26), Term(240, 26, 46), Term(None, 46)),
    "hkmt-residence": (Term(60),),
    "foreign-pr": (Term(60, 0, 18), Term(120, 18)),
    "temporary": (Term(3),),
}
_FIRST_ISSUED = {
    "resident": date(2004, 1, 1),
    "hkmt-residence": date(2018, 9, 1),
    "foreign-pr": date(2004, 8, 15),
}
"""When the rules that made these cards came into force."""
_ENDS_DAY_BEFORE = frozenset({"hkmt-residence", "foreign-pr", "temporary"})


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when a card is valid; `until` is None for good."""

    issued: date
    until: date | None

    def days_left(self, as_of: date) -> int | None:
        """Days until the last day; negative once it is over, None for a card for good."""
        return None if self.until is None else (self.until - as_of).days


def read_validity(valid_from: str, valid_until: str) -> Validity | None:
    """Both dates as the reader gives them (`YYYY-MM-DD` or `长期`); None where one is no day that exists."""
    issued, until = read_date(valid_from), read_date(valid_until)
    if issued is None or (until is None and valid_until.strip() != LONG_TERM):
        return None
    return Validity(issued, until)


def terms(card_type: str) -> Sequence[Term]:
    """The terms that a type of card may have; empty where no rule is known."""
    return _TERMS.get(card_type, ())


def is_too_early(validity: Validity, card_type: str) -> bool:
    """Whether such cards were not yet issued on that day."""
    return validity.issued < _FIRST_ISSUED.get(card_type, date.min)


def nearest_term(validity: Validity, card_type: str) -> tuple[Term, int] | None:
    """The term that fits best, and by how many days the printed end misses it (positive: too late).

    Returns:
        None where the type has no rule, or where a card says that it is for good and its type never is.
    """
    found: list[tuple[Term, int]] = []
    for term in terms(card_type):
        if validity.until is None or term.months is None:
            if validity.until is None and term.months is None:
                found.append((term, 0))
            continue
        ends = term.ends(validity.issued, day_before=card_type in _ENDS_DAY_BEFORE)
        found.extend((term, (validity.until - end).days) for end in ends)
    return min(found, key=lambda pair: abs(pair[1]), default=None)


def depends_on_age(card_type: str) -> bool:
    """Whether the holder's age at issue decides the term."""
    return any(term.from_age or term.below_age for term in terms(card_type))
