"""Applications: begun, filled, submitted, mended, withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, File, Query, Request, UploadFile
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from sqlalchemy.orm import Session

from api.context import Service
from api.db.submissions import State
from api.depend import Access, ApplicantAccess, Caller, CallerOf, ServiceOf, SubmissionAccess, api_key
from api.errors import not_found
from api.services import audit, idempotency, submissions
from api.services.views import ItemView, SubmissionView, item_view, view_of
from api.web.language import language_of
from photocheck.messages import Language
from photocheck.submission import DEFAULT_PROFILE

router = APIRouter(prefix="/v1/submissions", tags=["submissions"])
Item = Literal["portrait", "id-portrait", "id-emblem", "signature"]
_EMAIL = r"^[^@\s,;<>\"\x00-\x1f]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z]{2,24}$"


class NewSubmission(BaseModel):
    """What an application begins with."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "profile": "cn-exit-entry-renewal",
                    "language": "zh-CN",
                    "consent": submissions.CONSENTS[-1],
                    "name": "张三",
                    "contact": "applicant@example.com",
                }
            ]
        },
    )

    profile: str = Field(DEFAULT_PROFILE, description="Of a submission, or of the portrait in it.", max_length=64)
    language: Language = Field("zh-CN", description="Of letters to the applicant.")
    consent: str = Field(description="Version of the consent text that the applicant agreed to.", max_length=32)
    guardian_consent: StrictBool = Field(
        default=False, description="For an applicant under 14: the guardian agreed too."
    )
    name: str | None = Field(None, description="As on the form; kept sealed.", min_length=1, max_length=100)
    contact: str | None = Field(None, description="E-mail address for news; kept sealed.", pattern=_EMAIL)


class CreatedSubmission(BaseModel):
    """A new application, and the secret that opens it: `Authorization: Bearer SECRET`. It is told only here."""

    secret: str
    submission: SubmissionView


class SubmissionEntry(BaseModel):
    """An application in a list."""

    id: str
    reference: str
    state: State
    verdict: str | None
    changed_at: datetime


class SubmissionPage(BaseModel):
    """Applications by id; `next` is `after` of the next page, null on the last."""

    submissions: list[SubmissionEntry]
    next: str | None


class Accept(BaseModel):
    """Whether the prepared file goes on instead of the picture."""

    model_config = ConfigDict(extra="forbid")

    accept: StrictBool = True


class Swap(BaseModel):
    """Two places."""

    model_config = ConfigDict(extra="forbid")

    one: Item
    other: Item


class ReadFields(BaseModel):
    """What was read from a picture, unmasked."""

    fields: dict[str, str]


@router.post("", status_code=201, summary="Begin an application")
def create(body: NewSubmission, request: Request, service: ServiceOf, known: CallerOf) -> CreatedSubmission:
    """An API key becomes its owner; anybody else needs the secret from now on."""
    language = language_of(request)
    owner = known.id if known.kind == "key" else None
    actor = known.actor if owner else "applicant"
    told: list[CreatedSubmission] = []

    def keep(session: Session, made: submissions.Created) -> None:
        view = view_of(service, session, made.submission.id, actor, language)
        told.append(CreatedSubmission(secret=made.secret, submission=view))
        idempotency.keep(session, idempotency.claim_of(request), 201, told[0])

    submissions.create(service, **body.model_dump(), owner=owner, before_commit=keep)
    return told[0]


