"""A profile draft with limits that reviewers taught: a TOML file that extends the profile it was made from."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from photocheck.evaluation.calibrate import Proposal, band_of
from photocheck.limits import Band
from photocheck.profile import Profile, Setting

SOURCE = "photocheck-reviewers"
_KEPT = ("required", "at_most", "only")


def draft(profile: Profile, proposals: Sequence[Proposal], *, id_: str | None = None) -> str:
    """The text of a profile file.

    Args:
        proposals: of this profile; those that are better beyond chance become lines, the others remarks.
        id_: of the draft; by default the profile's with `-calibrated`.
    """
    own = [one for one in proposals if one.profile == profile.id]
    lines = [
        "# A draft, written by `photocheck calibrate` from reviewers' decisions. Read it, try it with",
        "# `photocheck simulate --profile` on an archive, and only then use it.",
        f"id = {_toml(id_ or f'{profile.id}-calibrated')}",
        f"kind = {_toml(profile.kind)}",
        f"extends = {_toml(profile.id)}",
        "",
        "[title]",
        *(f"{language} = {_toml(title)}" for language, title in profile.title.items()),
        "",
        "[checks]",
    ]
    for check in dict.fromkeys(one.check for one in own):
        of_check = [one for one in own if one.check == check]
        lines += [f"# {_told(one)}" for one in of_check]
        better = [one for one in of_check if one.better]
        if better:
            lines.append(f"{check} = {_toml(_line(profile, check, better))}")
    return "\n".join(lines) + "\n"


def _line(profile: Profile, check: str, better: Sequence[Proposal]) -> dict[str, Any]:
    setting = profile.settings[check]
    values: dict[str, Any] = setting.limits.model_dump(mode="json", by_alias=True)
    for one in better:
        band = band_of(profile, check, one.limit)
        holder = values[one.limit] if one.limit else values
        if band is not None:
            _move(holder, band, one)
    plain = Setting()
    values |= {key: getattr(setting, key) for key in _KEPT if getattr(setting, key) != getattr(plain, key)}
    counts = "; ".join(f"{one.samples} decisions" for one in better)
    return values | {"source": SOURCE, "grade": "measured", "note": f"from {counts}"}


def _move(holder: dict[str, Any], band: Band, one: Proposal) -> None:
    """Set an end anew; the review band beyond it keeps its width."""
    place = 0 if one.end == "low" else 1
    best = float(f"{one.best:.6g}")
    passing, review = list(holder["pass"]), list(holder["review"] or holder["pass"])
    shift = best - one.now
    passing[place] = best
    edge = review[place]
    if edge is not None:
        review[place] = float(f"{edge + shift:.6g}")
    holder["pass"] = passing
    if band.review is not None:
        holder["review"] = review


def _told(one: Proposal) -> str:
    name = f"{one.check}.{one.limit}" if one.limit else one.check
    verdict = "better" if one.better else "not better beyond chance"
    return (
        f"{name}, {one.end} end: {one.now:.6g} -> {one.best:.6g}; of {one.samples} decisions ({one.defects} defects) "
        f"{one.disagreed_now} -> {one.disagreed_best} disagree (p = {one.chance:.2g}): {verdict}"
    )


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items() if one is not None) + " }"
    if isinstance(value, (list, tuple)):
        if len(value) == 2 and any(end is None for end in value):
            value = [-math.inf if value[0] is None else value[0], math.inf if value[1] is None else value[1]]
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "inf" if value == math.inf else "-inf" if value == -math.inf else repr(value)
    if isinstance(value, int):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)
