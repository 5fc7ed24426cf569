"""How review goes: throughput, waiting, returns by reason, reviewers, and checks beside what people said of them."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.clock import CHINA, Clock, today_in_china
from api.db.people import Account
from api.db.review import Decision, Task
from api.db.submissions import Submission
from api.services.review.opinions import judged, samples
from photocheck.evaluation.calibrate import Proposal, Sample, proposals
from photocheck.profile import ProfileError, load_profile

MOST = 20_000
"""Decisions that one answer looks at, the newest."""
_QUICK_PROPOSALS = 1_000
"""Of these the values are read too: some megabytes a hundred. `photocheck calibrate` reads all."""


class Day(BaseModel):
    """One day in China. Waiting is from the queue to the decision, of first looks."""

    day: date
    decided: int
    waiting_median_hours: float | None
    waiting_p90_hours: float | None


class OfReviewer(BaseModel):
    """One reviewer's work. `blind_same` of `blind` blind looks agreed with the first one; likewise known answers."""

    name: str
    decided: int
    median_seconds: float | None
    undone: int
    blind: int
    blind_same: int
    known: int
    known_right: int


class OfCheck(BaseModel):
    """A check beside people: it flagged; they agreed, overruled (its fail), cleared (its review), or supplemented."""

    check: str
    item: str
    flagged: int
    agreed: int
    overruled: int
    cleared: int
    supplemented: int


class Suggestion(BaseModel):
    """The limit that would have agreed with people most."""

    profile: str
    check: str
    limit: str
    end: str
    now: float
    best: float
    decisions: int
    defects: int
    disagreed_now: int
    disagreed_best: int
    better: bool


class Numbers(BaseModel):
    """Of the days asked for, and what waits now."""

    days: list[Day]
    waiting: int
    overdue: int
    oldest_open_hours: float | None
    outcomes: dict[str, int]
    reasons: dict[str, int]
    reviewers: list[OfReviewer]
    checks: list[OfCheck]
    suggestions: list[Suggestion]
    decisions: int
    truncated: bool


@dataclass
class _Work:
    decided: int = 0
    seconds: list[float] = field(default_factory=list)
    undone: int = 0
    blind: int = 0
    blind_same: int = 0
    known: int = 0
    known_right: int = 0


def numbers(session: Session, clock: Clock, days: int) -> Numbers:
    """The numbers of the last days, today included."""
    today = today_in_china(clock)
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, datetime.min.time(), CHINA)
    decided, outcomes, reviewers = _work(session, since)
    of_checks, reasons, taught, looked = _opinions(session, since)
    open_tasks = select(Task).where(Task.done_at.is_(None)).subquery()
    waiting, oldest = session.execute(select(func.count(), func.min(open_tasks.c.created_at))).one()
    overdue = session.scalar(select(func.count(Task.id)).where(Task.done_at.is_(None), Task.due_at <= clock.now()))
    return Numbers(
        days=_days(first, days, decided, _waits(session, since)),
        waiting=waiting,
        overdue=overdue or 0,
        oldest_open_hours=None if oldest is None else round((clock.now() - oldest).total_seconds() / 3600, 1),
        outcomes=dict(outcomes),
        reasons=dict(reasons.most_common()),
        reviewers=reviewers,
        checks=of_checks,
        suggestions=[_suggestion(one) for one in suggestions(taught)],
        decisions=looked,
        truncated=looked >= MOST,
    )


def suggestions(taught: Iterable[Sample]) -> list[Proposal]:
    """Limits that would have agreed more, of every profile that has samples; the surest first."""
    by_profile: dict[str, list[Sample]] = defaultdict(list)
    for sample in taught:
        by_profile[sample.profile].append(sample)
    found: list[Proposal] = []
    for name, own in by_profile.items():
        try:
            found += proposals(own, load_profile(name))
        except ProfileError:
            continue
    moved = [one for one in found if one.best != one.now]
    return sorted(moved, key=lambda one: (not one.better, one.chance, one.check))


