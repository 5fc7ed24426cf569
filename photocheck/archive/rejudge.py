"""Judging again from stored values: after a limit changed, only the checks whose limits changed, without the picture.

It is exact or it is not done. A finding is judged again only where its outcome follows from what was stored: the check
hands on what a band said and never looks at it. Checks that do look (bytecode naming `outcome`, `case` and the like)
and limits other than bands need the picture; then the whole picture is scored.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import CodeType, FunctionType
from typing import Any

from pydantic import ValidationError

from photocheck.archive.rows import Row, Scored, finding_of, finding_row
from photocheck.engine import rounded
from photocheck.finding import Finding, Outcome, verdict_of
from photocheck.limits import Band, Limits, NoLimits, worst
from photocheck.profile import Intake, Profile, Setting
from photocheck.registry import Check

_LOOKS = frozenset({"outcome", "case", "margin", "passing", "review", "review_range"})


class NeedsPicture(Exception):
    """The stored values do not tell what the new limits make of the picture."""


def judge_again(image: Row, findings: Sequence[Row], old: Mapping[str, Any], new: Profile) -> Scored:
    """The rows of an input under a changed profile.

    Args:
        image, findings: its rows of the earlier run, by the same version and nets.
        old: the profile of then, as `described`.
        new: the profile of now.

    Raises:
        NeedsPicture: if the picture has to be decoded.
    """
    intake: Intake = image["intake"]
    if intake == "original" and crops_differ(old, new):
        raise NeedsPicture
    rows = {row["check"]: row for row in findings}
    judged: list[Finding] = []
    for check, setting in new.checks(intake):
        before = old["settings"].get(check.name)
        if check.name not in rows or before is None:
            raise NeedsPicture
        judged.append(_again(check, finding_of(rows[check.name]), before, setting))
    required = frozenset(check.name for check, setting in new.checks(intake) if setting.required)
    row = image | {
        "origin": "judged",
        "profile": new.id,
        "profile_hash": new.hash,
        "verdict": verdict_of(judged, required).value,
        "findings": len(judged),
    }
    return Scored(row, [finding_row(image["id"], finding, finding.check in required) for finding in judged])


def described(profile: Profile) -> dict[str, Any]:
    """A profile as plain JSON values, for `run.json`: what is needed to judge again and to draw its limits."""
    settings = {
        name: setting.model_dump(mode="json") | {"limits": setting.limits.model_dump(mode="json", by_alias=True)}
        for name, setting in profile.settings.items()
        if not setting.off
    }
    described = profile.model_dump(mode="json", include={"id", "kind", "title", "prepare", "hash"})
    return described | {"settings": settings}


@cache
def follows_from_values(check: Check) -> bool:
    """Whether the check's outcome follows from the values that bands judged, for any bands."""
    return not any(_LOOKS.intersection(code.co_names) for code in _code(check.function))


def _again(check: Check, finding: Finding, before: Mapping[str, Any], setting: Setting) -> Finding:
    try:
        limits = check.limits_type.model_validate(before["limits"])
    except ValidationError as error:
        raise NeedsPicture from error
    if limits == setting.limits and before["at_most"] == setting.at_most:
        return finding
    if not only_bands_differ(limits, setting.limits):
        raise NeedsPicture
    if limits != setting.limits and not follows_from_values(check):
        raise NeedsPicture
    if finding.judged and follows_from_values(check):
        return _judged(finding, setting)
    # No band alone said this: it stays as it is, but for what it may lead to.
    if before["at_most"] == "review" != setting.at_most and finding.outcome is Outcome.REVIEW:
        raise NeedsPicture
    return replace(finding, outcome=setting.cap(finding.outcome))


def _judged(finding: Finding, setting: Setting) -> Finding:
    bands = bands_of(setting.limits)
    parts: dict[str, Finding] = {}
    for part in finding.judged:
        if part.limit is None or part.value is None:
            raise NeedsPicture
        parts[part.quantity] = bands[part.limit].judge(part.value, case=part.case)
    found = parts[""] if "" in parts else worst(parts)
    return replace(
        finding,
        outcome=setting.cap(found.outcome),
        value=rounded(found.value),
        margin=rounded(found.margin),
        limits=found.limits,
        case=found.case,
    )


def only_bands_differ(old: Limits, new: Limits) -> bool:
    """Whether the same bands are there and everything beside their ranges is the same."""
    return bands_of(old).keys() == bands_of(new).keys() and _beside_ranges(old) == _beside_ranges(new)


def bands_of(limits: Limits) -> dict[str, Band]:
    """The bands by the names under which they are stored."""
    own = {"": limits} if isinstance(limits, Band) else {}
    return own | {name: value for name, value in limits if isinstance(value, Band)}


def _beside_ranges(limits: Limits) -> dict[str, Any]:
    if isinstance(limits, NoLimits):
        return {}
    ranges = ("passing", "review") if isinstance(limits, Band) else ()
    return {
        name: _beside_ranges(value) if isinstance(value, Band) else value
        for name, value in limits
        if name not in ranges
    }


def crops_differ(old: Mapping[str, Any], new: Profile) -> bool:
    """Whether `prepare` might crop otherwise: the crop is laid by the limits of what is judged on it."""
    now = described(new)
    names = {check.name for check, _ in new.checks("original") if check.judged_on == "crop"}
    return old["prepare"] != now["prepare"] or any(
        old["settings"].get(name, {}).get("limits") != now["settings"][name]["limits"] for name in names
    )


def _code(function: Any) -> Iterator[CodeType]:
    """The code of a check and of the functions of ours that it calls."""
    seen: set[CodeType] = set()
    waiting: list[tuple[CodeType, str]] = [(function.__code__, function.__module__)]
    while waiting:
        code, module = waiting.pop()
        if code in seen:
            continue
        seen.add(code)
        yield code
        waiting += [(part, module) for part in code.co_consts if isinstance(part, CodeType)]
        known = vars(sys.modules[module])
        called = [known[name] for name in code.co_names if isinstance(known.get(name), FunctionType)]
        waiting += [(helper.__code__, helper.__module__) for helper in called if _may_look(helper.__module__)]


def _may_look(module: str) -> bool:
    """Whether functions of a module might be handed a band or a finding and look at it."""
    return module.startswith("photocheck.") and module not in ("photocheck.limits", "photocheck.finding")
