"""The print of the cards that are like the resident card: 港澳台居民居住证, 永久居留身份证, 居住证, 临时居民身份证."""

from __future__ import annotations

import re

from samples.maker.cards.people import Person
from samples.maker.cards.resident import birth_line, number_line, portrait_side, spaced, validity
from samples.maker.cards.sheet import NAME, VALUE, Sheet

_NOTES = (
    "一、本证是持证人在居住地居住、享受基本公共服务的证明。",
    "二、本证每年签注一次，逾期未签注的，使用功能中止。",
    "三、本证不得转借、涂改。",
)


def hkmt_portrait(sheet: Sheet, person: Person) -> None:
    """As the resident card, without 民族."""
    portrait_side(sheet, person, nation=False)


def hkmt_emblem(sheet: Sheet, person: Person) -> None:
    """Title by where the holder comes from; four fields."""
    spaced(sheet, "中华人民共和国", 20.0, 66.0, 6.0, 5.0)
    spaced(sheet, f"{'台湾' if person.number.startswith('83') else '港澳'}居民居住证", 12.0, 74.0, 13.2, 7.4)
    for text, x, top in (
        ("签发机关", 22.0, 34.1),
        ("有效期限", 22.0, 39.6),
        ("通行证号码", 22.0, 45.1),
        ("签发次数", 60.5, 45.1),
    ):
        sheet.label(text, x, top, size=2.5)
    sheet.value("authority", person.authority, 38.0, 33.5, size=sheet.fitting(person.authority, VALUE, 44.0))
    validity(sheet, person, 38.0, 39.0)
    sheet.value("permit_number", person.permit_number, 38.0, 44.5)
    sheet.value("issue_count", person.issue_count, 73.0, 44.5)


def foreign_portrait(sheet: Sheet, person: Person) -> None:
    """Portrait left, bilingual labels above the values."""
    sheet.text("中华人民共和国外国人永久居留身份证", 13.5, 2.8, size=3.5)
    sheet.text("People's Republic of China  Foreign Permanent Resident ID Card", 13.6, 7.0, size=2.0)
    for text, x, top in (
        ("姓名/Name", 30.0, 12.2),
        ("性别/Sex", 30.0, 22.8),
        ("出生日期/Date of Birth", 46.0, 22.8),
        ("国籍/Nationality", 30.0, 29.6),
        ("有效期限/Period of Validity", 30.0, 36.4),
        ("证件号码/ID No.", 30.0, 43.3),
    ):
        sheet.label(text, x, top, size=2.0)
    sheet.value("latin_name", person.latin_name, 30.0, 14.4, size=sheet.fitting(person.latin_name, 2.9, 51.0))
    if person.name:
        sheet.value("name", person.name, 30.0, 18.2, size=3.1)
    sheet.value("sex", f"{person.sex}/{'M' if person.sex == '男' else 'F'}", 30.0, 25.3, size=2.9)
    sheet.value("birth", person.birth.replace("-", "."), 46.0, 25.3, size=2.9)
    sheet.value("nationality", person.nationality, 30.0, 32.1, size=2.9)
    validity(sheet, person, 30.0, 38.9, size=2.9)
    number_line(sheet, person.number, 30.0, 46.2, length=44.0, height=3.0)


def foreign_emblem(sheet: Sheet, person: Person) -> None:
    """Issuer, the holder's former number, notes."""
    spaced(sheet, "中华人民共和国", 24.0, 62.0, 6.0, 4.6)
    spaced(sheet, "外国人永久居留身份证", 12.0, 74.0, 12.6, 5.4)
    sheet.text("Foreign Permanent Resident ID Card of the People's Republic of China", 13.5, 19.2, size=2.1)
    sheet.label("签发机关/Issuing Authority", 12.0, 29.8, size=2.0)
    sheet.value("authority", person.authority, 12.0, 32.0, size=3.0)
    sheet.text("National Immigration Administration, PRC", 12.0, 35.8, size=2.1)
    if person.former_number:
        sheet.label("原证件号码/Former ID No.", 12.0, 40.2, size=2.0)
        sheet.value("former_number", person.former_number, 12.0, 42.4, size=2.8)
    sheet.text("持证人应当妥善保管本证件，遗失请及时报告。", 12.0, 48.0, size=1.8)


