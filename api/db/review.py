"""What reviewers do: leases, decisions, marks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base


class Task(Base):
    """A submission waiting for a reviewer's decision.

    `stage`: first; second (a checker confirms a maker's decision); blind (a machine pass once more, without its
    findings); rescore (a re-scoring would flip it).
    """

    __tablename__ = "review_tasks"

    id: Mapped[str] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), index=True)
    stage: Mapped[str] = mapped_column(default="first")
    tries: Mapped[int] = mapped_column(default=1)  # which try of the submission it is about
    priority: Mapped[int] = mapped_column(default=0)  # higher first (escalated: 10)
    senior: Mapped[bool] = mapped_column(default=False)  # only a senior reviewer may take it
    not_by: Mapped[list[Any]] = mapped_column(default=list)  # accounts that may not take it (four eyes)
    due_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    note: Mapped[dict[str, Any] | None]  # e.g. the maker's decision, the rescoring's flips
    holder: Mapped[str | None] = mapped_column(index=True)  # account with the lease
    held_until: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]  # when its holder took it

    __table_args__ = (Index("ix_review_tasks_open", "done_at", "priority", "due_at"),)


class Decision(Base):
    """What a reviewer decided, beside what the machine said then."""

    __tablename__ = "decisions"

    id: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("review_tasks.id"), index=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), index=True)
    version: Mapped[int]  # of the submission that was decided on
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    stage: Mapped[str]
    outcome: Mapped[str]  # approve | return | escalate
    reasons: Mapped[list[Any]] = mapped_column(default=list)  # [{"item", "reason", "check", "text"}]
    machine: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"verdict", "findings": {item: {check: outcome}}}
    seconds: Mapped[float]
    decided_at: Mapped[datetime] = mapped_column(index=True)
    effective_at: Mapped[datetime]  # until then it can be taken back
    effected_at: Mapped[datetime | None] = mapped_column(index=True)
    undone_at: Mapped[datetime | None]


class Mark(Base):
    """A defect the checks missed, drawn by a reviewer: a labelled sample."""

    __tablename__ = "marks"

    id: Mapped[str] = mapped_column(primary_key=True)
    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    check: Mapped[str]
    region: Mapped[dict[str, Any]]  # as in a report: {"type", "points"}; shares of the picture
    created_at: Mapped[datetime]
