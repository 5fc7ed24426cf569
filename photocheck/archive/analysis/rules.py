"""The rules of `rejudge.py` as SQL: what a changed profile makes of stored findings, a column at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from photocheck.archive.rejudge import bands_of, crops_differ, follows_from_values, only_bands_differ
from photocheck.finding import Outcome, Range
from photocheck.limits import MARGIN_SHARE_WITHOUT_BAND, Band
from photocheck.profile import Intake, Profile, Setting
from photocheck.registry import Check

UNKNOWN = "unknown"
"""The outcome, and the verdict, that only the picture can tell."""

_OUTCOMES = {0: Outcome.PASS, 2: Outcome.REVIEW, 4: Outcome.FAIL}
_CANNOT_TELL = 9


@dataclass(frozen=True, slots=True)
class Rules:
    """What becomes of the findings of one profile under a changed one.

    Attributes:
        outcomes: SQL for the new outcome, by check; checks that are not named keep theirs.
        margins: SQL for the new margin, by check, where bands judge it.
        required: the new `required`, by check where it changed.
        dropped: checks that are asked no more.
        reasons: why a check cannot be told from stored values, by check: a key of the wording.
        added: whether checks are asked of which no finding is stored.
        by_picture: whether nothing can be told without the pictures.
    """

    outcomes: dict[str, str] = field(default_factory=dict)
    margins: dict[str, str] = field(default_factory=dict)
    required: dict[str, bool] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    reasons: dict[str, str] = field(default_factory=dict)
    added: bool = False
    by_picture: bool = False

    @property
    def outcome(self) -> str:
        """SQL for the new outcome of any row of the table of findings."""
        return _chosen(self.outcomes, "outcome")

    @property
    def margin(self) -> str:
        """SQL for the new margin of any row; null where no band judges it again."""
        return _chosen(self.margins, "NULL::DOUBLE")

    @property
    def is_required(self) -> str:
        """SQL for the new `required` of any row."""
        return _chosen({name: str(value).lower() for name, value in self.required.items()}, "required")

    @property
    def is_kept(self) -> str:
        """SQL for whether a row's check is still asked."""
        return f'"check" NOT IN ({", ".join(map(text, sorted(self.dropped)))})' if self.dropped else "true"

    @property
    def concerned(self) -> list[str]:
        """The checks whose findings may change."""
        return sorted({*self.outcomes, *self.required, *self.dropped})


def rules(old: Mapping[str, Any], new: Profile, intake: Intake) -> Rules:
    """The rules from a profile as a run keeps it (`rejudge.described`) to another one."""
    asked = new.checks(intake)
    before: Mapping[str, Any] = old["settings"]
    applied = {name for name, known in before.items() if known["only"] in (None, intake)}
    reasons: dict[str, str] = {}
    outcomes: dict[str, str] = {}
    margins: dict[str, str] = {}
    required: dict[str, bool] = {}
    for check, setting in asked:
        if check.name not in applied:
            reasons[check.name] = "not-asked"
            continue
        known = before[check.name]
        again = _again(check, known, setting)
        if again is not None:
            outcomes[check.name], margins[check.name] = again.outcome, again.margin
            if again.reason:
                reasons[check.name] = again.reason
        if known["required"] != setting.required:
            required[check.name] = setting.required
    return Rules(
        outcomes,
        margins,
        required,
        frozenset(applied - {check.name for check, _ in asked}),
        reasons,
        "not-asked" in reasons.values(),
        intake == "original" and crops_differ(old, new),
    )


def text(value: str) -> str:
    """A string of SQL."""
    return "'" + value.replace("'", "''") + "'"


def severity(band: Band, value: str) -> str:
    """SQL for `Band.outcome` of a value: 0 passes, 2 goes to review, 4 fails."""
    return f"CASE WHEN {_inside(band.passing, value)} THEN 0 WHEN {_inside(band.review_range, value)} THEN 2 ELSE 4 END"


