"""Applications: the submission, its four places, every try at each."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.db.base import Base


class State(StrEnum):
    """Where a submission is in its life."""

    DRAFT = "draft"
    CHECKED = "checked"  # every item is there and has been checked; may be submitted
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under-review"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Submission(Base):
    """One application.

    `secret_hash` is SHA-256 of the secret its applicant holds. `contact` and `name` are sealed (api.services.sealing).
    `document` is the profile of the submission. `returned_items` are those the applicant must mend. `version` counts
    changes: a decision about an older version is refused.
    """

    __tablename__ = "submissions"

    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    secret_hash: Mapped[str]
    profile: Mapped[str]
    language: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.DRAFT.value, index=True)
    version: Mapped[int] = mapped_column(default=1)
    owner: Mapped[str | None] = mapped_column(index=True)  # the API key that made it; None for an applicant's page
    name_sealed: Mapped[bytes | None]
    contact_sealed: Mapped[bytes | None]  # e-mail address
    consent: Mapped[str]  # version of the text that was agreed to
    consent_at: Mapped[datetime]
    guardian_consent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(index=True)
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
    mend_by: Mapped[date | None] = mapped_column(index=True)  # the last working day, in China
    returned_items: Mapped[list[Any]] = mapped_column(default=list)
    return_reasons: Mapped[list[Any]] = mapped_column(default=list)  # [{"item", "reason", "text": {"zh-CN", "en"}}]
    verdict: Mapped[str | None]
    report: Mapped[dict[str, Any] | None]  # photocheck/submission-1 without its items, by language; masked
    tries: Mapped[int] = mapped_column(default=1)  # times it was submitted
    purpose: Mapped[str] = mapped_column(default="real")  # real | known-answer
    answer: Mapped[dict[str, Any] | None]  # of a known-answer item: {"outcome", "reasons"}
    erased_at: Mapped[datetime | None]

    uploads: Mapped[list[Upload]] = relationship(back_populates="submission", order_by="Upload.created_at")

    __table_args__ = (Index("ix_submissions_state_due", "state", "due_at"),)


class Upload(Base):
    """One try at one place of a submission. The newest that is not `replaced` counts.

    `report` holds the document photocheck/report-1 in both languages ({"zh-CN": …, "en": …}), masked. Pictures are
    keys of the blob store: the sealed original, the re-encoded upright copy that people are shown, and what `prepare`
    made of it. `intake` is how it was judged, `shows` the place that it looks made for. `prepared_refusal` says by
    language why no file could be made.
    """

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), index=True)
    item: Mapped[str]  # portrait | id-portrait | id-emblem | signature
    number: Mapped[int]  # 1 is the first try at this place
    tries: Mapped[int]  # which try of the submission it was put there for
    current: Mapped[bool] = mapped_column(default=True)
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]  # bytes of the original
    verdict: Mapped[str]
    report: Mapped[dict[str, Any]]
    rows: Mapped[list[Any]] = mapped_column(default=list)  # its findings as rows of an archive, for judging again
    fields_sealed: Mapped[bytes | None]  # what was read, names and numbers included
    profile: Mapped[str]
    intake: Mapped[str]  # final | original
    shows: Mapped[str | None]
    original_key: Mapped[str | None]
    display_key: Mapped[str | None]
    prepared_key: Mapped[str | None]
    prepared_type: Mapped[str | None]  # media type
    prepared_report: Mapped[dict[str, Any] | None]
    prepared_refusal: Mapped[dict[str, Any] | None]
    prepared_accepted: Mapped[bool] = mapped_column(default=False)
    width: Mapped[int]  # of the display copy, pixels
    height: Mapped[int]
    created_at: Mapped[datetime]

    submission: Mapped[Submission] = relationship(back_populates="uploads")

    __table_args__ = (UniqueConstraint("submission_id", "item", "number"),)
