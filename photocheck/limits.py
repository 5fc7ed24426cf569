"""Limits: what a profile says about one check, and how a measured value is judged against it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from photocheck.finding import Finding, Judgement, LimitRanges, NotAssessable, Outcome, Range, Region

# Where a limit has no review band, margins are told in tenths of the limit.
MARGIN_SHARE_WITHOUT_BAND = 0.1


def _open_ends(value: Any) -> Any:
    """TOML has no null: an infinite end in a profile is an open end."""
    if isinstance(value, (list, tuple)):
        return tuple(None if isinstance(end, float) and math.isinf(end) else end for end in value)
    return value


ClosedRange = Annotated[Range, BeforeValidator(_open_ends)]


class Limits(BaseModel):
    """Base of everything a check can be given by a profile; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class NoLimits(Limits):
    """For checks that have no number to set."""


class Band(Limits):
    """A pass range, and around it a review range; what lies outside both fails.

    In a profile: `pass = [0.70, 0.80], review = [0.65, 0.85]`. An open end is `-inf` or `inf`. Without `review`
    everything outside the pass range fails.
    """

    passing: ClosedRange = Field(alias="pass")
    review: ClosedRange | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for low, high in (self.passing, self.review_range):
            if low is not None and high is not None and low > high:
                raise ValueError(f"inverted band: {low} is above {high}")
        low, high = self.passing
        review_low, review_high = self.review_range
        if (review_low is not None and (low is None or review_low > low)) or (
            review_high is not None and (high is None or review_high < high)
        ):
            raise ValueError("inverted band: the review range must contain the pass range")
        return self

    @property
    def review_range(self) -> Range:
        """The review range; the pass range where the profile gives none."""
        return self.passing if self.review is None else self.review

    def outcome(self, value: float) -> Outcome:
        """The outcome of `value`, both ranges being closed."""
        if _inside(value, self.passing):
            return Outcome.PASS
        return Outcome.REVIEW if _inside(value, self.review_range) else Outcome.FAIL

    def margin(self, value: float) -> float | None:
        """Signed distance to the nearest pass limit in review-band widths; None where no end is limited."""
        margins = [
            _end_margin(sign * (value - limit), limit, None if review is None else sign * (limit - review))
            for sign, limit, review in (
                (1.0, self.passing[0], self.review_range[0]),
                (-1.0, self.passing[1], self.review_range[1]),
            )
            if limit is not None
        ]
        return min(margins, default=None)

    def judge(self, value: float, *, regions: Iterable[Region] = (), case: str | None = None, **facts: Any) -> Finding:
        """Judge a measured value.

        Args:
            value: in the check's unit. Not a number means that nothing could be measured.
            regions: the evidence, in pixels.
            case: the wording to use when the value does not pass; `low` or `high` by default.
            facts: further parameters of the wording.

        Raises:
            NotAssessable: `not-measurable` if the value is not finite.
        """
        number = float(value)
        if not math.isfinite(number):
            raise NotAssessable("not-measurable")
        outcome = self.outcome(number)
        side = "low" if self.passing[0] is not None and number < self.passing[0] else "high"
        return Finding(
            outcome,
            value=number,
            limits=LimitRanges(self.passing, self.review_range),
            margin=self.margin(number),
            regions=tuple(regions),
            case="pass" if outcome is Outcome.PASS else case or side,
            facts=facts,
            judged=(Judgement(number, case, band=self),),
        )


def worst(findings: Mapping[str, Finding]) -> Finding:
    """The finding with the smallest margin, for checks that judge several quantities at once.

    Args:
        findings: named judgements; the name becomes the fact `quantity` of the wording.
    """
    name = min(findings, key=lambda key: (-_SEVERITY[findings[key].outcome], _margin_or_inf(findings[key])))
    found = findings[name]
    facts = {**found.facts, "quantity": name}
    case = found.case if found.case == "pass" else f"{name}-{found.case}"
    judged = tuple(
        replace(part, quantity=f"{key}-{part.quantity}" if part.quantity else key)
        for key, finding in findings.items()
        for part in finding.judged or (Judgement(None),)
    )
    return replace(found, reason=None, case=case, facts=facts, judged=judged)


def named(finding: Finding, limits: Limits) -> Finding:
    """The finding with its judgements saying which of the check's limits judged them, instead of holding the band."""
    if not finding.judged:
        return finding
    names = {id(limits): ""} | {id(value): name for name, value in limits if isinstance(value, Band)}
    judged = tuple(replace(part, limit=names.get(id(part.band)), band=None) for part in finding.judged)
    return replace(finding, judged=judged)


_SEVERITY = {Outcome.PASS: 0, Outcome.NOT_ASSESSED: 1, Outcome.REVIEW: 2, Outcome.ERROR: 3, Outcome.FAIL: 4}


def _margin_or_inf(finding: Finding) -> float:
    return math.inf if finding.margin is None else finding.margin


def _inside(value: float, limits: Range) -> bool:
    low, high = limits
    return (low is None or value >= low) and (high is None or value <= high)


def _end_margin(distance: float, limit: float, band: float | None) -> float:
    """Distance (positive inside) over the review band's width at this end.

    Without a band the limit is also where `fail` begins, so values outside start at -1.
    """
    if band is None:
        unit = abs(limit) * MARGIN_SHARE_WITHOUT_BAND or 1.0
        # Nothing fails at this end: outside values approach -1 and never reach it.
        return distance / unit if distance >= 0 else distance / (unit - distance)
    if band == 0:
        unit = abs(limit) * MARGIN_SHARE_WITHOUT_BAND or 1.0
        return distance / unit if distance >= 0 else distance / unit - 1.0
    return distance / band
