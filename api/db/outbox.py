"""What happened, and who is to be told: written in the transaction that made it happen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base


class Event(Base):
    """A step in a submission's life. `facts` hold no name, number or picture."""

    __tablename__ = "events"

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]  # 1, 2, … within its submission
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), index=True)
    kind: Mapped[str]  # submission.created, item.checked, submission.returned, …
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]  # applicant | key:ID | account:ID | clock
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (UniqueConstraint("submission_id", "number"),)


class Endpoint(Base):
    """Where webhooks go."""

    __tablename__ = "endpoints"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str | None] = mapped_column(index=True)  # API key whose submissions it hears of; None: all
    url: Mapped[str]
    secret_sealed: Mapped[bytes]
    kinds: Mapped[list[Any]] = mapped_column(default=list)  # events wanted; empty is all
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Delivery(Base):
    """One event for one receiver. Sent at least once until acknowledged, never after."""

    __tablename__ = "deliveries"

    id: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("events.id"), index=True)
    channel: Mapped[str]  # webhook | mail
    target: Mapped[str]  # endpoint id, or "contact" for the submission's own address
    state: Mapped[str] = mapped_column(default="pending", index=True)  # pending | sent | dead | dropped
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)  # no attempt before it
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("event_id", "channel", "target"),)
