"""Every check against its case file: pictures that pass, fail and cannot be assessed, with the measured values.

A case file is `tests/cases/<check>.toml`. A check that can always answer says so at its top:

    never_abstains = "reads the file's facts, which are always there"

    [[case]]
    name = "one sentence of what is shown"
    outcome = "fail"                            # pass | review | fail | not_assessed
    reason = "no-face"                          # with not_assessed
    profile = "cn-exit-entry"                   # optional, as are all that follow
    intake = "final"
    picture = { maker = "portrait", yaw = 10 }  # the makers of tests/cases/pictures.py
    then = [{ op = "blur", sigma = 3.0 }]       # the operations of tests/evaluation/degradations.py
    file = { format = "JPEG", quality = 95 }    # the parameters of samples.maker.encode.encode
    limits = { pass = [0, 1] }                  # laid over the profile's
    value = [0.70, 0.80]                        # closed range in which the measured value lies
    wording = "low"                             # the wording the finding chose
    as_of = 2026-11-22
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict

import photocheck
from photocheck.engine import Crop, assess, assess_together
from photocheck.features.portrait import Portrait
from photocheck.features.submission.submission import Submission
from photocheck.finding import Finding, Outcome
from photocheck.messages import LANGUAGES, advice, check_wording, label_text, message, reason_text
from photocheck.profile import Profile, Setting, load_profile
from photocheck.registry import Check, all_checks, find_check
from tests.cases.pictures import subject_of

FOLDER = Path(__file__).parent


class Case(BaseModel):
    """One case; see the head of this file."""

    model_config = ConfigDict(extra="forbid")

    name: str
    outcome: Outcome
    reason: str | None = None
    profile: str = "cn-exit-entry"
    intake: Literal["final", "original"] = "final"
    picture: dict[str, Any] = {"maker": "portrait"}
    then: list[dict[str, Any]] = []
    file: dict[str, Any] = {}
    limits: dict[str, Any] | None = None
    value: tuple[float, float] | None = None
    wording: str | None = None
    as_of: date = date(2026, 11, 22)


class CaseFile(BaseModel):
    """Every case of one check."""

    model_config = ConfigDict(extra="forbid")

    case: list[Case]
    never_abstains: str = ""


def _read(path: Path) -> CaseFile:
    return CaseFile.model_validate(tomllib.loads(path.read_text("utf-8")))


CASES = {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}
CHECKS = [pytest.param(check, id=check.name) for check in all_checks()]


def _alone(check: Check, case: Case) -> Profile:
    """The case's profile with this one check, its limits overridden where the case says so."""
    profile = load_profile(case.profile)
    setting = profile.settings.get(check.name, Setting())
    if case.limits is not None:
        given = {**setting.limits.model_dump(by_alias=True, exclude_unset=True), **case.limits}
        setting = setting.model_copy(update={"limits": check.limits_type.model_validate(given)})
    return profile.model_copy(update={"settings": {check.name: setting}})


def _crop(subject: Portrait, case: Case) -> Crop | None:
    if case.intake == "final":
        return None
    from photocheck.prepare import crop_for

    return crop_for(subject, load_profile(case.profile))


def _finding(name: str, case: Case) -> Finding:
    check = find_check(name)
    assert check is not None, f"{name}.toml: there is no such check"
    subject = subject_of(case.picture, case.then, case.file)
    if isinstance(subject, Submission):
        (finding,) = assess_together(subject, _alone(check, case), as_of=case.as_of)
        return finding
    report = assess(subject, _alone(check, case), as_of=case.as_of, intake=case.intake, crop=_crop(subject, case))
    (finding,) = report.findings
    return finding


@pytest.mark.parametrize(
    ("name", "case"),
    [pytest.param(name, case, id=f"{name}::{case.name}") for name, cases in CASES.items() for case in cases.case],
)
def test_case(name: str, case: Case) -> None:
    finding = _finding(name, case)
    seen = f"value {finding.value}, limits {finding.limits}, reason {finding.reason}, wording {finding.case}"
    assert finding.outcome is case.outcome, seen
    assert finding.reason == case.reason, seen
    if case.value is not None:
        assert finding.value is not None
        assert case.value[0] <= finding.value <= case.value[1], seen
    if case.wording is not None:
        assert finding.case == case.wording, seen
    for language in LANGUAGES:
        told = message(finding, language)
        assert told
        assert "{" not in told
        if finding.outcome in (Outcome.REVIEW, Outcome.FAIL):
            assert advice(finding, language), f"no advice for {finding.case} in {language}"
    for region in finding.regions:
        assert label_text(region.label, "zh-CN") != region.label, f"no wording for the label {region.label}"


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_cases_of_every_outcome(check: Check) -> None:
    assert check.name in CASES, f"tests/cases/{check.name}.toml is missing"
    cases = CASES[check.name]
    outcomes = {case.outcome for case in cases.case}
    assert Outcome.PASS in outcomes
    assert outcomes & {Outcome.REVIEW, Outcome.FAIL}
    assert (Outcome.NOT_ASSESSED in outcomes) != bool(cases.never_abstains)


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_is_worded_alike_in_every_language(check: Check) -> None:
    wordings = [check_wording(check.name, language) for language in LANGUAGES]
    assert wordings[0].keys() == wordings[1].keys()
    for wording in wordings:
        assert {"title", "pass"} <= wording.keys()
        assert all(text.strip() for text in wording.values())
    for key in wordings[0]:
        holes = [set(re.findall(r"{(\w+)", wording[key])) for wording in wordings]
        assert holes[0] == holes[1], f"{check.name}: {key} tells different facts in the two languages"


def test_every_reason_is_worded() -> None:
    sources = Path(photocheck.__file__).parent.rglob("*.py")
    reasons = {
        reason for path in sources for reason in re.findall(r'NotAssessable\("([^"]+)"\)', path.read_text("utf-8"))
    }
    assert reasons
    for reason in reasons:
        for language in LANGUAGES:
            assert reason_text(reason, language)
