"""Where webhooks go, and what became of them. A key manages its own, administrators all."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db.outbox import Delivery, Endpoint
from api.errors import Problem, not_found
from api.ids import new_id
from api.services import audit
from api.services.deliveries.addresses import Forbidden, check_url
from api.services.deliveries.webhooks import SECRET_PREFIX
from api.services.sealing import ENDPOINT

if TYPE_CHECKING:
    from api.context import Service

_SECRET_BYTES = 32
_MOST = 50
"""Endpoints of one owner: every event becomes a delivery for each."""


def make(
    service: Service,
    owner: str | None,
    actor: str,
    url: str,
    kinds: Sequence[str],
    *,
    before_commit: Callable[[Session, Endpoint, str], None] | None = None,
) -> tuple[Endpoint, str]:
    """A new endpoint, and the secret that is told this once.

    Args:
        owner: API key whose submissions it hears of; None: all.
        before_commit: run in the same transaction.

    Raises:
        Problem: `webhook-url` (422) where the address can never be used; `too-many-webhooks` (409).
    """
    _check(service, url)
    secret = new_secret()
    with service.database.begin() as session:
        if len(list_for(session, owner, everything=False)) >= _MOST:
            raise Problem("too-many-webhooks", 409, most=_MOST)
        endpoint = Endpoint(
            id=new_id("end"),
            owner=owner,
            url=url,
            secret_sealed=service.keyring.seal(secret.encode(), ENDPOINT),
            kinds=list(kinds),
            active=True,
            created_at=service.clock.now(),
        )
        session.add(endpoint)
        audit.record(session, service.clock, actor, "endpoint.made", endpoint.id)
        if before_commit is not None:
            before_commit(session, endpoint, secret)
    return endpoint, secret


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64."""
    return SECRET_PREFIX + base64.b64encode(os.urandom(_SECRET_BYTES)).decode()


def list_for(session: Session, owner: str | None, *, everything: bool) -> list[Endpoint]:
    """The endpoints of an owner, or all, the oldest first."""
    wanted = select(Endpoint).order_by(Endpoint.created_at, Endpoint.id)
    return list(session.scalars(wanted if everything else wanted.where(Endpoint.owner == owner)))


def find(session: Session, endpoint_id: str, owner: str | None, *, everything: bool) -> Endpoint:
    """One endpoint.

    Raises:
        Problem: `not-found`, 404, also where it is another's.
    """
    endpoint = session.get(Endpoint, endpoint_id)
    if endpoint is None or not (everything or endpoint.owner == owner):
        raise not_found()
    return endpoint


def change(
    service: Service,
    endpoint: Endpoint,
    actor: str,
    *,
    url: str | None = None,
    kinds: Sequence[str] | None = None,
    active: bool | None = None,
) -> Endpoint:
    """Change what is given.

    Raises:
        Problem: as for `make`; `not-found` (404) where it was erased meanwhile.
    """
    if url is not None:
        _check(service, url)
    with service.database.begin() as session:
        row = _again(session, endpoint)
        row.url = row.url if url is None else url
        row.kinds = row.kinds if kinds is None else list(kinds)
        row.active = row.active if active is None else active
        audit.record(session, service.clock, actor, "endpoint.changed", row.id, active=row.active)
    return row


def renew_secret(
    service: Service,
    endpoint: Endpoint,
    actor: str,
    *,
    before_commit: Callable[[Session, str], None] | None = None,
) -> str:
    """A new secret in place of the old one, told this once.

    Args:
        before_commit: run in the same transaction.
    """
    secret = new_secret()
    with service.database.begin() as session:
        row = _again(session, endpoint)
        row.secret_sealed = service.keyring.seal(secret.encode(), ENDPOINT)
        audit.record(session, service.clock, actor, "endpoint.secret", row.id)
        if before_commit is not None:
            before_commit(session, secret)
    return secret


def erase(service: Service, endpoint: Endpoint, actor: str) -> None:
    """Send nothing there any more; what waits for it is dropped when its turn comes."""
    with service.database.begin() as session:
        session.delete(_again(session, endpoint))
        audit.record(session, service.clock, actor, "endpoint.erased", endpoint.id)


def deliveries(
    session: Session, owner: str | None, *, everything: bool, state: str | None, endpoint_id: str | None, limit: int
) -> list[Delivery]:
    """The newest deliveries. Letters are seen by administrators only."""
    wanted = select(Delivery).order_by(Delivery.created_at.desc(), Delivery.id).limit(limit)
    if not everything:
        own = select(Endpoint.id).where(Endpoint.owner == owner)
        wanted = wanted.where(Delivery.channel == "webhook", Delivery.target.in_(own))
    if state is not None:
        wanted = wanted.where(Delivery.state == state)
    if endpoint_id is not None:
        wanted = wanted.where(Delivery.target == endpoint_id)
    return list(session.scalars(wanted))


def replay(service: Service, delivery_id: str, owner: str | None, actor: str, *, everything: bool) -> Delivery:
    """Try a delivery anew that was given up or dropped, under the same id.

    Raises:
        Problem: `not-found` (404); `not-replayable` (409) where it waits still, or was acknowledged.
    """
    with service.database.begin() as session:
        delivery = session.get(Delivery, delivery_id, with_for_update=True)
        if delivery is None:
            raise not_found()
        if not everything:
            find(session, delivery.target, owner, everything=False)
        if delivery.state not in ("dead", "dropped"):
            raise Problem("not-replayable", 409, state=delivery.state)
        delivery.state, delivery.attempts, delivery.due_at = "pending", 0, service.clock.now()
        audit.record(session, service.clock, actor, "delivery.replayed", delivery.id)
    return delivery


def _check(service: Service, url: str) -> None:
    try:
        check_url(url, private=service.settings.webhook_private)
    except Forbidden as refusal:
        raise Problem("webhook-url", 422, why=str(refusal)) from refusal


def _again(session: Session, endpoint: Endpoint) -> Endpoint:
    row = session.get(Endpoint, endpoint.id, with_for_update=True)
    if row is None:
        raise not_found()
    return row
