"""The queue: tasks by due time, claimed as leases."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import Session

from api.clock import Clock
from api.db.people import Account, Role
from api.db.review import Decision, Task
from api.db.submissions import State, Submission
from api.errors import Problem, not_found
from api.ids import new_id
from api.services import audit, life
from api.settings import Settings

Stage = Literal["first", "second", "blind", "rescore"]
Mine = Literal["all", "mine", "free"]
ESCALATED = 10
"""Priority of what was escalated."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the queue is wanted.

    Attributes:
        stage, verdict, profile: only these.
        overdue: only what is past its time.
        whose: `free` is what nobody holds.
    """

    stage: Stage | None = None
    verdict: str | None = None
    profile: str | None = None
    overdue: bool = False
    whose: Mine = "all"


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who reviews.

    Attributes:
        id: of the account.
        senior: whether escalated tasks may be taken.
    """

    id: str
    senior: bool

    @classmethod
    def of(cls, account_id: str, roles: Iterable[str]) -> Reviewer:
        """By the roles of an account."""
        return cls(account_id, Role.SENIOR in roles)

    @property
    def actor(self) -> str:
        """As in events and the audit log."""
        return f"account:{self.id}"


def open_task(
    session: Session,
    clock: Clock,
    settings: Settings,
    submission: Submission,
    stage: Stage = "first",
    *,
    priority: int = 0,
    senior: bool = False,
    not_by: Sequence[str] = (),
    note: dict[str, Any] | None = None,
) -> Task:
    """Put a submission into the queue, in the caller's transaction. One that waits there already stays as it is.

    Args:
        senior: only a senior reviewer may take it.
        not_by: accounts that may not.
        note: what it is about, such as the decision to confirm.
    """
    waiting = select(Task).where(Task.submission_id == submission.id, Task.stage == stage, Task.done_at.is_(None))
    found = session.scalars(waiting).first()
    if found is not None and found.senior == senior:
        return found
    now = clock.now()
    task = Task(
        id=new_id("tsk"),
        submission_id=submission.id,
        stage=stage,
        tries=submission.tries,
        priority=priority,
        senior=senior,
        not_by=list(not_by),
        due_at=_due(submission, stage) or now + timedelta(hours=settings.review_hours),
        created_at=now,
        note=note,
    )
    session.add(task)
    session.flush()
    return task


def close_tasks(session: Session, clock: Clock, submission: Submission) -> None:
    """Take a submission out of the queue: it was withdrawn, or decided. Decisions on the way come to nothing."""
    now = clock.now()
    for task in session.scalars(select(Task).where(Task.submission_id == submission.id, Task.done_at.is_(None))):
        task.done_at, task.holder, task.held_until = now, None, None
    pending = select(Decision).where(
        Decision.submission_id == submission.id, Decision.effected_at.is_(None), Decision.undone_at.is_(None)
    )
    for decision in session.scalars(pending):
        decision.undone_at = now


def waiting(session: Session, clock: Clock, reviewer: Reviewer, wanted: Filter, limit: int = 50) -> list[Task]:
    """What waits and the reviewer may take, the most urgent first."""
    return list(session.scalars(_ordered(_open_to(clock, reviewer, wanted)).limit(limit)))


def count(session: Session, clock: Clock, reviewer: Reviewer, wanted: Filter) -> int:
    """How many there are."""
    return session.scalar(_open_to(clock, reviewer, wanted).with_only_columns(func.count(Task.id))) or 0


def claim(session: Session, clock: Clock, settings: Settings, task_id: str, reviewer: Reviewer) -> Task:
    """Take a task as a lease; the submission is then under review. Taking one's own again renews it.

    Raises:
        Problem: `not-found`; 409 `already-decided` or `held-by-other`; 403 `four-eyes` or `senior-only`.
    """
    task = locked(session, task_id)
    if task.done_at is not None:
        raise Problem("already-decided", 409)
    now = clock.now()
    if task.holder not in (None, reviewer.id) and task.held_until is not None and task.held_until > now:
        raise Problem("held-by-other", 409, holder=_name(session, task.holder))
    _refuse_unfit(task, reviewer)
    if task.holder != reviewer.id:
        task.holder, task.opened_at = reviewer.id, None
    task.held_until = now + timedelta(minutes=settings.lease_minutes)
    submission = session.get_one(Submission, task.submission_id)
    if submission.state == State.SUBMITTED and submission.purpose == "real":
        life.move(session, clock, submission, State.UNDER_REVIEW, reviewer.actor)
    return task


