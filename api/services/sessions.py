"""Signed-in browsers: the cookie holds a random secret, the table only its hash."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.clock import Clock
from api.context import Service
from api.db import people
from api.ids import new_secret


def open_session(session: Session, service: Service, account: people.Account) -> tuple[str, people.Session]:
    """Sign an account in; returns the cookie's value and the row."""
    now = service.clock.now()
    secret = new_secret()
    row = people.Session(
        id=_hash(secret),
        account_id=account.id,
        csrf=new_secret(),
        created_at=now,
        expires_at=now + timedelta(hours=service.settings.session_hours),
    )
    session.execute(delete(people.Session).where(people.Session.expires_at <= now))
    session.add(row)
    return secret, row


def find_session(session: Session, clock: Clock, secret: str) -> people.Session | None:
    """The session of a cookie; None where it ended, or its account was closed."""
    row = session.get(people.Session, _hash(secret))
    if row is None or row.expires_at <= clock.now() or not row.account.active:
        return None
    return row


def close_session(session: Session, secret: str) -> None:
    """Sign out; nothing happens where it ended already."""
    session.execute(delete(people.Session).where(people.Session.id == _hash(secret)))


def close_all_sessions(session: Session, account_id: str) -> None:
    """Sign an account out everywhere: its password, roles or state changed."""
    session.execute(delete(people.Session).where(people.Session.account_id == account_id))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
