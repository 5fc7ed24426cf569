"""Whether everything that is kept fits together: after a restore, or whenever somebody doubts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.db.records import Receipt
from api.db.submissions import Upload
from api.services import audit
from api.services.sealing import CannotOpen

if TYPE_CHECKING:
    from api.context import Service


@dataclass(frozen=True, slots=True)
class Sanity:
    """What was looked at, and each thing that is wrong: a code and an id."""

    pictures: int
    audit_lines: int
    faults: tuple[tuple[str, str], ...]


def examine(service: Service) -> Sanity:
    """Open every picture that a row names, compare originals with their hashes, follow the audit log."""
    faults: list[tuple[str, str]] = []
    pictures = 0
    with service.database.read() as session:
        uploads = session.execute(
            select(Upload.id, Upload.sha256, Upload.original_key, Upload.display_key, Upload.prepared_key)
        ).all()
        receipts = session.execute(select(Receipt.id, Receipt.picture_key)).all()
        chain = audit.verify(session)
    if chain.broken_at is not None:
        faults.append(("audit-broken", str(chain.broken_at)))
    for identity, sha256, original, *others in uploads:
        for key in (original, *others):
            if key is not None:
                pictures += 1
                faults += [(code, identity) for code in _picture(service, key, sha256 if key == original else None)]
    for identity, key in receipts:
        if key is not None:
            pictures += 1
            faults += [(code, identity) for code in _picture(service, key, None)]
    return Sanity(pictures, chain.good, tuple(faults))


def _picture(service: Service, key: str, sha256: str | None) -> list[str]:
    try:
        data = service.blobs.get(key)
    except KeyError:
        return ["picture-missing"]
    except CannotOpen:
        return ["picture-cannot-be-opened"]
    return ["picture-changed"] if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256 else []
