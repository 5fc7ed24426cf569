"""A submission as its applicant, the program that made it and reviewers are shown it: masked, in one language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.context import Service
from api.db.submissions import State, Submission, Upload
from api.services import life
from api.services.links import Purpose, picture_link
from api.services.shapes import Report, Together
from api.services.submissions import Seen, load_for_view, obstacles, offered_swaps
from photocheck.messages import Language


class PreparedView(BaseModel):
    """The file made of a picture, which may go on instead of it."""

    accepted: bool
    media_type: str
    picture: str = Field(description="Path of the file, good for five minutes.")
    report: Report


class ItemView(BaseModel):
    """The picture that counts in one place."""

    item: str = Field(examples=["portrait"])
    number: int = Field(description="Which try at this place it is.")
    verdict: str
    intake: str = Field(description="`original`: file and geometry were judged on the crop.")
    shows: str | None = Field(description="The place it looks made for.")
    picture: str | None = Field(description="Path of an upright copy, good for five minutes; null once erased.")
    width: int = Field(description="Of that copy, pixels.")
    height: int
    report: Report
    prepared: PreparedView | None
    not_prepared: str | None = Field(description="Why no file could be made.")
    created_at: datetime


class EventView(BaseModel):
    """A step in a submission's life."""

    number: int
    kind: str = Field(examples=["submission.submitted"])
    at: datetime
    facts: dict[str, Any]


class ReasonView(BaseModel):
    """Why a place was returned."""

    item: str
    reason: str = Field(description="Code of the reason.")
    text: str


class SwapView(BaseModel):
    """Two places whose pictures should be exchanged; where the second is empty, the picture should be moved there."""

    one: str
    other: str


class ObstacleView(BaseModel):
    """Why the submission cannot be submitted now."""

    code: str = Field(examples=["incomplete"])
    items: list[str] = Field(description="The places it is about.")


class SubmissionView(BaseModel):
    """An application."""

    id: str
    reference: str = Field(examples=["7F3K-2M9Q-XT4B"])
    profile: str
    language: str
    state: State
    version: int = Field(description="Counts changes.")
    tries: int = Field(description="Times it was submitted, this try included.")
    verdict: str | None = Field(description="Of all pictures together; null until every place is filled.")
    together: Together | None
    items: dict[str, ItemView]
    swaps: list[SwapView]
    obstacle: ObstacleView | None
    may_change: bool = Field(description="Whether pictures may be put now.")
    returned_items: list[str]
    return_reasons: list[ReasonView]
    events: list[EventView]
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    due_at: datetime | None = Field(description="When reviewers should have decided.")
    decided_at: datetime | None
    mend_by: date | None = Field(description="Last working day, in China, to mend what was returned.")


def view_of(service: Service, session: Session, submission_id: str, viewer: str, language: Language) -> SubmissionView:
    """Everything there is to show of a submission.

    Args:
        viewer: `Access.actor` of who looks: links to pictures work for nobody else.

    Raises:
        Problem: `not-found`, 404.
    """
    return _view(service, load_for_view(session, submission_id), viewer, language)


def _view(service: Service, seen: Seen, viewer: str, language: Language) -> SubmissionView:
    submission = seen.submission
    obstacle = obstacles(submission, seen.uploads)
    return SubmissionView(
        id=submission.id,
        reference=submission.reference,
        profile=submission.profile,
        language=submission.language,
        state=State(submission.state),
        version=submission.version,
        tries=submission.tries,
        verdict=submission.verdict,
        together=None if submission.report is None else Together.model_validate(submission.report[language]),
        items={item: item_view(service, upload, viewer, language) for item, upload in seen.uploads.items()},
        swaps=[SwapView(one=one, other=other) for one, other in _swaps(submission, seen.uploads)],
        obstacle=None if obstacle is None else ObstacleView(code=obstacle.code, items=obstacle.facts.get("items", [])),
        may_change=State(submission.state) in life.MENDABLE,
        returned_items=submission.returned_items,
        return_reasons=[_reason(told, language) for told in submission.return_reasons],
        events=[EventView(number=one.number, kind=one.kind, at=one.at, facts=one.facts) for one in seen.events],
        created_at=submission.created_at,
        changed_at=submission.changed_at,
        submitted_at=submission.submitted_at,
        due_at=submission.due_at,
        decided_at=submission.decided_at,
        mend_by=submission.mend_by,
    )


def _swaps(submission: Submission, uploads: dict[str, Upload]) -> list[tuple[str, str]]:
    """Offered only where they can be made."""
    offered = offered_swaps(uploads)
    if submission.state == State.RETURNED:
        return [pair for pair in offered if set(pair) <= set(submission.returned_items)]
    return offered if State(submission.state) in life.MENDABLE else []


def _reason(told: dict[str, Any], language: Language) -> ReasonView:
    return ReasonView(item=told.get("item", ""), reason=told.get("reason", ""), text=told["text"][language])


def item_view(service: Service, upload: Upload, viewer: str, language: Language) -> ItemView:
    """One picture."""
    return ItemView(
        item=upload.item,
        number=upload.number,
        verdict=upload.verdict,
        intake=upload.intake,
        shows=upload.shows,
        picture=picture_link(service, Purpose.DISPLAY, upload.id, viewer) if upload.display_key else None,
        width=upload.width,
        height=upload.height,
        report=Report.model_validate(upload.report[language]),
        prepared=_prepared(service, upload, viewer, language),
        not_prepared=upload.prepared_refusal[language] if upload.prepared_refusal else None,
        created_at=upload.created_at,
    )


def _prepared(service: Service, upload: Upload, viewer: str, language: Language) -> PreparedView | None:
    if upload.prepared_key is None or upload.prepared_report is None or upload.prepared_type is None:
        return None
    return PreparedView(
        accepted=upload.prepared_accepted,
        media_type=upload.prepared_type,
        picture=picture_link(service, Purpose.PREPARED, upload.id, viewer),
        report=Report.model_validate(upload.prepared_report[language]),
    )
