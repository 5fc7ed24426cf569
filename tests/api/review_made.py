"""Submitted applications for the tests of review: made pictures, and reports as a check would have written them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from api.context import Service
from api.db.people import Account
from api.db.submissions import State, Submission, Upload
from api.ids import new_id, new_reference
from api.services.review import queue
from api.services.review.queue import Reviewer

SAMPLES = Path(__file__).parents[2] / "samples"
PICTURES = {
    "portrait": ("good.jpg", 420, 560),
    "id-portrait": ("id-portrait.jpg", 1284, 810),
    "id-emblem": ("id-emblem.jpg", 1284, 810),
    "signature": ("signature-good.jpg", 1200, 675),
}
PROFILES = {
    "portrait": "cn-exit-entry",
    "id-portrait": "cn-resident-id",
    "id-emblem": "cn-resident-id",
    "signature": "cn-exit-entry-signature",
}
CODES = {"head-height": "GEO02", "sharpness": "QUA01", "card-glare": "CAP08", "ink-contrast": "SIG08"}
PASSING = {
    "portrait": {"head-height": "pass", "sharpness": "pass"},
    "id-portrait": {"card-glare": "pass"},
    "id-emblem": {"card-glare": "pass"},
    "signature": {"ink-contrast": "pass"},
}


def reviewer(service: Service, login: str = "first", *roles: str) -> Reviewer:
    """An account that reviews; the same one for the same login."""
    roles = roles or ("reviewer",)
    with service.database.begin() as session:
        found = session.query(Account).filter(Account.login == login).first()
        account = found or Account(
            id=new_id("acc"),
            login=login,
            display_name=login.capitalize(),
            roles=list(roles),
            created_at=service.clock.now(),
        )
        session.add(account)
        return Reviewer.of(account.id, account.roles)


def finding(check: str, outcome: str, *, value: float = 0.9, region: bool = True) -> dict[str, Any]:
    """A finding as in a report."""
    return {
        "code": CODES.get(check, "GEO02"),
        "check": check,
        "outcome": outcome,
        "value": value,
        "unit": "ratio of image height",
        "limits": {"pass": [0.70, 0.80], "review": [0.65, 0.85]},
        "margin": -2.0 if outcome == "fail" else 0.5,
        "reason": None,
        "regions": [{"type": "box", "label": "head", "points": [[0.2, 0.1], [0.8, 0.9]]}] if region else [],
        "message": f"{check} {outcome}.",
        "advice": "" if outcome == "pass" else f"Mend {check}.",
    }


def submitted(
    service: Service,
    findings: dict[str, dict[str, str]] | None = None,
    *,
    blobs: bool = False,
    owner: str | None = None,
    purpose: str = "real",
    answer: dict[str, Any] | None = None,
) -> str:
    """A submitted application with a task in the queue; returns its id.

    Args:
        findings: outcomes by item and check, laid over those that pass.
        blobs: whether the pictures are kept too.
    """
    outcomes = {item: dict(PASSING[item]) | (findings or {}).get(item, {}) for item in PASSING}
    said = {outcome for own in outcomes.values() for outcome in own.values()}
    now = service.clock.now()
    keys = {item: _kept(service, item) if blobs else None for item in PICTURES}
    with service.database.begin() as session:
        submission = Submission(
            id=new_id("sub"),
            reference=new_reference(),
            secret_hash="0" * 64,
            profile="cn-exit-entry-renewal",
            language="zh-CN",
            state=State.SUBMITTED.value,
            owner=owner,
            consent="1",
            consent_at=now,
            created_at=now,
            changed_at=now,
            submitted_at=now,
            due_at=now + timedelta(hours=24),
            verdict="fail" if "fail" in said else "review" if "review" in said else "pass",
            report={language: {"findings": [], "swaps": []} for language in ("zh-CN", "en")},
            purpose=purpose,
            answer=answer,
        )
        session.add(submission)
        session.flush()
        for item, own in outcomes.items():
            session.add(_upload(service, submission, item, own, keys[item]))
        session.flush()
        if purpose == "real":
            queue.open_task(session, service.clock, service.settings, submission)
        return submission.id


def _kept(service: Service, item: str) -> str:
    return service.blobs.put((SAMPLES / PICTURES[item][0]).read_bytes())


def _upload(service: Service, submission: Submission, item: str, outcomes: dict[str, str], key: str | None) -> Upload:
    verdict = next((one for one in ("fail", "review") if one in outcomes.values()), "pass")
    report = {
        "profile": {"id": PROFILES[item], "hash": "sha256:0"},
        "intake": "final",
        "kind": "portrait",
        "verdict": verdict,
        "version": "0.1.0",
        "models": {},
        "findings": [finding(check, outcome) for check, outcome in outcomes.items()],
        "fields": {
            "name": {"text": "张**", "confidence": 0.98, "region": _box(0.18, 0.1, 0.5, 0.22)},
            "number": {"text": "9*****************", "confidence": 0.97, "region": _box(0.33, 0.82, 0.95, 0.93)},
        }
        if item == "id-portrait"
        else {},
    }
    _, width, height = PICTURES[item]
    return Upload(
        id=new_id("upl"),
        submission_id=submission.id,
        item=item,
        number=1,
        tries=1,
        shows=item,
        intake="final",
        sha256="0" * 64,
        size=1000,
        verdict=verdict,
        report={"zh-CN": report, "en": report},
        fields_sealed=service.keyring.seal(
            b'{"name": "\xe5\xbc\xa0\xe4\xb8\x89", "number": "990101180001010012"}', "fields"
        ),
        profile=PROFILES[item],
        original_key=key,
        display_key=key,
        width=width,
        height=height,
        created_at=service.clock.now(),
    )


def _box(left: float, top: float, right: float, bottom: float) -> dict[str, Any]:
    return {"type": "box", "label": "field", "points": [[left, top], [right, bottom]]}


def task_of(session: Session, submission_id: str, **facts: Any) -> Any:
    """The open task of a submission."""
    from api.db.review import Task

    return session.query(Task).filter_by(submission_id=submission_id, done_at=None, **facts).one()
