"""Receipts over HTTP: issued for portraits that pass, verified by anybody, revoked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Path, Request, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from api.clock import CHINA
from api.context import Service
from api.db.people import Role
from api.db.records import Receipt
from api.depend import ApplicantAccess, Caller, CallerOf, ServiceOf, api_key, require, ways_to
from api.errors import not_found
from api.services import audit, idempotency, receipts
from api.services.profiles import check_profile
from api.services.receipts import Standing, Why
from api.web.language import language_of
from api.web.security import FILE_POLICY, limit_rate
from photocheck import receipt as signed
from photocheck.messages import Language

router = APIRouter(prefix="/v1", tags=["receipts"])
Number = Annotated[
    str,
    Path(
        description="As printed, hyphens or not.",
        examples=["2601-05QK-7M3D-XR4C"],
        min_length=16,
        max_length=24,
        pattern=r"^[0-9A-Za-z-]+$",
    ),
]
_EXAMPLE: dict[str, Any] = {
    "number": "2601-05QK-7M3D-XR4C",
    "standing": "valid",
    "issued": "2026-01-05",
    "valid_until": "2026-07-04",
    "profile": "cn-exit-entry",
    "profile_title": "Exit-entry document photo",
    "name": "张*",
    "sha256": "26b51d02870e2a923fc95c5971bbc01947e43cb1936d06e18f2e5568b43a494d",
    "checks_passed": 50,
    "revoked_at": None,
    "revoked_why": None,
    "text": "PCR1.24aa2a55.260105QK7M3DXR4C.20260105.20260704.cn-exit-entry.9ebb546b80cf.JrUd….sQfu…",
}


class ReceiptView(BaseModel):
    """What a receipt shows, and what it is worth now."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    number: str
    standing: Standing
    issued: date
    valid_until: date
    profile: str
    profile_title: str
    name: str | None = Field(description="Masked, as printed; null where none was given.")
    sha256: str = Field(description="Of the portrait's file: compare it with the file at hand.")
    checks_passed: int
    revoked_at: datetime | None
    revoked_why: Why | None
    text: str = Field(description="What the QR code holds: verified offline with the keys of `/v1/receipts/keys`.")


class Jwk(BaseModel):
    """A public key, RFC 8037."""

    kty: str
    crv: str
    use: str
    alg: str
    kid: str
    x: str


class Keys(BaseModel):
    """A JWK set."""

    keys: list[Jwk]


class Revocation(BaseModel):
    """Why a receipt is to hold no longer."""

    model_config = ConfigDict(extra="forbid")

    why: Why


def _limited(request: Request, service: ServiceOf, known: CallerOf) -> None:
    limit_rate(request, service, known)


def _may_revoke(
    service: ServiceOf,
    known: Annotated[Caller, Depends(require(Role.MACHINE, Role.SENIOR, Role.ADMINISTRATOR))],
    number: Number,
) -> Caller:
    """A key may only revoke what it issued; asked before the body is looked at."""
    if known.kind == "key":
        with service.database.read() as session:
            if receipts.find_receipt(session, number).owner != known.id:
                raise not_found()
    return known


@router.post("/receipts", status_code=201, summary="Issue a receipt for a portrait")
def issue(
    request: Request,
    service: ServiceOf,
    known: Annotated[Caller, Depends(api_key())],
    file: Annotated[UploadFile, File(description="The portrait's file as it will be handed in.")],
    profile: Annotated[str, Form(description="Of portraits; see `/v1/profiles`.", max_length=64)] = "cn-exit-entry",
    name: Annotated[str | None, Form(description="Printed masked, kept masked only.", max_length=100)] = None,
) -> ReceiptView:
    """The portrait is checked as a file that goes on as it is. `422` `not-passed` names the checks that do not pass.

    A re-encoded copy of the portrait is kept for printing and erased with the pictures of decided applications.
    """
    check_profile(profile, "portrait")
    language = language_of(request)
    told: list[ReceiptView] = []

    def keep(session: Session, receipt: Receipt) -> None:
        told.append(view_of(service, receipt, language))
        idempotency.keep(session, idempotency.claim_of(request), 201, told[0])

    receipts.issue_for_portrait(
        service,
        file.file.read(),
        profile=profile,
        name=name,
        owner=known.id or "",
        language=language,
        before_commit=keep,
    )
    return told[0]


