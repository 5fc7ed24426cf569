"""One picture of a submission, seen once: what its place asks, where it belongs, and the file made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from api.workers.tasks import Checked, Prepared, Refused, made_file, refused, told, told_together
from photocheck.messages import LANGUAGES, Language

if TYPE_CHECKING:
    from photocheck.features.subject import Subject
    from photocheck.profile import Intake, Profile


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture that was put in a place.

    Attributes:
        intake: `original` where a portrait still needs its crop: file and geometry were judged on that; else `final`.
        shows: the place it looks made for; None where that is not clear.
        prepared: the file made of it; None where the place's profile makes none, or none can be made.
        not_prepared: why none can be made, by language; None where one was or none is wanted.
        together: what `check_together` says of it and the others; None where none were given.
    """

    checked: Checked
    intake: str
    shows: str | None
    prepared: Prepared | None
    not_prepared: Mapping[Language, str] | None
    together: Mapping[Language, Any] | None


@dataclass(frozen=True, slots=True)
class Others:
    """The pictures of the other places, and what was found about each: given when all places are filled."""

    pictures: Mapping[str, bytes]
    verdicts: tuple[str, ...]


def take(
    data: bytes, item: str, *, profile: str, as_of: date, name: str | None = None, others: Others | None = None
) -> Taken | Refused:
    """Check a picture for its place in a submission, and prepare its file.

    Args:
        item: `portrait`, `id-portrait`, `id-emblem` or `signature`.
        profile: of the submission, or of the portrait in it.
        name: the applicant's name, which the signature is compared with.
        others: checked together with it.
    """
    from photocheck.decode import UnreadableImage, decode
    from photocheck.features.submission.submission import place_shown
    from photocheck.profile import ProfileError
    from photocheck.submission import profiles_of, subject_of_item

    place = cast("Any", item)
    try:
        _, profiles = profiles_of(profile)
        subject = subject_of_item(decode(data), place, name)
    except UnreadableImage as refusal:
        return refused(refusal.code, **refusal.facts)
    except ProfileError as refusal:
        return Refused("unknown-profile", dict.fromkeys(LANGUAGES, str(refusal)))
    own = profiles[place]
    intake: Intake = "original" if item == "portrait" and _needs_crop(subject, own) else "final"
    made, reason = _prepared(subject, own, as_of)
    report = _assessed(subject, own, intake, made, as_of)
    together = None
    if others is not None:
        subjects = {one: subject_of_item(decode(picture), cast("Any", one)) for one, picture in others.pictures.items()}
        verdicts = (*others.verdicts, report.verdict.value)
        subjects[place] = subject
        together = told_together(subjects, as_of=as_of, profile=profile, name=name, verdicts=verdicts)
    return Taken(
        told(report, subject.rgb, display=True),
        intake,
        place_shown(subject),
        None if made is None else made[1],
        reason,
        together,
    )


def _needs_crop(subject: Subject, profile: Profile) -> bool:
    """Whether the picture has another size than the profile's file."""
    from photocheck.checks.file import PixelSize, pixel_size
    from photocheck.finding import Outcome

    limits = profile.limits("pixel-size")
    if profile.prepare is None:
        return False
    return not isinstance(limits, PixelSize) or pixel_size(subject, limits).outcome is not Outcome.PASS


def _prepared(
    subject: Subject, profile: Profile, as_of: date
) -> tuple[tuple[Subject, Prepared] | None, Mapping[Language, str] | None]:
    """The file that `prepare` makes, as a subject and checked; or why there is none."""
    from photocheck.intake import check_subject
    from photocheck.prepare import CannotPrepare

    if profile.prepare is None:
        return None, None
    try:
        data, made, media_type = made_file(subject, profile)
    except CannotPrepare as refusal:
        return None, {one: refusal.text(one) for one in LANGUAGES}
    report = check_subject(made, profile, as_of=as_of)
    return (made, Prepared(data, media_type, told(report, made.rgb, display=False))), None


def _assessed(
    subject: Subject, profile: Profile, intake: Intake, made: tuple[Subject, Prepared] | None, as_of: date
) -> Any:
    """The report; where the crop was made already, it is not made again."""
    from photocheck.engine import Crop, assess
    from photocheck.intake import check_subject

    if intake == "original" and made is not None:
        return assess(subject, profile, as_of=as_of, intake=intake, crop=Crop(made[0]))
    return check_subject(subject, profile, as_of=as_of, intake=intake)
