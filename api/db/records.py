"""What must hold up later: the audit log, receipts, answers to repeated requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base


class AuditEntry(Base):
    """One line of the audit log; `hash` covers the line and the hash before it. Rows are only added."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str]  # ISO 8601 as hashed
    actor: Mapped[str]
    action: Mapped[str]
    object: Mapped[str]
    facts: Mapped[str]  # canonical JSON as hashed
    previous: Mapped[str]
    hash: Mapped[str]


class Receipt(Base):
    """相片检测回执: a portrait passed. `payload` is the text that was signed; `checked` lists the checks it passed."""

    __tablename__ = "receipts"

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    submission_id: Mapped[str | None] = mapped_column(ForeignKey("submissions.id"), index=True)
    owner: Mapped[str | None]
    profile: Mapped[str]
    sha256: Mapped[str]
    payload: Mapped[str]
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str]
    picture_key: Mapped[str | None]
    name_masked: Mapped[str | None]
    checked: Mapped[list[Any]] = mapped_column(default=list)
    language: Mapped[str]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None]


class Answered(Base):
    """The answer to a POST with an Idempotency-Key."""

    __tablename__ = "answered"

    key: Mapped[str] = mapped_column(primary_key=True)  # SHA-256 of who, path and key
    body_hash: Mapped[str]
    state: Mapped[str]  # running | done
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body_sealed: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