def _work(session: Session, since: datetime) -> tuple[Counter[date], Counter[str], list[OfReviewer]]:
    rows = session.execute(
        select(
            Decision.account_id,
            Decision.decided_at,
            Decision.outcome,
            Decision.seconds,
            Decision.undone_at,
            Decision.stage,
            Task.note,
            Submission.answer,
            Submission.purpose,
        )
        .join(Task, Task.id == Decision.task_id)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(Decision.decided_at >= since)
        .execution_options(yield_per=500)
    )
    decided: Counter[date] = Counter()
    outcomes: Counter[str] = Counter()
    work: dict[str, _Work] = defaultdict(_Work)
    for account, at, outcome, seconds, undone, stage, note, answer, purpose in rows:
        own = work[account]
        if undone is not None:
            own.undone += 1
            continue
        decided[at.astimezone(CHINA).date()] += 1
        outcomes[outcome] += 1
        own.decided += 1
        if seconds:
            own.seconds.append(seconds)
        if stage == "blind":
            own.blind += 1
            own.blind_same += outcome == (note or {}).get("outcome")
        if purpose != "real":
            own.known += 1
            own.known_right += outcome == (answer or {}).get("outcome")
    accounts = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(work)))
    names: dict[str, str] = {row.id: row.display_name for row in accounts}
    reviewers = [
        OfReviewer(
            name=names.get(account, ""),
            decided=own.decided,
            median_seconds=round(statistics.median(own.seconds), 1) if own.seconds else None,
            undone=own.undone,
            blind=own.blind,
            blind_same=own.blind_same,
            known=own.known,
            known_right=own.known_right,
        )
        for account, own in work.items()
    ]
    return decided, outcomes, sorted(reviewers, key=lambda one: -one.decided)


def _waits(session: Session, since: datetime) -> dict[date, list[float]]:
    tasks = select(Task.created_at, Task.done_at).where(Task.stage == "first", Task.done_at >= since)
    waits: dict[date, list[float]] = defaultdict(list)
    for created, done in session.execute(tasks.execution_options(yield_per=1000)):
        if done is None:
            continue
        waits[done.astimezone(CHINA).date()].append((done - created).total_seconds() / 3600)
    return waits


def _days(first: date, count: int, decided: Counter[date], waits: dict[date, list[float]]) -> list[Day]:
    made = []
    for day in (first + timedelta(days=step) for step in range(count)):
        own = sorted(waits.get(day, ()))
        median = round(statistics.median(own), 2) if own else None
        p90 = round(own[min(len(own) - 1, int(len(own) * 0.9))], 2) if own else None
        made.append(Day(day=day, decided=decided[day], waiting_median_hours=median, waiting_p90_hours=p90))
    return made


def _opinions(session: Session, since: datetime) -> tuple[list[OfCheck], Counter[str], list[Sample], int]:
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    reasons: Counter[str] = Counter()
    taught: list[Sample] = []
    looked = 0
    for one in judged(session, since, MOST):
        looked += 1
        if one.decision.outcome == "return":
            reasons.update({reason["reason"] for reason in one.decision.reasons})
        for item, check, opinion in one.opinions():
            if opinion != "passed":
                counts[item, check][opinion] += 1
        if looked <= _QUICK_PROPOSALS:
            taught += samples(session, one)
    checks = [
        OfCheck(
            check=check,
            item=item,
            flagged=own["agreed"] + own["overruled"] + own["cleared"],
            agreed=own["agreed"],
            overruled=own["overruled"],
            cleared=own["cleared"],
            supplemented=own["supplemented"],
        )
        for (item, check), own in counts.items()
    ]
    checks.sort(key=lambda own: (-(own.overruled + own.supplemented), -own.cleared, -own.flagged, own.check))
    return checks, reasons, taught, looked


def _suggestion(one: Proposal) -> Suggestion:
    return Suggestion(
        profile=one.profile,
        check=one.check,
        limit=one.limit,
        end=one.end,
        now=one.now,
        best=one.best,
        decisions=one.samples,
        defects=one.defects,
        disagreed_now=one.disagreed_now,
        disagreed_best=one.disagreed_best,
        better=one.better,
    )
