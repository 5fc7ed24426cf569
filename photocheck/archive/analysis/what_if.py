"""Other limits: a profile of a run with some of its lines set otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from photocheck.archive.errors import ArchiveError
from photocheck.profile import Profile, Setting
from photocheck.registry import Check, find_check

_OF_THE_SETTING = ("at_most", "required", "off")
_OPEN = {"-inf": None, "inf": None, "": None}


def as_profile(kept: Mapping[str, Any]) -> Profile:
    """The profile that a run keeps in `run.json`.

    Raises:
        ArchiveError: if it names checks or limits that this version does not know.
    """
    settings: dict[str, Setting] = {}
    for name, values in kept["settings"].items():
        check = find_check(name)
        if check is None:
            raise ArchiveError(f"The run asked a check that this version does not know: {name}.")
        settings[name] = _setting(check, values)
    own = {key: kept[key] for key in ("id", "kind", "title", "prepare", "hash")}
    return Profile(**own, settings=settings)


def changed(kept: Mapping[str, Any], changes: Sequence[str]) -> tuple[Profile, set[str]]:
    """A profile that a run keeps, with changes such as `head-height.pass=0.68,0.82`.

    Args:
        changes: `check.key=value`, or `check.limit.key=value` where a check has several limits. A range is two numbers,
            an end left out or `inf` is open; other values are JSON, or text.

    Returns:
        The profile, and which of the changes name a check that it has.

    Raises:
        ArchiveError: for a change that is no change, or a limit that cannot be.
    """
    settings: dict[str, Any] = json.loads(json.dumps(kept["settings"]))
    applied: set[str] = set()
    for change in changes:
        place, equals, value = change.partition("=")
        name, *keys = place.strip().split(".")
        check = find_check(name)
        if not equals or not keys or check is None:
            raise ArchiveError(f"{change!r} is no change such as head-height.pass=0.68,0.82.")
        if check.name in settings:
            _change(settings[check.name], keys, value.strip(), change)
            applied.add(change)
    profile = as_profile(dict(kept) | {"settings": settings})
    return profile, applied


def _change(setting: dict[str, Any], keys: list[str], value: str, change: str) -> None:
    holder = setting if keys[0] in _OF_THE_SETTING and len(keys) == 1 else setting["limits"]
    for key in keys[:-1]:
        holder = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or (holder is not setting and keys[-1] not in holder):
        known = ", ".join(_known(setting["limits"]))
        raise ArchiveError(f"{change!r}: this check has no {'.'.join(keys)}; it has {known or 'no limits'}.")
    holder[keys[-1]] = _value(value, change) if keys[-1] in ("pass", "review") else _json(value)


def _value(value: str, change: str) -> list[float | None] | None:
    if value == "none":
        return None
    ends = [end.strip() for end in value.strip("[]").split(",")]
    try:
        found = [_OPEN[end] if end in _OPEN else float(end) for end in ends]
    except ValueError:
        found = []
    if len(found) != 2:
        raise ArchiveError(f"{change!r}: a range is two numbers such as 0.68,0.82; an open end is inf.")
    return found


def _json(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _known(limits: Mapping[str, Any], before: str = "") -> list[str]:
    found: list[str] = []
    for key, value in limits.items():
        found += _known(value, f"{before}{key}.") if isinstance(value, dict) else [f"{before}{key}"]
    return found


def _setting(check: Check, values: Mapping[str, Any]) -> Setting:
    try:
        limits = check.limits_type.model_validate(values["limits"])
        return Setting.model_validate({**values, "limits": limits})
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise ArchiveError(f"{check.name}: {where}{': ' if where else ''}{problem['msg']}") from error
