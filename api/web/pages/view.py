"""What the applicant's pages show, worked out of uploads and reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from api.context import Service
from api.db.submissions import State, Submission, Upload
from api.services.links import Purpose, picture_link
from api.services.uploads import mended
from api.web.pages.guidance import GUIDES
from photocheck.messages import Language, label_text
from photocheck.render.document import HIDDEN_FIELDS

_NOT_SHOWN = frozenset({*HIDDEN_FIELDS, "number", "permit_number", "address", "birth"})
"""What is masked all over says nothing."""
_MENDED_BY_CROPPING = ("GEO", "FIL")
_WORST = ("fail", "error", "review")


@dataclass(frozen=True, slots=True)
class Told:
    """A report as a page tells it.

    Attributes:
        verdict: pass, review or fail.
        shown: findings that want something, the worst first; of the report's JSON.
        passed, abstained: the others.
        fields: label and text of what was read, masked.
    """

    verdict: str
    shown: list[dict[str, Any]]
    passed: list[dict[str, Any]]
    abstained: list[dict[str, Any]]
    fields: list[tuple[str, str]]

    @property
    def croppable(self) -> bool:
        """Whether something is shown that cropping could mend."""
        return any(one["code"].startswith(_MENDED_BY_CROPPING) for one in self.shown)


def told(report: Mapping[str, Any], language: Language) -> Told:
    """A report of one picture, or of all together, in the form pages want."""
    findings = report["findings"]
    shown = sorted((one for one in findings if one["outcome"] in _WORST), key=_badness)
    fields = [
        (label_text(f"field-{key.replace('_', '-')}", language), field["text"])
        for key, field in report.get("fields", {}).items()
        if field["text"] and key not in _NOT_SHOWN
    ]
    return Told(
        report["verdict"],
        shown,
        [one for one in findings if one["outcome"] == "pass"],
        [one for one in findings if one["outcome"] == "not_assessed"],
        fields,
    )


def _badness(finding: Mapping[str, Any]) -> tuple[int, float]:
    margin = finding["margin"]
    return _WORST.index(finding["outcome"]), 0.0 if margin is None else margin


Choice = Literal["none", "needed", "offered"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture as its answer page shows it.

    Attributes:
        prepared: what is said of the prepared file; None where there is none.
        choice: `needed` where only the prepared file has the required size; `offered` where it is the better one.
        picture, prepared_picture: addresses that work for some minutes.
    """

    upload: Upload
    told: Told
    prepared: Told | None
    choice: Choice
    picture: str
    prepared_picture: str


def shown(service: Service, upload: Upload, language: Language, viewer: str) -> Shown:
    """An upload with its report and the addresses of its pictures."""
    own = told(upload.report[language], language)
    prepared = None if upload.prepared_report is None else told(upload.prepared_report[language], language)
    return Shown(
        upload,
        own,
        prepared,
        choice(upload.intake, own, prepared) if upload.prepared_key is not None else "none",
        address(service, upload, Purpose.DISPLAY, viewer),
        address(service, upload, Purpose.PREPARED, viewer),
    )


def choice(intake: str, own: Told, prepared: Told | None) -> Choice:
    """The prepared file is put forward where it is needed, or mends something; never where it is worse."""
    if prepared is None:
        return "none"
    if intake == "original":
        return "none" if own.verdict == "fail" else "needed"
    order = ("pass", "review", "fail")
    return "offered" if order.index(prepared.verdict) < order.index(own.verdict) else "none"


def address(service: Service, upload: Upload, purpose: Purpose, viewer: str) -> str:
    """A link to a picture for this viewer; empty where it is no longer kept."""
    kept = upload.prepared_key if purpose is Purpose.PREPARED else upload.display_key
    return picture_link(service, purpose, upload.id, viewer) if kept is not None else ""


def item_state(submission: Submission, item: str, upload: Upload | None) -> str:
    """The state of a place: `missing`, or what the file that would go on was found to be."""
    if upload is None:
        return "missing"
    if submission.state == State.RETURNED and item in submission.returned_items and not mended(submission, upload):
        return "missing"
    return counting_verdict(upload)


def counting_verdict(upload: Upload) -> str:
    """The verdict on the file that would go on."""
    if upload.prepared_accepted and upload.prepared_report is not None and upload.intake == "final":
        verdict: str = upload.prepared_report["en"]["verdict"]
        return verdict
    return upload.verdict


def next_item(submission: Submission, uploads: Mapping[str, Upload]) -> str | None:
    """The first place that still wants a picture."""
    places = submission.returned_items if submission.state == State.RETURNED else list(GUIDES)
    return next((item for item in places if item_state(submission, item, uploads.get(item)) == "missing"), None)
