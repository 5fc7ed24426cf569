"""What an applicant tells of themselves: a name to compare with, an address for news. Both are sealed."""

from __future__ import annotations

from api.context import Service
from api.db.submissions import State
from api.errors import Problem
from api.services import audit, life
from api.services.lookup import current_uploads, find
from api.services.sealing import CONTACT, NAME
from api.services.uploads import put_item


def set_name(service: Service, submission_id: str, name: str, actor: str) -> None:
    """Keep the applicant's name; a signature that is there already is compared with it anew.

    Raises:
        Problem: `wrong-state`, 409, once it was submitted; else as `uploads.put_item`.
    """
    _keep(service, submission_id, actor, name_sealed=service.keyring.seal(name.encode(), NAME))
    with service.database.read() as session:
        signature = current_uploads(session, submission_id).get("signature")
    if signature is not None and signature.original_key is not None:
        put_item(service, submission_id, "signature", service.blobs.get(signature.original_key), actor)


def set_contact(service: Service, submission_id: str, contact: str, actor: str) -> None:
    """Keep the address for news, or forget it where `contact` is empty.

    Raises:
        Problem: `wrong-state`, 409, once it was submitted.
    """
    sealed = service.keyring.seal(contact.encode(), CONTACT) if contact else None
    _keep(service, submission_id, actor, contact_sealed=sealed)


def read_name(service: Service, sealed: bytes | None) -> str:
    """A name that was kept; empty where none is."""
    return service.keyring.open(sealed, NAME).decode() if sealed else ""


def read_contact(service: Service, sealed: bytes | None) -> str:
    """An address that was kept; empty where none is."""
    return service.keyring.open(sealed, CONTACT).decode() if sealed else ""


def _keep(service: Service, submission_id: str, actor: str, **sealed: bytes | None) -> None:
    with service.database.begin() as session:
        submission = find(session, submission_id, lock=True)
        if submission.state not in (State.DRAFT, State.CHECKED):
            raise Problem("wrong-state", 409, state=submission.state)
        for column, value in sealed.items():
            setattr(submission, column, value)
        life.touch(service.clock, submission)
        audit.record(session, service.clock, actor, "submission.details-kept", submission.id, which=sorted(sealed))
