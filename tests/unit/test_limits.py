"""Bands: closed ends, margins in one direction, the worst of several."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from photocheck.finding import NotAssessable, Outcome, Region
from photocheck.limits import Band, worst


def band(low: float, high: float, review: tuple[float, float] | None = None) -> Band:
    given_values = {"pass": [low, high]} | ({} if review is None else {"review": list(review)})
    return Band.model_validate(given_values)


HEAD = band(0.70, 0.80, (0.65, 0.85))


@pytest.mark.parametrize(
    ("value", "outcome", "margin"),
    [
        (0.75, Outcome.PASS, 1.0),
        (0.70, Outcome.PASS, 0.0),
        (0.80, Outcome.PASS, 0.0),
        (0.675, Outcome.REVIEW, -0.5),
        (0.65, Outcome.REVIEW, -1.0),
        (0.85, Outcome.REVIEW, -1.0),
        (0.60, Outcome.FAIL, -2.0),
        (0.91, Outcome.FAIL, -2.2),
    ],
)
def test_ends_are_closed_and_margins_are_told_in_review_bands(value: float, outcome: Outcome, margin: float) -> None:
    finding = HEAD.judge(value)
    assert finding.outcome is outcome
    assert finding.margin == pytest.approx(margin)


def test_the_case_names_the_side_unless_the_check_does() -> None:
    assert HEAD.judge(0.5).case == "low"
    assert HEAD.judge(0.9).case == "high"
    assert HEAD.judge(0.75).case == "pass"
    assert HEAD.judge(0.5, case="tiny").case == "tiny"
    assert HEAD.judge(0.75, case="tiny").case == "pass"


def test_open_ends() -> None:
    least = band(90, math.inf, (80, math.inf))
    assert least.passing == (90, None)
    assert least.outcome(1e9) is Outcome.PASS
    assert least.margin(85) == pytest.approx(-0.5)
    anything = band(-math.inf, math.inf)
    assert anything.margin(3.0) is None
    never_fails = band(-math.inf, 5, (-math.inf, math.inf))
    assert never_fails.outcome(1e9) is Outcome.REVIEW
    assert -1 < (never_fails.margin(1e9) or 0) < 0


def test_without_a_review_band_everything_outside_fails() -> None:
    strict = band(10, 20)
    assert strict.outcome(9.99) is Outcome.FAIL
    assert (strict.margin(9.99) or 0) <= -1
    assert strict.margin(20) == 0
    half = band(10, 20, (10, 25))
    assert half.outcome(9.9) is Outcome.FAIL
    assert half.outcome(24) is Outcome.REVIEW


@pytest.mark.parametrize(
    "values",
    [
        {"pass": [0.8, 0.7]},
        {"pass": [0.7, 0.8], "review": [0.75, 0.9]},
        {"pass": [0.7, 0.8], "review": [0.6, 0.75]},
        {"pass": [0.7, math.inf], "review": [0.6, 0.9]},
        {"pass": [0.7, 0.8], "review": [0.9, 0.6]},
        {"pass": [0.7]},
        {"pass": [0.7, 0.8], "warn": [0.6, 0.9]},
        {},
    ],
)
def test_wrong_bands_are_refused(values: dict[str, list[float]]) -> None:
    with pytest.raises(ValidationError):
        Band.model_validate(values)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_number_was_not_measured(value: float) -> None:
    with pytest.raises(NotAssessable, match="not-measurable"):
        HEAD.judge(value)


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_the_margin_agrees_with_the_outcome_and_orders_values(first: float, second: float) -> None:
    for value in (first, second):
        margin = HEAD.margin(value)
        assert margin is not None
        outcome = HEAD.outcome(value)
        assert (outcome is Outcome.PASS) == (margin >= 0)
        if outcome is Outcome.FAIL:
            assert margin <= -1 + 1e-9
    if 0.75 <= first <= second:
        assert (HEAD.margin(first) or 0) >= (HEAD.margin(second) or 0)


def test_worst_takes_the_gravest_and_then_the_nearest_to_its_limit() -> None:
    box = Region.box("head", 0, 0, 1, 1)
    review, fine, failing = HEAD.judge(0.69, regions=[box]), HEAD.judge(0.75), HEAD.judge(0.5)
    assert worst({"height": fine, "width": review}).facts == {"quantity": "width"}
    assert worst({"height": fine, "width": review}).case == "width-low"
    assert worst({"height": review, "width": failing}).outcome is Outcome.FAIL
    both_fine = worst({"height": fine, "width": HEAD.judge(0.71)})
    assert both_fine.case == "pass"
    assert both_fine.facts["quantity"] == "width"
