"""The receipt as a PDF: one A4 page, in zh-CN or in English, readable in black and white.

Needs reportlab and segno (extra `api`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import segno
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from photocheck.finding import Outcome
from photocheck.messages import Language, interface_text, title
from photocheck.receipt import shown_number
from photocheck.render.typeset import wrap

_FONT = "NotoSansSC"
_INK, _SOFT, _LINE, _BRAND = HexColor("#1b1d1f"), HexColor("#4b5157"), HexColor("#b5babf"), HexColor("#1a3f7a")
_LEFT, _RIGHT, _TOP, _BOTTOM = 20 * mm, A4[0] - 20 * mm, A4[1] - 20 * mm, 16 * mm
_PORTRAIT = (33 * mm, 44 * mm)
"""As printed in documents, of the proportions that files have: 354 by 472 pixels."""
_QR_SIDE = 42 * mm
_QUIET_MODULES = 4
_BAR_WIDTH = 0.26 * mm
_BAR_HEIGHT = 11 * mm
_COLUMNS = 3
_DIGEST_GROUP = 8
_BOLD_STROKE = 0.035
"""Width of the stroke that makes letters bold, of their size: the font has one weight."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a receipt shows.

    Attributes:
        text: what the QR code holds.
        profile: its title in the language of the sheet.
        name: masked; None where none was given.
        picture: JPEG or PNG of the portrait; None where it was erased.
        checks: each check's name and outcome.
        url: address of the service, without a slash at its end.
        version: of photocheck.
    """

    number: str
    text: str
    issued: date
    valid_until: date
    profile: str
    name: str | None
    sha256: str
    picture: bytes | None
    checks: Sequence[tuple[str, str]]
    url: str
    version: str


def receipt_pdf(sheet: Sheet, language: Language) -> bytes:
    """The page as a PDF; the same sheet gives the same bytes."""
    _register()
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1, lang=language, pageCompression=1)
    canvas.setTitle(f"{interface_text('receipt-title', language)} {shown_number(sheet.number)}")
    canvas.setAuthor("photocheck")
    canvas.setKeywords(sheet.text)
    page = _Page(canvas, language)
    top = _head(page, sheet)
    top = _portrait_and_facts(page, sheet, top)
    _checks(page, sheet, top)
    _verifying(page, sheet)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


@cache
def _register() -> None:
    with resources.as_file(resources.files("photocheck") / "render" / "fonts" / "NotoSansSC-GB2312.ttf") as path:
        pdfmetrics.registerFont(TTFont(_FONT, str(path)))


class _Page:
    """A canvas with the receipt's type."""

    def __init__(self, canvas: Canvas, language: Language) -> None:
        self.canvas = canvas
        self._language = language

    def said(self, key: str, **facts: object) -> str:
        """A text of the receipt."""
        return interface_text(f"receipt-{key}", self._language, **facts)

    def titled(self, check: str) -> str:
        """A check's name; of one that this version does not know any more, the key."""
        try:
            return title(check, self._language)
        except KeyError:
            return check

    def line(self, left: float, base: float, text: str, size: float, *, bold: bool = False, soft: bool = False) -> None:
        """One line of text, its base line at a height, points from the page's lower left."""
        colour = _SOFT if soft else _INK
        written = self.canvas.beginText(left, base)
        written.setFont(_FONT, size)
        written.setFillColor(colour)
        written.setStrokeColor(colour)
        written.setTextRenderMode(2 if bold else 0)
        self.canvas.setLineWidth(size * _BOLD_STROKE)
        written.textOut(text)
        written.setTextRenderMode(0)
        self.canvas.drawText(written)

    def block(self, left: float, base: float, text: str, size: float, width: float, *, soft: bool = False) -> float:
        """Lines no wider than `width`; returns the height of the next base line."""
        for line in wrap(text, round(size * 10), width * 10):
            self.line(left, base, line, size, soft=soft)
            base -= size * 1.45
        return base

    def rule(self, height: float, *, strong: bool = False) -> None:
        """A line across the page."""
        self.canvas.setStrokeColor(_BRAND if strong else _LINE)
        self.canvas.setLineWidth(1.6 if strong else 0.6)
        self.canvas.line(_LEFT, height, _RIGHT, height)


def _head(page: _Page, sheet: Sheet) -> float:
    page.line(_LEFT, _TOP - 20, page.said("title"), 22, bold=True)
    bars = Code128(sheet.number, barWidth=_BAR_WIDTH, barHeight=_BAR_HEIGHT, quiet=False)
    page.canvas.setFillColor(_INK)
    bars.drawOn(page.canvas, _RIGHT - bars.width, _TOP - _BAR_HEIGHT)
    number = shown_number(sheet.number)
    width = pdfmetrics.stringWidth(number, _FONT, 11)
    page.line(_RIGHT - bars.width / 2 - width / 2, _TOP - _BAR_HEIGHT - 14, number, 11)
    page.line(_LEFT, _TOP - _BAR_HEIGHT - 14, page.said("number"), 9, soft=True)
    page.rule(_TOP - _BAR_HEIGHT - 22, strong=True)
    return float(_TOP - _BAR_HEIGHT - 22 - 8 * mm)


