"""The audit log: who did what to which object when. Append-only, each line hashed with the one before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.clock import Clock
from api.db.database import CHAIN_LOCK, one_at_a_time
from api.db.records import AuditEntry

_FIRST = "0" * 64


def record(session: Session, clock: Clock, actor: str, action: str, target: str, **facts: Any) -> AuditEntry:
    """Add a line in the caller's transaction: what is not committed is not logged, and the other way round.

    Args:
        actor: `applicant`, `clock`, `account:ID`, `key:ID` or `anonymous`.
        action: such as `submission.submitted`, `picture.viewed`.
        target: id of what it was done to.
        facts: numbers and codes; never a name, number or picture.
    """
    one_at_a_time(session.connection(), CHAIN_LOCK)
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).first()
    number, previous = (1, _FIRST) if last is None else (last.number + 1, last.hash)
    at = clock.now().isoformat()
    told = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    entry = AuditEntry(number=number, at=at, actor=actor, action=action, object=target, facts=told, previous=previous)
    entry.hash = _hash(entry)
    session.add(entry)
    session.flush()
    return entry


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found: how many lines hold, the number of the first that does not, and the last good hash."""

    good: int
    broken_at: int | None
    head: str


def verify(session: Session) -> Verified:
    """Follow the chain from its start."""
    previous, good = _FIRST, 0
    wanted = select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000)
    with session.scalars(wanted) as entries:
        for entry in entries:
            if entry.number != good + 1 or entry.previous != previous or entry.hash != _hash(entry):
                return Verified(good, good + 1, previous)
            previous, good = entry.hash, good + 1
    return Verified(good, None, previous)


def has(session: Session, head: str) -> bool:
    """Whether a line of that hash is in the log: whoever kept it knows that nothing was cut off since."""
    return session.scalars(select(AuditEntry.number).where(AuditEntry.hash == head)).first() is not None


def _hash(entry: AuditEntry) -> str:
    parts = (entry.number, entry.at, entry.actor, entry.action, entry.object, entry.facts, entry.previous)
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