@router.post("/submissions/{submission_id}/receipt", status_code=201, summary="Issue a receipt for an application")
def issue_for_submission(request: Request, service: ServiceOf, access: ApplicantAccess) -> ReceiptView:
    """For its portrait, once that passes; asked again for the same file, the same receipt."""
    language = language_of(request)
    told: list[ReceiptView] = []

    def keep(session: Session, receipt: Receipt) -> None:
        told.append(view_of(service, receipt, language))
        idempotency.keep(session, idempotency.claim_of(request), 201, told[0])

    receipts.issue_for_submission(service, access.submission_id, access.actor, language, keep)
    return told[0]


@router.get("/receipts/keys", summary="Keys that verify receipts")
def keys(service: ServiceOf) -> Keys:
    """Keep them: `photocheck receipt verify TEXT --key FILE` needs no network."""
    return Keys(keys=[Jwk(**one) for one in receipts.public_keys(service)])


@router.get("/receipts/{number}", summary="Verify a receipt", dependencies=[Depends(_limited)])
def verify(request: Request, service: ServiceOf, number: Number) -> ReceiptView:
    """Open to everybody who has the number; tells no more than the paper does. `422` where the number is mistyped."""
    with service.database.read() as session:
        return view_of(service, receipts.find_receipt(session, number), language_of(request))


@router.get(
    "/receipts/{number}/pdf",
    summary="A receipt to be printed",
    response_class=Response,
    responses={
        200: {
            "description": "One A4 page; `lang=zh-CN` or `lang=en` chooses its language before `Accept-Language`.",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def printed(
    request: Request, service: ServiceOf, known: CallerOf, number: Number, lang: Language | None = None
) -> Response:
    """For the applicant, the key that issued it, and reviewers. `409` where it was revoked."""
    with service.database.read() as session:
        receipt = receipts.find_receipt(session, number)
    viewer = _viewer(request, service, known, receipt)
    if receipts.standing(receipt, service.clock) is Standing.REVOKED:
        raise receipts.revoked()
    data = receipts.pdf(service, receipt, lang or language_of(request))
    if viewer != "applicant":
        with service.database.begin() as session:
            audit.record(session, service.clock, viewer, "receipt.viewed", receipt.id, number=receipt.number)
    headers = {
        "Content-Disposition": f'inline; filename="receipt-{receipt.number}.pdf"',
        "Content-Security-Policy": FILE_POLICY,
    }
    return Response(data, media_type="application/pdf", headers=headers)


@router.post("/receipts/{number}/revoke", summary="Revoke a receipt")
def revoke(
    request: Request,
    service: ServiceOf,
    known: Annotated[Caller, Depends(_may_revoke)],
    number: Number,
    body: Revocation,
) -> ReceiptView:
    """By the key that issued it, senior reviewers and administrators. Revoked once, it stays so."""
    with service.database.begin() as session:
        receipt = receipts.find_receipt(session, number)
        receipts.revoke(session, service.clock, receipt, body.why, known.actor)
        return view_of(service, receipt, language_of(request))


def view_of(service: Service, receipt: Receipt, language: Language) -> ReceiptView:
    """What anybody may know who has the number."""
    told: dict[str, Any] = {
        "number": signed.shown_number(receipt.number),
        "standing": receipts.standing(receipt, service.clock),
        "issued": receipt.issued_at.astimezone(CHINA).date(),
        "valid_until": receipt.expires_at.astimezone(CHINA).date(),
        "profile": receipt.profile,
        "profile_title": receipts.profile_title(receipt, language),
        "name": receipt.name_masked,
        "sha256": receipt.sha256,
        "checks_passed": sum(outcome == "pass" for _, outcome in receipt.checked),
        "revoked_at": receipt.revoked_at,
        "revoked_why": receipt.revoked_why,
        "text": signed.whole_text(receipt.payload, receipt.signature),
    }
    return ReceiptView(**told)


def _viewer(request: Request, service: Service, known: Caller, receipt: Receipt) -> str:
    """As whom the caller may have the printed receipt, with the portrait on it.

    Raises:
        Problem: `not-found`, 404, for everybody else.
    """
    if receipt.submission_id is not None:
        ways = ways_to(request, service, known, receipt.submission_id)
        if ways:
            return ways[0].actor
    if known.kind == "key" and receipt.owner == known.id:
        return known.actor
    raise not_found()
