"""Receipts of portraits that passed (相片检测回执): issued, verified, revoked, as a PDF."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

import photocheck
from api.clock import CHINA, Clock, today_in_china
from api.db.records import Receipt
from api.db.submissions import State, Submission, Upload
from api.errors import Problem, not_found
from api.ids import ALPHABET, new_id
from api.services import audit, events
from api.services.lookup import current_uploads, find
from api.services.refusals import refusal_of
from api.services.sealing import NAME
from api.services.uploads import erase, mended
from api.workers import tasks
from photocheck import receipt as signed
from photocheck.finding import Field, Outcome
from photocheck.messages import Language
from photocheck.profile import ProfileError, load_profile
from photocheck.render.document import shown_text

if TYPE_CHECKING:
    from api.context import Service

Before = Callable[[Session, Receipt], None]
_KEY = "receipts"
_CHANCE = 9


class Why(StrEnum):
    """Why a receipt was revoked."""

    OVERRULED = "overruled"  # a reviewer returned the portrait
    MISTAKE = "mistake"
    REPLACED = "replaced"
    MISUSE = "misuse"


class Standing(StrEnum):
    """What a receipt is worth today."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class _Portrait:
    """The file that a receipt is given for.

    Attributes:
        sha256: hexadecimal.
        report: photocheck/report-1 about it.
        picture: a re-encoded copy, or the file that `prepare` made.
    """

    sha256: str
    report: Mapping[str, Any]
    picture: bytes


def issue_for_submission(
    service: Service, submission_id: str, actor: str, language: Language, before_commit: Before | None = None
) -> Receipt:
    """A receipt for the portrait of a submission; the one that was given for this very file where there is one.

    Args:
        before_commit: run in the same transaction.

    Raises:
        Problem: `not-passed`, 409, where there is no portrait or it does not pass; `wrong-state`, 409.
    """
    with service.database.read() as session:
        upload = _portrait_of(session, find(session, submission_id))
    portrait = _file_of(service, upload)
    key = service.blobs.put(portrait.picture)
    with service.database.begin() as session:
        submission = find(session, submission_id, lock=True)
        if _portrait_of(session, submission).id != upload.id:
            raise Problem("changed-meanwhile", 409)
        found = _still_good(session, service.clock, submission_id, portrait.sha256)
        receipt = found
        if receipt is None:
            name = service.keyring.open(submission.name_sealed, NAME).decode() if submission.name_sealed else None
            receipt = _made(service, portrait, name=name, owner=submission.owner, language=language, picture_key=key)
            receipt.submission_id = submission_id
            session.add(receipt)
            session.flush()
            events.tell(session, service.clock, submission, "receipt.issued", actor, number=receipt.number)
        if before_commit is not None:
            before_commit(session, receipt)
    if found is not None:
        erase(service, [key])
    return receipt


def issue_for_portrait(
    service: Service,
    data: bytes,
    *,
    profile: str,
    name: str | None,
    owner: str,
    language: Language,
    before_commit: Before | None = None,
) -> Receipt:
    """A receipt for a portrait that a program sends, if it passes.

    Args:
        profile: of portraits.
        owner: id of the program's key.

    Raises:
        Problem: `not-passed`, 422, with the checks that do not pass; `unusable-picture` and the like.
    """
    checked = service.workers.run(
        tasks.check, data, as_of=today_in_china(service.clock), kind="portrait", profile=profile, display=True
    )
    if isinstance(checked, tasks.Refused):
        raise refusal_of(checked)
    report = checked.report["en"]
    if checked.verdict != Outcome.PASS:
        raise _not_passed(422, report)
    portrait = _Portrait(hashlib.sha256(data).hexdigest(), report, checked.display)
    key = service.blobs.put(portrait.picture)
    with service.database.begin() as session:
        receipt = _made(service, portrait, name=name, owner=owner, language=language, picture_key=key)
        session.add(receipt)
        session.flush()
        audit.record(session, service.clock, f"key:{owner}", "receipt.issued", receipt.id, number=receipt.number)
        if before_commit is not None:
            before_commit(session, receipt)
    return receipt


def find_receipt(session: Session, number: str) -> Receipt:
    """A receipt by its number, however it is written.

    Raises:
        Problem: `receipt-number`, 422, where it cannot be one; `not-found`, 404.
    """
    try:
        plain = signed.plain_number(number)
    except signed.ReceiptError:
        raise Problem("receipt-number", 422) from None
    receipt = session.scalars(select(Receipt).where(Receipt.number == plain)).one_or_none()
    if receipt is None:
        raise not_found()
    return receipt


def standing(receipt: Receipt, clock: Clock) -> Standing:
    """What a receipt is worth now."""
    if receipt.revoked_at is not None:
        return Standing.REVOKED
    return Standing.VALID if clock.now() <= receipt.expires_at else Standing.EXPIRED


def revoked() -> Problem:
    """What is answered where a revoked receipt is to be printed."""
    return Problem("receipt-revoked", 409)


def revoke(session: Session, clock: Clock, receipt: Receipt, why: Why, actor: str) -> None:
    """A receipt holds no longer; nothing happens where it was revoked before."""
    if receipt.revoked_at is not None:
        return
    receipt.revoked_at, receipt.revoked_why = clock.now(), why.value
    if receipt.submission_id is None:
        audit.record(session, clock, actor, "receipt.revoked", receipt.id, number=receipt.number, why=why.value)
        return
    submission = find(session, receipt.submission_id)
    events.tell(session, clock, submission, "receipt.revoked", actor, number=receipt.number, why=why.value)


