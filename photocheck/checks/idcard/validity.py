"""FLD: from when until when the card is valid."""

from __future__ import annotations

from datetime import date

from photocheck.features.idcard.fields import (
    ReadCard,
    birth_of,
    confirmed_validity,
    field_regions,
    field_text,
    has_field,
)
from photocheck.features.idcard.sides import days_outside_term
from photocheck.features.idcard.validity import (
    depends_on_age,
    is_too_early,
    nearest_term,
    read_validity,
    terms,
)
from photocheck.finding import Finding, NotAssessable, failed, passed
from photocheck.limits import Band
from photocheck.registry import check

_SPAN = ("valid_from", "valid_until")


@check("FLD09", "validity-span", kind="id-card", unit="days", since="0.1")
def validity_span(card: ReadCard, limits: Band) -> Finding:
    """By how many days the printed end of validity misses the nearest one that the rules allow; positive: too late.

    Why: a span that no rule gives was misread or altered; only a lawful one makes the dates worth relying on.
    Resident cards: 5, 10 or 20 years to the very day, or 长期, from 2004-01-01 on; issued on 29 February they end on
    1 March (28 February is taken too) in years without one. Hong Kong, Macau and Taiwan residents: 5 years from
    2018-09-01 on. Foreign permanent residents: 5 or 10 years. Temporary cards: three months. Of all but the resident
    card the day before counts as well. For cards without a national rule only the order of the dates is judged.
    Abstains on the side without them (`not-on-this-side`) and where a date was not read (`field-unreadable`).
    Source: 居民身份证法 art. 5; GA 214.8-2004; 港澳台居民居住证申领发放办法; 外国人在中国永久居留审批管理办法 art. 21;
    临时居民身份证管理办法.
    """
    validity = read_validity(*(field_text(card, key) for key in _SPAN))
    regions = tuple(field_regions(card, *_SPAN))
    if validity is None:
        return failed("not-a-date", regions=regions)
    if validity.until is not None and validity.until <= validity.issued:
        return failed("reversed", regions=regions)
    if is_too_early(validity, card.card_type):
        return failed("too-early", regions=regions)
    if not terms(card.card_type):
        return passed(case="no-rule", regions=regions)
    found = nearest_term(validity, card.card_type)
    if found is None:
        return failed("never-for-good", regions=regions)
    return limits.judge(found[1], regions=regions, short=-found[1])


@check("FLD10", "validity-age", kind="id-card", unit="days", since="0.1")
def validity_age(card: ReadCard, limits: Band) -> Finding:
    """By how many days the card was issued before (negative) or after the ages at which its term is given; else 0.

    Why: a term that the holder's age did not allow means that the sides are not of one card, or a date was altered.
    Resident cards: 5 years under 16, 10 years from 16 to 25, 20 years from 26 to 45, for good from 46 on. Foreign
    permanent residents: 5 years under 18, else 10. Who was born on 29 February comes of age on 1 March. The limits
    leave room for cards asked for before a birthday and issued after it.
    Birth and validity stand on different sides of most cards: abstains there (`not-on-this-side`); `sides-match`
    asks the same of both sides. Abstains too where a date was not read (`field-unreadable`), where the span is no
    lawful one (`dates-doubtful`), and for cards whose term does not depend on age (`no-age-rule`).
    Source: 居民身份证法 art. 5; GA 214.8-2004; 外国人在中国永久居留审批管理办法 art. 21.
    """
    if not depends_on_age(card.card_type):
        raise NotAssessable("no-age-rule")
    if not all(has_field(card, key) for key in ("birth", *_SPAN)):
        raise NotAssessable("not-on-this-side")
    days = days_outside_term(birth_of(card), confirmed_validity(card), card.card_type)
    if days is None:
        raise NotAssessable("dates-doubtful")
    return limits.judge(days, regions=field_regions(card, "birth", *_SPAN), gap=abs(days))


@check("FLD11", "validity-current", kind="id-card", unit="days", since="0.1")
def validity_current(card: ReadCard, limits: Band, as_of: date) -> Finding:
    """Days from the date of the check to the card's last day of validity; negative once it has expired.

    Why: an expired card proves nothing, and one about to expire may have expired when the application is decided.
    The last day counts as valid. Judged only where both dates confirm each other by being a lawful term
    apart, so that no misread year makes a valid card expire.
    Abstains on the side without the dates (`not-on-this-side`), where one was not read (`field-unreadable`) or does
    not exist (`not-a-date`), and where the span is no lawful one (`dates-doubtful`).
    Source: 居民身份证法 art. 5 and 11.
    """
    validity = confirmed_validity(card)
    regions = tuple(field_regions(card, *_SPAN))
    if validity.issued > as_of:
        return failed("not-yet", regions=regions, begins=validity.issued.isoformat())
    days = validity.days_left(as_of)
    if days is None:
        return passed(case="for-good", regions=regions)
    return limits.judge(
        days, regions=regions, case="expired" if days < 0 else "soon", until=str(validity.until), left=days
    )
