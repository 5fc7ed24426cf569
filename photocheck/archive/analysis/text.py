"""What changed, as text for a terminal and as a JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from photocheck.archive.analysis.changes import NO_VERDICT, Changes, CheckChange, flipped
from photocheck.archive.analysis.compare import Difference, Missing
from photocheck.archive.analysis.rules import UNKNOWN
from photocheck.archive.analysis.simulate import Simulation
from photocheck.finding import LimitRanges
from photocheck.messages import Language, interface_text, title
from photocheck.registry import find_check
from photocheck.render.text import STYLES

DIFF_SCHEMA = "photocheck/diff-1"
SIMULATION_SCHEMA = "photocheck/simulation-1"
_VERDICTS = ("pass", "review", "fail", NO_VERDICT, UNKNOWN)


def diff_document(found: Difference, *, groups: bool = False) -> dict[str, Any]:
    """A comparison as plain JSON values."""
    return {
        "schema": DIFF_SCHEMA,
        "old": found.old,
        "new": found.new,
        "check": found.check,
        "only_old": {"count": found.only_old.count, "examples": found.only_old.examples},
        "only_new": {"count": found.only_new.count, "examples": found.only_new.examples},
        "differ": found.differ,
        **_changes(found.changes, groups=groups),
    }


def simulation_document(found: Simulation, *, groups: bool = False) -> dict[str, Any]:
    """A simulation as plain JSON values."""
    return {
        "schema": SIMULATION_SCHEMA,
        "run": found.run,
        "not_told": found.unknown,
        "by_picture": list(found.by_picture),
        "dropped": list(found.dropped),
        "untouched": list(found.untouched),
        "other_version": found.other_version,
        **_changes(found.changes, groups=groups),
    }


def print_diff(console: Console, found: Difference, language: Language, *, groups: bool = False) -> None:
    """A comparison as text."""
    console.print(Text(f"{found.old['folder']} → {found.new['folder']}", "bold"), soft_wrap=True)
    for run in (found.old, found.new):
        if not run["finished"]:
            _line(console, interface_text("diff-unfinished", language, folder=run["folder"]), "yellow")
    if found.check is not None:
        _line(console, interface_text("diff-of-check", language, title=title(found.check, language)))
    else:
        _line(console, interface_text("diff-both", language, count=found.changes.images))
    for key, missing in (("diff-only-old", found.only_old), ("diff-only-new", found.only_new)):
        if missing.count:
            _line(console, interface_text(key, language, count=missing.count, examples=_some(missing)))
    for name, count in found.differ.items():
        if count:
            facts = {"old": found.old.get(name), "new": found.new.get(name)}
            _line(console, interface_text(f"diff-{name}", language, count=count, **facts))
    _print_changes(console, found.changes, language, groups=groups)


def print_simulation(console: Console, found: Simulation, language: Language, *, groups: bool = False) -> None:
    """A simulation as text."""
    console.print(Text(found.run["folder"], "bold"), soft_wrap=True)
    for line in _caveats(found, language):
        _line(console, line, "yellow")
    _print_changes(console, found.changes, language, groups=groups)


def _caveats(found: Simulation, language: Language) -> Iterator[str]:
    """What the simulation could not tell, or left alone."""
    if not found.run["finished"]:
        yield interface_text("diff-unfinished", language, folder=found.run["folder"])
    if found.other_version is not None:
        yield interface_text("simulate-other-version", language, measured=found.other_version)
    for check, reason in sorted(found.unknown.items()):
        why = interface_text(f"unknown-{reason}", language)
        yield interface_text("simulate-unknown", language, check=check, reason=why)
    for profile in found.by_picture:
        yield interface_text("simulate-by-picture", language, profile=profile)
    if found.dropped:
        yield interface_text("simulate-dropped", language, checks=", ".join(found.dropped))
    if found.untouched:
        yield interface_text("simulate-untouched", language, profiles=", ".join(found.untouched))


def _changes(changes: Changes, *, groups: bool) -> dict[str, Any]:
    document: dict[str, Any] = {
        "images": changes.images,
        "flipped": changes.flipped,
        "unknown": changes.unknown,
        "verdicts": _pairs(changes.verdicts),
        "checks": [
            {
                "check": change.check,
                "was": change.was,
                "now": change.now,
                "count": change.count,
                "flipped": change.flipped,
                "near": change.near,
                "examples": [_example(example) for example in change.examples],
            }
            for change in changes.checks
        ],
    }
    if groups:
        document["groups"] = [
            {
                "group": group,
                "images": sum(verdicts.values()),
                "flipped": flipped(verdicts),
                "verdicts": _pairs(verdicts),
            }
            for group, verdicts in changes.groups.items()
        ]
    return document


def _pairs(verdicts: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    return [{"was": was, "now": now, "images": count} for (was, now), count in sorted(verdicts.items())]


def _example(example: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "path", "verdict_was", "verdict_now", "value_was", "value", "unit", "margin", "reason")
    limits = _limits(example)
    told = None if limits is None else {"pass": list(limits.passing), "review": list(limits.review)}
    return {name: example.get(name) for name in names} | {"limits": told}


def _limits(example: Mapping[str, Any]) -> LimitRanges | None:
    ends = [example.get(name) for name in ("pass_low", "pass_high", "review_low", "review_high")]
    if all(end is None for end in ends):
        return None
    return LimitRanges((ends[0], ends[1]), (ends[2], ends[3]))


def _print_changes(console: Console, changes: Changes, language: Language, *, groups: bool) -> None:
    console.print()
    if changes.verdicts:
        console.print(_matrix(changes.verdicts, language))
    if changes.flipped:
        share = changes.flipped / changes.images
        said = interface_text("diff-flipped", language, flipped=changes.flipped, total=changes.images, share=share)
        _line(console, said, "bold")
    else:
        _line(console, interface_text("diff-nothing", language, total=changes.images), "bold")
    if changes.unknown:
        _line(console, interface_text("diff-unknown", language, count=changes.unknown), "yellow")
    before = ""
    for change in changes.checks:
        if change.check != before:
            known = find_check(change.check)
            code = f"{known.code} " if known is not None else ""
            name = title(change.check, language) if known is not None else ""
            unit = next((example["unit"] for example in change.examples if example["unit"]), "")
            console.print()
            line = Text.assemble((f"{code}{change.check}", "bold"), f"  {name}", (f"  {unit}", "dim"))
            console.print(line, soft_wrap=True)
        before = change.check
        _print_change(console, change, language)
    if groups and changes.groups:
        console.print()
        _line(console, interface_text("diff-groups", language), "bold")
        ordered = sorted(changes.groups.items(), key=lambda item: (-flipped(item[1]), item[0]))
        for group, verdicts in ordered:
            _line(console, "  " + _group(group, verdicts, language))


def _print_change(console: Console, change: CheckChange, language: Language) -> None:
    was, now = (interface_text(f"outcome-{outcome}", language) for outcome in (change.was, change.now))
    counts = {"count": change.count, "flipped": change.flipped, "near": change.near}
    said = interface_text("diff-change", language, was=was, now=now, **counts)
    _line(console, f"  {said}", STYLES.get(change.now, ""))
    for example in change.examples:
        _line(console, f"    {_told(example, language)}", "dim")


def _told(example: Mapping[str, Any], language: Language) -> str:
    """One example: its id, the values, the limits, the margin, and where it is if the id does not say."""
    parts = [str(example["id"])]
    values = [value for value in (example.get("value_was"), example.get("value")) if value is not None]
    if values:
        parts.append(" → ".join(dict.fromkeys(map(_number, values))))
    low, high = example.get("pass_low"), example.get("pass_high")
    if low is not None or high is not None:
        ends = f"{'' if low is None else _number(low)}–{'' if high is None else _number(high)}"
        parts.append(interface_text("diff-limits", language, limits=ends))
    if example.get("margin") is not None:
        parts.append(interface_text("diff-margin", language, margin=example["margin"]))
    if not str(example["path"]).endswith(str(example["id"])):
        parts.append(str(example["path"]))
    return "  ".join(parts)


def _number(value: float) -> str:
    """A value with all digits that tell it from its limit."""
    return f"{value:.6g}"


def _group(group: str, verdicts: Mapping[tuple[str, str], int], language: Language) -> str:
    total, turned = sum(verdicts.values()), flipped(verdicts)
    changes = [
        f"{_verdict(was, language)} → {_verdict(now, language)} {count:,}"
        for (was, now), count in sorted(verdicts.items())
        if was != now
    ]
    facts = {"group": group or interface_text("diff-no-group", language), "total": total, "flipped": turned}
    listed = ", ".join(changes) or "–"
    return interface_text("diff-group", language, share=turned / total, changes=listed, **facts)


def _matrix(verdicts: Mapping[tuple[str, str], int], language: Language) -> Table:
    names = [name for name in _VERDICTS if any(name in pair for pair in verdicts)]
    table = Table(interface_text("diff-was-now", language), box=None, pad_edge=False)
    for name in names:
        table.add_column(Text(_verdict(name, language), STYLES.get(name, "")), justify="right")
    table.add_column(interface_text("diff-total", language), justify="right")
    for was in (name for name in names if name != UNKNOWN):
        counts = [verdicts.get((was, now), 0) for now in names]
        cells = [
            Text(f"{count:,}" if count else "·", "dim" if was == now or not count else "bold")
            for count, now in zip(counts, names, strict=True)
        ]
        table.add_row(Text(_verdict(was, language), STYLES.get(was, "")), *cells, f"{sum(counts):,}")
    return table


def _verdict(name: str, language: Language) -> str:
    return interface_text("no-verdict" if name == NO_VERDICT else f"outcome-{name}", language)


def _some(missing: Missing) -> str:
    return ", ".join(missing.examples)


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style), soft_wrap=True)
