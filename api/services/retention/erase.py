"""Erasing one application: pictures, names, addresses, what was read. What stays are codes, measures and times."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.clock import today_in_china
from api.db.records import Receipt
from api.db.review import Mark
from api.db.submissions import Submission, Upload
from api.services import events

if TYPE_CHECKING:
    from api.context import Service

_PICTURES = ("original_key", "display_key", "prepared_key")


def erase(service: Service, submission_id: str, actor: str, why: str) -> int:
    """Erase what is personal, and tell; the pictures' files go once that is durable.

    Of an application that was never submitted nothing else stays either.

    Args:
        why: `draft`, `withdrawn`, `decided` or `asked`.

    Returns:
        How many pictures were erased.
    """
    with service.database.begin() as session:
        submission = session.get_one(Submission, submission_id, with_for_update=True)
        if submission.erased_at is not None:
            return 0
        keys = [*_clear_uploads(session, submission), *_clear_receipts(session, submission_id)]
        submission.name_sealed = submission.contact_sealed = None
        submission.report = _without_fields(submission.report)
        submission.erased_at = service.clock.now()
        backups_gone = today_in_china(service.clock) + timedelta(days=service.settings.backup_days)
        facts = {"why": why, "pictures": len(keys), "backups_gone_by": backups_gone.isoformat()}
        events.tell(session, service.clock, submission, "submission.erased", actor, **facts)
    for key in keys:
        service.blobs.delete(key)
    return len(keys)


def _clear_uploads(session: Session, submission: Submission) -> list[str]:
    keys = []
    uploads = list(session.scalars(select(Upload).where(Upload.submission_id == submission.id)))
    for upload in uploads:
        keys += [key for name in _PICTURES if (key := getattr(upload, name)) is not None]
        upload.original_key = upload.display_key = upload.prepared_key = None
        upload.fields_sealed = None
        upload.report = _without_fields(upload.report) or {}
        upload.prepared_report = _without_fields(upload.prepared_report)
    if submission.submitted_at is None:
        submission.report = None
        ids = [upload.id for upload in uploads]
        session.execute(delete(Mark).where(Mark.upload_id.in_(ids)))
        session.execute(delete(Upload).where(Upload.id.in_(ids)))
    return keys


def _clear_receipts(session: Session, submission_id: str) -> list[str]:
    keys = []
    for receipt in session.scalars(select(Receipt).where(Receipt.submission_id == submission_id)):
        if receipt.picture_key is not None:
            keys.append(receipt.picture_key)
        receipt.picture_key = receipt.name_masked = None
    return keys


def _without_fields(report: dict[str, Any] | None) -> dict[str, Any] | None:
    """A report by language without what was read, masked as it is."""
    if report is None:
        return None
    return {
        language: document | {"fields": {}} if isinstance(document, dict) and "fields" in document else document
        for language, document in report.items()
    }
