"""Returned applications: reminders before the last day, the end after it. Days are China's."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.clock import today_in_china
from api.db.outbox import Event
from api.db.submissions import State, Submission
from api.jobs.work import Regular
from api.services import events, life, working_days
from api.services.review.queue import close_tasks

if TYPE_CHECKING:
    from api.context import Service

_REMINDER = "submission.reminder"


def keep_deadlines(service: Service) -> None:
    """Remind of every returned application that is due for it, and withdraw those whose last day is over."""
    today = today_in_china(service.clock)
    with service.database.read() as session:
        wanted = select(Submission.id).where(Submission.state == State.RETURNED.value, Submission.mend_by.is_not(None))
        waiting = list(session.scalars(wanted))
    for submission_id in waiting:
        _keep_one(service, submission_id, today)


def _keep_one(service: Service, submission_id: str, today: date) -> None:
    """In a transaction of its own: meanwhile it may have been mended."""
    with service.database.begin() as session:
        submission = session.get(Submission, submission_id, with_for_update=True)
        if submission is None or submission.state != State.RETURNED or submission.mend_by is None:
            return
        if submission.mend_by < today:
            life.move(session, service.clock, submission, State.WITHDRAWN, "clock", reason="not-mended")
            submission.decided_at = submission.changed_at
            close_tasks(session, service.clock, submission)
            return
        left = working_days.between(today, submission.mend_by)
        due = min((days for days in reminder_days(service.settings.remind_working_days) if left <= days), default=None)
        if due is None:
            return
        facts: dict[str, Any] = {"mend_by": submission.mend_by.isoformat(), "working_days": left}
        if not _reminded(session, submission_id, facts["mend_by"], due):
            events.tell(session, service.clock, submission, _REMINDER, "clock", **facts)


def reminder_days(text: str) -> list[int]:
    """Working days before the last at which to remind, of a setting such as `3,1`.

    Raises:
        ValueError: if one is no number.
    """
    return [int(part) for part in text.split(",") if part.strip()]


def _reminded(session: Session, submission_id: str, mend_by: str, days: int) -> bool:
    """Whether a reminder went out since that many days were left."""
    told = session.scalars(select(Event).where(Event.submission_id == submission_id, Event.kind == _REMINDER))
    return any(event.facts["mend_by"] == mend_by and event.facts["working_days"] <= days for event in told)


DEADLINES = Regular("deadlines", "*/5 * * * *", keep_deadlines)
