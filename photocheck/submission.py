"""From the files of one application to their report: each picture by its own profile, then all together."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import photocheck
from photocheck.decode import Picture, UnreadableImage, read
from photocheck.engine import assess_together
from photocheck.features.idcard.card import IdCard
from photocheck.features.subject import Subject
from photocheck.features.submission.naming import by_name
from photocheck.features.submission.submission import ITEMS, KINDS, Item, Submission, place_shown
from photocheck.files import pictures_under
from photocheck.finding import NotAssessable, Report, SubmissionReport
from photocheck.intake import check_subject, subject_of_kind
from photocheck.messages import Language, error_text, label_text
from photocheck.profile import Intake, Profile, ProfileError, load_profile

DEFAULT_PROFILE = "cn-exit-entry-renewal"
"""The profile of a submission where none is named."""


@dataclass(frozen=True, slots=True)
class SubmissionRequest:
    """How a submission is to be checked.

    Attributes:
        as_of: the date that age and validity checks use.
        profile: id of a submission's profile or path of a profile file; the id of a portrait's profile judges the
            portrait by that one.
        intake: how the portrait is judged: `final` or `original`.
        name: the applicant's name as the form has it; None where it is taken from the card.
    """

    as_of: date
    profile: str = DEFAULT_PROFILE
    intake: Intake = "final"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedSubmission:
    """A checked submission: its report, and the subjects that were seen, for whoever draws on them."""

    report: SubmissionReport
    subjects: Mapping[str, Subject | None]


class AmbiguousFolder(Exception):
    """A folder with more than one picture for a place.

    Attributes:
        folder, item: which folder and which place.
    """

    def __init__(self, folder: Path, item: Item) -> None:
        super().__init__(f"{folder} holds more than one picture for {item}")
        self.folder = folder
        self.item = item

    def text(self, language: Language) -> str:
        """The sentence for the user."""
        item = label_text(f"item-{self.item}", language)
        return error_text("two-for-one-place", language, folder=self.folder, item=item, item_key=self.item)


def files_of_folder(folder: Path) -> dict[Item, Path]:
    """The picture of each place in a folder, told by its name, or by what it shows where the name tells nothing.

    Raises:
        AmbiguousFolder: if two pictures claim one place.
        OSError: if the folder cannot be read.
    """
    if not folder.is_dir():
        raise NotADirectoryError(20, "is not a folder", str(folder))
    pictures = pictures_under(folder)
    named = by_name(path.stem for path in pictures)
    found: dict[Item, Path] = {}
    for path in pictures:
        item = named.get(path.stem)
        if item is not None and found.setdefault(item, path) != path:
            raise AmbiguousFolder(folder, item)
    for path in pictures:
        if path.stem in named or len(found) == len(ITEMS):
            continue
        try:
            item = place_shown(Subject(read(path)))
        except UnreadableImage:
            continue  # it is nobody's picture; a place left empty is told as missing
        if item is not None and found.setdefault(item, path) != path:
            raise AmbiguousFolder(folder, item)
    return found


def check_submission(
    files: Mapping[Item, Path], request: SubmissionRequest, language: Language, *, earlier: tuple[Path, ...] = ()
) -> CheckedSubmission:
    """Check the pictures of one application.

    Args:
        files: the picture of each place; a place that is left out is told as missing.
        language: of the sentences about pictures that cannot be read.
        earlier: portraits of earlier applications, to tell a photo that is used again.

    Raises:
        ProfileError: if the profile cannot be used.
        UnreadableImage: if an earlier portrait cannot be decoded.
    """
    started = time.perf_counter()
    pictures: dict[Item, Picture] = {}
    unreadable: dict[str, str] = {}
    for item, path in files.items():
        try:
            pictures[item] = read(path)
        except UnreadableImage as refusal:
            unreadable[item] = error_text(refusal.code, language, **refusal.facts)
    decoded_ms = (time.perf_counter() - started) * 1000.0
    before = tuple(Subject(read(path)) for path in earlier)
    paths = {item: str(path) for item, path in files.items()}
    checked = check_pictures(pictures, request, paths=paths, unreadable=unreadable, earlier=before)
    timings = {"decode": decoded_ms, **checked.report.timings_ms, "total": (time.perf_counter() - started) * 1000.0}
    return replace(checked, report=replace(checked.report, timings_ms=timings))


def check_pictures(
    pictures: Mapping[Item, Picture],
    request: SubmissionRequest,
    *,
    paths: Mapping[Item, str] | None = None,
    unreadable: Mapping[str, str] | None = None,
    earlier: tuple[Subject, ...] = (),
) -> CheckedSubmission:
    """Check the decoded pictures of one application.

    Args:
        paths: how the reports name the pictures.
        unreadable: by place, the sentence that says why its picture could not be decoded.
        earlier: as `check_submission`.

    Raises:
        ProfileError: if the profile cannot be used.
    """
    profile, item_profiles = profiles_of(request.profile)
    subjects: dict[Item, Subject] = {}
    reports: dict[str, Report | None] = dict.fromkeys(ITEMS)
    timings: dict[str, float] = {}
    for item in ITEMS:  # the card before the signature, whose name it gives
        if item not in pictures:
            continue
        started = time.perf_counter()
        name = request.name or _name_on_card(subjects)
        subject = subjects[item] = subject_of_item(pictures[item], item, name)
        intake: Intake = request.intake if item == "portrait" else "final"
        path = (paths or {}).get(item, "")
        reports[item] = check_subject(subject, item_profiles[item], as_of=request.as_of, intake=intake, path=path)
        timings[item] = (time.perf_counter() - started) * 1000.0
    submission = Submission(subjects, earlier=earlier, name=request.name)
    together = _together(submission, profile, request.as_of)
    report = replace(
        together,
        path=_folder_of(paths or {}),
        items=reports,
        unreadable=unreadable or {},
        timings_ms={**timings, **together.timings_ms},
    )
    return CheckedSubmission(report, submission.items)


def check_against_each_other(subjects: Mapping[Item, Subject], request: SubmissionRequest) -> SubmissionReport:
    """Check the pictures of one application together only; each by itself was checked before.

    Args:
        subjects: as `subject_of_item` makes them.

    Raises:
        ProfileError: if the profile cannot be used.
    """
    profile, _ = profiles_of(request.profile)
    return _together(Submission(subjects, name=request.name), profile, request.as_of)


def _together(submission: Submission, profile: Profile, as_of: date) -> SubmissionReport:
    """What the checks of several pictures say, without the reports of the pictures."""
    started = time.perf_counter()
    findings = assess_together(submission, profile, as_of=as_of)
    return SubmissionReport(
        path="",
        version=photocheck.__version__,
        profile_id=profile.id,
        profile_hash=profile.hash,
        as_of=as_of,
        items=dict.fromkeys(ITEMS),
        unreadable={},
        findings=findings,
        required=frozenset(check.name for check, setting in profile.checks() if setting.required),
        swaps=submission.swaps,
        timings_ms={"together": (time.perf_counter() - started) * 1000.0},
    )


def profiles_of(id_or_path: str) -> tuple[Profile, dict[Item, Profile]]:
    """The submission's profile and those of its pictures.

    Raises:
        ProfileError: if one cannot be used, or is for another kind of picture.
    """
    profile = load_profile(id_or_path)
    portrait = None
    if profile.kind == "portrait":
        profile, portrait = load_profile(DEFAULT_PROFILE), profile
    if profile.kind != "submission" or profile.items is None:
        raise ProfileError(f"The profile {profile.id} is for pictures of the kind {profile.kind}, not for submissions.")
    named = profile.items.model_dump(by_alias=True)
    found = {item: load_profile(named[item]) for item in ITEMS}
    for item, own in found.items():
        if own.kind != KINDS[item]:
            raise ProfileError(f"{profile.id}: items.{item} names {own.id}, which is for the kind {own.kind}.")
    if portrait is not None:
        found["portrait"] = portrait
    return profile, found


def subject_of_item(picture: Picture, item: Item, name: str | None = None) -> Subject:
    """The picture as what belongs in its place.

    Args:
        name: the applicant's name; only a signature is compared with it.
    """
    subject = subject_of_kind(Subject(picture), KINDS[item], name=name)
    if isinstance(subject, IdCard):
        subject.expected_side = "portrait" if item == "id-portrait" else "emblem"
    return subject


def _name_on_card(subjects: Mapping[Item, Subject]) -> str | None:
    """The name that the card gives, if it can be read."""
    card = subjects.get("id-portrait")
    try:
        name = None if card is None else card.fields.get("name")
    except NotAssessable:
        return None
    return name.text or None if name is not None else None


def _folder_of(paths: Mapping[Item, str]) -> str:
    """The folder that holds all the pictures, as it was named; empty where they do not lie together."""
    folders = {str(Path(path).parent) for path in paths.values()}
    return folders.pop() if len(folders) == 1 else ""
