"""How many faces are stored: 100,000 must be filed with the authority, so an alert comes before."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.db.records import Receipt
from api.db.submissions import Upload
from api.jobs.work import Regular

if TYPE_CHECKING:
    from api.context import Service

_log = logging.getLogger(__name__)
_WITH_A_FACE = ("portrait", "id-portrait")


def stored_faces(session: Session) -> int:
    """Pictures with a face that are kept now, every try counted; a receipt's own picture too."""
    uploads = select(func.count()).where(Upload.item.in_(_WITH_A_FACE), Upload.original_key.is_not(None))
    receipts = select(func.count()).where(Receipt.picture_key.is_not(None))
    return (session.scalar(uploads) or 0) + (session.scalar(receipts) or 0)


def watch(service: Service) -> None:
    """Say it in the log where the alert is reached."""
    with service.database.read() as session:
        faces = stored_faces(session)
    if faces >= service.settings.faces_alert:
        _log.warning("stored faces: %d, alert at %d", faces, service.settings.faces_alert)


WATCH_FACES = Regular("watch-faces", "5 * * * *", watch)
