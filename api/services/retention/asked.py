"""Erasure because its applicant asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from api.db.submissions import State, Submission
from api.services import life, submissions
from api.services.retention.erase import erase

if TYPE_CHECKING:
    from api.context import Service


def erase_by_reference(service: Service, reference: str) -> int | None:
    """Withdraw an application where it is under way, and erase what is personal.

    Returns:
        How many pictures were erased; None where there is no such application.
    """
    with service.database.read() as session:
        wanted = select(Submission).where(Submission.reference == reference.strip().upper())
        submission = session.scalars(wanted).one_or_none()
    if submission is None:
        return None
    if State(submission.state) not in life.ENDED:
        submissions.withdraw(service, submission.id, "clock", reason="asked")
    return erase(service, submission.id, "clock", "asked")
