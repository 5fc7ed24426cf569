"""What worker processes do. They get bytes and give plain values; no picture, name or number is logged or kept."""

from __future__ import annotations

import resource
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, cast

from photocheck.messages import LANGUAGES, Language, error_text

_DISPLAY_SIDE = 1600


@dataclass(frozen=True, slots=True)
class Refused:
    """A picture or profile that cannot be used, with the sentence that says why in both languages."""

    code: str
    text: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked picture.

    Attributes:
        kind, profile, verdict: as in the report.
        report: the document photocheck/report-1 by language, masked.
        rows: its findings as rows of an archive, with every value that a band judged: for judging again.
        fields: what was read, by name, not masked.
        display: an upright JPEG without metadata, at most 1600 px a side; empty where not asked for.
        width, height: of the display copy, pixels; of the picture itself where there is none.
    """

    kind: str
    profile: str
    verdict: str
    report: Mapping[Language, Any]
    rows: list[dict[str, Any]]
    fields: Mapping[str, str]
    display: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """The file that `prepare` made, its media type, and its check."""

    data: bytes
    media_type: str
    checked: Checked


def start(memory_mb: int) -> None:
    """Limit the process and load the nets, before the first picture comes."""
    from photocheck.archive.worker import prepare_process

    limit = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    prepare_process()
    warm()


def warm() -> None:
    """Check a plain grey picture, so that nets are loaded."""
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (354, 472), (200, 200, 200)).save(file, "JPEG")
    check(file.getvalue(), as_of=date(2026, 1, 1))


def check(
    data: bytes,
    *,
    as_of: date,
    kind: str = "auto",
    profile: str | None = None,
    intake: Literal["final", "original"] = "final",
    name: str | None = None,
    display: bool = False,
) -> Checked | Refused:
    """Check one picture; arguments as for `photocheck check`.

    Args:
        display: whether a copy to be shown is wanted.
    """
    from photocheck.decode import UnreadableImage, decode
    from photocheck.intake import Request, WrongProfile, check_picture
    from photocheck.profile import ProfileError

    try:
        checked = check_picture(decode(data), Request(as_of, profile, kind, intake, name))
    except UnreadableImage as refusal:
        return refused(refusal.code, **refusal.facts)
    except WrongProfile as refusal:
        return refused("wrong-profile", kind=refusal.kind, profile=refusal.profile, profile_kind=refusal.profile_kind)
    except ProfileError as refusal:
        return Refused("unknown-profile", dict.fromkeys(LANGUAGES, str(refusal)))
    return told(checked.report, checked.subject.rgb, display=display)


def refused(code: str, **facts: Any) -> Refused:
    """A refusal with the library's sentence for it."""
    return Refused(code, {language: error_text(code, language, **facts) for language in LANGUAGES})


def told(report: Any, rgb: Any, *, display: bool) -> Checked:
    """A report and its picture as plain values; `rgb` is H×W×3 uint8."""
    import cv2
    from PIL import Image

    from photocheck.archive.rows import finding_row
    from photocheck.render.annotate import encode_jpeg
    from photocheck.render.document import as_document

    height, width = rgb.shape[:2]
    shown = b""
    if display:
        scale = min(1.0, _DISPLAY_SIDE / max(width, height))
        width, height = round(width * scale), round(height * scale)
        smaller = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)  # a tenth of Pillow's time
        shown = encode_jpeg(Image.fromarray(smaller), _DISPLAY_SIDE)
    return Checked(
        kind=report.kind,
        profile=report.profile_id,
        verdict=report.verdict.value,
        report={language: as_document(replace(report, path=""), language) for language in LANGUAGES},
        rows=[finding_row("", finding, finding.check in report.required) for finding in report.findings],
        fields={key: field.text for key, field in report.fields.items()},
        display=shown,
        width=width,
        height=height,
    )


def prepare(data: bytes, profile: str, *, as_of: date) -> Prepared | Refused:
    """Make the profile's file from a picture, and check it."""
    from photocheck.decode import UnreadableImage, decode
    from photocheck.features.subject import Subject
    from photocheck.intake import check_subject, subject_of_kind
    from photocheck.prepare import CannotPrepare
    from photocheck.profile import ProfileError, load_profile

    try:
        loaded = load_profile(profile)
        subject = subject_of_kind(Subject(decode(data)), loaded.kind)
        made, own, media_type = made_file(subject, loaded)
    except UnreadableImage as refusal:
        return refused(refusal.code, **refusal.facts)
    except ProfileError as refusal:
        return Refused("unknown-profile", dict.fromkeys(LANGUAGES, str(refusal)))
    except CannotPrepare as refusal:
        return Refused("cannot-prepare", {one: refusal.text(one) for one in LANGUAGES})
    report = check_subject(own, loaded, as_of=as_of)
    return Prepared(made, media_type, told(report, own.rgb, display=False))


def made_file(subject: Any, profile: Any) -> tuple[bytes, Any, str]:
    """What `prepare` makes of a subject: the file, the same as a subject, and its media type.

    Raises:
        CannotPrepare: with the reason why no file holds every limit.
    """
    from photocheck.features.portrait import Portrait
    from photocheck.features.signature.signature import Signature
    from photocheck.prepare import CannotPrepare, prepare_file
    from photocheck.prepare.signature import prepare_signature

    if isinstance(subject, Portrait):
        portrait = prepare_file(subject, profile)
        return portrait.data, portrait.portrait, _media_type(portrait.data)
    if isinstance(subject, Signature):
        signature = prepare_signature(subject, profile)
        return signature.data, signature.subject, _media_type(signature.data)
    raise CannotPrepare("no-target")


def _media_type(data: bytes) -> str:
    return "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"


def check_together(
    pictures: Mapping[str, bytes],
    *,
    as_of: date,
    profile: str,
    name: str | None = None,
    verdicts: Collection[str] = (),
) -> Mapping[Language, Any] | Refused:
    """Check the pictures of one submission against each other.

    Args:
        verdicts: what was found about each picture by itself; the submission's verdict is the worst of all.

    Returns:
        The document photocheck/submission-1 by language, without the reports of its items; masked.
    """
    from photocheck.decode import UnreadableImage, decode
    from photocheck.profile import ProfileError
    from photocheck.submission import subject_of_item

    try:
        subjects = {item: subject_of_item(decode(data), cast("Any", item), name) for item, data in pictures.items()}
        return told_together(subjects, as_of=as_of, profile=profile, name=name, verdicts=verdicts)
    except UnreadableImage as refusal:
        return refused(refusal.code, **refusal.facts)
    except ProfileError as refusal:
        return Refused("unknown-profile", dict.fromkeys(LANGUAGES, str(refusal)))


def told_together(
    subjects: Mapping[str, Any], *, as_of: date, profile: str, name: str | None, verdicts: Collection[str]
) -> Mapping[Language, Any]:
    """As `check_together`, of subjects.

    Raises:
        ProfileError: if the profile cannot be used.
    """
    from photocheck.render.document import submission_document
    from photocheck.submission import SubmissionRequest, check_against_each_other

    report = check_against_each_other(cast("Any", subjects), SubmissionRequest(as_of, profile, name=name))
    found = {*verdicts, report.verdict.value}
    verdict = next((one for one in ("fail", "review") if one in found), "pass")
    documents = {}
    for language in LANGUAGES:
        document = submission_document(report, language)
        kept = {key: value for key, value in document.items() if key not in ("items", "path")}
        documents[language] = {**kept, "verdict": verdict}
    return documents
