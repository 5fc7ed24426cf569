"""Keys of programs: `pck_<prefix>_<secret>`. Shown once; only the prefix and a hash are kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.clock import Clock
from api.context import Service
from api.db.people import ApiKey
from api.errors import not_found
from api.ids import new_id
from api.services import audit

START = "pck_"
_SHAPE = re.compile(r"pck_([0-9a-f]{8})_[0-9a-f]{64}\Z")
_NOTE_EVERY = timedelta(minutes=1)


def make_key(session: Session, clock: Clock, label: str, actor: str) -> tuple[str, ApiKey]:
    """A new key; returns its text, which nobody can read again, and the row."""
    prefix = secrets.token_hex(4)
    text = f"{START}{prefix}_{secrets.token_hex(32)}"
    row = ApiKey(
        id=new_id("key"), prefix=prefix, key_hash=_hash(text), label=label, active=True, created_at=clock.now()
    )
    session.add(row)
    session.flush()
    audit.record(session, clock, actor, "key.made", row.id)
    return text, row


def find_key(session: Session, text: str) -> ApiKey | None:
    """The key a program gave; None where it is none of ours, or was switched off."""
    shape = _SHAPE.match(text)
    if shape is None:
        return None
    row = session.scalars(select(ApiKey).where(ApiKey.prefix == shape[1], ApiKey.active)).one_or_none()
    return row if row is not None and hmac.compare_digest(row.key_hash, _hash(text)) else None


def note_use(service: Service, key_id: str, used_at: datetime | None) -> None:
    """Remember when a key was last used, to the minute."""
    now = service.clock.now()
    if used_at is not None and now - used_at < _NOTE_EVERY:
        return
    with service.database.begin() as session:
        row = session.get(ApiKey, key_id)
        if row is not None:
            row.used_at = now


def switch_off(session: Session, clock: Clock, key_id: str, actor: str) -> None:
    """The key is refused from now on.

    Raises:
        Problem: `not-found` where there is no such key.
    """
    row = session.get(ApiKey, key_id)
    if row is None:
        raise not_found()
    row.active = False
    audit.record(session, clock, actor, "key.switched-off", key_id)


def all_keys(session: Session) -> list[ApiKey]:
    """Every key, the newest first."""
    return list(session.scalars(select(ApiKey).order_by(ApiKey.created_at.desc())))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