def permit_all_in_one(sheet: Sheet, person: Person) -> None:
    """Every line beside the portrait."""
    spaced(sheet, f"{_place(person.address)}居住证", 20.0, 66.0, 2.8, 5.0)
    _name_to_birth(sheet, person, 4.5, 9.8, pitch=4.8)
    _labelled(sheet, "number", "公民身份号码", person.number, 4.5, 24.6)
    below = _address(sheet, "registered_address", "户籍地址", person.registered_address, 4.5, 28.6, room=41.0, size=2.3)
    below = _address(sheet, "address", "居住地址", person.address, 4.5, below, room=41.0, size=2.3)
    _labelled(sheet, "authority", "签发机关", person.authority, 4.5, below)
    sheet.label("有效期限", 4.5, below + 4.1, size=2.3)
    validity(sheet, person, 16.5, below + 4.0, size=2.5)


def permit_front(sheet: Sheet, person: Person) -> None:
    """Portrait left; who the holder is."""
    spaced(sheet, f"{_place(person.address)}居住证", 24.0, 72.0, 3.4, 5.6)
    _name_to_birth(sheet, person, 30.0, 13.4, pitch=6.0)
    below = _address(sheet, "registered_address", "户籍地址", person.registered_address, 30.0, 32.4)
    _labelled(sheet, "number", "公民身份号码", person.number, 30.0, max(below + 1.2, 43.0), size=2.9)


def permit_back(sheet: Sheet, person: Person) -> None:
    """Where the holder lives, issuer, validity."""
    spaced(sheet, "居住证", 30.0, 56.0, 6.0, 6.6)
    below = _address(sheet, "address", "居住地址", person.address, 14.0, 27.0, room=52.0, size=2.9)
    _labelled(sheet, "authority", "签发机关", person.authority, 14.0, below + 1.6, size=2.9)
    sheet.label("有效期限", 14.0, below + 7.2, size=2.5)
    validity(sheet, person, 28.0, below + 7.0, size=2.9)


def permit_notes(sheet: Sheet, person: Person) -> None:
    """A back without a field: what the card is for."""
    spaced(sheet, "居住证", 30.0, 56.0, 8.0, 7.0)
    for number, line in enumerate(_NOTES):
        sheet.text(line, 10.0, 30.0 + 4.4 * number, size=2.3)
    sheet.text(f"{_place(person.address)}公安局监制", 32.0, 47.5, size=2.6)


def temporary_portrait(sheet: Sheet, person: Person) -> None:
    """As the resident card, under a title."""
    spaced(sheet, "中华人民共和国临时居民身份证", 5.5, 52.0, 2.4, 3.2)
    portrait_side(sheet, person, down=1.4)


def temporary_emblem(sheet: Sheet, person: Person) -> None:
    """Titles, issuer, and a validity of three months."""
    spaced(sheet, "中华人民共和国", 20.0, 66.0, 8.0, 5.0)
    spaced(sheet, "临时居民身份证", 12.0, 74.0, 17.0, 7.4)
    sheet.label("签发机关", 22.0, 39.2)
    sheet.value("authority", person.authority, 36.0, 38.6, size=sheet.fitting(person.authority, VALUE, 46.0))
    sheet.label("有效期限", 22.0, 45.6)
    validity(sheet, person, 36.0, 45.0)


def _name_to_birth(sheet: Sheet, person: Person, x: float, top: float, *, pitch: float = 5.2) -> None:
    """Three lines of labels and values."""
    for text, left, line in (("姓名", 0.0, 0), ("性别", 0.0, 1), ("民族", 17.0, 1), ("出生", 0.0, 2)):
        sheet.label(text, x + left, top + 0.4 + pitch * line, size=2.5)
    sheet.value("name", person.name, x + 8.5, top - 0.4, size=sheet.fitting(person.name, NAME, 43.0))
    sheet.value("sex", person.sex, x + 8.5, top + pitch)
    sheet.value("nation", person.nation, x + 24.0, top + pitch)
    birth_line(sheet, person.birth, top + 2 * pitch, x=x + 8.5)


def _labelled(sheet: Sheet, key: str, label: str, text: str, x: float, top: float, *, size: float = 2.5) -> None:
    box = sheet.label(label, x, top + 0.1, size=0.9 * size)
    sheet.value(key, text, max(x + 12.0 * size / 2.5, box[2] + 1.5), top, size=size)


def _address(
    sheet: Sheet, key: str, label: str, text: str, x: float, top: float, *, room: float = 38.0, size: float = 2.5
) -> float:
    """An address on as many lines as it needs; returns the top of the line below it."""
    sheet.label(label, x, top + 0.1, size=0.9 * size)
    for line in sheet.wrap(text, size=size, room=room):
        sheet.value(key, line, x + 12.0 * size / 2.5, top, size=size)
        top += 1.42 * size
    return top + 0.4


def _place(address: str) -> str:
    """The province or city an address begins with."""
    found = re.match(r".{2,8}?(?:自治区|省|市)", address)
    return found.group() if found else "样本市"
