"""Pictures, by short signed links. Only re-encoded copies leave; a reviewer's look is a line of the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.context import Service
from api.db.people import Role
from api.db.records import Receipt
from api.db.submissions import Upload
from api.depend import Caller, CallerOf, ServiceOf, ways_to
from api.errors import Problem, not_found
from api.services import audit
from api.services.links import Link, Purpose, read_link
from api.web.described import problems
from api.web.security import FILE_POLICY
from api.workers import pictures

router = APIRouter(tags=["pictures"])
_PNG = b"\x89PNG"


@router.get(
    "/pictures/{token}",
    summary="A picture, by a signed link",
    response_class=Response,
    responses={
        200: {
            "description": "The picture, re-encoded, without metadata.",
            "content": {"image/jpeg": {}, "image/png": {}},
        },
        **problems(401, 403, 404, 429, 503),
    },
)
def picture(
    request: Request,
    service: ServiceOf,
    known: CallerOf,
    token: Annotated[str, Path(max_length=600, examples=["ZGlzcGxheXx1cGxfN…"])],
) -> Response:
    """Links stand in what submissions, review items and receipts answer; they work for five minutes, for one viewer.

    Whoever follows one must also be signed in as, or send the Authorization of, whom it was made for.
    """
    link = read_link(service, token)
    with service.database.read() as session:
        key, submission_id = _kept_as(session, link)
    _admit(request, service, known, link, submission_id)
    if key is None:
        raise not_found()
    try:
        data = service.blobs.get(key)
    except KeyError:
        raise not_found() from None
    if link.purpose is Purpose.ORIGINAL:
        data = service.workers.run(pictures.recoded, data)
    if link.viewer != "applicant":
        with service.database.begin() as session:
            audit.record(
                session, service.clock, link.viewer, "picture.viewed", link.object_id, purpose=link.purpose.value
            )
    media_type = "image/png" if data.startswith(_PNG) else "image/jpeg"
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": FILE_POLICY,
        "Content-Disposition": f'inline; filename="picture.{media_type.removeprefix("image/")}"',
    }
    return Response(data, media_type=media_type, headers=headers)


def _kept_as(session: Session, link: Link) -> tuple[str | None, str | None]:
    """The blob of what a link names, and the submission it belongs to."""
    if link.purpose is Purpose.RECEIPT:
        receipt = session.get(Receipt, link.object_id)
        return (None, None) if receipt is None else (receipt.picture_key, receipt.submission_id)
    upload = session.get(Upload, link.object_id)
    if upload is None:
        return None, None
    keys = {
        Purpose.DISPLAY: upload.display_key,
        Purpose.PREPARED: upload.prepared_key,
        Purpose.ORIGINAL: upload.original_key,
    }
    return keys[link.purpose], upload.submission_id


def _admit(request: Request, service: Service, known: Caller, link: Link, submission_id: str | None) -> None:
    """Refuse whoever is not the link's viewer, or may not see the picture any more.

    Raises:
        Problem: `link-wrong`, 403.
    """
    if submission_id is not None:
        admitted = any(way.actor == link.viewer for way in ways_to(request, service, known, submission_id))
    else:
        admitted = known.kind == "key" and known.actor == link.viewer
    if link.purpose is Purpose.ORIGINAL and Role.REVIEWER not in known.roles:
        admitted = False
    if not admitted:
        raise Problem("link-wrong", 403)
