"""Checks and profiles in words: for `photocheck explain`, `photocheck profiles ID` and the documentation."""

from __future__ import annotations

from typing import Any

from photocheck.limits import Band, Limits
from photocheck.messages import Language, check_wording, interface_text, quantity, title
from photocheck.profile import GRADES, Grade, Profile, Setting, sources
from photocheck.registry import Check, find_check

_OWN_GRADES: dict[str, Grade] = {"photocheck-guess": "guess", "photocheck-train": "measured"}


def explanation(check: Check, profile: Profile, language: Language) -> str:
    """One check: its docstring, its limits under a profile, and what it can say."""
    setting = profile.settings.get(check.name)
    lines = [f"{check.code} {check.name} · {title(check.name, language)}", "", check.doc, ""]
    if setting is None or setting.off:
        lines.append(interface_text("not-in-profile", language, profile=profile.id))
    else:
        lines.append(f"{profile.id}:")
        lines.extend(f"  {line}" for line in limit_lines(setting, check.unit, language))
    wording = check_wording(check.name, language)
    said = [text for key, text in wording.items() if key != "title" and not key.endswith("-advice")]
    return "\n".join([*lines, "", interface_text("can-say", language), *(f"  - {text}" for text in said)])


def described(profile: Profile, language: Language) -> str:
    """One profile: every check that applies, its limits and their sources."""
    lines = [f"{profile.id} · {profile.title[language]}", profile.hash]
    if language in profile.note:
        lines += ["", profile.note[language]]
    if profile.prepare is not None:
        made = profile.prepare
        lines += ["", f"prepare: {made.width}×{made.height} px, {made.dpi} dpi, {made.format}"]
    for name, setting in profile.settings.items():
        check = find_check(name)
        if check is None or setting.off:
            continue
        lines += ["", f"{check.code} {name} · {title(name, language)}"]
        lines.extend(f"  {line}" for line in limit_lines(setting, check.unit, language))
    return "\n".join(lines)


def limit_lines(setting: Setting, unit: str | None, language: Language) -> list[str]:
    """The limits of one setting, a line a quantity, then source and grade."""
    lines = [f"{name}: {text}" if name else text for name, text in _limits(setting.limits, unit, language)]
    if setting.at_most == "review":
        lines.append(interface_text("review-at-most", language))
    if not setting.required:
        lines.append(interface_text("not-required", language))
    if setting.only is not None:
        lines.append(interface_text(f"intake-{setting.only}", language))
    if setting.note:
        lines.append(setting.note)
    for key in filter(None, (part.strip() for part in setting.source.split(","))):
        # A line may join an authority's number with a band of our own: ours is never graded as the authority's.
        letter = _OWN_GRADES.get(key, setting.grade)
        grade = f"[{letter}: {GRADES[letter]}] " if letter else ""
        lines.append(f"{grade}{key}: {sources()[key]}")
    return lines


def _limits(limits: Limits, unit: str | None, language: Language, name: str = "") -> list[tuple[str, str]]:
    if isinstance(limits, Band):
        text = interface_text(
            "band",
            language,
            passing=_range_text(limits.passing, unit),
            review=_range_text(limits.review_range, unit),
        )
        own = [(name, text)]
        extra = {key: value for key, value in limits if key not in ("passing", "review")}
    else:
        own, extra = [], dict(limits)
    return [*own, *(row for key, value in extra.items() for row in _entry(key, value, unit, language))]


def _entry(key: str, value: Any, unit: str | None, language: Language) -> list[tuple[str, str]]:
    if value is None:
        return []
    if isinstance(value, Limits):
        return _limits(value, unit, language, key)
    return [(key, ", ".join(map(str, value)) if isinstance(value, (list, tuple, set, frozenset)) else str(value))]


def _range_text(ends: tuple[float | None, float | None], unit: str | None) -> str:
    low, high = ends
    if low is None and high is None:
        return "−∞ … ∞"
    return f"{'−∞' if low is None else quantity(low, unit)} … {'∞' if high is None else quantity(high, unit)}"