@router.get("", summary="The applications that an API key made")
def listing(
    service: ServiceOf,
    known: Annotated[Caller, Depends(api_key())],
    state: State | None = None,
    after: Annotated[str | None, Query(max_length=64, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SubmissionPage:
    """A key sees its own."""
    assert known.id is not None
    with service.database.read() as session:
        found = submissions.owned(session, known.id, state=state, after=after, limit=limit)
    return SubmissionPage(
        submissions=[SubmissionEntry.model_validate(one, from_attributes=True) for one in found],
        next=found[-1].id if len(found) == limit else None,
    )


@router.get("/{submission_id}", summary="Read an application")
def read(request: Request, service: ServiceOf, access: SubmissionAccess) -> SubmissionView:
    """Its state, every picture with its findings, what to do next, and every step so far."""
    with service.database.read() as session:
        return view_of(service, session, access.submission_id, access.actor, language_of(request))


@router.put("/{submission_id}/items/{item}", summary="Put a picture")
def put_item(
    item: Item,
    request: Request,
    service: ServiceOf,
    access: ApplicantAccess,
    file: Annotated[UploadFile, File(description="JPEG, PNG, WebP, BMP, TIFF or HEIC.")],
) -> ItemView:
    """The picture is checked and, once this answers, safely kept. It replaces the one that was there.

    With every place filled, the pictures are checked against each other too. `409` where the application is not to be
    changed now, where the place was not returned, or where it is the very picture that was returned.
    """
    upload = submissions.put_item(service, access.submission_id, item, file.file.read(), access.actor)
    return item_view(service, upload, access.actor, language_of(request))


@router.delete("/{submission_id}/items/{item}", status_code=204, summary="Take a picture out")
def delete_item(item: Item, service: ServiceOf, access: ApplicantAccess) -> None:
    """It is erased. Only before the application is submitted."""
    submissions.delete_item(service, access.submission_id, item, access.actor)


@router.post("/{submission_id}/items/{item}/accept-prepared", summary="Let the prepared file go on")
def accept_prepared(
    item: Item,
    request: Request,
    service: ServiceOf,
    access: ApplicantAccess,
    body: Annotated[Accept | None, Body()] = None,
) -> ItemView:
    """The cropped and encoded file goes on instead of the picture it was made of; `accept: false` takes that back."""
    accept = True if body is None else body.accept
    upload = submissions.accept_prepared(service, access.submission_id, item, access.actor, accept=accept)
    return item_view(service, upload, access.actor, language_of(request))


@router.get("/{submission_id}/items/{item}/fields", summary="What was read from a picture, unmasked")
def fields(item: Item, service: ServiceOf, access: ApplicantAccess) -> ReadFields:
    """For the applicant and the owner's program only; the audit log has a line of it."""
    with service.database.begin() as session:
        upload = submissions.current_uploads(session, access.submission_id).get(item)
        if upload is None:
            raise not_found()
        audit.record(session, service.clock, access.actor, "fields.revealed", upload.id)
    return ReadFields(fields=submissions.read_fields(service, upload))


@router.post("/{submission_id}/swap", summary="Exchange two pictures")
def swap(body: Swap, request: Request, service: ServiceOf, access: ApplicantAccess) -> SubmissionView:
    """The pictures of two places change places, or one moves into an empty place; each is checked anew."""
    keeper = _Keeper(request, service, access)
    submissions.swap(service, access.submission_id, body.one, body.other, access.actor, before_commit=keeper.keep)
    return keeper.told


@router.post("/{submission_id}/submit", summary="Submit")
def submit(request: Request, service: ServiceOf, access: ApplicantAccess) -> SubmissionView:
    """To the reviewers: every place is filled, and of a returned one everything returned is mended.

    Findings do not stand in the way, a person decides about them; only a file that the authority's system cannot take
    does (`wrong-file`).
    """
    keeper = _Keeper(request, service, access)
    submissions.submit(service, access.submission_id, access.actor, before_commit=keeper.keep)
    return keeper.told


@router.post("/{submission_id}/withdraw", summary="Withdraw")
def withdraw(request: Request, service: ServiceOf, access: ApplicantAccess) -> SubmissionView:
    """Nobody reviews it any more; its pictures are erased after the time that is kept for decided ones."""
    keeper = _Keeper(request, service, access)
    submissions.withdraw(service, access.submission_id, access.actor, before_commit=keeper.keep)
    return keeper.told


class _Keeper:
    """Makes the answer in the transaction that it tells of, and keeps it under the request's Idempotency-Key."""

    def __init__(self, request: Request, service: Service, access: Access) -> None:
        self._request, self._service, self._access = request, service, access
        self._view: SubmissionView | None = None

    def keep(self, session: Session, *_: Any) -> None:
        """For `before_commit`."""
        language = language_of(self._request)
        access = self._access
        self._view = view_of(self._service, session, access.submission_id, access.actor, language)
        idempotency.keep(session, idempotency.claim_of(self._request), 200, self._view)

    @property
    def told(self) -> SubmissionView:
        """What `keep` made."""
        assert self._view is not None
        return self._view
