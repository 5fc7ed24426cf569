"""A self-contained HTML page of reports: picture, findings worst first, measured value beside its limit, advice."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

import photocheck
from photocheck.finding import Finding, Outcome, Range, Report, SubmissionReport, Verdict
from photocheck.messages import LANGUAGES, Language, advice, interface_text, label_text, message, quantity, title
from photocheck.render.annotate import COLOURS, SHOWN
from photocheck.render.document import shown_fields
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
    """One picture of the page, or what is said about several together.

    Attributes:
        item: the place of a submission that the picture is in; empty outside submissions.
        fields: label and text of what was read.
        together: whether it is about the pictures of a submission together.
    """

    path: str
    item: str
    verdict: Verdict | None
    report: Report | None
    error: str
    picture: str
    fields: list[tuple[dict[Language, str], str]]
    shown: list[Line]
    abstained: list[Line]
    passed: list[Line]
    together: bool = False


def page(rows: Iterable[Row], language: Language, *, reveal: bool = False) -> str:
    """The page of these pictures. Both languages are inside; `language` is the one shown first.

    Args:
        reveal: whether names and numbers that were read are written out; else they are masked.
    """
    return _page([_section(row.path, row.report, row.error, row.thumbnail, reveal=reveal) for row in rows], language)


def submission_page(
    report: SubmissionReport, thumbnails: Mapping[str, bytes], language: Language, *, reveal: bool = False
) -> str:
    """The page of one application: what there is to say about its pictures together, then each of them.

    Args:
        thumbnails: a JPEG of each picture by its place.
        language, reveal: as `page`.
    """
    together = _findings(
        report.findings, Section(report.path, "", report.verdict, None, "", "", [], [], [], [], together=True)
    )
    sections = [together]
    for item, own in report.items.items():
        error = report.unreadable.get(item) or ("" if own else interface_text("no-picture", language))
        section = _section("" if own is None else own.path, own, error, thumbnails.get(item, b""), reveal=reveal)
        sections.append(replace(section, item=item))
    return _page(sections, language)


def _page(sections: list[Section], language: Language) -> str:
    environment = Environment(
        loader=PackageLoader("photocheck", "render/templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    verdicts = Counter(
        section.verdict.value for section in sections if section.verdict is not None and not section.together
    )
    return environment.get_template("report.html").render(
        sections=sections,
        verdicts=verdicts,
        language=language,
        languages=LANGUAGES,
        text=interface_text,
        label_text=label_text,
        colours={name: f"rgb{colour}" for name, colour in COLOURS.items()},
        version=photocheck.__version__,
    )


def _section(path: Path | str, report: Report | None, error: str, thumbnail: bytes, *, reveal: bool) -> Section:
    picture = f"data:image/jpeg;base64,{base64.b64encode(thumbnail).decode()}" if thumbnail else ""
    if report is None:
        return Section(str(path), "", None, None, error, picture, [], [], [], [])
    fields = [
        ({language: label_text(label, language) for language in LANGUAGES}, text)
        for label, text in shown_fields(report, reveal=reveal)
    ]
    return _findings(report.findings, Section(str(path), "", report.verdict, report, "", picture, fields, [], [], []))


def _findings(findings: tuple[Finding, ...], section: Section) -> Section:
    """The section with its findings, worst first."""
    ordered = worst_first(findings)
    shown = [finding for finding in ordered if finding.outcome in SHOWN]
    return replace(
        section,
        shown=[_line(finding, number) for number, finding in enumerate(shown, 1)],
        abstained=[_line(finding) for finding in ordered if finding.outcome is Outcome.NOT_ASSESSED],
        passed=[_line(finding) for finding in ordered if finding.outcome is Outcome.PASS],
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
