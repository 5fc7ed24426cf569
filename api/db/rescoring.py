"""Re-scoring of stored submissions under a changed profile."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base


class Rescoring(Base):
    """One run over the store."""

    __tablename__ = "rescorings"

    id: Mapped[str] = mapped_column(primary_key=True)
    profile: Mapped[str]  # id of the portrait, card or signature profile re-scored
    changes: Mapped[list[Any]] = mapped_column(default=list)  # as for `photocheck simulate`: head-height.pass=0.68,0.82
    state: Mapped[str] = mapped_column(default="waiting")  # waiting | running | done | failed | stopped
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[str] = mapped_column(default="")  # id of the last upload that was judged; goes on after it
    rechecked: Mapped[int] = mapped_column(default=0)  # whose picture had to be decoded
    unknown: Mapped[int] = mapped_column(default=0)  # pictures erased, or that cannot be checked
    flips: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"verdicts": {"fail>pass": n}, "checks": {...}}
    opened: Mapped[int] = mapped_column(default=0)  # review items opened
    failure: Mapped[str | None]
    started_by: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
