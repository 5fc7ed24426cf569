"""One attempt at one delivery: claim it, send it, write down how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db.outbox import Delivery, Endpoint, Event
from api.db.submissions import State, Submission
from api.jobs.work import Due, Found
from api.services import audit
from api.services.deliveries import mail, webhooks
from api.services.deliveries.outcome import Outcome
from api.services.sealing import CONTACT, ENDPOINT

if TYPE_CHECKING:
    from api.context import Service

_LEASE = timedelta(minutes=2)
"""After it an attempt without a result counts as lost; far over every time limit of sending."""
_AFTER_SECONDS = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200)
"""From one attempt to the next; the last goes on."""
_WHILE_RETURNED = frozenset({"submission.returned", "submission.reminder"})
_LOOK_AT = 500
_OF_ONE_RECEIVER = 20
"""How many of one receiver's are taken at a time: one that hangs must not hold up the others."""


@dataclass(frozen=True, slots=True)
class _Webhook:
    """A webhook ready to be sent."""

    url: str
    headers: dict[str, str]
    body: bytes


def find(session: Session, now: datetime) -> Iterable[Due]:
    """Deliveries whose time has come."""
    wanted = (
        select(Delivery.id, Delivery.channel, Delivery.target, Delivery.attempts, Delivery.due_at)
        .where(Delivery.state == "pending", Delivery.due_at <= now)
        .order_by(Delivery.due_at)
        .limit(_LOOK_AT)
    )
    taken: Counter[tuple[str, str]] = Counter()
    for identity, channel, target, attempts, due_at in session.execute(wanted):
        taken[channel, target] += 1
        if taken[channel, target] <= _OF_ONE_RECEIVER:
            yield Due(identity, attempts + 1, due_at)


def attempt(service: Service, delivery_id: str) -> None:
    """Try once. Does nothing where another has the delivery, or its time has not come."""
    claimed = _claim(service, delivery_id)
    if claimed is None:
        return
    number, work = claimed
    _record(service, delivery_id, number, work if isinstance(work, Outcome) else _send(service, work))


def _claim(service: Service, delivery_id: str) -> tuple[int, Outcome | EmailMessage | _Webhook] | None:
    """Take the next attempt for oneself, durably, and put together what is to be sent."""
    now = service.clock.now()
    with service.database.begin() as session:
        delivery = session.scalars(select(Delivery).where(Delivery.id == delivery_id).with_for_update()).one_or_none()
        if delivery is None or delivery.state != "pending" or delivery.due_at > now:
            return None
        delivery.attempts += 1
        delivery.due_at = now + _LEASE
        event = session.get_one(Event, delivery.event_id)
        submission = session.get_one(Submission, event.submission_id)
        make = _letter if delivery.channel == "mail" else _webhook
        return delivery.attempts, make(service, session, delivery, event, submission)


def _webhook(
    service: Service, session: Session, delivery: Delivery, event: Event, submission: Submission
) -> Outcome | _Webhook:
    endpoint = session.get(Endpoint, delivery.target)
    if endpoint is None or not endpoint.active:
        return Outcome("dropped", "endpoint-off")
    body = webhooks.payload(event, submission.reference)
    secret = service.keyring.open(endpoint.secret_sealed, ENDPOINT).decode()
    return _Webhook(endpoint.url, webhooks.sign(secret, delivery.id, service.clock.now(), body), body)


def _letter(
    service: Service, _session: Session, delivery: Delivery, event: Event, submission: Submission
) -> Outcome | EmailMessage:
    if not service.settings.smtp_url.get_secret_value():
        return Outcome("dropped", "no-mail-server")
    if submission.contact_sealed is None:
        return Outcome("dropped", "no-address")
    if event.kind in _WHILE_RETURNED and submission.state != State.RETURNED:
        return Outcome("dropped", "outdated")
    address = service.keyring.open(submission.contact_sealed, CONTACT).decode()
    try:
        return mail.letter(event, submission, address, delivery.id, service.settings)
    except ValueError:
        return Outcome("dropped", "bad-address")


def _send(service: Service, work: EmailMessage | _Webhook) -> Outcome:
    if isinstance(work, _Webhook):
        return webhooks.send(work.url, work.headers, work.body, private=service.settings.webhook_private)
    return mail.send(work, service.settings)


def _record(service: Service, delivery_id: str, number: int, outcome: Outcome) -> None:
    """Write down how it ended, unless the attempt was given up for lost meanwhile."""
    now = service.clock.now()
    with service.database.begin() as session:
        delivery = session.scalars(select(Delivery).where(Delivery.id == delivery_id).with_for_update()).one_or_none()
        if delivery is None or delivery.state != "pending":
            return
        if outcome.result == "sent":  # acknowledged, whoever asked: nothing more is sent
            delivery.state, delivery.sent_at, delivery.last_error = "sent", now, None
            return
        if delivery.attempts != number:
            return
        delivery.last_error = outcome.why
        if outcome.result == "again":
            delivery.due_at = now + timedelta(seconds=_AFTER_SECONDS[min(number, len(_AFTER_SECONDS)) - 1])
            delivery.state = "dead" if number >= service.settings.delivery_attempts else "pending"
            return
        delivery.state = "dropped"
        if outcome.result == "gone":
            endpoint = session.get_one(Endpoint, delivery.target)
            endpoint.active = False
            audit.record(session, service.clock, "clock", "endpoint.gone", endpoint.id)


DELIVERIES = Found("deliver", find, attempt)
