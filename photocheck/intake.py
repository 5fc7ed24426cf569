"""From a file to its report: decode, recognise the kind, prepare where the intake asks for it, assess."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from photocheck.decode import Picture, read
from photocheck.engine import Crop, assess
from photocheck.features.kind import recognise_kind
from photocheck.features.portrait import Portrait
from photocheck.finding import Report
from photocheck.prepare import crop_for
from photocheck.profile import Intake, Profile, load_profile

DEFAULT_PROFILES = {"portrait": "cn-exit-entry"}
"""The profile for a kind where none is named."""


class UnsupportedKind(Exception):
    """A picture of a kind that no profile was named for and that has no default.

    Attributes:
        kind: what the picture is, or was said to be.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(f"no profile for pictures of the kind {kind}")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Request:
    """How pictures are to be checked.

    Attributes:
        as_of: the date that age checks use.
        profile: id of a profile or path of a profile file; None for the kind's default.
        kind: `auto` lets the named profile decide, else the picture.
        intake: `final` or `original`.
    """

    as_of: date
    profile: str | None = None
    kind: str = "auto"
    intake: Intake = "final"


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked picture: its report and the subject that was seen, for whoever draws on it."""

    report: Report
    subject: Portrait


def check_file(path: Path, request: Request) -> Checked:
    """Check the picture at a path.

    Raises:
        UnreadableImage: if it cannot be decoded.
        ProfileError: if the profile cannot be used.
        UnsupportedKind: if no profile fits its kind.
    """
    started = time.perf_counter()
    picture = read(path)
    decoded_ms = (time.perf_counter() - started) * 1000.0
    checked = check_picture(picture, request, path=str(path))
    timings = {"decode": decoded_ms, **checked.report.timings_ms}
    timings["total"] = (time.perf_counter() - started) * 1000.0
    return replace(checked, report=replace(checked.report, timings_ms=timings))


def check_picture(picture: Picture, request: Request, *, path: str = "") -> Checked:
    """Check a decoded picture; errors as `check_file`."""
    subject = Portrait(picture)
    profile = _profile(subject, request)
    crop: Crop | None = crop_for(subject, profile) if request.intake == "original" else None
    report = assess(subject, profile, as_of=request.as_of, path=path, intake=request.intake, crop=crop)
    return Checked(report, subject)


def _profile(subject: Portrait, request: Request) -> Profile:
    """The profile asked for, or the default one of the picture's kind."""
    if request.profile is not None:
        profile = load_profile(request.profile)
        if profile.kind != "portrait" or request.kind not in ("auto", profile.kind):
            raise UnsupportedKind(profile.kind if request.kind in ("auto", profile.kind) else request.kind)
        return profile
    # A picture that cannot be told is checked as a portrait: what most people upload, and `kind-matches` says so.
    kind = (recognise_kind(subject) or "portrait") if request.kind == "auto" else request.kind
    if kind not in DEFAULT_PROFILES:
        raise UnsupportedKind(kind)
    return load_profile(DEFAULT_PROFILES[kind])
