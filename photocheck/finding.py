"""The vocabulary of a verdict: outcomes, regions, findings and reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from photocheck.decode import FileFacts

Point = tuple[float, float]
Range = tuple[float | None, float | None]
RegionType = Literal["box", "line", "polygon", "points"]


class NotAssessable(Exception):
    """What a check needs cannot be seen; the engine turns this into the outcome `not_assessed`.

    Args:
        reason: a key of `messages/reasons.toml`, such as `no-face` or `too-small`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Outcome(StrEnum):
    """What a finding says."""

    PASS = "pass"
    REVIEW = "review"
    FAIL = "fail"
    NOT_ASSESSED = "not_assessed"
    ERROR = "error"


class Verdict(StrEnum):
    """What a report says."""

    PASS = "pass"
    REVIEW = "review"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Region:
    """A place on the image.

    Attributes:
        type: `box` (two opposite corners), `line` (two or more points), `polygon`, or `points`.
        label: a short English key (`head`, `left-eye`); wording for it is in `messages/labels.toml`.
        points: (x, y) pairs. Inside checks in pixels of the subject's upright image; in a report as
            shares (0..1) of the upright image's width and height. The engine does the division.
        item: which picture of a submission it is on; empty where there is only one picture.
    """

    type: RegionType
    label: str
    points: tuple[Point, ...]
    item: str = ""

    @classmethod
    def box(cls, label: str, left: float, top: float, right: float, bottom: float) -> Region:
        """An upright rectangle."""
        return cls("box", label, ((left, top), (right, bottom)))

    @classmethod
    def line(cls, label: str, points: Iterable[Iterable[float]]) -> Region:
        """A straight or broken line."""
        return cls("line", label, _points(points))

    @classmethod
    def polygon(cls, label: str, points: Iterable[Iterable[float]]) -> Region:
        """A closed outline."""
        return cls("polygon", label, _points(points))

    @classmethod
    def dots(cls, label: str, points: Iterable[Iterable[float]]) -> Region:
        """Single places."""
        return cls("points", label, _points(points))


def _points(points: Iterable[Iterable[float]]) -> tuple[Point, ...]:
    pairs = (tuple(float(number) for number in point) for point in points)
    return tuple((pair[0], pair[1]) for pair in pairs)


class LimitRanges(NamedTuple):
    """The closed ranges a value was judged against; None is an open end."""

    passing: Range
    review: Range


