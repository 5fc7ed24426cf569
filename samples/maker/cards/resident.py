"""The resident card's two sides, and the relatives that are laid out like it."""

from __future__ import annotations

from samples.maker.cards.people import Person
from samples.maker.cards.sheet import NAME, VALUE, Sheet
from samples.maker.cards.specimen import Box

LINE_MM = 35.3
"""Room for a line of the address: eleven characters."""


def portrait_side(sheet: Sheet, person: Person, *, down: float = 0.0, nation: bool = True) -> None:
    """Labels and values; `down` mm lower than usual where a second script needs room."""
    for text, top in (("姓名", 8.0), ("性别", 14.6), ("出生", 21.0), ("住址", 27.4)):
        sheet.label(text, 5.5, top + down)
    sheet.label("公民身份号码", 5.5, 44.0)
    name_lines(sheet, person.name, 15.0, 7.3 + down)
    sheet.value("sex", person.sex, 15.0, 14.1 + down)
    if nation:
        sheet.label("民族", 25.5, 14.6 + down)
        sheet.value("nation", person.nation, 33.2, 14.1 + down)
    birth_line(sheet, person.birth, 20.5 + down)
    for number, line in enumerate(sheet.wrap(person.address, size=VALUE, room=LINE_MM)):
        sheet.value("address", line, 15.0, 26.8 + down + 4.5 * number)
    number_line(sheet, person.number)


def name_lines(sheet: Sheet, name: str, x: float, top: float) -> None:
    """A name on one line, or on two smaller ones where it is too long."""
    if sheet.width(name, size=NAME) <= LINE_MM:
        sheet.value("name", name, x, top, size=NAME)
        return
    for number, line in enumerate(sheet.wrap(name, size=VALUE, room=LINE_MM)):
        sheet.value("name", line, x, top - 1.6 + 3.5 * number)


def birth_line(sheet: Sheet, birth: str, top: float) -> None:
    """Year, month and day in black at their places; 年, 月 and 日 in blue between them."""
    year, month, day = birth.split("-")
    parts: list[Box] = []
    month, day = month.removeprefix("0"), day.removeprefix("0")
    for text, x in ((year, 15.0), (month, 29.0 if len(month) == 1 else 28.0), (day, 36.0 if len(day) == 1 else 35.2)):
        parts.append(sheet.text(text, x, top, size=VALUE))
    for text, x in (("年", 23.2), ("月", 31.9), ("日", 39.6)):
        parts.append(sheet.label(text, x, top + 0.4))
    box = tuple(edge(part[k] for part in parts) for k, edge in enumerate((min, min, max, max)))
    sheet.keep("birth", f"{year}年{month}月{day}日", box)  # type: ignore[arg-type]


def number_line(sheet: Sheet, number: str, x: float = 29.5, top: float = 42.9, length: float = 46.0) -> None:
    """The number in its own digits, spread out evenly."""
    face = sheet.fonts.number
    size = 3.3 / max(0.3, sheet.digit_height(face))
    sheet.value("number", number, x, top, size=size, pitch=length / max(15, len(number)), face=face)


def emblem_side(sheet: Sheet, person: Person) -> None:
    """Titles, issuer and validity; the emblem and the wall are on the ground."""
    spaced(sheet, "中华人民共和国", 28.0, 77.0, 7.2, 5.3)
    spaced(sheet, "居民身份证", 26.0, 79.0, 16.2, 8.2)
    sheet.label("签发机关", 22.0, 39.2)
    sheet.value("authority", person.authority, 36.0, 38.6)
    sheet.label("有效期限", 22.0, 45.6)
    validity(sheet, person, 36.0, 45.0)


def spaced(sheet: Sheet, text: str, left: float, right: float, top: float, size: float) -> None:
    """A title from `left` to `right`."""
    pitch = (right - left - size) / (len(text) - 1)
    sheet.text(text, left, top, size=size, face=sheet.fonts.title, pitch=pitch)


def validity(sheet: Sheet, person: Person, x: float, top: float, *, size: float = VALUE) -> None:
    """`2016.03.02-2036.03.02`, kept as one line and as its two dates."""
    start, end = person.valid_from.replace("-", "."), person.valid_until.replace("-", ".")
    line = f"{start}-{end}"
    left, top, right, bottom = sheet.value("validity", line, x, top, size=size)
    first, dash = sheet.width(start, size=size), sheet.width(f"{start}-", size=size)
    sheet.keep("valid_from", start, (left, top, left + first, bottom))
    sheet.keep("valid_until", end, (left + dash, top, right, bottom))
