"""What has been kept long enough, by class."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from api.db.outbox import Delivery, Event
from api.db.people import Bucket, SignInAttempt
from api.db.people import Session as SignedIn
from api.db.records import Answered, Receipt
from api.db.review import Decision, Mark, Task
from api.db.submissions import State, Submission, Upload
from api.jobs.work import Regular
from api.services import life
from api.services.idempotency import KEPT_FOR
from api.services.retention.erase import erase

if TYPE_CHECKING:
    from api.context import Service

_log = logging.getLogger(__name__)
_AT_ONCE = 200
_UNFINISHED = (State.DRAFT.value, State.CHECKED.value)


def keep_no_longer(service: Service) -> None:
    """Erase everything whose time is over."""
    for submission_id in _pick(service, _left_drafts(service)):
        _end_draft(service, submission_id)
    for why, due in (("withdrawn", _withdrawn(service)), ("decided", _decided(service))):
        for submission_id in _pick(service, due):
            erase(service, submission_id, "clock", why)
    _erase_receipts(service)
    for submission_id in _pick(service, _records(service)):
        _forget(service, submission_id)
    _erase_short_lived(service)


def _pick(service: Service, due: ColumnElement[bool]) -> list[str]:
    with service.database.read() as session:
        return list(session.scalars(select(Submission.id).where(due).limit(_AT_ONCE)))


def _left_drafts(service: Service) -> ColumnElement[bool]:
    before = service.clock.now() - timedelta(days=service.settings.keep_draft_days)
    return and_(Submission.state.in_(_UNFINISHED), Submission.changed_at < before)


def _withdrawn(service: Service) -> ColumnElement[bool]:
    """Nobody needs the pictures of a withdrawn one: they are kept no longer than a draft's."""
    before = service.clock.now() - timedelta(days=service.settings.keep_draft_days)
    return and_(
        Submission.state == State.WITHDRAWN.value, Submission.erased_at.is_(None), Submission.changed_at < before
    )


def _decided(service: Service) -> ColumnElement[bool]:
    """Approved ones; and those of known answer, which nothing ever decides."""
    before = service.clock.now() - timedelta(days=service.settings.keep_decided_days)
    approved = and_(Submission.state == State.APPROVED.value, Submission.decided_at < before)
    known = and_(Submission.purpose != "real", Submission.created_at < before)
    return and_(Submission.erased_at.is_(None), or_(approved, known))


def _records(service: Service) -> ColumnElement[bool]:
    before = service.clock.now() - timedelta(days=service.settings.keep_record_days)
    return and_(Submission.erased_at < before, Submission.changed_at < before)


def _end_draft(service: Service, submission_id: str) -> None:
    """Withdraw it by the clock; meanwhile its applicant may have gone on."""
    with service.database.begin() as session:
        submission = session.get(Submission, submission_id, with_for_update=True)
        still = session.scalars(select(Submission.id).where(Submission.id == submission_id, _left_drafts(service)))
        if submission is None or still.first() is None:
            return
        life.move(session, service.clock, submission, State.WITHDRAWN, "clock", reason="left")
        submission.decided_at = submission.changed_at
    erase(service, submission_id, "clock", "draft")


def _erase_receipts(service: Service) -> None:
    """Pictures of receipts go with those of decided applications, the receipts themselves with the records."""
    now, settings = service.clock.now(), service.settings
    with service.database.begin() as session:
        old = Receipt.issued_at < now - timedelta(days=settings.keep_decided_days)
        keys = []
        for receipt in session.scalars(select(Receipt).where(old, Receipt.picture_key.is_not(None)).limit(_AT_ONCE)):
            keys.append(str(receipt.picture_key))
            receipt.picture_key = None
        session.execute(delete(Receipt).where(Receipt.issued_at < now - timedelta(days=settings.keep_record_days)))
    for key in keys:
        service.blobs.delete(key)


def _forget(service: Service, submission_id: str) -> None:
    """The record itself. The audit log keeps its id."""
    with service.database.begin() as session:
        _delete_rows(session, submission_id)
    _log.info("record erased")


def _delete_rows(session: Session, submission_id: str) -> None:
    uploads = select(Upload.id).where(Upload.submission_id == submission_id)
    told = select(Event.id).where(Event.submission_id == submission_id)
    session.execute(delete(Mark).where(Mark.upload_id.in_(uploads)))
    session.execute(delete(Delivery).where(Delivery.event_id.in_(told)))
    for table in (Decision, Task, Event, Receipt, Upload):
        session.execute(delete(table).where(table.submission_id == submission_id))
    session.execute(delete(Submission).where(Submission.id == submission_id))


def _erase_short_lived(service: Service) -> None:
    """Answers to repeated requests, sessions, attempts to sign in, rates."""
    now = service.clock.now()
    over: Iterable[ColumnElement[bool]] = (
        Answered.created_at < now - KEPT_FOR,
        SignedIn.expires_at < now,
        SignInAttempt.expires_at < now,
        Bucket.updated_at < now - timedelta(days=1),
    )
    with service.database.begin() as session:
        for table, due in zip((Answered, SignedIn, SignInAttempt, Bucket), over, strict=True):
            session.execute(delete(table).where(due))


RETENTION = Regular("retention", "23 * * * *", keep_no_longer)
