"""What an earlier run still says of an input: its rows as they were, or judged again, or nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from photocheck.archive.earlier import EarlierRows
from photocheck.archive.rejudge import NeedsPicture, judge_again
from photocheck.archive.rows import Row, Scored
from photocheck.archive.settings import Settings
from photocheck.archive.sources.entry import Entry
from photocheck.intake import DEFAULT_PROFILES
from photocheck.profile import Profile, load_profile

_PASSING_FAULTS = frozenset({
    "internal-fault", "no-permission", "not-a-file", "not-found", "out-of-memory", "read-failed", "timed-out",
    "worker-killed", "wrong-profile",
})  # fmt: skip
"""Errors that lie in the day or the request, not in the file: they are tried again."""


def from_earlier(entry: Entry, sha256: str, earlier: EarlierRows, settings: Settings) -> Scored | None:
    """The rows of an unchanged picture without decoding it; None where it has to be.

    Args:
        sha256: of the file as it is now.
    """
    known = earlier.by_id.get(entry.id)
    if known is None:
        return None
    image, findings = known
    if image["sha256"] != sha256 or image["version"] != settings.version:
        return None
    row = image | _of_the_source(entry, image["captured"])
    if image["error"] is not None:
        return None if image["error"] in _PASSING_FAULTS else Scored(row | {"origin": "kept"}, [])
    same = (settings.models, settings.intake, settings.as_of)
    if (image["models_hash"], image["intake"], image["as_of"]) != same:
        return None
    profile = _profile(entry, image, settings)
    if profile is None:
        return None
    row |= {"asked": settings.asked(entry)}
    if profile.hash == image["profile_hash"]:
        return Scored(row | {"origin": "kept"}, findings)
    try:
        return judge_again(row, findings, earlier.profiles[image["profile_hash"]], profile)
    except NeedsPicture:
        return None


def _profile(entry: Entry, image: Row, settings: Settings) -> Profile | None:
    """The profile that would judge the picture now; None where only the picture tells."""
    request = settings.request(entry)
    asked = settings.asked(entry)
    if request.profile is not None:
        profile = load_profile(request.profile)
        return profile if profile.kind == image["kind"] and request.kind in ("auto", profile.kind) else None
    if asked == "auto":
        return load_profile(DEFAULT_PROFILES[image["kind"]]) if image["asked"] == "auto" else None
    return load_profile(DEFAULT_PROFILES[asked]) if asked == image["kind"] else None


def _of_the_source(entry: Entry, captured: date | None) -> dict[str, Any]:
    """What the source says of the input today."""
    day = entry.captured or captured
    month = None if day is None else f"{day:%Y-%m}"
    return {"path": entry.shown, "group": entry.group, "captured": day, "month": month}
