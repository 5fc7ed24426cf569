"""Traces that editors, beauty apps and picture generators leave in a file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from photocheck.decode import FileFacts, JpegFacts

Sort = Literal["generator", "beauty-app", "editor"]
SORTS: tuple[Sort, ...] = ("generator", "beauty-app", "editor")
"""Most telling first."""

_DATA = resources.files("photocheck") / "features" / "data"


@dataclass(frozen=True, slots=True)
class Trace:
    """One sign that a program other than a camera wrote or made the picture.

    Attributes:
        sort: what the program is for.
        tool: its name as it is shown; empty where the sign does not name one.
        where: the part of the file: `EXIF`, `XMP`, `ICC`, `PNG`, `JPEG`, `Photoshop` (image resources), `DQT`
            (quantisation tables) or `label` (the file's own statement that it is synthetic).
    """

    sort: Sort
    tool: str
    where: str


@dataclass(frozen=True, slots=True)
class _Tool:
    sort: Sort | None
    name: str
    pattern: re.Pattern[str]


def find_traces(file: FileFacts) -> tuple[Trace, ...]:
    """Every trace, the most telling first, without repeats. None found proves nothing: metadata is easily removed."""
    found = dict.fromkeys(_traces(file))
    return tuple(sorted(found, key=lambda trace: SORTS.index(trace.sort)))


def _traces(file: FileFacts) -> Iterator[Trace]:
    table = _table()
    if file.synthetic_label is not None and file.synthetic_label in table.labels:
        yield Trace(table.labels[file.synthetic_label], file.synthetic_label, "label")
    for where, text in _texts(file):
        tool = next((known for known in table.tools if known.pattern.search(text)), None)
        if tool is not None and tool.sort is not None:
            yield Trace(tool.sort, tool.name, where)
    for key in file.text_chunks:
        if key in table.png_keys:
            yield Trace("generator", table.png_keys[key], "PNG")
    # Other programs write captions as Photoshop image resources; those do not count as such.
    if file.photoshop_blocks or "APP12:Ducky" in file.app_markers:
        yield Trace("editor", "Adobe Photoshop", "Photoshop")
    if file.jpeg is not None and is_photoshop_table(file.jpeg):
        yield Trace("editor", "Adobe Photoshop", "DQT")


def _texts(file: FileFacts) -> Iterator[tuple[str, str]]:
    """Each text that may name software, with the part of the file it stands in."""
    for key in ("Software", "ProcessingSoftware", "ImageDescription", "UserComment"):
        if key in file.exif:
            yield "EXIF", file.exif[key]
    for text in file.xmp_software:
        yield "XMP", text
    if file.icc_description is not None:
        yield "ICC", file.icc_description
    for key, text in file.text_chunks.items():
        if text:
            yield "JPEG" if key == "COM" else "PNG", text


def is_photoshop_table(jpeg: JpegFacts) -> bool:
    """Whether the quantisation tables are Photoshop's own; its luminance tables are symmetric, unlike most cameras'."""
    if jpeg.standard_tables or len(jpeg.tables) != 2:
        return False
    luminance, chrominance = jpeg.tables
    symmetric = all(luminance[8 * row + col] == luminance[8 * col + row] for row in range(8) for col in range(row))
    return symmetric and (sum(luminance), sum(chrominance)) in _photoshop_sums()


@dataclass(frozen=True, slots=True)
class _Table:
    tools: tuple[_Tool, ...]
    png_keys: dict[str, str]
    labels: dict[str, Sort]


@cache
def _table() -> _Table:
    raw = tomllib.loads((_DATA / "software.toml").read_text("utf-8"))
    sorts: dict[str, Sort | None] = {"harmless": None, **{sort: sort for sort in SORTS}}
    tools = tuple(
        _Tool(sorts[line["sort"]], line["name"], re.compile(line["match"], re.IGNORECASE)) for line in raw["tool"]
    )
    labels: dict[str, Sort] = {label: sort for sort in SORTS for label in raw["labels"].get(sort, ())}
    return _Table(tools, raw["png-keys"], labels)


@cache
def _photoshop_sums() -> frozenset[tuple[int, int]]:
    raw = tomllib.loads((_DATA / "photoshop_tables.toml").read_text("utf-8"))
    return frozenset((luminance, chrominance) for family in raw.values() for luminance, chrominance in family)
