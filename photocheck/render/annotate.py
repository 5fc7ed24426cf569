"""Findings drawn on the picture: numbered evidence on the left, what it means on the right."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from photocheck.files import write_atomically
from photocheck.finding import Finding, Outcome, Point, Region, Report
from photocheck.messages import Language, advice, interface_text, message
from photocheck.render.text import worst_first
from photocheck.render.typeset import font, wrap

SHOWN = (Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW)
COLOURS: dict[str, tuple[int, int, int]] = {
    "pass": (24, 128, 56),
    "review": (178, 104, 0),
    "fail": (200, 30, 30),
    "error": (130, 40, 150),
    "not_assessed": (110, 110, 110),
}
_PICTURE_SIDES = (900, 1600)
_PANEL_WIDTH = 560
_MARGIN = 24
_TEXT = 22
_HEADING = 34
_BADGE = 15
_INK = (32, 33, 36)
_SOFT = (95, 99, 104)
_JPEG_QUALITY = 88

_THUMBNAIL_SIDE = 900
"""Pixels of the longer side of a picture on a page."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One finding of the legend with its number."""

    number: int
    finding: Finding
    colour: tuple[int, int, int]


def annotate(rgb: NDArray[np.uint8], report: Report, language: Language) -> Image.Image:
    """Draw a report on its picture.

    Args:
        rgb: H×W×3 uint8, the upright picture of the report.

    Returns:
        A picture of its own size, with everything that does not pass numbered on the image and told beside it. Small
        images are enlarged and large ones reduced, so that lines and text can be read.
    """
    items = [
        _Item(number, finding, COLOURS[finding.outcome.value])
        for number, finding in enumerate((f for f in worst_first(report.findings) if f.outcome in SHOWN), 1)
    ]
    drawn = _scaled(rgb)
    pen = ImageDraw.Draw(drawn, "RGBA")
    for item in reversed(items):  # the worst on top
        for region in item.finding.regions:
            _draw_region(pen, region, item.colour, drawn.size)
    badges: list[Point] = []
    for item in items:
        for region in item.finding.regions[:1]:
            badges.append(_draw_badge(pen, item, _anchor(region, drawn.size), drawn.size, badges))
    panel = _panel(report, items, language)
    whole = Image.new("RGB", (drawn.width + panel.width, max(drawn.height, panel.height)), "white")
    whole.paste(drawn, (0, 0))
    whole.paste(panel, (drawn.width, 0))
    return whole


def thumbnail(rgb: NDArray[np.uint8]) -> bytes:
    """A small JPEG of a picture for a page."""
    return encode_jpeg(Image.fromarray(rgb), _THUMBNAIL_SIDE)


def encode_jpeg(picture: Image.Image, longest_side: int) -> bytes:
    """A JPEG no larger than `longest_side` pixels each way."""
    small = picture.copy()
    small.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    encoded = io.BytesIO()
    small.save(encoded, "JPEG", quality=_JPEG_QUALITY)
    return encoded.getvalue()


def write_picture(picture: Image.Image, path: Path) -> None:
    """Write a JPEG, whole or not at all."""
    write_atomically(path, encode_jpeg(picture, max(picture.size)))


def _scaled(rgb: NDArray[np.uint8]) -> Image.Image:
    picture = Image.fromarray(rgb)
    longest = max(picture.size)
    low, high = _PICTURE_SIDES
    scale = min(max(1.0, low / longest), high / longest)
    if scale == 1.0:
        return picture.copy()
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _draw_region(pen: ImageDraw.ImageDraw, region: Region, colour: tuple[int, int, int], size: tuple[int, int]) -> None:
    points = [(x * size[0], y * size[1]) for x, y in region.points]
    width = max(3, round(max(size) / 300))
    # A dark edge under the colour keeps a line visible on any ground.
    for stroke, shade in ((width + 2, (0, 0, 0, 120)), (width, (*colour, 255))):
        if region.type == "box":
            (x0, y0), (x1, y1) = points
            pen.rectangle((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), outline=shade, width=stroke)
        elif region.type == "polygon":
            pen.line([*points, points[0], points[1 % len(points)]], fill=shade, width=stroke, joint="curve")
        elif region.type == "line":
            pen.line(points, fill=shade, width=stroke, joint="curve")
        else:
            for x, y in points:
                pen.ellipse((x - stroke * 2, y - stroke * 2, x + stroke * 2, y + stroke * 2), fill=shade)


