"""FLD: the number, by its own arithmetic and against what is printed beside it."""

from __future__ import annotations

from datetime import date

from photocheck.features.idcard.dates import age, read_date
from photocheck.features.idcard.fields import (
    ReadCard,
    field_regions,
    field_text,
    has_field,
    number_of,
    right_number,
)
from photocheck.features.idcard.number import Number
from photocheck.features.idcard.regions import RESIDENCE_PERMIT_REGIONS, is_city, is_province, is_region
from photocheck.finding import Finding, NotAssessable, failed, passed, to_review
from photocheck.limits import Band, Limits
from photocheck.registry import check


class Checksum(Limits):
    """What a wrong check digit leads to.

    Attributes:
        refuse_from: confidence (0..1) of the least sure character from which a wrong check digit refuses the card by
            itself; left out where only a person may.
    """

    refuse_from: float | None = None


@check("FLD02", "number-checksum", kind="id-card", since="0.1")
def number_checksum(card: ReadCard, limits: Checksum) -> Finding:
    """Whether the number has the form of such cards' numbers, and its last character fits the others.

    Why: any one misread or altered character, and ten of eleven numbers that are wrong otherwise, show themselves here,
    whatever the confidence they were read with.
    18 characters follow ISO 7064 MOD 11-2: weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2, the sum modulo 11 looked up in
    1 0 X 9 8 7 6 5 4 3 2. So do those of foreign residents, which begin with 9; their older numbers of three letters
    and 12 digits have no public rule and pass by their form.
    A wrong number never passes, and by itself it does not refuse either: whether it was misread, which the
    holder can do nothing about, or altered, a person sees at a glance. 15 digits that hold a day of birth are a
    first-generation card, which ended on 2013-01-01, and fail; 15 digits that begin as 18 do are taken for cut short.
    Abstains on the emblem side (`not-on-this-side`) and where the number was not read (`field-unreadable`).
    Source: GB 11643-1999; 新版外国人永久居留身份证机读信息规则（2023版）.
    """
    number = number_of(card)
    regions = tuple(field_regions(card, "number"))
    if number.kind == "first-generation" and is_province(number.region):
        return failed("first-generation", regions=regions)
    if number.kind == "old-foreign-resident" and card.card_type == "foreign-pr":
        return passed(case="no-rule", regions=regions)
    if number.check_right is None:
        return to_review("form", regions=regions, count=len(number.text))
    if number.check_right:
        return passed(regions=regions)
    sure = limits.refuse_from is not None and card.texts["number"].confidence >= limits.refuse_from
    return (failed if sure else to_review)("wrong", regions=regions)


@check("FLD03", "number-region", kind="id-card", since="0.1")
def number_region(card: ReadCard) -> Finding:
    """Whether the number begins with a region that is or was there, and that such a card's number can have.

    Why: a number whose check digit fits and whose region never existed was made up.
    Six digits of GB/T 2260, those withdrawn since 1980 included, since a number is kept for life; 81, 82 and 83 on
    the cards of Hong Kong, Macau and Taiwan residents and on no other; for foreign residents 9 and the two digits of
    the province. Police of development zones used codes that no list holds, so an unknown county goes to a person.
    Abstains on the emblem side (`not-on-this-side`), where the number was not read (`field-unreadable`), where its
    check digit is wrong (`number-doubtful`), and for numbers without a region (`not-in-number`).
    Source: GB 11643-1999; GB/T 2260; 港澳台居民居住证申领发放办法 art. 4.
    """
    number = right_number(card)
    if not number.region:
        raise NotAssessable("not-in-number")
    regions = field_regions(card, "number")
    case = _region_fault(number, card.card_type)
    if case is None:
        return passed(regions=regions)
    return (failed if case in ("province", "other-card") else to_review)(case, regions=regions)


def _region_fault(number: Number, card_type: str) -> str | None:
    if not is_province(number.region):
        return "province"
    if (number.kind == "foreign-resident") != (card_type == "foreign-pr"):
        return "other-card"
    if number.kind == "foreign-resident":
        return None
    if (card_type == "hkmt-residence") != (number.region[:2] in ("81", "82", "83")):
        return "other-card"
    if card_type == "hkmt-residence":
        return None if number.region in RESIDENCE_PERMIT_REGIONS else "county"
    if is_region(number.region):
        return None
    return "county" if is_city(number.region) else "city"


@check("FLD04", "number-birth", kind="id-card", unit="years", since="0.1")
def number_birth(card: ReadCard, limits: Band, as_of: date) -> Finding:
    """The holder's age by the number, in full years; the day of birth must exist and be the one printed.

    Why: a day that does not exist, lies ahead, or differs from 出生 means that one of both was misread or altered.
    Abstains on the emblem side (`not-on-this-side`), where number or 出生 were not read (`field-unreadable`), where
    the check digit is wrong (`number-doubtful`), and for numbers that hold no day (`not-in-number`).
    Source: GB 11643-1999.
    """
    number = right_number(card)
    if not number.holds_birth:
        raise NotAssessable("not-in-number")
    regions = tuple(field_regions(card, "number"))
    if number.birth is None:
        return failed("not-a-date", regions=regions)
    if number.birth > as_of:
        return failed("future", regions=regions)
    if has_field(card, "birth") and read_date(field_text(card, "birth")) != number.birth:
        return failed("differs", regions=(*regions, *field_regions(card, "birth")))
    return limits.judge(age(number.birth, as_of), regions=regions)


@check("FLD05", "number-sex", kind="id-card", since="0.1")
def number_sex(card: ReadCard) -> Finding:
    """Whether the sequence in the number, odd for men and even for women, agrees with the printed 性别.

    Why: where they differ, one of both was misread or altered.
    Abstains on the emblem side (`not-on-this-side`), where number or 性别 were not read (`field-unreadable`), where
    the check digit is wrong (`number-doubtful`), and for foreign residents, of whose numbers no such rule is known
    (`not-in-number`).
    Source: GB 11643-1999.
    """
    number = right_number(card)
    if number.sex is None:
        raise NotAssessable("not-in-number")
    printed = field_text(card, "sex").strip()
    if printed not in ("男", "女"):
        raise NotAssessable("field-unreadable")
    regions = field_regions(card, "number", "sex")
    return passed(regions=regions) if printed == number.sex else failed("differs", regions=regions)
