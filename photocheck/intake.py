"""From a file to its report: decode, recognise the kind, prepare where the intake asks for it, assess."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from photocheck.decode import Picture, read
from photocheck.engine import Crop, assess
from photocheck.features.portrait import Portrait
from photocheck.features.subject import Subject
from photocheck.finding import Report
from photocheck.prepare import crop_for
from photocheck.profile import Intake, Profile, load_profile

DEFAULT_PROFILES = {
    "portrait": "cn-exit-entry",
    "id-card": "cn-resident-id",
    "signature": "cn-exit-entry-signature",
}
"""The profile for a kind where none is named."""


class WrongProfile(Exception):
    """A profile that is for pictures of another kind than the one that was asked for.

    Attributes:
        kind: what the pictures were said to be.
        profile: the id of the profile.
        profile_kind: what it is for.
    """

    def __init__(self, kind: str, profile: Profile) -> None:
        super().__init__(f"the profile {profile.id} is for pictures of the kind {profile.kind}, not {kind}")
        self.kind = kind
        self.profile = profile.id
        self.profile_kind = profile.kind


@dataclass(frozen=True, slots=True)
class Request:
    """How pictures are to be checked.

    Attributes:
        as_of: the date that age checks use.
        profile: id of a profile or path of a profile file; None for the kind's default.
        kind: `auto` lets the named profile decide, else the picture.
        intake: `final` or `original`.
        name: the applicant's name, for the checks that compare what is written with it.
    """

    as_of: date
    profile: str | None = None
    kind: str = "auto"
    intake: Intake = "final"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked picture: its report and the subject that was seen, for whoever draws on it."""

    report: Report
    subject: Subject


def check_file(path: Path, request: Request) -> Checked:
    """Check the picture at a path.

    Raises:
        UnreadableImage: if it cannot be decoded.
        ProfileError: if the profile cannot be used.
        WrongProfile: if the profile is for another kind than the request says.
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
    seen = Subject(picture)
    profile = _profile(seen, request)
    subject = subject_of_kind(seen, profile.kind, name=request.name)
    return Checked(check_subject(subject, profile, as_of=request.as_of, intake=request.intake, path=path), subject)


def check_subject(
    subject: Subject, profile: Profile, *, as_of: date, intake: Intake = "final", path: str = ""
) -> Report:
    """Assess a subject, with what `prepare` makes of it where the intake asks for that."""
    crop: Crop | None = crop_for(subject, profile) if intake == "original" else None
    return assess(subject, profile, as_of=as_of, path=path, intake=intake, crop=crop)


def subject_of_kind(seen: Subject, kind: str, *, name: str | None = None) -> Subject:
    """The picture as a subject of a kind.

    Args:
        name: the applicant's name; only a signature is compared with it.
    """
    if kind == "portrait":
        return seen.as_kind(Portrait)
    if kind == "id-card":
        from photocheck.features.idcard.card import IdCard

        return seen.as_kind(IdCard)
    from photocheck.features.signature.signature import Signature

    signature = seen.as_kind(Signature)
    signature.name = name
    return signature


def _profile(seen: Subject, request: Request) -> Profile:
    """The profile asked for, or the default one of the picture's kind."""
    if request.profile is not None:
        profile = load_profile(request.profile)
        if request.kind not in ("auto", profile.kind):
            raise WrongProfile(request.kind, profile)
        return profile
    # A picture that cannot be told is checked as a portrait: what most people upload, and `kind-matches` says so.
    kind = (seen.seen_kind or "portrait") if request.kind == "auto" else request.kind
    return load_profile(DEFAULT_PROFILES[kind])