def _portrait_and_facts(page: _Page, sheet: Sheet, top: float) -> float:
    width, height = _PORTRAIT
    if sheet.picture is not None:
        image = ImageReader(io.BytesIO(sheet.picture))
        page.canvas.drawImage(image, _LEFT, top - height, width, height, preserveAspectRatio=True, anchor="c")
    else:
        page.block(_LEFT + 6, top - 24, page.said("no-picture"), 8, width - 12, soft=True)
    page.canvas.setStrokeColor(_LINE)
    page.canvas.setLineWidth(0.6)
    page.canvas.rect(_LEFT, top - height, width, height)
    digest = [sheet.sha256[start : start + _DIGEST_GROUP] for start in range(0, len(sheet.sha256), _DIGEST_GROUP)]
    half = len(digest) // 2
    rows = [
        ("result", page.said("passed")),
        ("profile", sheet.profile),
        *([("name", sheet.name)] if sheet.name else []),
        ("issued", sheet.issued.isoformat()),
        ("until", sheet.valid_until.isoformat()),
        ("version", f"photocheck {sheet.version}"),
        ("digest", f"{' '.join(digest[:half])}\n{' '.join(digest[half:])}"),
    ]
    key_left, value_left = _LEFT + width + 10 * mm, _LEFT + width + 44 * mm
    base = top - 10
    for key, value in rows:
        page.line(key_left, base, page.said(key), 9.5, soft=True)
        if key == "result":
            page.line(value_left, base, value, 13, bold=True)
            base -= 18
        else:
            base = page.block(value_left, base, value, 9.5, _RIGHT - value_left) - 3.5
    return float(min(top - height, base + 8) - 7 * mm)


def _checks(page: _Page, sheet: Sheet, top: float) -> None:
    abstained = sum(outcome != Outcome.PASS for _, outcome in sheet.checks)
    passed = len(sheet.checks) - abstained
    key = "checks-abstained" if abstained else "checks"
    page.line(_LEFT, top, page.said(key, passed=passed, abstained=abstained), 11, bold=True)
    width = (_RIGHT - _LEFT) / _COLUMNS
    rows = -(-len(sheet.checks) // _COLUMNS)
    for index, (check, outcome) in enumerate(sheet.checks):
        left, base = _LEFT + index // rows * width, top - 17 - index % rows * 11.5
        _mark(page.canvas, left, base, passed=outcome == Outcome.PASS)
        page.line(left + 11, base, wrap(page.titled(check), 80, (width - 14) * 10)[0], 8)
    if abstained:
        page.line(_LEFT, top - 17 - rows * 11.5 - 4, page.said("abstained"), 8, soft=True)


def _mark(canvas: Canvas, left: float, base: float, *, passed: bool) -> None:
    canvas.setStrokeColor(_INK)
    canvas.setLineWidth(1)
    path = canvas.beginPath()
    if passed:
        path.moveTo(left, base + 3)
        path.lineTo(left + 2.4, base + 0.4)
        path.lineTo(left + 6.6, base + 6)
    else:
        path.moveTo(left + 0.6, base + 2.9)
        path.lineTo(left + 6, base + 2.9)
    canvas.drawPath(path)


def _verifying(page: _Page, sheet: Sheet) -> None:
    top = _BOTTOM + _QR_SIDE + 16 * mm
    page.rule(top)
    _qr(page.canvas, sheet.text, _LEFT, top - 5 * mm - _QR_SIDE)
    left = _LEFT + _QR_SIDE + 8 * mm
    page.line(left, top - 8 * mm, page.said("verify"), 11, bold=True)
    base = page.block(left, top - 8 * mm - 17, page.said("verify-online", url=sheet.url), 9, _RIGHT - left) - 4
    page.block(left, base, page.said("verify-offline"), 9, _RIGHT - left)
    page.block(_LEFT, _BOTTOM + 4, page.said("means"), 8, _RIGHT - _LEFT, soft=True)


def _qr(canvas: Canvas, text: str, left: float, bottom: float) -> None:
    code = segno.make(text, error="m", boost_error=False, micro=False)
    rows = [list(row) for row in code.matrix]
    module = _QR_SIDE / (len(rows) + _QUIET_MODULES)  # half of the quiet zone: the page around is white
    canvas.setFillColor(_INK)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        for start, length in _runs(row):
            offset = _QUIET_MODULES / 2
            height = bottom + _QR_SIDE - (number + 1 + offset) * module
            path.rect(left + (start + offset) * module, height, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Where dark modules begin and how many follow, so that no hairlines show between them."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((place, 1))
    return runs
