"""The summary as one self-contained HTML page, both languages inside."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

import photocheck
from photocheck.archive.analysis.histograms import STEPS, Histogram
from photocheck.archive.analysis.summary import PAGE, Summary, summarise
from photocheck.files import write_atomically
from photocheck.finding import Range
from photocheck.messages import LANGUAGES, Language, error_text, interface_text, label_text, quantity, title
from photocheck.registry import find_check
from photocheck.render.annotate import COLOURS

WIDTH, HEIGHT = 320.0, 92.0
"""Units of a histogram's drawing."""
_TICK_ROOM = 0.2


@dataclass(frozen=True, slots=True)
class Plot:
    """A histogram, laid out.

    Attributes:
        bands: (start, length, outcome) of the limits' ranges, from left to right; empty without limits.
        bars: (start, length, top) of the counts.
        lines: (position, outcome) of the limits: where `pass` ends, and where `fail` begins.
        ticks: (position, text, anchor) of the pass limits.
        ends: text at the left and right end.
    """

    histogram: Histogram
    bands: list[tuple[float, float, str]]
    bars: list[tuple[float, float, float]]
    lines: list[tuple[float, str]]
    ticks: list[tuple[float, str, str]]
    ends: tuple[str, str]


def write_page(folder: Path, language: Language, *, pictures: bool = True) -> Path:
    """Write the summary of a run beside its tables.

    Args:
        pictures: whether some pictures are shown.

    Raises:
        ArchiveError: if the folder holds no tables.
    """
    path = folder / PAGE
    write_atomically(path, page(summarise(folder, pictures=pictures), language).encode())
    return path


def page(summary: Summary, language: Language) -> str:
    """The page; `language` is the one shown first."""
    environment = Environment(
        loader=PackageLoader("photocheck", "render/templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("archive.html").render(
        summary=summary,
        plots=[plot(histogram) for histogram in summary.histograms],
        several_profiles=len({histogram.profile for histogram in summary.histograms}) > 1,
        language=language,
        languages=LANGUAGES,
        text=interface_text,
        label_text=label_text,
        name=_name,
        why=_why,
        quantity=quantity,
        picture=_picture,
        colours={name: f"rgb{colour}" for name, colour in COLOURS.items()},
        width=WIDTH,
        height=HEIGHT,
        version=photocheck.__version__,
    )


def plot(histogram: Histogram) -> Plot:
    """Lay out a histogram."""
    spread = histogram.stop - histogram.start

    def place(value: float) -> float:
        return round(min(max(WIDTH * (value - histogram.start) / spread, 0.0), WIDTH), 1)

    most = max(histogram.counts) or 1
    step = WIDTH / STEPS
    bars = [
        (round(number * step, 2), round(step - 0.6, 2), round(HEIGHT * (1 - max(count / most, 0.012)), 1))
        for number, count in enumerate(histogram.counts)
        if count
    ]
    ends = (quantity(histogram.start, histogram.unit), quantity(histogram.stop, histogram.unit))
    if histogram.limits is None:
        return Plot(histogram, [], bars, [], [], ends)

    def reach(ends: Range) -> tuple[float, float]:
        return (0.0 if ends[0] is None else place(ends[0])), (WIDTH if ends[1] is None else place(ends[1]))

    (pass_start, pass_end), (review_start, review_end) = reach(histogram.limits.passing), reach(histogram.limits.review)
    edges = [0.0, review_start, pass_start, pass_end, review_end, WIDTH]
    outcomes = ["fail", "review", "pass", "review", "fail"]
    bands = [
        (start, round(end - start, 1), outcome)
        for start, end, outcome in zip(edges, edges[1:], outcomes, strict=False)
        if end > start
    ]
    lines = [(right[0], "pass" if "pass" in (left[2], right[2]) else "fail") for left, right in pairwise(bands)]
    return Plot(histogram, bands, bars, lines, _ticks(histogram, place), ends)


def _ticks(histogram: Histogram, place: Any) -> list[tuple[float, str, str]]:
    """The pass limits that are in the picture; one text alone where two would cover each other."""
    if histogram.limits is None:
        return []
    inside = [
        (place(end), quantity(end, histogram.unit))
        for end in dict.fromkeys(histogram.limits.passing)
        if end is not None and histogram.start <= end <= histogram.stop
    ]
    if len(inside) == 2 and inside[1][0] - inside[0][0] < WIDTH * _TICK_ROOM:
        (left, low), (right, high) = inside
        inside = [((left + right) / 2, f"{low}–{high}")]
    return [
        (where, text, "start" if where < WIDTH * 0.12 else "end" if where > WIDTH * 0.88 else "middle")
        for where, text in inside
    ]


def _name(check: str, language: Language) -> str:
    """A check as a person would say it; as it is stored where this version does not know it."""
    return check if find_check(check) is None else title(check, language)


def _why(code: str, language: Language) -> str:
    """Why a picture has no verdict, in words that need no facts; the code itself where its sentence does."""
    try:
        return error_text(code, language)
    except KeyError:
        return code


def _picture(data: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