def claim_next(
    session: Session,
    clock: Clock,
    settings: Settings,
    reviewer: Reviewer,
    wanted: Filter = Filter(),
    skip: Sequence[str] = (),
) -> Task | None:
    """Take the most urgent task that nobody holds; now and then one whose answer is known.

    Args:
        skip: tasks not to take: the one that is open.
    """
    if settings.known_share and random.random() < settings.known_share:  # noqa: S311  no secret
        known = _known_answer(session, clock, settings, reviewer)
        if known is not None:
            return claim(session, clock, settings, known.id, reviewer)
    free = _ordered(_open_to(clock, reviewer, wanted).where(_free(clock), Task.id.not_in(list(skip)))).limit(1)
    task = session.scalars(free.with_for_update(skip_locked=True, of=Task)).first()
    return None if task is None else claim(session, clock, settings, task.id, reviewer)


def heartbeat(
    session: Session, clock: Clock, settings: Settings, task_ids: Sequence[str], reviewer: Reviewer, shown: str = ""
) -> list[str]:
    """Renew leases.

    Args:
        shown: the one that is on the screen; the time of its decision counts from when it first was.

    Returns:
        Those that the reviewer holds now. One whose lease ran out is taken back where nobody else took it.
    """
    held = []
    for task_id in task_ids:
        try:
            task = claim(session, clock, settings, task_id, reviewer)
        except Problem:
            continue
        held.append(task.id)
        if task.id == shown and task.opened_at is None:
            task.opened_at = clock.now()
    return held


def release(session: Session, task_id: str, reviewer: Reviewer) -> None:
    """Give a task back; nothing happens where the reviewer does not hold it."""
    task = locked(session, task_id)
    if task.holder == reviewer.id and task.done_at is None:
        task.holder, task.held_until, task.opened_at = None, None, None


def hand_over(session: Session, clock: Clock, settings: Settings, task_id: str, reviewer: Reviewer, login: str) -> Task:
    """Give a task to a colleague, who then holds it.

    Raises:
        Problem: 422 `no-such-colleague`; 403 `four-eyes` or `senior-only` where the colleague may not take it; 409
            `lease-lost` where the reviewer does not hold it.
    """
    task = held(session, clock, task_id, reviewer)
    colleague = session.scalars(select(Account).where(Account.login == login, Account.active)).first()
    if colleague is None or not {Role.REVIEWER, Role.SENIOR} & set(colleague.roles):
        raise Problem("no-such-colleague", 422, login=login)
    other = Reviewer.of(colleague.id, colleague.roles)
    _refuse_unfit(task, other)
    task.holder, task.opened_at = other.id, None
    task.held_until = clock.now() + timedelta(minutes=settings.lease_minutes)
    audit.record(session, clock, reviewer.actor, "review.handed-over", task.id, to=other.actor)
    return task


def held(session: Session, clock: Clock, task_id: str, reviewer: Reviewer) -> Task:
    """A task that the reviewer holds, locked.

    Raises:
        Problem: 409 `already-decided`; 409 `lease-lost` where the lease ran out or another took it.
    """
    task = locked(session, task_id)
    if task.done_at is not None:
        raise Problem("already-decided", 409)
    if task.holder != reviewer.id or task.held_until is None or task.held_until <= clock.now():
        raise Problem("lease-lost", 409)
    return task


def locked(session: Session, task_id: str) -> Task:
    """A task, nobody else changing it meanwhile.

    Raises:
        Problem: `not-found`.
    """
    task = session.scalars(select(Task).where(Task.id == task_id).with_for_update()).first()
    if task is None:
        raise not_found()
    return task


