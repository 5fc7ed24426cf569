"""Why a reviewer returns an application: the coded list (api/web/wording/reasons.toml), preset from findings."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from api.errors import Problem
from photocheck.messages import LANGUAGES, Language

ITEMS = ("portrait", "id-portrait", "id-emblem", "signature")
_FAULTY = ("fail", "error", "review")


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the list.

    Attributes:
        code: stays the same for ever; programs may rely on it.
        items: the pictures it can be about.
        checks: whose findings preset it.
        title, message: what the reviewer and what the applicant reads, by language.
    """

    code: str
    items: tuple[str, ...]
    checks: tuple[str, ...]
    title: Mapping[Language, str]
    message: Mapping[Language, str]


@cache
def all_reasons() -> dict[str, Reason]:
    """The list by code, in its order."""
    read = tomllib.loads((resources.files("api.web.wording") / "reasons.toml").read_text("utf-8"))
    return {
        code: Reason(code, tuple(one["items"]), tuple(one["checks"]), one["title"], one["message"])
        for code, one in read.items()
    }


@cache
def of_check(check: str, item: str) -> Reason:
    """The reason that a check's finding on a picture presets; `other` where the list has none of its own."""
    for reason in all_reasons().values():
        if check in reason.checks and item in reason.items:
            return reason
    return all_reasons()["other"]


@dataclass(frozen=True, slots=True)
class Preset:
    """A reason that the findings suggest.

    Attributes:
        chosen: whether it is on before the reviewer has said anything: where a finding fails.
        checks: the findings behind it, the failing ones first.
    """

    item: str
    reason: Reason
    chosen: bool
    checks: tuple[str, ...]


def presets(findings: Mapping[str, Mapping[str, str]]) -> list[Preset]:
    """The reasons that findings suggest, the failing ones first.

    Args:
        findings: outcome by item and check, as `Decision.machine` keeps it.
    """
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for item in ITEMS:
        for check, outcome in findings.get(item, {}).items():
            if outcome in _FAULTY:
                found.setdefault((item, of_check(check, item).code), []).append((outcome, check))
    made = []
    for (item, code), hits in found.items():
        hits.sort(key=lambda hit: _FAULTY.index(hit[0]))
        checks = tuple(check for _, check in hits)
        made.append(Preset(item, all_reasons()[code], hits[0][0] == "fail", checks))
    return sorted(made, key=lambda preset: not preset.chosen)


def resolved(
    given: Iterable[tuple[str, str]], findings: Mapping[str, Mapping[str, str]], documents: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Reasons as a decision keeps them and the applicant reads them.

    Args:
        given: pairs of item and code.
        findings: as for `presets`.
        documents: findings in a report's own form by language, item and check; their message and advice are told
            where they are the reason.

    Raises:
        Problem: `unknown-reason`, 422, for a code that is not in the list or not about the item.
    """
    made = []
    for item, code in dict.fromkeys(given):
        reason = all_reasons().get(code)
        if reason is None or item not in reason.items:
            raise Problem("unknown-reason", 422, item=item, reason=code)
        faulty = [check for check in reason.checks if findings.get(item, {}).get(check) in _FAULTY]
        faulty.sort(key=lambda check: _FAULTY.index(findings[item][check]))
        check = faulty[0] if faulty else next(iter(reason.checks), None)
        told = {one: _told(reason, one, documents.get(one, {}).get(item, {}), faulty) for one in LANGUAGES}
        made.append({"item": item, "reason": code, "check": check, "agreed": faulty, "text": told})
    return made


def _told(reason: Reason, language: Language, findings: Mapping[str, Any], faulty: list[str]) -> str:
    said = [findings[check]["message"] for check in faulty if check in findings]
    return (
        "".join([*said[:2], reason.message[language]])
        if language == "zh-CN"
        else " ".join([*said[:2], reason.message[language]])
    )