def revoke_returned(session: Session, clock: Clock, submission: Submission, actor: str) -> None:
    """Where a reviewer returns the portrait, its receipts hold no longer; in the transaction that returns it."""
    if "portrait" in submission.returned_items:
        given = select(Receipt).where(Receipt.submission_id == submission.id, Receipt.revoked_at.is_(None))
        for receipt in session.scalars(given):
            revoke(session, clock, receipt, Why.OVERRULED, actor)


def public_keys(service: Service) -> list[dict[str, str]]:
    """What verifies receipts: a JWK set's keys."""
    return [signed.as_jwk(_signing_key(service).public_key())]


def profile_title(receipt: Receipt, language: Language) -> str:
    """What the portrait was checked for; of a profile that is no longer there, its id."""
    try:
        return load_profile(receipt.profile).title[language]
    except ProfileError:
        return receipt.profile


def pdf(service: Service, receipt: Receipt, language: Language) -> bytes:
    """The receipt to be printed; without the portrait where that was erased."""
    from photocheck.render.receipt import Sheet, receipt_pdf

    try:
        picture = service.blobs.get(receipt.picture_key) if receipt.picture_key is not None else None
    except KeyError:
        picture = None
    sheet = Sheet(
        number=receipt.number,
        text=signed.whole_text(receipt.payload, receipt.signature),
        issued=receipt.issued_at.astimezone(CHINA).date(),
        valid_until=receipt.expires_at.astimezone(CHINA).date(),
        profile=profile_title(receipt, language),
        name=receipt.name_masked,
        sha256=receipt.sha256,
        picture=picture,
        checks=[(check, outcome) for check, outcome in receipt.checked],
        url=service.settings.url,
        version=photocheck.__version__,
    )
    return receipt_pdf(sheet, language)


def _portrait_of(session: Session, submission: Submission) -> Upload:
    """The portrait that counts, if a receipt can be given for it."""
    if submission.state == State.WITHDRAWN:
        raise Problem("wrong-state", 409, state=submission.state)
    upload = current_uploads(session, submission.id).get("portrait")
    if upload is None or upload.display_key is None:
        raise Problem("not-passed", 409)
    returned = submission.state == State.RETURNED and "portrait" in submission.returned_items
    if returned and not mended(submission, upload):
        raise Problem("not-passed", 409)
    return upload


def _file_of(service: Service, upload: Upload) -> _Portrait:
    """The file that goes on: what `prepare` made where that was accepted or the picture needs its crop."""
    made = upload.prepared_key is not None and (upload.prepared_accepted or upload.intake == "original")
    report: Mapping[str, Any] = upload.report["en"]
    if made and upload.intake == "final" and upload.prepared_report is not None:
        report = upload.prepared_report["en"]
    if report["verdict"] != Outcome.PASS:
        raise _not_passed(409, report)
    try:
        picture = service.blobs.get(str(upload.prepared_key if made else upload.display_key))
    except KeyError:
        raise Problem("changed-meanwhile", 409) from None
    sha256 = hashlib.sha256(picture).hexdigest() if made else upload.sha256
    return _Portrait(sha256, report, picture)


def _still_good(session: Session, clock: Clock, submission_id: str, sha256: str) -> Receipt | None:
    given = select(Receipt).where(
        Receipt.submission_id == submission_id,
        Receipt.sha256 == sha256,
        Receipt.revoked_at.is_(None),
        Receipt.expires_at > clock.now(),
    )
    return session.scalars(given.order_by(Receipt.issued_at.desc())).first()


def _made(
    service: Service, portrait: _Portrait, *, name: str | None, owner: str | None, language: Language, picture_key: str
) -> Receipt:
    key = _signing_key(service)
    issued = today_in_china(service.clock)
    last = issued + timedelta(days=service.settings.receipt_days)
    profile = portrait.report["profile"]
    told = signed.Receipt(
        key_id=signed.key_id(key.public_key()),
        number=_new_number(service),
        issued=issued,
        valid_until=last,
        profile=profile["id"],
        profile_hash=profile["hash"].removeprefix("sha256:"),
        sha256=bytes.fromhex(portrait.sha256),
    )
    payload, signature = signed.sign(told, key)
    return Receipt(
        id=new_id("rec"),
        number=told.number,
        owner=owner,
        profile=told.profile,
        sha256=portrait.sha256,
        payload=payload,
        signature=signature,
        key_id=told.key_id,
        picture_key=picture_key,
        name_masked=shown_text(Field(name, 1.0, personal=True), reveal=False) if name else None,
        checked=[[finding["check"], finding["outcome"]] for finding in portrait.report["findings"]],
        language=language,
        issued_at=service.clock.now(),
        expires_at=datetime.combine(last, time(23, 59, 59), CHINA),
    )


def _new_number(service: Service) -> str:
    """Unguessable, and without a check character that could be mistaken for another."""
    while True:
        chance = "".join(secrets.choice(ALPHABET) for _ in range(_CHANCE))
        number = signed.make_number(today_in_china(service.clock), chance)
        if number[-1] in ALPHABET:
            return number


def _not_passed(status: int, report: Mapping[str, Any]) -> Problem:
    faulty = [one["check"] for one in report["findings"] if one["outcome"] in ("fail", "review", "error")]
    return Problem("not-passed", status, verdict=report["verdict"], checks=faulty)


def _signing_key(service: Service) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(service.keyring.derive(_KEY))
