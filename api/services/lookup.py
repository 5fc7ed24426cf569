"""Finding a submission and its pictures."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db.submissions import Submission, Upload
from api.errors import not_found


def secret_hash(secret: str) -> str:
    """What is kept of an applicant's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(
    session: Session, submission_id: str, *, secret: str | None = None, owner: str | None = None, lock: bool = False
) -> Submission:
    """A submission by id.

    Args:
        secret: where given, it must be the applicant's.
        owner: where given, it must be the key that made the submission.
        lock: hold its row to the end of the transaction (PostgreSQL; SQLite has one writer anyway).

    Raises:
        Problem: `not-found`, 404.
    """
    wanted = select(Submission).where(Submission.id == submission_id)
    return _allowed(session.scalars(wanted.with_for_update() if lock else wanted).first(), secret, owner)


def find_by_reference(session: Session, reference: str, secret: str) -> Submission:
    """A submission by the reference that its applicant can read out, with the secret of its link.

    Raises:
        Problem: `not-found`, 404.
    """
    wanted = select(Submission).where(Submission.reference == reference.strip().upper())
    return _allowed(session.scalars(wanted).first(), secret, None)


def _allowed(found: Submission | None, secret: str | None, owner: str | None) -> Submission:
    if found is None:
        raise not_found()
    if secret is not None and not hmac.compare_digest(found.secret_hash, secret_hash(secret)):
        raise not_found()
    if owner is not None and found.owner != owner:
        raise not_found()
    return found


def current_uploads(session: Session, submission_id: str) -> dict[str, Upload]:
    """The picture that counts in each place that has one."""
    wanted = select(Upload).where(Upload.submission_id == submission_id, Upload.current)
    return {upload.item: upload for upload in session.scalars(wanted)}