@dataclass(frozen=True, slots=True)
class Judgement:
    """One quantity that a band judged: what must be kept to judge it again under other limits, without the picture.

    Attributes:
        value: not rounded; None for a part of the finding that no band judged.
        case: the wording that the check chose for values that do not pass; None for `low` and `high`.
        quantity: its name among several (`worst`); empty where the check judges one.
        limit: which of the check's limits the band is, empty where it is all of them; None where it is none of them.
        band: the band itself, until the registry has named it in `limit`.
    """

    value: float | None
    case: str | None = None
    quantity: str = ""
    limit: str | None = None
    band: object = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of one check.

    Attributes:
        outcome: see `Outcome`.
        value: the measured quantity in `unit`; None where nothing is measured.
        limits: the ranges `value` was judged against.
        margin: signed distance of `value` to the nearest pass limit in units of the review band there
            (0 at the pass limit, -1 where `fail` begins, positive inside).
        reason: why it was not assessed, or the class of the exception where the check crashed.
        regions: the evidence.
        case: which wording of the check applies: `pass`, `low`, `high`, or a name the check chose.
        facts: parameters of the wording beside value and limits.
        judged: every quantity that a band judged on the way to the outcome.
        code, check, unit: stamped by the registry.
    """

    outcome: Outcome
    value: float | None = None
    limits: LimitRanges | None = None
    margin: float | None = None
    reason: str | None = None
    regions: tuple[Region, ...] = ()
    case: str = "pass"
    facts: Mapping[str, Any] = field(default_factory=dict)
    judged: tuple[Judgement, ...] = ()
    code: str = ""
    check: str = ""
    unit: str | None = None


def passed(*, value: float | None = None, regions: Iterable[Region] = (), case: str = "pass", **facts: Any) -> Finding:
    """A finding without a numeric limit that passes."""
    return Finding(Outcome.PASS, value=value, regions=tuple(regions), case=case, facts=facts)


def to_review(case: str, *, value: float | None = None, regions: Iterable[Region] = (), **facts: Any) -> Finding:
    """A finding without a numeric limit that a person should look at."""
    return Finding(Outcome.REVIEW, value=value, regions=tuple(regions), case=case, facts=facts)


def failed(case: str, *, value: float | None = None, regions: Iterable[Region] = (), **facts: Any) -> Finding:
    """A finding without a numeric limit that the applicant must mend."""
    return Finding(Outcome.FAIL, value=value, regions=tuple(regions), case=case, facts=facts)


def not_assessed(reason: str) -> Finding:
    """A finding of a check that could not see what it needs."""
    return Finding(Outcome.NOT_ASSESSED, reason=reason, case="not_assessed")


@dataclass(frozen=True, slots=True)
class Field:
    """Something that was read from the picture.

    Attributes:
        text: as read; empty where a person could not read it either.
        confidence: 0..1.
        region: where it stands; None for what is told from the picture as a whole. Pixels on the subject, shares in a
            report, as for findings.
        personal: whether it is masked unless asked for.
    """

    text: str
    confidence: float
    region: Region | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Every finding of one subject under one profile.

    Attributes:
        intake: `final` (the file goes on as it is) or `original` (a phone picture; file and geometry are
            judged on the crop that `prepare` makes).
        required: names of the checks that must be assessed for the verdict `pass`.
        timings_ms: exclusive milliseconds per step; the only part that differs between two runs.
        fields: what was read, by key.
    """

    path: str
    kind: str
    version: str
    profile_id: str
    profile_hash: str
    intake: str
    as_of: date
    file: FileFacts
    findings: tuple[Finding, ...]
    required: frozenset[str]
    models: Mapping[str, str]
    timings_ms: Mapping[str, float]
    fields: Mapping[str, Field] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """`fail` if any finding fails; else `review` if any is review, error or required and not assessed."""
        return verdict_of(self.findings, self.required)


def verdict_of(findings: Sequence[Finding], required: frozenset[str]) -> Verdict:
    """What findings say together; nothing asked is `review`."""
    outcomes = {finding.outcome for finding in findings}
    if Outcome.FAIL in outcomes:
        return Verdict.FAIL
    unseen = any(f.outcome is Outcome.NOT_ASSESSED and f.check in required for f in findings)
    if unseen or not findings or outcomes & {Outcome.REVIEW, Outcome.ERROR}:
        return Verdict.REVIEW
    return Verdict.PASS


@dataclass(frozen=True, slots=True)
class SubmissionReport:
    """What there is to say about the pictures of one application, one by one and together.

    Attributes:
        items: the report of each place; None where there is no picture, or none that can be read.
        unreadable: by place, the sentence that says why its picture cannot be read.
        findings: of the checks that look at several pictures.
        required: names of those checks that must be assessed for the verdict `pass`.
        swaps: pairs of places whose pictures stand in each other's place.
        timings_ms: milliseconds per step.
    """

    path: str
    version: str
    profile_id: str
    profile_hash: str
    as_of: date
    items: Mapping[str, Report | None]
    unreadable: Mapping[str, str]
    findings: tuple[Finding, ...]
    required: frozenset[str]
    swaps: tuple[tuple[str, str], ...]
    timings_ms: Mapping[str, float]

    @property
    def verdict(self) -> Verdict:
        """The worst of the pictures' verdicts and of what is said about them together."""
        verdicts = {report.verdict for report in self.items.values() if report is not None}
        verdicts.add(verdict_of(self.findings, self.required))
        return next((one for one in (Verdict.FAIL, Verdict.REVIEW) if one in verdicts), Verdict.PASS)
