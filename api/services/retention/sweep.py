"""Pictures that no row knows: of a crash between a picture and its row, when either is kept or erased."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.db.records import Receipt
from api.db.submissions import Upload
from api.jobs.work import Regular

if TYPE_CHECKING:
    from api.context import Service

_log = logging.getLogger(__name__)
_SETTLED = timedelta(hours=1)
"""A picture is kept moments before its row."""


def sweep(service: Service) -> int:
    """Erase pictures older than an hour that no row names, and files half written then; returns how many."""
    before = service.clock.now() - _SETTLED
    store = service.blobs.store
    old = list(store.older_than(before))  # before the rows are read: what is not named then never will be
    unknown = set(old) - _known(service)
    for key in unknown:
        service.blobs.delete(key)
    swept = len(unknown) + store.drop_unfinished(before)
    if swept:
        _log.warning("pictures without a row: %d erased", swept)
    return swept


def _known(service: Service) -> set[str]:
    columns = (Upload.original_key, Upload.display_key, Upload.prepared_key, Receipt.picture_key)
    known: set[str] = set()
    with service.database.read() as session:
        for column in columns:
            known.update(key for key in session.scalars(select(column).where(column.is_not(None))) if key is not None)
    return known


def _sweep(service: Service) -> None:
    sweep(service)


SWEEP = Regular("sweep", "41 3 * * *", _sweep)
