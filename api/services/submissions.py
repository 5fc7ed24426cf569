"""A submission from its beginning to the reviewers' queue. Pictures are `api.services.uploads`'s."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db.outbox import Event
from api.db.submissions import State, Submission, Upload
from api.errors import Problem
from api.ids import new_id, new_reference, new_secret
from api.services import events, life
from api.services.lookup import current_uploads as current_uploads
from api.services.lookup import find as find
from api.services.lookup import find_by_reference as find_by_reference
from api.services.lookup import secret_hash
from api.services.profiles import check_submission_profile
from api.services.review.queue import close_tasks, open_task
from api.services.sealing import CONTACT, NAME
from api.services.uploads import ITEMS, mended
from api.services.uploads import accept_prepared as accept_prepared
from api.services.uploads import delete_item as delete_item
from api.services.uploads import offered_swaps as offered_swaps
from api.services.uploads import put_item as put_item
from api.services.uploads import read_fields as read_fields
from api.services.uploads import swap as swap
from photocheck.messages import Language

if TYPE_CHECKING:
    from api.context import Service

CONSENTS = ("2026-11",)
"""Versions of the text that an applicant agrees to, the one shown now last."""
_BLOCKING = frozenset({"file-format", "multi-frame"})
"""A file that the authority's system cannot take is not sent on; everything else a person decides."""


@dataclass(frozen=True, slots=True)
class Created:
    """A new submission, and the secret that only its applicant gets."""

    submission: Submission
    secret: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A submission with what belongs to it."""

    submission: Submission
    uploads: dict[str, Upload]
    events: list[Event]


def create(
    service: Service,
    *,
    profile: str,
    language: Language,
    consent: str,
    guardian_consent: bool = False,
    name: str | None = None,
    contact: str | None = None,
    owner: str | None = None,
    before_commit: Callable[[Session, Created], None] | None = None,
) -> Created:
    """Begin an application.

    Args:
        profile: of a submission, or of the portrait in it.
        consent: version of the text that was agreed to.
        name: as on the form; sealed.
        contact: an e-mail address for news; sealed.
        owner: id of the API key that makes it.
        before_commit: run in the same transaction.

    Raises:
        Problem: `unknown-profile` or `unknown-consent`, 422.
    """
    check_submission_profile(profile)
    if consent not in CONSENTS:
        raise Problem("unknown-consent", 422, known=list(CONSENTS))
    secret, now = new_secret(), service.clock.now()
    submission = Submission(
        id=new_id("sub"),
        reference=new_reference(),
        secret_hash=secret_hash(secret),
        profile=profile,
        language=language,
        state=State.DRAFT.value,
        owner=owner,
        name_sealed=service.keyring.seal(name.encode(), NAME) if name else None,
        contact_sealed=service.keyring.seal(contact.encode(), CONTACT) if contact else None,
        consent=consent,
        consent_at=now,
        guardian_consent=guardian_consent,
        created_at=now,
        changed_at=now,
    )
    created = Created(submission, secret)
    actor = "applicant" if owner is None else f"key:{owner}"
    with service.database.begin() as session:
        session.add(submission)
        session.flush()
        events.tell(session, service.clock, submission, "submission.created", actor, profile=profile, consent=consent)
        if before_commit is not None:
            before_commit(session, created)
    return created


def load_for_view(session: Session, submission_id: str) -> Seen:
    """Everything that a page or program is shown of a submission.

    Raises:
        Problem: `not-found`, 404.
    """
    submission = find(session, submission_id)
    told = select(Event).where(Event.submission_id == submission_id).order_by(Event.number)
    return Seen(submission, current_uploads(session, submission_id), list(session.scalars(told)))


def owned(
    session: Session, owner: str, *, state: State | None = None, after: str | None = None, limit: int = 50
) -> list[Submission]:
    """Submissions that a key made, by id, which is their order for going on from page to page.

    Args:
        after: the last id of the page before.
    """
    wanted = select(Submission).where(Submission.owner == owner).order_by(Submission.id).limit(limit)
    if state is not None:
        wanted = wanted.where(Submission.state == state.value)
    if after is not None:
        wanted = wanted.where(Submission.id > after)
    return list(session.scalars(wanted))


def obstacles(submission: Submission, uploads: dict[str, Upload]) -> Problem | None:
    """Why a submission cannot be submitted now; None where it can."""
    if submission.state not in (State.DRAFT, State.CHECKED, State.RETURNED):
        return Problem("wrong-state", 409, state=submission.state)
    missing = [item for item in ITEMS if item not in uploads]
    if missing:
        return Problem("incomplete", 409, items=missing)
    if submission.state == State.RETURNED:
        left = [item for item in submission.returned_items if not mended(submission, uploads[item])]
        if left:
            return Problem("not-mended", 409, items=left)
    blocked = [item for item, upload in uploads.items() if _blocks(upload)]
    if blocked:
        return Problem("wrong-file", 409, items=blocked)
    if submission.verdict is None or submission.state == State.DRAFT:
        return Problem("wrong-state", 409, state=submission.state)
    return None


def _blocks(upload: Upload) -> bool:
    report = upload.prepared_report if upload.prepared_accepted and upload.prepared_report else upload.report
    findings = report["en"]["findings"]
    return any(found["check"] in _BLOCKING and found["outcome"] == "fail" for found in findings)


def submit(
    service: Service, submission_id: str, actor: str, *, before_commit: Callable[[Session], None] | None = None
) -> Submission:
    """Hand a complete, checked submission to the reviewers; or a returned one, once it is mended.

    Raises:
        Problem: 409 with what is in its way: see `obstacles`.
    """
    with service.database.begin() as session:
        submission = find(session, submission_id, lock=True)
        obstacle = obstacles(submission, current_uploads(session, submission_id))
        if obstacle is not None:
            raise obstacle
        again = submission.state == State.RETURNED
        now = service.clock.now()
        submission.submitted_at = now
        submission.due_at = now + timedelta(hours=service.settings.review_hours)
        submission.decided_at = submission.mend_by = None
        submission.returned_items = []
        submission.tries += again
        facts = {"verdict": submission.verdict, "tries": submission.tries}
        life.move(session, service.clock, submission, State.SUBMITTED, actor, **facts)
        open_task(session, service.clock, service.settings, submission, stage="first")
        if before_commit is not None:
            before_commit(session)
    return submission


def withdraw(
    service: Service,
    submission_id: str,
    actor: str,
    *,
    reason: str = "asked",
    before_commit: Callable[[Session], None] | None = None,
) -> Submission:
    """End a submission; nobody reviews it any more.

    Args:
        actor: `applicant`, `key:ID`, or `clock`.
        reason: `asked`, or `not-mended` where the time to mend it is over.

    Raises:
        Problem: `wrong-state`, 409, where it has ended already.
    """
    with service.database.begin() as session:
        submission = find(session, submission_id, lock=True)
        life.move(session, service.clock, submission, State.WITHDRAWN, actor, reason=reason)
        submission.decided_at = submission.changed_at
        close_tasks(session, service.clock, submission)
        if before_commit is not None:
            before_commit(session)
    return submission
