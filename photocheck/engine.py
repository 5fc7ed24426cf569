"""The engine: a subject and a profile in, a report out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

import photocheck
from photocheck.features.models import model_hashes
from photocheck.features.subject import Subject
from photocheck.features.submission.submission import Submission
from photocheck.finding import Field, Finding, NotAssessable, Outcome, Region, Report, not_assessed
from photocheck.profile import Intake, Profile, Setting
from photocheck.registry import Check

_log = logging.getLogger(__name__)

_SIGNIFICANT_DIGITS = 6
_POINT_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Crop:
    """What `prepare` made of an original: the cropped subject, or the reason why there is none."""

    subject: Subject | None
    reason: str = "no-crop"


def assess(
    subject: Subject,
    profile: Profile,
    *,
    as_of: date,
    path: str = "",
    intake: Intake = "final",
    crop: Crop | None = None,
) -> Report:
    """Ask every check of the profile about the subject.

    Args:
        subject: the uploaded image, of the profile's kind.
        as_of: the date that age checks use.
        path: how the report names the image.
        intake: `final` judges the file as it is; `original` judges geometry and file on `crop`.
        crop: what `prepare` made of the original; required with the intake `original`.

    Raises:
        ValueError: if the intake is `original` and no crop is given.
    """
    if intake == "original" and crop is None:
        raise ValueError("the intake 'original' needs the crop that prepare makes")
    started = time.perf_counter()
    asked = profile.checks(intake)
    findings = tuple(
        _ask(check, setting, subject, as_of, crop if intake == "original" else None) for check, setting in asked
    )
    return Report(
        path=path,
        kind=profile.kind,
        version=photocheck.__version__,
        profile_id=profile.id,
        profile_hash=profile.hash,
        intake=intake,
        as_of=as_of,
        file=subject.file,
        findings=findings,
        required=frozenset(check.name for check, setting in asked if setting.required),
        models=dict(model_hashes()),
        fields=_fields(subject),
        timings_ms={**subject.timings_ms, "checks": (time.perf_counter() - started) * 1000.0},
    )


def assess_together(submission: Submission, profile: Profile, *, as_of: date) -> tuple[Finding, ...]:
    """Ask every check of a submission's profile about its pictures; regions name the picture they are on."""

    def placed(region: Region) -> Region:
        picture = submission.items[region.item]
        return region if picture is None else _shares(region, picture, picture)

    return tuple(_asked(check, setting, submission, as_of, placed) for check, setting in profile.checks())


def _ask(check: Check, setting: Setting, picture: Subject, as_of: date, crop: Crop | None) -> Finding:
    """One finding about one picture, or about what `prepare` made of it."""
    subject = picture
    if crop is not None and check.judged_on == "crop":
        if crop.subject is None:
            return check.stamp(not_assessed(crop.reason))
        subject = crop.subject
    return _asked(check, setting, subject, as_of, lambda region: _shares(region, subject, picture))


def _asked(
    check: Check, setting: Setting, subject: Subject | Submission, as_of: date, placed: Callable[[Region], Region]
) -> Finding:
    """One finding, whatever happens in the check."""
    try:
        finding = check.run(subject, setting.limits, as_of)
    except NotAssessable as refusal:
        return check.stamp(not_assessed(refusal.reason))
    except Exception as error:  # noqa: BLE001
        # The last resort: a crash becomes a finding that sends the picture to a person, never a pass.
        # The log names the check and the kind of error only: its text might hold what was read from the image.
        _log.error(
            "%s %s crashed: %s", check.code, check.name, type(error).__name__, exc_info=_log.isEnabledFor(logging.DEBUG)
        )
        return check.stamp(Finding(Outcome.ERROR, reason=type(error).__name__, case="error"))
    return replace(
        finding,
        outcome=setting.cap(finding.outcome),
        value=rounded(finding.value),
        margin=rounded(finding.margin),
        regions=tuple(placed(region) for region in finding.regions),
    )


def _fields(subject: Subject) -> dict[str, Field]:
    """What was read from the picture; nothing where it holds nothing to read."""
    try:
        read = subject.fields
    except NotAssessable:
        return {}
    except Exception as error:  # noqa: BLE001
        # The checks that need a field report the same crash as a finding; without fields the report still stands.
        _log.error("reading the fields crashed: %s", type(error).__name__, exc_info=_log.isEnabledFor(logging.DEBUG))
        return {}
    return {
        key: replace(
            field,
            confidence=round(field.confidence, 4),
            region=None if field.region is None else _shares(field.region, subject, subject),
        )
        for key, field in read.items()
    }


def rounded(value: float | None) -> float | None:
    """Six significant digits: more than any measurement holds, and the same on every run."""
    return None if value is None else float(f"{value:.{_SIGNIFICANT_DIGITS}g}")


def _shares(region: Region, subject: Subject, picture: Subject) -> Region:
    """The region as shares of the uploaded picture, whichever of the two subjects it was seen on."""
    points = np.asarray(region.points, dtype=np.float64).reshape(-1, 2)
    if region.type == "box" and subject.to_upload is not None:
        # A levelled crop is turned against the upload: its upright box is a polygon there.
        (left, top), (right, bottom) = points
        points = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
        region = replace(region, type="polygon")
    if subject.to_upload is not None:
        points = points @ subject.to_upload[:, :2].T + subject.to_upload[:, 2]
    shares = np.clip(points / (picture.width, picture.height), 0.0, 1.0).round(_POINT_DECIMALS)
    return replace(region, points=tuple((float(x), float(y)) for x, y in shares))
