"""Rows made directly, for tests of what happens to them later."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from api.context import Service
from api.db.submissions import State, Submission, Upload
from api.ids import new_id, new_reference
from api.services.sealing import CONTACT, FIELDS, NAME

ADDRESS = "li.xiaoming@applicant.example"
PERSON = "李小明"


def make_submission(session: Session, service: Service, **given: Any) -> Submission:
    """A submission of an invented person; columns may be given."""
    now = service.clock.now()
    columns: dict[str, Any] = {
        "id": new_id("sub"),
        "reference": new_reference(),
        "secret_hash": "0" * 64,
        "profile": "cn-exit-entry-submission",
        "language": "en",
        "state": State.DRAFT.value,
        "consent": "2026-11",
        "consent_at": now,
        "created_at": now,
        "changed_at": now,
        "name_sealed": service.keyring.seal(PERSON.encode(), NAME),
        "contact_sealed": service.keyring.seal(ADDRESS.encode(), CONTACT),
    }
    submission = Submission(**(columns | given))
    session.add(submission)
    session.flush()
    return submission


def make_upload(session: Session, service: Service, submission: Submission, item: str, **given: Any) -> Upload:
    """A try at one item with three blobs that hold its canary."""
    canary = f"CANARY {submission.id} {item}".encode()
    report = {
        "zh-CN": {"verdict": "pass", "fields": {"name": {"text": "李*"}}},
        "en": {"verdict": "pass", "fields": {}},
    }
    columns: dict[str, Any] = {
        "id": new_id("upl"),
        "submission_id": submission.id,
        "item": item,
        "number": 1,
        "tries": 1,
        "sha256": "0" * 64,
        "size": len(canary),
        "verdict": "pass",
        "report": report,
        "fields_sealed": service.keyring.seal(PERSON.encode(), FIELDS),
        "profile": "cn-exit-entry",
        "intake": "final",
        "original_key": service.blobs.put(canary),
        "display_key": service.blobs.put(canary),
        "prepared_key": service.blobs.put(canary),
        "width": 10,
        "height": 10,
        "created_at": service.clock.now(),
    }
    upload = Upload(**(columns | given))
    session.add(upload)
    session.flush()
    return upload
