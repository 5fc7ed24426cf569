"""Decisions: taken by who holds the task, on the version that was seen; taken back within some seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.clock import Clock
from api.db.review import Decision, Mark
from api.db.submissions import Submission, Upload
from api.errors import Problem, not_found
from api.ids import new_id
from api.services import audit
from api.services.review import machine, queue
from api.services.review.queue import Reviewer
from api.services.review.reasons import all_reasons, resolved
from api.settings import Settings

Choice = Literal["approve", "return", "escalate"]
LONGEST_SECONDS = 3600.0
"""A case that stood open longer was not being looked at."""


def decide(
    session: Session,
    clock: Clock,
    settings: Settings,
    task_id: str,
    reviewer: Reviewer,
    *,
    outcome: Choice,
    reasons: Sequence[tuple[str, str]],
    version: int,
) -> Decision:
    """Decide a task that the reviewer holds. It takes effect after `undo_seconds`.

    Args:
        reasons: pairs of item and reason code; for a return at least one, otherwise none.
        version: of the submission that the reviewer saw.

    Raises:
        Problem: 409 `already-decided`, `lease-lost` or `stale-version`; 422 `reason-needed`, `reason-not-wanted` or
            `unknown-reason`.
    """
    task = queue.held(session, clock, task_id, reviewer)
    submission = session.get_one(Submission, task.submission_id, with_for_update=True)
    if submission.version != version:
        raise Problem("stale-version", 409, version=submission.version)
    if outcome == "return" and not reasons:
        raise Problem("reason-needed", 422)
    if outcome == "approve" and reasons:
        raise Problem("reason-not-wanted", 422)
    uploads = list(machine.uploads_of(session, submission).values())
    seen = machine.snapshot(submission, uploads)
    now = clock.now()
    decision = Decision(
        id=new_id("dec"),
        task_id=task.id,
        submission_id=submission.id,
        version=version,
        account_id=reviewer.id,
        stage=task.stage,
        outcome=outcome,
        reasons=resolved(reasons, seen["findings"], machine.documents(submission, uploads)),
        machine=seen,
        seconds=0.0 if task.opened_at is None else min(LONGEST_SECONDS, (now - task.opened_at).total_seconds()),
        decided_at=now,
        effective_at=now + timedelta(seconds=settings.undo_seconds),
    )
    session.add(decision)
    task.done_at, task.held_until = now, None
    codes = sorted({f"{item}:{code}" for item, code in reasons})
    audit.record(session, clock, reviewer.actor, f"review.{outcome}", submission.id, task=task.id, reasons=codes)
    return decision


def undo(session: Session, clock: Clock, settings: Settings, decision_id: str, reviewer: Reviewer) -> Decision:
    """Take a decision back before it takes effect; the reviewer holds the task again.

    Raises:
        Problem: `not-found` where it is nobody's or another's; 409 `too-late`.
    """
    decision = session.scalars(select(Decision).where(Decision.id == decision_id).with_for_update()).first()
    if decision is None or decision.account_id != reviewer.id:
        raise not_found()
    if decision.effected_at is not None or decision.undone_at is not None or clock.now() >= decision.effective_at:
        raise Problem("too-late", 409)
    now = clock.now()
    decision.undone_at = now
    task = queue.locked(session, decision.task_id)
    task.done_at, task.holder = None, reviewer.id
    task.held_until = now + timedelta(minutes=settings.lease_minutes)
    audit.record(session, clock, reviewer.actor, "review.undone", decision.submission_id, task=task.id)
    return decision


def mark(
    session: Session,
    clock: Clock,
    task_id: str,
    reviewer: Reviewer,
    *,
    item: str,
    reason: str,
    points: Sequence[tuple[float, float]],
) -> Mark:
    """Keep a defect that the checks missed, drawn as a box on one of the task's pictures.

    Args:
        points: two opposite corners, shares of the picture's width and height.

    Raises:
        Problem: as `queue.held`; 422 `unknown-reason`.
    """
    task = queue.held(session, clock, task_id, reviewer)
    known = all_reasons().get(reason)
    submission = session.get_one(Submission, task.submission_id)
    upload: Upload | None = machine.uploads_of(session, submission).get(item)
    if known is None or item not in known.items or upload is None:
        raise Problem("unknown-reason", 422, item=item, reason=reason)
    drawn = Mark(
        id=new_id("mrk"),
        upload_id=upload.id,
        account_id=reviewer.id,
        check=next(iter(known.checks), reason),
        region={"type": "box", "points": [list(point) for point in points], "reason": reason},
        created_at=clock.now(),
    )
    session.add(drawn)
    audit.record(session, clock, reviewer.actor, "review.marked", submission.id, item=item, reason=reason)
    return drawn


def unmark(session: Session, clock: Clock, mark_id: str, reviewer: Reviewer) -> None:
    """Take one's own mark away.

    Raises:
        Problem: `not-found`.
    """
    drawn = session.get(Mark, mark_id)
    if drawn is None or drawn.account_id != reviewer.id:
        raise not_found()
    audit.record(session, clock, reviewer.actor, "review.unmarked", drawn.upload_id)
    session.delete(drawn)
