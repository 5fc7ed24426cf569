"""Returned applications are reminded of and end by China's calendar, not a moment earlier."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from api.context import Service
from api.db.outbox import Event
from api.db.review import Task
from api.db.submissions import State, Submission
from api.services import working_days
from api.services.deadlines import keep_deadlines
from tests.api.making import make_submission


def _returned(service: Service, mend_by: date, **given: object) -> str:
    with service.database.begin() as session:
        given = {"state": State.RETURNED.value, "mend_by": mend_by} | given
        return make_submission(session, service, **given).id


def _events(service: Service, submission_id: str) -> list[tuple[str, int | str | None]]:
    with service.database.read() as session:
        told = session.scalars(select(Event).where(Event.submission_id == submission_id).order_by(Event.number))
        return [(event.kind, event.facts.get("working_days", event.facts.get("reason"))) for event in told]


def _day_by_day(service: Service, days: int) -> None:
    for _ in range(days):
        keep_deadlines(service)
        keep_deadlines(service)  # twice a day changes nothing
        service.clock.forward(days=1)


def test_reminded_twice_then_withdrawn(service: Service) -> None:
    # 2026-01-05 is a Monday; seven working days on is Wednesday 14 January.
    mend_by = working_days.add(date(2026, 1, 5), 7)
    assert mend_by == date(2026, 1, 14)
    submission_id = _returned(service, mend_by)
    _day_by_day(service, 9)
    assert _events(service, submission_id) == [("submission.reminder", 3), ("submission.reminder", 1)]
    with service.database.read() as session:
        assert session.get_one(Submission, submission_id).state == "returned"
    _day_by_day(service, 1)  # the last day itself
    _day_by_day(service, 1)
    assert _events(service, submission_id)[2:] == [("submission.withdrawn", "not-mended")]
    with service.database.read() as session:
        assert session.get_one(Submission, submission_id).state == "withdrawn"


def test_the_last_day_ends_at_midnight_in_china(service: Service) -> None:
    submission_id = _returned(service, date(2026, 1, 5))
    service.clock.time = service.clock.time.replace(hour=15, minute=59)  # 23:59 in Beijing
    keep_deadlines(service)
    with service.database.read() as session:
        assert session.get_one(Submission, submission_id).state == "returned"
    service.clock.forward(minutes=1)
    keep_deadlines(service)
    with service.database.read() as session:
        assert session.get_one(Submission, submission_id).state == "withdrawn"


def test_spring_festival_is_not_counted_and_its_make_up_saturday_is(service: Service) -> None:
    # 15-23 February 2026 are off; the Saturdays 14 and 28 February are worked.
    assert working_days.add(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert working_days.add(date(2026, 2, 14), 1) == date(2026, 2, 24)
    submission_id = _returned(service, date(2026, 2, 24))
    service.clock.time = service.clock.time.replace(month=2, day=14)
    keep_deadlines(service)
    assert _events(service, submission_id) == [("submission.reminder", 1)]


def test_after_an_outage_one_reminder_goes_out_not_two(service: Service) -> None:
    submission_id = _returned(service, date(2026, 1, 6))
    keep_deadlines(service)
    assert _events(service, submission_id) == [("submission.reminder", 1)]


@pytest.mark.parametrize("state", [state for state in State if state is not State.RETURNED])
def test_others_are_left_alone(service: Service, state: State) -> None:
    submission_id = _returned(service, date(2026, 1, 1), state=state.value)
    keep_deadlines(service)
    assert _events(service, submission_id) == []


def test_a_withdrawn_one_leaves_the_queue(service: Service) -> None:
    submission_id = _returned(service, date(2026, 1, 2))
    with service.database.begin() as session:
        due = service.clock.now() + timedelta(days=1)
        session.add(Task(id="tsk_1", submission_id=submission_id, due_at=due, created_at=service.clock.now()))
    keep_deadlines(service)
    with service.database.read() as session:
        assert session.get_one(Task, "tsk_1").done_at is not None
