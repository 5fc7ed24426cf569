"""The print of the resident card's two sides, and parts that its relatives share."""

from __future__ import annotations

from samples.maker.cards.people import Person
from samples.maker.cards.scripts import Script
from samples.maker.cards.sheet import ASCENT, NAME, VALUE, Sheet
from samples.maker.cards.specimen import Box

LINE_MM = 35.3
"""Room for a line of the address: eleven characters."""

_SECOND = 1.55
"""Em of a second script, mm."""


def portrait_side(
    sheet: Sheet, person: Person, *, down: float = 0.0, nation: bool = True, script: Script | None = None
) -> None:
    """Labels and values; `down` mm lower than usual, and lower still where a second script needs room."""
    down += 1.0 if script else 0.0
    places = [("姓名", 5.5, 8.0), ("性别", 5.5, 14.6), ("出生", 5.5, 21.0), ("住址", 5.5, 27.4)]
    places += [("民族", 25.5, 14.6)] if nation else []
    for text, x, top in (*places, ("公民身份号码", 5.5, 44.0 - down)):
        sheet.label(text, x, top + down)
        if script:
            _second_label(sheet, script, text, x, top + down)
    named = name_lines(sheet, person.name, 15.0, 7.3 + down)
    if script and named == 1 and not script.downwards:
        word = script.names[len(person.address) % len(script.names)]
        sheet.text(word, 15.2, 5.2 + down, size=2.1, face=script.face)
    sheet.value("sex", person.sex, 15.0, 14.1 + down)
    if nation:
        sheet.value("nation", person.nation, 33.2, 14.1 + down)
    birth_line(sheet, person.birth, 20.5 + down)
    for number, line in enumerate(sheet.wrap(person.address, size=VALUE, room=LINE_MM)):
        sheet.value("address", line, 15.0, 26.8 + down + 4.5 * number)
    number_line(sheet, person.number)


def emblem_side(sheet: Sheet, person: Person, *, script: Script | None = None) -> None:
    """Titles, issuer and validity; the emblem and the wall are on the ground."""
    spaced(sheet, "中华人民共和国", 28.0, 77.0, 7.2, 5.3)
    spaced(sheet, "居民身份证", 26.0, 79.0, 16.2, 8.2)
    labels = (("签发机关", 39.2), ("有效期限", 45.6))
    for text, top in labels:
        sheet.label(text, 22.0, top)
    if script:
        for text, x, top in (("中华人民共和国", 40.0, 4.2), ("居民身份证", 44.0, 13.3)):
            if not script.downwards:
                sheet.text(script.labels[text], x, top, size=2.4, face=script.face)
        for text, top in labels:
            _second_label(sheet, script, text, 22.0, top)
    sheet.value("authority", person.authority, 36.0, 38.6, size=sheet.fitting(person.authority, VALUE, 46.0))
    validity(sheet, person, 36.0, 45.0)


def _second_label(sheet: Sheet, script: Script, text: str, x: float, top: float) -> None:
    if script.downwards:
        sheet.column(script.labels[text], x - 1.9, top - 0.6, size=1.5, face=script.face)
    else:
        sheet.label(script.labels[text], x, top - 2.0, size=_SECOND, face=script.face)


def name_lines(sheet: Sheet, name: str, x: float, top: float) -> int:
    """A name on one line, or on smaller ones where it is too long; returns how many."""
    if sheet.width(name, size=NAME) <= LINE_MM:
        sheet.value("name", name, x, top, size=NAME)
        return 1
    lines = sheet.wrap(name, size=VALUE, room=LINE_MM)
    for number, line in enumerate(lines):
        sheet.value("name", line, x, top - 1.6 + 3.5 * number)
    return len(lines)


def birth_line(sheet: Sheet, birth: str, top: float, *, x: float = 15.0) -> None:
    """Year, month and day in black at their places; 年, 月 and 日 in blue between them."""
    year, month, day = birth.split("-")
    parts: list[Box] = []
    month, day = month.removeprefix("0"), day.removeprefix("0")
    for text, at in ((year, 0.0), (month, 14.0 if len(month) == 1 else 13.0), (day, 21.0 if len(day) == 1 else 20.2)):
        parts.append(sheet.text(text, x + at, top, size=VALUE))
    for text, at in (("年", 8.2), ("月", 16.9), ("日", 24.6)):
        parts.append(sheet.label(text, x + at, top + 0.4))
    box = tuple(edge(part[k] for part in parts) for k, edge in enumerate((min, min, max, max)))
    sheet.keep("birth", f"{year}年{month}月{day}日", box)  # type: ignore[arg-type]


def number_line(
    sheet: Sheet, number: str, x: float = 29.5, top: float = 43.5, *, length: float = 46.0, height: float = 3.3
) -> None:
    """The number in its own digits, spread out evenly; their ink reaches `height` mm down from `top`."""
    face = sheet.fonts.number
    tall = sheet.digit_height(face)
    size = height / tall
    sheet.value(
        "number",
        number,
        x,
        top - (ASCENT - tall) * size,
        size=size,
        pitch=length / max(15, len(number)),
        face=face,
        bold=sheet.fonts.thin_number,
    )


def spaced(sheet: Sheet, text: str, left: float, right: float, top: float, size: float) -> None:
    """A title from `left` to `right`."""
    pitch = (right - left - size) / (len(text) - 1)
    sheet.text(text, left, top, size=size, face=sheet.fonts.title, pitch=pitch, bold=sheet.fonts.thin_title)


def validity(sheet: Sheet, person: Person, x: float, top: float, *, size: float = VALUE) -> None:
    """`2016.03.02-2036.03.02`, kept as one line and as its two dates."""
    start, end = person.valid_from.replace("-", "."), person.valid_until.replace("-", ".")
    left, top, right, bottom = sheet.value("validity", f"{start}-{end}", x, top, size=size)
    first, dash = sheet.width(start, size=size), sheet.width(f"{start}-", size=size)
    sheet.keep("valid_from", start, (left, top, left + first, bottom))
    sheet.keep("valid_until", end, (left + dash, top, right, bottom))
