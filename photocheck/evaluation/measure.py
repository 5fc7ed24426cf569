"""Run the checks over labelled images and count what they got right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from photocheck.evaluation.labels import Label
from photocheck.evaluation.statistics import Curve, Rate, curve
from photocheck.finding import Finding, Outcome, Report

_SCORES = {Outcome.PASS: -1.0, Outcome.REVIEW: 0.5, Outcome.FAIL: 1.0}


@dataclass(frozen=True, slots=True)
class Answer:
    """One label beside what the check found."""

    label: Label
    finding: Finding

    @property
    def score(self) -> float:
        """High for a defect: the margin turned round, or a step an outcome where nothing is measured."""
        return _SCORES[self.finding.outcome] if self.finding.margin is None else -self.finding.margin


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one check.

    Attributes:
        false_refusals: good pictures that fail.
        false_alarms: good pictures that do not pass.
        missed: defective pictures that pass.
        abstained_good, abstained_defective: not assessed (or the check crashed); left out of the rates.
        groups: false refusals per group.
    """

    check: str
    false_refusals: Rate
    false_alarms: Rate
    missed: Rate
    abstained_good: Rate
    abstained_defective: Rate
    curve: Curve | None
    groups: Mapping[str, Rate] = field(default_factory=dict)


def answers(labels: Iterable[Label], reports: Mapping[str, Report]) -> dict[str, list[Answer]]:
    """Labels joined to findings, by check; labels of checks that the profile does not hold are left out."""
    found = {file: {finding.check: finding for finding in report.findings} for file, report in reports.items()}
    joined: dict[str, list[Answer]] = {}
    for label in labels:
        finding = found.get(label.file, {}).get(label.check)
        if finding is not None:
            joined.setdefault(label.check, []).append(Answer(label, finding))
    return joined


def measure(check: str, answered: Iterable[Answer]) -> Measured:
    """Count the errors of one check."""
    every = list(answered)
    seen = [answer for answer in every if answer.finding.outcome in _SCORES]
    good = [answer for answer in seen if not answer.label.defective]
    defective = [answer for answer in seen if answer.label.defective]
    groups: dict[str, list[Answer]] = {}
    for answer in good:
        if answer.label.group:
            groups.setdefault(answer.label.group, []).append(answer)
    all_good = sum(not answer.label.defective for answer in every)
    return Measured(
        check=check,
        false_refusals=_rate(good, {Outcome.FAIL}),
        false_alarms=_rate(good, {Outcome.FAIL, Outcome.REVIEW}),
        missed=_rate(defective, {Outcome.PASS}),
        abstained_good=Rate(all_good - len(good), all_good),
        abstained_defective=Rate(len(every) - all_good - len(defective), len(every) - all_good),
        curve=curve([answer.score for answer in good], [answer.score for answer in defective]),
        groups={name: _rate(members, {Outcome.FAIL}) for name, members in sorted(groups.items())},
    )


def _rate(answered: list[Answer], outcomes: set[Outcome]) -> Rate:
    return Rate(sum(answer.finding.outcome in outcomes for answer in answered), len(answered))