def viewable(session: Session, task_id: str, reviewer: Reviewer) -> Task:
    """A task that the reviewer may look at: one that may be taken, or was decided by this reviewer.

    Raises:
        Problem: `not-found`; 403 `four-eyes` or `senior-only`.
    """
    task = session.get(Task, task_id)
    if task is None:
        raise not_found()
    if task.done_at is None or task.holder != reviewer.id:
        _refuse_unfit(task, reviewer)
    return task


def holder_name(session: Session, clock: Clock, task: Task) -> str | None:
    """Who holds a task now."""
    held_now = task.holder is not None and task.held_until is not None and task.held_until > clock.now()
    return _name(session, task.holder) if held_now else None


def _refuse_unfit(task: Task, reviewer: Reviewer) -> None:
    if reviewer.id in task.not_by:
        raise Problem("four-eyes", 403)
    if task.senior and not reviewer.senior:
        raise Problem("senior-only", 403)


def _free(clock: Clock) -> ColumnElement[bool]:
    return or_(Task.holder.is_(None), Task.held_until.is_(None), Task.held_until <= clock.now())


def _open_to(clock: Clock, reviewer: Reviewer, wanted: Filter) -> Select[Any]:
    tasks = select(Task).join(Submission, Submission.id == Task.submission_id).where(Task.done_at.is_(None))
    if wanted.whose == "mine":
        tasks = tasks.where(Task.holder == reviewer.id, Task.held_until > clock.now())
    elif wanted.whose == "free":
        tasks = tasks.where(_free(clock))
    tasks = tasks.where(or_(Submission.purpose == "real", Task.holder == reviewer.id))
    if not reviewer.senior:
        tasks = tasks.where(Task.senior.is_(False))
    # JSON lists are compared as text, the same on both databases: an id is unguessable and holds no quote.
    tasks = tasks.where(cast(Task.not_by, String).not_like(f'%"{reviewer.id}"%'))
    if wanted.stage is not None:
        tasks = tasks.where(Task.stage == wanted.stage)
    if wanted.verdict is not None:
        tasks = tasks.where(Submission.verdict == wanted.verdict)
    if wanted.profile is not None:
        tasks = tasks.where(Submission.profile == wanted.profile)
    if wanted.overdue:
        tasks = tasks.where(Task.due_at <= clock.now())
    return tasks


def _ordered(tasks: Select[Any]) -> Select[Any]:
    return tasks.order_by(Task.priority.desc(), Task.due_at, Task.id)


def _known_answer(session: Session, clock: Clock, settings: Settings, reviewer: Reviewer) -> Task | None:
    """A task about a submission whose answer is known and that the reviewer has not had; it looks like any other."""
    had = select(Task.submission_id).join(Decision, Decision.task_id == Task.id)
    had = had.where(Decision.account_id == reviewer.id, Decision.undone_at.is_(None))
    fresh = select(Submission).where(Submission.purpose == "known-answer", Submission.id.not_in(had))
    submission = session.scalars(fresh.order_by(Submission.id).limit(1)).first()
    if submission is None:
        return None
    own = select(Task).where(Task.submission_id == submission.id, Task.done_at.is_(None), Task.holder == reviewer.id)
    now = clock.now()
    task = session.scalars(own).first() or Task(
        id=new_id("tsk"),
        submission_id=submission.id,
        stage="first",
        tries=submission.tries,
        due_at=now + timedelta(hours=settings.review_hours),
        created_at=now,
        holder=reviewer.id,
    )
    session.add(task)
    session.flush()
    return task


def _name(session: Session, account_id: str | None) -> str:
    account = None if account_id is None else session.get(Account, account_id)
    return "" if account is None else account.display_name


def _due(submission: Submission, stage: Stage) -> datetime | None:
    """The applicant's own due time; what is looked at once more after the decision has none."""
    return None if stage == "rescore" else submission.due_at
