"""Wording: what a finding, a reason or an error says, in zh-CN and in English.

Each file of this folder but three holds the wording of one family of checks, a table per check and language:

    [head-height.zh-CN]
    title = "头部高度"
    pass = "头部高度合适：占画面高度 {value}。"
    low = "头部偏小：占画面高度 {value}，应为 {limits}。"
    low-advice = "请靠近一些重新拍摄，或使用自动裁剪。"

The keys are the cases a finding can name (`low` and `high` where a band judged it) and each one's `-advice`.
`{value}`, `{limits}` and the check's own facts are filled in, numbers in the check's unit, tuples of labels by what
these say.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from photocheck.finding import Finding, LimitRanges, Outcome

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_FOLDER = resources.files("photocheck") / "messages"
_NOT_CHECKS = ("reasons.toml", "errors.toml", "labels.toml", "interface.toml", "prepare.toml")


@cache
def _table(name: str) -> dict[str, Any]:
    entry = _FOLDER / name
    return tomllib.loads(entry.read_text("utf-8")) if entry.is_file() else {}


@cache
def _checks() -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for entry in sorted(_FOLDER.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml") and entry.name not in _NOT_CHECKS:
            family = _table(entry.name)
            twice = merged.keys() & family.keys()
            if twice:
                raise ValueError(f"{entry.name}: wording of {sorted(twice)} stands elsewhere too")
            merged.update(family)
    return merged


def check_wording(check: str, language: Language) -> dict[str, str]:
    """Every text of one check in one language.

    Raises:
        KeyError: if the check has no wording.
    """
    wording: dict[str, str] = _checks()[check][language]
    return wording


def title(check: str, language: Language) -> str:
    """The check's name as a person would say it."""
    return check_wording(check, language)["title"]


def reason_text(reason: str, language: Language) -> str:
    """Why something was not assessed."""
    text: str = _table("reasons.toml")[reason][language]
    return text


def label_text(label: str, language: Language) -> str:
    """What a region shows; the key itself where no wording is given."""
    text: str = _table("labels.toml").get(label, {}).get(language, label)
    return text


def error_text(code: str, language: Language, **facts: Any) -> str:
    """The sentence for a typed error."""
    text: str = _table("errors.toml")[code][language]
    return text.format(**facts)


def interface_text(key: str, language: Language, **facts: Any) -> str:
    """A word or sentence of the command line, the HTML report and other surfaces."""
    text: str = _table("interface.toml")[key][language]
    return text.format(**facts)


def prepare_text(reason: str, language: Language, **facts: Any) -> str:
    """Why `prepare` can make no picture, and what to do about it."""
    text: str = _table("prepare.toml")[reason][language]
    return text.format(**facts)


def message(finding: Finding, language: Language) -> str:
    """What the finding says, with the measured value beside its limit."""
    if finding.outcome is Outcome.NOT_ASSESSED:
        reason = reason_text(finding.reason or "not-measurable", language)
        return interface_text("not-assessed", language, title=title(finding.check, language), reason=reason)
    if finding.outcome is Outcome.ERROR:
        return interface_text("check-error", language, title=title(finding.check, language))
    return _fill(check_wording(finding.check, language)[finding.case], finding, language)


def advice(finding: Finding, language: Language) -> str:
    """How to mend it; empty where nothing needs mending."""
    if finding.outcome in (Outcome.PASS, Outcome.NOT_ASSESSED, Outcome.ERROR):
        return ""
    return _fill(check_wording(finding.check, language).get(f"{finding.case}-advice", ""), finding, language)


def _fill(template: str, finding: Finding, language: Language) -> str:
    facts = {
        "value": "" if finding.value is None else quantity(finding.value, finding.unit),
        "limits": "" if finding.limits is None else span(finding.limits, finding.unit, language),
        **{name: _told(fact, language) for name, fact in finding.facts.items()},
    }
    return template.format(**facts)


def _told(fact: Any, language: Language) -> Any:
    """A fact as it stands in a sentence: several things are told by what their labels say."""
    if not isinstance(fact, tuple):
        return fact
    return ("、" if language == "zh-CN" else ", ").join(label_text(label, language) for label in fact)


def quantity(value: float, unit: str | None) -> str:
    """A number in its unit, as it is written in a sentence: `58%`, `3.4°`, `1,024 px`."""
    if unit is None:
        return f"{value:.4g}"
    if unit == "probability" or unit.startswith("ratio"):
        return f"{value * 100:.1f}%" if abs(value) < 0.1 else f"{value * 100:.0f}%"
    if unit == "degrees":
        return f"{value:.1f}°"
    if unit == "bytes":
        return f"{value / 1000:.0f} KB" if value < 1e6 else f"{value / 1e6:.1f} MB"
    if unit == "pixels":
        return f"{value:.0f} px" if value >= 20 or value == int(value) else f"{value:.1f} px"
    if unit in ("count", "months", "days", "years", "dpi"):
        return f"{value:.0f}"
    return f"{value:.3g}"


def span(limits: LimitRanges, unit: str | None, language: Language) -> str:
    """The pass range as it is written in a sentence: `70%–80%`, `at least 90 px`, `至多 5°`."""
    low, high = limits.passing
    if low is not None and high is not None:
        return quantity(low, unit) if low == high else f"{quantity(low, unit)}–{quantity(high, unit)}"
    if low is not None:
        return interface_text("at-least", language, limit=quantity(low, unit))
    if high is not None:
        return interface_text("at-most", language, limit=quantity(high, unit))
    return interface_text("any-value", language)
