"""Wraps everything sealed by the newest master key, while reading and writing go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute

from api.db.outbox import Endpoint
from api.db.people import Account
from api.db.records import Answered
from api.db.submissions import Submission, Upload
from api.jobs.work import Regular
from api.services.sealing import ANSWER, CONTACT, ENDPOINT, FIELDS, NAME, TOTP

if TYPE_CHECKING:
    from api.context import Service

_AT_ONCE = 500
SEALED: tuple[tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any], str], ...] = (
    (Submission.id, Submission.name_sealed, NAME),
    (Submission.id, Submission.contact_sealed, CONTACT),
    (Upload.id, Upload.fields_sealed, FIELDS),
    (Endpoint.id, Endpoint.secret_sealed, ENDPOINT),
    (Account.id, Account.totp_sealed, TOTP),
    (Answered.key, Answered.body_sealed, ANSWER),
)
"""Every sealed column with its key and purpose. Attempts to sign in live for minutes and are left."""


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How many were wrapped anew."""

    pictures: int
    values: int


def rewrap_all(service: Service) -> Rewrapped:
    """Wrap anew what is not wrapped by the newest key. Stopped half-way, it goes on when called again."""
    service.keyring.reload()
    values = sum(_rewrap_column(service, *column) for column in SEALED)
    stored = service.blobs.store.keys()
    return Rewrapped(sum(_rewrap_picture(service, key) for key in stored), values)


def _rewrap_picture(service: Service, key: str) -> bool:
    try:
        return service.blobs.rewrap(key)
    except KeyError:  # erased meanwhile
        return False


def _rewrap_column(
    service: Service, identity: InstrumentedAttribute[Any], column: InstrumentedAttribute[Any], purpose: str
) -> int:
    done = 0
    for ids in _batches(service, identity, column):
        with service.database.begin() as session:
            for key, sealed in session.execute(select(identity, column).where(identity.in_(ids))):
                fresh = service.keyring.rewrap(sealed, purpose) if sealed is not None else None
                if fresh is not None:  # unless it was changed meanwhile
                    session.execute(
                        update(column.class_).where(identity == key, column == sealed).values({column: fresh})
                    )
                    done += 1
    return done


def _batches(
    service: Service, identity: InstrumentedAttribute[Any], column: InstrumentedAttribute[Any]
) -> Iterator[list[str]]:
    after = ""
    while True:
        with service.database.read() as session:
            wanted = select(identity).where(identity > after, column.is_not(None)).order_by(identity).limit(_AT_ONCE)
            ids = list(session.scalars(wanted))
        if not ids:
            return
        yield ids
        after = ids[-1]


def _nightly(service: Service) -> None:
    rewrap_all(service)


REWRAP = Regular("rewrap", "11 2 * * *", _nightly)
