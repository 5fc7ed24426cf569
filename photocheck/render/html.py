"""A self-contained HTML page of reports: picture, findings worst first, measured value beside its limit, advice."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

import photocheck
from photocheck.finding import Finding, Outcome, Range, Report
from photocheck.messages import LANGUAGES, Language, advice, interface_text, message, quantity, title
from photocheck.render.annotate import COLOURS, SHOWN
from photocheck.render.text import worst_first

if TYPE_CHECKING:
    from photocheck.pool import Row

# The scale's drawn range reaches beyond limits and value by this share of their spread.
_SCALE_ROOM = 0.15


@dataclass(frozen=True, slots=True)
class Scale:
    """A value beside its limits, positions in per cent of the scale's length.

    Attributes:
        bands: (start, length, outcome) from left to right.
        value: where the measured value stands.
        ticks: (position, text) of the pass limits.
    """

    bands: list[tuple[float, float, str]]
    value: float
    ticks: list[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as the page shows it; `number` is 0 where nothing is drawn on the picture."""

    number: int
    finding: Finding
    titles: dict[Language, str]
    messages: dict[Language, str]
    advice: dict[Language, str]
    value: str
    scale: Scale | None


@dataclass(frozen=True, slots=True)
class Section:
    """One picture of the page."""

    path: str
    report: Report | None
    error: str
    picture: str
    shown: list[Line]
    abstained: list[Line]
    passed: list[Line]


def page(rows: Iterable[Row], language: Language) -> str:
    """The page of these pictures. Both languages are inside; `language` is the one shown first."""
    environment = Environment(
        loader=PackageLoader("photocheck", "render/templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections = [_section(row) for row in rows]
    verdicts = Counter(section.report.verdict.value for section in sections if section.report is not None)
    return environment.get_template("report.html").render(
        sections=sections,
        verdicts=verdicts,
        language=language,
        languages=LANGUAGES,
        text=interface_text,
        colours={name: f"rgb{colour}" for name, colour in COLOURS.items()},
        version=photocheck.__version__,
    )


def _section(row: Row) -> Section:
    findings = [] if row.report is None else worst_first(row.report.findings)
    shown = [finding for finding in findings if finding.outcome in SHOWN]
    picture = f"data:image/jpeg;base64,{base64.b64encode(row.thumbnail).decode()}" if row.thumbnail else ""
    return Section(
        path=str(row.path),
        report=row.report,
        error=row.error,
        picture=picture,
        shown=[_line(finding, number) for number, finding in enumerate(shown, 1)],
        abstained=[_line(finding) for finding in findings if finding.outcome is Outcome.NOT_ASSESSED],
        passed=[_line(finding) for finding in findings if finding.outcome is Outcome.PASS],
    )


def _line(finding: Finding, number: int = 0) -> Line:
    return Line(
        number=number,
        finding=finding,
        titles={language: title(finding.check, language) for language in LANGUAGES},
        messages={language: message(finding, language) for language in LANGUAGES},
        advice={language: advice(finding, language) for language in LANGUAGES},
        value="" if finding.value is None else quantity(finding.value, finding.unit),
        scale=scale(finding),
    )


def scale(finding: Finding) -> Scale | None:
    """Where the value stands among its limits; None where there is nothing to draw."""
    if finding.value is None or finding.limits is None:
        return None
    passing, review = finding.limits
    ends = [end for end in (*passing, *review) if end is not None]
    if not ends:
        return None
    low, high = min(*ends, finding.value), max(*ends, finding.value)
    room = (high - low) * _SCALE_ROOM or abs(high) * _SCALE_ROOM or 1.0
    low, high = low - room, high + room

    def place(value: float) -> float:
        return round(100.0 * (value - low) / (high - low), 2)

    def reach(ends: Range) -> tuple[float, float]:
        return (0.0 if ends[0] is None else place(ends[0])), (100.0 if ends[1] is None else place(ends[1]))

    (pass_start, pass_end), (review_start, review_end) = reach(passing), reach(review)
    edges = [0.0, review_start, pass_start, pass_end, review_end, 100.0]
    outcomes = ["fail", "review", "pass", "review", "fail"]
    bands = [(start, round(end - start, 2), name) for start, end, name in zip(edges, edges[1:], outcomes, strict=False)]
    ticks = [(place(end), quantity(end, finding.unit)) for end in dict.fromkeys(passing) if end is not None]
    return Scale([band for band in bands if band[1] > 0], place(finding.value), ticks)
