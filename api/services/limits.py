"""How often one key or address may call: a token bucket each, in the database, so that replicas count together."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.context import Service
from api.db.people import Bucket
from api.errors import Problem

_FORGET_AFTER = timedelta(hours=1)
_IPV6_NETWORK = 64
"""Bits of an IPv6 address that name a subscriber: the rest is the subscriber's own to choose."""


def take(service: Service, key: str, a_minute: float) -> None:
    """Take one token from a bucket that holds a minute's worth and refills steadily.

    Args:
        key: whose bucket: of `key_bucket` or `address_bucket`.
        a_minute: tokens a minute, and at most in the bucket.

    Raises:
        Problem: `too-many-requests`, 429, with Retry-After, where it is empty.
    """
    now = service.clock.now()
    with service.database.begin() as session:
        bucket = _locked(session, service, key)
        refilled = (now - bucket.updated_at).total_seconds() * a_minute / 60
        bucket.tokens = min(a_minute, bucket.tokens + max(0.0, refilled))
        bucket.updated_at = now
        missing = 1 - bucket.tokens
        if missing <= 0:
            bucket.tokens -= 1
    if missing > 0:
        wait = math.ceil(missing * 60 / a_minute)
        raise Problem("too-many-requests", 429, headers={"Retry-After": str(wait)}, seconds=wait)


def _locked(session: Session, service: Service, key: str) -> Bucket:
    """The bucket, which nobody else changes until the transaction ends; a new one is full."""
    wanted = select(Bucket).where(Bucket.key == key).with_for_update()
    found = session.scalars(wanted).one_or_none()
    if found is not None:
        return found
    now = service.clock.now()
    session.execute(delete(Bucket).where(Bucket.updated_at < now - _FORGET_AFTER))
    insert = sqlite.insert(Bucket) if service.database.is_sqlite else postgresql.insert(Bucket)
    session.execute(insert.values(key=key, tokens=_FULL, updated_at=now).on_conflict_do_nothing())
    return session.scalars(wanted).one()


_FULL = 1e9
"""Cut to what the bucket holds when it is first used."""


def key_bucket(key_id: str) -> str:
    """The bucket of an API key or account."""
    return f"caller {key_id}"


def address_bucket(service: Service, address: str, purpose: str = "address") -> str:
    """The bucket of an address, which is not kept itself."""
    try:
        parsed = ipaddress.ip_address(address)
        if parsed.version == 6:
            address = str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))
    except ValueError:
        pass  # a name, as test clients and Unix sockets give
    told = hmac.new(service.keyring.derive("addresses"), address.encode(), hashlib.sha256).hexdigest()
    return f"{purpose} {told[:32]}"