def margin(band: Band, value: str) -> str:
    """SQL for `Band.margin` of a value; null where no end is limited."""
    (low, high), (review_low, review_high) = band.passing, band.review_range
    ends = []
    if low is not None:
        ends.append(_end_margin(f"({value} - {_number(low)})", low, None if review_low is None else low - review_low))
    if high is not None:
        room = None if review_high is None else -(high - review_high)
        ends.append(_end_margin(f"(-({value} - {_number(high)}))", high, room))
    return f"least({', '.join(ends)})" if ends else "NULL::DOUBLE"


@dataclass(frozen=True, slots=True)
class _Again:
    """SQL for a check's rows judged again; the reason where that needs the picture."""

    outcome: str
    margin: str = "NULL::DOUBLE"
    reason: str = ""


def _again(check: Check, known: Mapping[str, Any], setting: Setting) -> _Again | None:
    """As `rejudge._again`, for a whole column; None where nothing changes."""
    unknown = text(UNKNOWN)
    try:
        limits = check.limits_type.model_validate(known["limits"])
    except ValidationError:
        return _Again(unknown, reason="other-version")
    if limits == setting.limits and known["at_most"] == setting.at_most:
        return None
    if not only_bands_differ(limits, setting.limits):
        return _Again(unknown, reason="no-band")
    # What no band alone said stays as it is, but for what it may lead to.
    kept = f"CASE outcome WHEN 'fail' THEN {text(setting.cap(Outcome.FAIL))} ELSE outcome END"
    if known["at_most"] == "review" != setting.at_most:
        kept = f"CASE outcome WHEN 'review' THEN {unknown} ELSE outcome END"
    if not follows_from_values(check):
        return _Again(kept) if limits == setting.limits else _Again(unknown, reason="looks")
    outcome, apart = by_bands(setting)
    return _Again(f"CASE WHEN len(judged) > 0 THEN {outcome} ELSE {kept} END", apart)


def by_bands(setting: Setting) -> tuple[str, str]:
    """SQL for what a check's bands make of the column `judged`: the outcome, capped, and the margin of the worst."""
    bands = bands_of(setting.limits)
    told = _by_limit({name: severity(band, "part.value") for name, band in bands.items()}, str(_CANNOT_TELL))
    told = f"CASE WHEN part.value IS NULL THEN {_CANNOT_TELL} ELSE {told} END"
    worst = f"list_max([{told} FOR part IN judged])"
    outcomes = "".join(f" WHEN {level} THEN {text(setting.cap(outcome))}" for level, outcome in _OUTCOMES.items())
    # The worst of several is the one of the worst outcome that is farthest out.
    margins = _by_limit({name: margin(band, "part.value") for name, band in bands.items()}, "NULL::DOUBLE")
    farthest = f"list_min([CASE WHEN {told} = {worst} THEN {margins} END FOR part IN judged])"
    return f"CASE {worst}{outcomes} ELSE {text(UNKNOWN)} END", farthest


def _by_limit(sql: Mapping[str, str], otherwise: str) -> str:
    cases = "".join(f" WHEN {text(name)} THEN {own}" for name, own in sql.items())
    return f'CASE part."limit"{cases} ELSE {otherwise} END' if cases else otherwise


def _end_margin(distance: str, limit: float, band: float | None) -> str:
    unit = _number(abs(limit) * MARGIN_SHARE_WITHOUT_BAND or 1.0)
    if band:
        return f"{distance} / {_number(band)}"
    outside = f"{distance} / ({unit} - {distance})" if band is None else f"{distance} / {unit} - 1"
    return f"CASE WHEN {distance} >= 0 THEN {distance} / {unit} ELSE {outside} END"


def _inside(limits: Range, value: str) -> str:
    low, high = limits
    ends = [f"{value} >= {_number(low)}"] if low is not None else []
    ends += [f"{value} <= {_number(high)}"] if high is not None else []
    return " AND ".join(ends) or "true"


def _number(value: float) -> str:
    """A double of SQL, digit for digit: a plain literal would be a decimal."""
    return f"'{float(value)!r}'::DOUBLE"


def _chosen(by_check: Mapping[str, str], otherwise: str) -> str:
    if not by_check:
        return otherwise
    cases = "".join(f" WHEN {text(name)} THEN {sql}" for name, sql in sorted(by_check.items()))
    return f'CASE "check"{cases} ELSE {otherwise} END'
