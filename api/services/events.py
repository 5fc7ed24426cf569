"""What happened to a submission, told to everyone who is to know: in the transaction that made it happen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from api.clock import Clock
from api.db.database import CHAIN_LOCK, one_at_a_time
from api.db.outbox import Delivery, Endpoint, Event
from api.db.submissions import Submission
from api.ids import new_id
from api.services import audit

MAILED = frozenset(
    {
        "submission.submitted",
        "submission.approved",
        "submission.returned",
        "submission.reminder",
        "submission.withdrawn",
        "receipt.issued",
    }
)
"""What the applicant gets a letter about, where an address was left."""


def tell(session: Session, clock: Clock, submission: Submission, kind: str, actor: str, **facts: Any) -> Event:
    """Write an event, its audit line, and a delivery for every receiver.

    Args:
        kind: `submission.…`, `item.…` or `receipt.…`.
        facts: codes and numbers; never a name, number or picture.
    """
    one_at_a_time(session.connection(), CHAIN_LOCK)  # before numbers are read that others may take
    last = session.scalar(select(func.max(Event.number)).where(Event.submission_id == submission.id)) or 0
    now = clock.now()
    event = Event(
        id=new_id("evt"), number=last + 1, submission_id=submission.id, kind=kind, at=now, actor=actor, facts=facts
    )
    session.add(event)
    session.flush()
    audit.record(session, clock, actor, kind, submission.id, **facts)
    wanted = select(Endpoint).where(Endpoint.active, or_(Endpoint.owner.is_(None), Endpoint.owner == submission.owner))
    targets = [("webhook", one.id) for one in session.scalars(wanted) if not one.kinds or kind in one.kinds]
    if kind in MAILED and submission.contact_sealed is not None:
        targets.append(("mail", "contact"))
    for channel, target in targets:
        session.add(
            Delivery(id=new_id("dlv"), event_id=event.id, channel=channel, target=target, created_at=now, due_at=now)
        )
    return event