def _anchor(region: Region, size: tuple[int, int]) -> Point:
    """Where a region's badge goes: its top left."""
    return min(x for x, _ in region.points) * size[0], min(y for _, y in region.points) * size[1]


def _draw_badge(pen: ImageDraw.ImageDraw, item: _Item, at: Point, size: tuple[int, int], taken: list[Point]) -> Point:
    """Draw the number in a disc, moved along until it covers no other badge."""
    x = min(max(at[0], _BADGE + 2), size[0] - _BADGE - 2)
    y = min(max(at[1], _BADGE + 2), size[1] - _BADGE - 2)
    while any(abs(x - other_x) < 2 * _BADGE and abs(y - other_y) < 2 * _BADGE for other_x, other_y in taken):
        x += 2 * _BADGE + 2
        if x > size[0] - _BADGE:
            x, y = _BADGE + 2, y + 2 * _BADGE + 2
    pen.ellipse((x - _BADGE, y - _BADGE, x + _BADGE, y + _BADGE), fill=item.colour, outline="white", width=2)
    pen.text((x, y), str(item.number), font=font(_BADGE + 4), fill="white", anchor="mm")
    return x, y


def _panel(report: Report, items: list[_Item], language: Language) -> Image.Image:
    """The legend: the verdict, then each numbered finding with its advice."""
    width = _PANEL_WIDTH - 2 * _MARGIN
    rows: list[tuple[str, int, tuple[int, int, int], int, _Item | None]] = []
    verdict = report.verdict.value
    rows.append((interface_text(f"verdict-{verdict}", language), _HEADING, COLOURS[verdict], 0, None))
    passing = sum(finding.outcome is Outcome.PASS for finding in report.findings)
    counted = interface_text("count-passed", language, passed=passing, total=len(report.findings))
    rows += [(line, _TEXT - 4, _SOFT, 0, None) for line in wrap(f"{report.profile_id} · {counted}", _TEXT - 4, width)]
    indent = 2 * _BADGE + 14
    for item in items:
        said = wrap(message(item.finding, language), _TEXT, width - indent)
        rows += [(line, _TEXT, _INK, indent, item if first == 0 else None) for first, line in enumerate(said)]
        mend = wrap(advice(item.finding, language), _TEXT - 2, width - indent)
        rows += [(line, _TEXT - 2, _SOFT, indent, None) for line in mend]
    height = 2 * _MARGIN + sum(_line_height(size, item) for _, size, _, _, item in rows)
    panel = Image.new("RGB", (_PANEL_WIDTH, height), "white")
    pen = ImageDraw.Draw(panel)
    y = _MARGIN
    for text, size, colour, left, first in rows:
        y += _line_height(size, first) - _line_height(size, None)
        if first is not None:
            centre = (_MARGIN + _BADGE, y + size * 0.7)
            pen.ellipse(
                (centre[0] - _BADGE, centre[1] - _BADGE, centre[0] + _BADGE, centre[1] + _BADGE), fill=first.colour
            )
            pen.text(centre, str(first.number), font=font(_BADGE + 4), fill="white", anchor="mm")
        pen.text((_MARGIN + left, y), text, font=font(size), fill=colour)
        y += _line_height(size, None)
    return panel


def _line_height(size: int, item: _Item | None) -> int:
    """Pixels of a line; the first one of a finding stands apart from what is above."""
    return round(size * 1.45) + (round(size * 0.7) if item is not None else 0)
