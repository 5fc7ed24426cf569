"""What decisions lead to, once they can no longer be taken back: a step of the submission, or another pair of eyes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.clock import Clock, today_in_china
from api.db.people import Account, Role
from api.db.review import Decision, Task
from api.db.submissions import State, Submission
from api.jobs.work import Due, Found
from api.services import audit, life, receipts, working_days
from api.services.review import queue
from api.settings import Settings

if TYPE_CHECKING:
    from api.context import Service

_AT_ONCE = 100


def due(session: Session, now: datetime) -> Iterable[Decision]:
    """Decisions that can no longer be taken back and have had no effect yet, the oldest first."""
    wanted = select(Decision).where(
        Decision.effected_at.is_(None), Decision.undone_at.is_(None), Decision.effective_at <= now
    )
    return session.scalars(wanted.order_by(Decision.effective_at, Decision.id).limit(_AT_ONCE))


def run_due(service: Service) -> int:
    """Give every due decision its effect, each in a transaction of its own; returns how many had one."""
    with service.database.read() as session:
        waiting = [decision.id for decision in due(session, service.clock.now())]
    for decision_id in waiting:
        take_effect(service, decision_id)
    return len(waiting)


def take_effect(service: Service, decision_id: str) -> None:
    """Give one decision its effect. Nothing happens where it has had it, was taken back, or is not due."""
    clock = service.clock
    with service.database.begin() as session:
        decision = session.scalars(select(Decision).where(Decision.id == decision_id).with_for_update()).first()
        if decision is None or decision.effected_at is not None or decision.undone_at is not None:
            return
        if decision.effective_at > clock.now():
            return
        decision.effected_at = clock.now()
        submission = session.get_one(Submission, decision.submission_id, with_for_update=True)
        task = session.get_one(Task, decision.task_id)
        if submission.purpose != "real" or task.stage == "rescore":
            return  # measured only
        if submission.state != State.UNDER_REVIEW:
            audit.record(session, clock, "clock", "review.void", submission.id, state=submission.state)
            return
        _go_on(session, clock, service.settings, submission, task, decision)


def _go_on(
    session: Session, clock: Clock, settings: Settings, submission: Submission, task: Task, decision: Decision
) -> None:
    eyes = [*task.not_by, decision.account_id]
    note: dict[str, Any] = {"decision": decision.id, "outcome": decision.outcome, "reasons": decision.reasons}

    def look_again(stage: queue.Stage, *, senior: bool = False) -> None:
        priority = queue.ESCALATED if senior else 0
        queue.open_task(
            session, clock, settings, submission, stage, priority=priority, senior=senior, not_by=eyes, note=note
        )

    if decision.outcome == "escalate":
        look_again("first" if task.stage == "first" else "second", senior=True)
    elif task.senior or _confirms(task, decision):
        _finish(session, clock, settings, submission, decision)
    elif task.stage in ("second", "blind"):  # two people disagree: a senior one says
        look_again("second", senior=True)
    elif needs_second(settings, decision):
        look_again("second")
    elif _sampled(settings, decision) and _others(session, eyes):
        look_again("blind")
    else:
        _finish(session, clock, settings, submission, decision)


def needs_second(settings: Settings, decision: Decision) -> bool:
    """Whether policy wants a second reviewer to confirm it."""
    if settings.four_eyes == "all" or (settings.four_eyes == "returns" and decision.outcome == "return"):
        return True
    if settings.four_eyes == "overruled" and overrules(decision):
        return True
    return _share(decision, "four-eyes") < settings.four_eyes_share


def overrules(decision: Decision) -> bool:
    """Whether a person said the opposite of the machine; its `review` is no opinion."""
    verdict = decision.machine.get("verdict")
    return (decision.outcome, verdict) in (("approve", "fail"), ("return", "pass"))


def _confirms(task: Task, decision: Decision) -> bool:
    if task.stage not in ("second", "blind"):
        return False
    return decision.outcome == (task.note or {}).get("outcome")


def _sampled(settings: Settings, decision: Decision) -> bool:
    passed = decision.outcome == "approve" and decision.machine.get("verdict") == "pass"
    return passed and _share(decision, "blind") < settings.blind_share


def _share(decision: Decision, purpose: str) -> float:
    """A number in 0..1 that stays the same when the effect is tried again."""
    digest = hashlib.sha256(f"{purpose} {decision.id}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _others(session: Session, eyes: list[str]) -> bool:
    """Whether there is anybody else to look: an office of one would wait for ever."""
    accounts = session.scalars(select(Account).where(Account.active, Account.id.not_in(eyes)))
    return any({Role.REVIEWER, Role.SENIOR} & set(account.roles) for account in accounts)


def _finish(session: Session, clock: Clock, settings: Settings, submission: Submission, decision: Decision) -> None:
    actor = f"account:{decision.account_id}"
    submission.decided_at = clock.now()
    if decision.outcome == "approve":
        submission.returned_items, submission.return_reasons = [], []
        life.move(session, clock, submission, State.APPROVED, actor)
    else:
        submission.returned_items = list(dict.fromkeys(reason["item"] for reason in decision.reasons))
        submission.return_reasons = [
            {key: reason[key] for key in ("item", "reason", "check", "text")} for reason in decision.reasons
        ]
        submission.mend_by = working_days.add(today_in_china(clock), settings.mend_working_days)
        codes = sorted({reason["reason"] for reason in decision.reasons})
        life.move(
            session, clock, submission, State.RETURNED, actor, items=submission.returned_items, reasons=codes,
            mend_by=submission.mend_by.isoformat(),
        )  # fmt: skip
        receipts.revoke_returned(session, clock, submission, actor)
    for other in session.scalars(select(Task).where(Task.submission_id == submission.id, Task.done_at.is_(None))):
        other.done_at, other.holder, other.held_until = clock.now(), None, None


def _found(session: Session, now: datetime) -> Iterable[Due]:
    return [Due(decision.id, 1, decision.effective_at) for decision in due(session, now)]


DECISIONS: Found = Found("decide", _found, take_effect)
"""For the job that gives decisions their effect where nobody looks at the queue."""
