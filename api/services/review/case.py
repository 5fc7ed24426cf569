"""A case put together for the reviewer's screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.context import Service
from api.db.outbox import Event
from api.db.review import Mark, Task
from api.db.submissions import Submission, Upload
from api.services import audit
from api.services.links import Purpose, picture_link
from api.services.review import machine
from api.services.review.bodies import (
    Box,
    Case,
    Choice,
    Copy,
    Drawn,
    Maker,
    Picture,
    ReadField,
    Said,
    Shape,
    Step,
)
from api.services.review.guide import guide_of
from api.services.review.queue import Reviewer
from api.services.review.reasons import all_reasons, presets
from api.services.review.turn import transform, turned
from api.web.wording import text
from photocheck.messages import Language, label_text, title

_WORST = ("fail", "error", "review")
_QUICK = (
    ("portrait", "head-size"),
    ("portrait", "background"),
    ("portrait", "light"),
    ("portrait", "blurred"),
    ("portrait", "edited"),
    ("portrait", "eyes"),
    ("id-portrait", "card-unclear"),
    ("id-emblem", "card-unclear"),
    ("signature", "signature-ink"),
)
"""What fills the keys 1 to 9 after the reasons that findings suggest."""
_KEYS = 9


def case_of(service: Service, session: Session, task: Task, reviewer: Reviewer, language: Language) -> Case:
    """Everything about a task; that it was opened is an audit line."""
    submission = session.get_one(Submission, task.submission_id)
    uploads = machine.uploads_of(session, submission)
    blind = task.stage == "blind"
    documents = {} if blind else machine.documents(submission, uploads.values())[language]
    held = task.holder == reviewer.id and task.held_until is not None and task.held_until > service.clock.now()
    audit.record(session, service.clock, reviewer.actor, "case.viewed", submission.id, task=task.id)
    choices = _choices({} if blind else machine.outcomes(submission, uploads.values()), language)
    taken = {(choice.item, choice.reason) for choice in choices}
    viewer = _Viewer(service, session, reviewer, language)
    note = task.note or {}
    maker = None if blind or task.stage != "second" or "outcome" not in note else _maker(note, language)
    return Case(
        id=task.id,
        submission=submission.id,
        reference=submission.reference,
        profile=submission.profile,
        stage=task.stage,
        tries=task.tries,
        version=submission.version,
        due_at=task.due_at,
        overdue=task.due_at <= service.clock.now(),
        held=held,
        senior=task.senior,
        blind=blind,
        verdict=None if blind else submission.verdict,
        pictures=[viewer.picture(upload, documents.get(item, {})) for item, upload in uploads.items()],
        suggested=choices,
        others=[choice for choice in _all_choices(language) if (choice.item, choice.reason) not in taken],
        card_portrait=_card_portrait(submission, uploads.get("id-portrait")),
        maker=maker,
        flips=[str(check) for check in note.get("flips", ())],
        history=_history(session, submission),
    )


def _maker(note: Mapping[str, Any], language: Language) -> Maker:
    known = all_reasons()
    given = [f"{place_text(one['item'], language)} · {known[one['reason']].title[language]}" for one in note["reasons"]]
    return Maker(outcome=note["outcome"], reasons=given)


def _choices(findings: machine.Findings, language: Language) -> list[Choice]:
    """What findings suggest; after them the usual ones, up to nine."""
    made = []
    for preset in presets(findings):
        outcome = findings[preset.item][preset.checks[0]]
        checks = [title(check, language) for check in preset.checks]
        code = preset.reason.code
        made.append(_choice(preset.item, code, language, chosen=preset.chosen, checks=checks, outcome=outcome))
    taken = {(choice.item, choice.reason) for choice in made}
    for item, code in _QUICK:
        if len(made) < _KEYS and (item, code) not in taken:
            made.append(_choice(item, code, language))
    return made


def _all_choices(language: Language) -> list[Choice]:
    return [_choice(item, reason.code, language) for reason in all_reasons().values() for item in reason.items]


def _choice(
    item: str,
    code: str,
    language: Language,
    *,
    chosen: bool = False,
    checks: list[str] | None = None,
    outcome: str | None = None,
) -> Choice:
    return Choice(
        item=item,
        reason=code,
        title=all_reasons()[code].title[language],
        item_label=place_text(item, language),
        chosen=chosen,
        checks=checks or [],
        outcome=outcome,
    )


def place_text(item: str, language: Language) -> str:
    """A place's name, short enough for a line of the console."""
    return text("review", f"item-{item}", language)


def rotation_of(upload: Upload) -> int:
    """Clockwise degrees by which a card is turned in its picture."""
    text = upload.report["en"]["fields"].get("rotation", {}).get("text", "0")
    return int(text) if text in ("90", "180", "270") else 0


