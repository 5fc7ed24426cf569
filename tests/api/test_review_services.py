"""Queue, leases, decisions and what they lead to."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from api.clock import SetClock
from api.context import Service
from api.db.outbox import Event
from api.db.records import AuditEntry
from api.db.review import Decision, Mark, Task
from api.db.submissions import State, Submission
from api.errors import Problem
from api.services.review import decide, effects, queue
from api.services.review.queue import Filter, Reviewer
from api.services.review.reasons import ITEMS, all_reasons, of_check, presets
from api.web.wording import texts
from photocheck.registry import all_checks
from tests.api.review_made import reviewer, submitted, task_of

FAULTY = {"portrait": {"head-height": "fail", "sharpness": "review"}}
RETURNED = [("portrait", "head-size")]


def claimed(service: Service, person: Reviewer, wanted: Filter | None = None) -> Task | None:
    with service.database.begin() as session:
        return queue.claim_next(session, service.clock, service.settings, person, wanted or Filter())


def decided(service: Service, task: Task, person: Reviewer, outcome: Any, reasons: Any = ()) -> Decision:
    with service.database.begin() as session:
        version = session.get_one(Submission, task.submission_id).version
        return decide.decide(
            session,
            service.clock,
            service.settings,
            task.id,
            person,
            outcome=outcome,
            reasons=list(reasons),
            version=version,
        )


def effected(service: Service) -> int:
    service.clock.forward(seconds=service.settings.undo_seconds)  # type: ignore[attr-defined]
    return effects.run_due(service)


def take_and(service: Service, person: Reviewer, outcome: Any, reasons: Any = ()) -> None:
    task = claimed(service, person)
    assert task is not None
    decided(service, task, person, outcome, reasons)
    effected(service)


def state(service: Service, submission_id: str) -> Submission:
    with service.database.read() as session:
        return session.get_one(Submission, submission_id)


def test_most_urgent_first(service: Service) -> None:
    person, clock = reviewer(service), service.clock
    assert isinstance(clock, SetClock)
    late = submitted(service)
    clock.forward(hours=1)
    early, escalated = submitted(service), submitted(service)
    with service.database.begin() as session:
        task_of(session, escalated).priority = queue.ESCALATED
    with service.database.read() as session:
        order = [task.submission_id for task in queue.waiting(session, clock, person, Filter())]
        assert order == [escalated, late, early]
        clock.forward(hours=23.5)
        overdue = queue.waiting(session, clock, person, Filter(overdue=True))
        assert [task.submission_id for task in overdue] == [late]


def test_claimed_once_and_under_review(service: Service) -> None:
    first, second = reviewer(service, "first"), reviewer(service, "second")
    submission = submitted(service)
    task = claimed(service, first)
    assert task is not None
    assert state(service, submission).state == State.UNDER_REVIEW
    assert claimed(service, second) is None
    with pytest.raises(Problem, match="held-by-other"), service.database.begin() as session:
        queue.claim(session, service.clock, service.settings, task.id, second)


def test_lease_runs_out_without_heartbeat(service: Service) -> None:
    first, second = reviewer(service, "first"), reviewer(service, "second")
    submitted(service)
    task = claimed(service, first)
    assert task is not None
    service.clock.forward(minutes=9)  # type: ignore[attr-defined]
    with service.database.begin() as session:
        assert queue.heartbeat(session, service.clock, service.settings, [task.id], first) == [task.id]
    service.clock.forward(minutes=9)  # type: ignore[attr-defined]
    assert claimed(service, second) is None
    service.clock.forward(minutes=2)  # type: ignore[attr-defined]
    assert claimed(service, second) is not None
    with service.database.begin() as session:
        assert queue.heartbeat(session, service.clock, service.settings, [task.id], first) == []
    with pytest.raises(Problem, match="lease-lost"):
        decided(service, task, first, "approve")


def test_approved_after_the_time_to_undo(service: Service) -> None:
    person = reviewer(service)
    submission = submitted(service)
    task = claimed(service, person)
    assert task is not None
    decided(service, task, person, "approve")
    assert effects.run_due(service) == 0
    assert state(service, submission).state == State.UNDER_REVIEW
    assert effected(service) == 1
    assert state(service, submission).state == State.APPROVED
    assert effects.run_due(service) == 0
    with service.database.read() as session:
        kinds = list(session.scalars(select(Event.kind).order_by(Event.number)))
    assert kinds == ["submission.under-review", "submission.approved"]


def test_undone_in_time_and_not_after(service: Service) -> None:
    person = reviewer(service)
    submission = submitted(service)
    task = claimed(service, person)
    assert task is not None
    decision = decided(service, task, person, "return", RETURNED)
    with service.database.begin() as session:
        decide.undo(session, service.clock, service.settings, decision.id, person)
    assert effected(service) == 0
    again = decided(service, task, person, "approve")
    effected(service)
    assert state(service, submission).state == State.APPROVED
    with pytest.raises(Problem, match="too-late"), service.database.begin() as session:
        decide.undo(session, service.clock, service.settings, again.id, person)


def test_returned_with_reasons_and_a_deadline(service: Service) -> None:
    submission = submitted(service, FAULTY)
    take_and(service, reviewer(service), "return", [("portrait", "head-size"), ("signature", "signature-ink")])
    found = state(service, submission)
    assert found.state == State.RETURNED
    assert found.returned_items == ["portrait", "signature"]
    assert found.mend_by is not None
    assert [reason["check"] for reason in found.return_reasons] == ["head-height", "ink-colour"]
    text = found.return_reasons[0]["text"]
    assert "head-height fail." in text["en"]
    assert all_reasons()["head-size"].message["zh-CN"] in text["zh-CN"]


def test_refused_decisions(service: Service) -> None:
    person = reviewer(service)
    submitted(service)
    task = claimed(service, person)
    assert task is not None
    with pytest.raises(Problem, match="reason-needed"):
        decided(service, task, person, "return")
    with pytest.raises(Problem, match="unknown-reason"):
        decided(service, task, person, "return", [("signature", "head-size")])
    with pytest.raises(Problem, match="reason-not-wanted"):
        decided(service, task, person, "approve", RETURNED)
    with pytest.raises(Problem, match="stale-version"), service.database.begin() as session:
        decide.decide(
            session, service.clock, service.settings, task.id, person, outcome="approve", reasons=[], version=1
        )
    decided(service, task, person, "approve")
    with pytest.raises(Problem, match="already-decided"):
        decided(service, task, person, "approve")


def test_overruled_needs_a_second_reviewer(service: Service) -> None:
    maker, checker = reviewer(service, "maker"), reviewer(service, "checker")
    submission = submitted(service, FAULTY)
    take_and(service, maker, "approve")
    assert state(service, submission).state == State.UNDER_REVIEW
    assert claimed(service, maker) is None
    with service.database.read() as session:
        second = task_of(session, submission, stage="second")
    with pytest.raises(Problem, match="four-eyes"), service.database.begin() as session:
        queue.claim(session, service.clock, service.settings, second.id, maker)
    take_and(service, checker, "approve")
    assert state(service, submission).state == State.APPROVED


def test_disagreement_goes_to_a_senior_reviewer(service: Service) -> None:
    maker, checker = reviewer(service, "maker"), reviewer(service, "checker")
    senior = reviewer(service, "senior", "reviewer", "senior-reviewer")
    submission = submitted(service, FAULTY)
    take_and(service, maker, "approve")
    take_and(service, checker, "return", RETURNED)
    assert state(service, submission).state == State.UNDER_REVIEW
    third = reviewer(service, "third")
    assert claimed(service, third) is None
    with service.database.read() as session:
        task_id = task_of(session, submission).id
    with pytest.raises(Problem, match="senior-only"), service.database.begin() as session:
        queue.claim(session, service.clock, service.settings, task_id, third)
    take_and(service, senior, "return", RETURNED)
    assert state(service, submission).state == State.RETURNED


def test_escalated_first_for_seniors(service: Service) -> None:
    person, senior = reviewer(service), reviewer(service, "senior", "senior-reviewer")
    submission = submitted(service)
    take_and(service, person, "escalate")
    assert claimed(service, person) is None
    submitted(service)
    task = claimed(service, senior)
    assert task is not None
    assert (task.submission_id, task.priority) == (submission, queue.ESCALATED)


@pytest.fixture
def blind(service: Service) -> Service:
    service.settings = service.settings.model_copy(update={"blind_share": 1.0})
    return service


def test_blind_second_look_at_machine_passes(blind: Service) -> None:
    maker, other = reviewer(blind, "maker"), reviewer(blind, "other")
    submission = submitted(blind)
    take_and(blind, maker, "approve")
    assert state(blind, submission).state == State.UNDER_REVIEW
    take_and(blind, other, "approve")
    assert state(blind, submission).state == State.APPROVED


def test_blind_needs_somebody_else(blind: Service) -> None:
    submission = submitted(blind)
    take_and(blind, reviewer(blind), "approve")
    assert state(blind, submission).state == State.APPROVED


def test_known_answer_moves_nothing(service: Service) -> None:
    service.settings = service.settings.model_copy(update={"known_share": 1.0})
    person = reviewer(service)
    known = submitted(service, FAULTY, purpose="known-answer", answer={"outcome": "return", "reasons": []})
    take_and(service, person, "approve")
    assert state(service, known).state == State.SUBMITTED
    real = submitted(service)
    task = claimed(service, person)
    assert task is not None
    assert task.submission_id == real


def test_withdrawn_on_the_way(service: Service) -> None:
    person = reviewer(service)
    submission = submitted(service)
    task = claimed(service, person)
    assert task is not None
    decided(service, task, person, "approve")
    with service.database.begin() as session:
        found = session.get_one(Submission, submission)
        found.state = State.WITHDRAWN.value
        queue.close_tasks(session, service.clock, found)
    assert effected(service) == 0
    assert state(service, submission).state == State.WITHDRAWN


def test_handed_over(service: Service) -> None:
    first, second = reviewer(service, "first"), reviewer(service, "second")
    submitted(service)
    task = claimed(service, first)
    assert task is not None
    with service.database.begin() as session:
        queue.hand_over(session, service.clock, service.settings, task.id, first, "second")
    with pytest.raises(Problem, match="no-such-colleague"), service.database.begin() as session:
        queue.hand_over(session, service.clock, service.settings, task.id, second, "nobody")
    decided(service, task, second, "approve")


def test_marks_count_as_what_the_checks_missed(service: Service) -> None:
    person = reviewer(service)
    submitted(service)
    task = claimed(service, person)
    assert task is not None
    box = [(0.1, 0.1), (0.4, 0.3)]
    with service.database.begin() as session:
        drawn = decide.mark(session, service.clock, task.id, person, item="portrait", reason="background", points=box)
        assert drawn.check == "background-colour"
    with service.database.begin() as session:
        decide.unmark(session, service.clock, drawn.id, person)
        session.flush()
        assert session.get(Mark, drawn.id) is None
        actions = list(session.scalars(select(AuditEntry.action)))
    assert actions[-2:] == ["review.marked", "review.unmarked"]


def test_every_check_has_a_reason_of_its_own() -> None:
    covered = {check for reason in all_reasons().values() for check in reason.checks}
    everywhere = {check.name for check in all_checks()}
    assert everywhere <= covered  # some reasons are ahead of their checks


def test_reasons_have_both_languages() -> None:
    for reason in all_reasons().values():
        assert set(reason.items) <= set(ITEMS)
        for told in (reason.title, reason.message):
            assert set(told) == {"zh-CN", "en"}


def test_presets_choose_what_fails() -> None:
    found = presets({"portrait": {"sharpness": "review", "head-height": "fail", "yaw": "pass"}})
    assert [(preset.reason.code, preset.chosen) for preset in found] == [("head-size", True), ("blurred", False)]
    assert of_check("file-format", "signature").code == "other"


def test_wording_is_there_in_both_languages() -> None:
    chinese, english = texts("review", "zh-CN"), texts("review", "en")
    assert chinese.keys() == english.keys()
    assert all(chinese.values())
    assert all(english.values())
