"""The same POST sent again has the effect of one: header Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key).

A request with a key first claims it; the answer is written under the key before it is sent. What creates something
writes its answer in the transaction that creates it (`keep`), so that a crash between commit and reply loses nothing:
the request sent again gets the answer that was never received. A refusal changed nothing and frees the key. Of answers
that are not to be kept (checks of pictures) only the request's hash stays: sent again, they are computed again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.db.records import Answered
from api.errors import Problem

if TYPE_CHECKING:
    from api.context import Service

KEPT_FOR = timedelta(hours=24)
_PURPOSE = "answer"
_RUNNING, _DONE = "running", "done"
_SLACK_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that this request runs under.

    Attributes:
        key: SHA-256 of who sent it, where to, and the key.
        service: for sealing.
    """

    key: str
    service: Service


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to the first request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def key_hash(who: str, method: str, target: str, key: str) -> str:
    """Under which a key is kept: one caller's keys are not another's.

    Args:
        target: path and query.
    """
    return hashlib.sha256(json.dumps([who, method, target, key]).encode()).hexdigest()


def claim(service: Service, key: str, body_hash: str) -> Claim | Answer:
    """Take a key, or find what was answered under it.

    Raises:
        Problem: `key-reused`, 422, for another body; `key-running`, 409, while the first request is being answered.
    """
    now = service.clock.now()
    try:
        with service.database.begin() as session:
            session.execute(delete(Answered).where(Answered.created_at < now - KEPT_FOR))
            found = session.get(Answered, key, with_for_update=True)
            if found is None:
                session.add(Answered(key=key, body_hash=body_hash, state=_RUNNING, created_at=now))
                return Claim(key, service)
            return _found(service, found, body_hash, now)
    except IntegrityError:  # two at once on PostgreSQL: the other one was first
        raise _running() from None


def _found(service: Service, found: Answered, body_hash: str, now: datetime) -> Claim | Answer:
    if found.body_hash != body_hash:
        raise Problem("key-reused", 422)
    if found.state == _RUNNING:
        if now - found.created_at < _lease(service):
            raise _running()
        found.created_at = now  # whoever ran it is gone
        return Claim(found.key, service)
    if found.status is None or found.body_sealed is None:
        return Claim(found.key, service)
    return Answer(found.status, found.headers or {}, service.keyring.open(found.body_sealed, _PURPOSE))


def _lease(service: Service) -> timedelta:
    """Longer than any request runs."""
    return timedelta(seconds=3 * service.settings.check_seconds + _SLACK_SECONDS)


def _running() -> Problem:
    return Problem("key-running", 409, headers={"Retry-After": "2"})


def keep(
    session: Session, claimed: Claim | None, status: int, body: BaseModel, headers: Mapping[str, str] | None = None
) -> None:
    """Write the answer in the transaction of what it tells; nothing happens where the request has no key.

    Args:
        claimed: `request.state.idempotency`, as `claim_of` gives it.
        body: exactly what the route returns.
        headers: those of the answer beside Content-Type.
    """
    if claimed is not None:
        told = body.model_dump_json(by_alias=True).encode()
        _write(session, claimed, Answer(status, {"content-type": "application/json", **(headers or {})}, told))


def finish(claimed: Claim, answer: Answer | None) -> None:
    """Write the answer, unless it was kept already; None where nothing of it may be kept."""
    with claimed.service.database.begin() as session:
        _write(session, claimed, answer)


def _write(session: Session, claimed: Claim, answer: Answer | None) -> None:
    row = session.get(Answered, claimed.key)
    if row is None or row.state == _DONE:
        return
    row.state = _DONE
    if answer is not None:
        row.status, row.headers = answer.status, dict(answer.headers)
        row.body_sealed = claimed.service.keyring.seal(answer.body, _PURPOSE)


def release(claimed: Claim) -> None:
    """Free a key whose request changed nothing."""
    with claimed.service.database.begin() as session:
        session.execute(delete(Answered).where(Answered.key == claimed.key, Answered.state == _RUNNING))


def claim_of(request: Any) -> Claim | None:
    """The claim of a request, for `keep`."""
    found: Claim | None = getattr(request.state, "idempotency", None)
    return found