class _Viewer:
    """Puts together what one reviewer sees."""

    def __init__(self, service: Service, session: Session, reviewer: Reviewer, language: Language) -> None:
        self._service = service
        self._session = session
        self._reviewer = reviewer
        self._language = language

    def picture(self, upload: Upload, findings: machine.Told | dict[str, dict[str, Any]]) -> Picture:
        rotation = rotation_of(upload)
        width, height = (upload.height, upload.width) if rotation in (90, 270) else (upload.width, upload.height)
        told = sorted(findings.values(), key=lambda one: _rank(one["outcome"]))
        said: list[Said] = []
        for finding in told:
            if finding["outcome"] in _WORST:
                said.append(self._said(finding, upload.item, rotation, said))
        verdict = upload.verdict if findings else None
        return Picture(
            upload=upload.id,
            item=upload.item,
            label=place_text(upload.item, self._language),
            number=upload.number,
            width=width,
            height=height,
            src_width=upload.width,
            src_height=upload.height,
            src=self._link(Purpose.DISPLAY, upload) if upload.display_key else "",
            original=self._link(Purpose.ORIGINAL, upload) if upload.original_key else "",
            transform=transform(rotation, upload.width, upload.height),
            verdict=verdict,
            findings=said,
            passed=sum(one["outcome"] == "pass" for one in told),
            unassessed=sum(one["outcome"] == "not_assessed" for one in told),
            fields=self._fields(upload, rotation),
            guide=guide_of(upload.profile, self._language) if upload.item == "portrait" else [],
            copies=self._copies(upload),
            marks=self._marks(upload, rotation),
        )

    def _said(self, finding: Mapping[str, Any], item: str, rotation: int, before: list[Said]) -> Said:
        regions = [
            Shape(type=region["type"], label=region["label"], points=turned(region["points"], rotation))
            for region in finding["regions"]
            if region.get("item", item) == item
        ]
        numbered = sum(one.number is not None for one in before)
        return Said(
            check=finding["check"],
            code=finding["code"],
            outcome=finding["outcome"],
            number=numbered + 1 if regions else None,
            title=title(finding["check"], self._language),
            message=finding["message"],
            advice=finding["advice"],
            regions=regions,
        )

    def _fields(self, upload: Upload, rotation: int) -> list[ReadField]:
        found = []
        for key, field in upload.report[self._language]["fields"].items():
            if key in ("card_type", "side", "rotation"):
                continue
            region = field.get("region")
            box = None if region is None else box_around(turned(region["points"], rotation))
            label = label_text(f"field-{key.replace('_', '-')}", self._language)
            found.append(ReadField(key=key, label=label, text=field["text"], confidence=field["confidence"], box=box))
        return found

    def _copies(self, upload: Upload) -> list[Copy]:
        found = []
        if upload.prepared_key is not None:
            verdict = (upload.prepared_report or {}).get(self._language, {}).get("verdict")
            size = (upload.prepared_report or {}).get("en", {}).get("file", {})
            width, height = size.get("width", upload.width), size.get("height", upload.height)
            link = self._link(Purpose.PREPARED, upload)
            found.append(
                Copy(
                    kind="prepared",
                    number=None,
                    src=link,
                    width=width,
                    height=height,
                    verdict=verdict if upload.prepared_accepted else None,
                    transform="",
                )
            )
        for earlier in machine.earlier_tries(self._session, upload)[:2]:
            rotation = rotation_of(earlier)
            width, height = earlier.width, earlier.height
            shown = (height, width) if rotation in (90, 270) else (width, height)
            found.append(
                Copy(
                    kind="earlier",
                    number=earlier.number,
                    src=self._link(Purpose.DISPLAY, earlier),
                    width=shown[0],
                    height=shown[1],
                    verdict=earlier.verdict,
                    transform=transform(rotation, width, height),
                )
            )
        return found

    def _marks(self, upload: Upload, rotation: int) -> list[Drawn]:
        own = select(Mark).where(Mark.upload_id == upload.id, Mark.account_id == self._reviewer.id)
        return [
            Drawn(
                id=mark.id,
                item=upload.item,
                reason=mark.region.get("reason", mark.check),
                points=turned(mark.region["points"], rotation),
            )
            for mark in self._session.scalars(own.order_by(Mark.created_at))
        ]

    def _link(self, purpose: Purpose, upload: Upload) -> str:
        return picture_link(self._service, purpose, upload.id, self._reviewer.actor)


def box_around(points: list[tuple[float, float]], room: float = 0.012) -> Box:
    """The upright box around points with a little room, inside the picture."""
    across, down = [point[0] for point in points], [point[1] for point in points]
    return (
        max(0.0, min(across) - room),
        max(0.0, min(down) - room),
        min(1.0, max(across) + room),
        min(1.0, max(down) + room),
    )


def _card_portrait(submission: Submission, upload: Upload | None) -> Box | None:
    """Where the card's own portrait is, so far as the checks of both together saw it."""
    if upload is None:
        return None
    for finding in ((submission.report or {}).get("en") or {}).get("findings", ()):
        for region in finding["regions"]:
            if region["label"] == "card-portrait" and region.get("item") == "id-portrait":
                return box_around(turned(region["points"], rotation_of(upload)))
    return None


def _history(session: Session, submission: Submission) -> list[Step]:
    told = select(Event).where(Event.submission_id == submission.id).order_by(Event.number.desc()).limit(12)
    return [Step(kind=event.kind, at=event.at) for event in session.scalars(told)][::-1]


def _rank(outcome: str) -> int:
    return _WORST.index(outcome) if outcome in _WORST else len(_WORST)
