"""One picture, answered at once; nothing of it is kept."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.clock import today_in_china
from api.depend import ServiceOf
from api.services.profiles import check_profile
from api.services.refusals import refusal_of
from api.services.shapes import Report
from api.web.language import language_of
from api.web.security import FILE_POLICY
from api.workers import tasks

router = APIRouter(prefix="/v1", tags=["checks"])
_KINDS = ("portrait", "id-card", "signature")
Picture = Annotated[UploadFile, File(description="JPEG, PNG, WebP, BMP, TIFF or HEIC; told by content, not by name.")]
ProfileId = Annotated[str | None, Form(description="See `/v1/profiles`.", examples=["cn-exit-entry"], max_length=64)]


class PreparedFile(BaseModel):
    """The file made, and its check."""

    media_type: Literal["image/jpeg", "image/png"]
    data: str = Field(description="The file in Base64.")
    report: Report


_FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


@router.post(
    "/checks",
    summary="Check a picture",
    response_class=JSONResponse,
    responses={200: {"model": Report, "description": "The report, as `photocheck check --format json` gives it."}},
)
def check(
    request: Request,
    service: ServiceOf,
    file: Picture,
    kind: Annotated[
        Literal["auto", "portrait", "id-card", "signature"],
        Form(description="`auto`: the profile decides, else the picture."),
    ] = "auto",
    profile: ProfileId = None,
    intake: Annotated[
        Literal["final", "original"],
        Form(description="`final`: the file goes on as it is. `original`: a phone picture that is cropped first."),
    ] = "final",
    name: Annotated[
        str | None, Form(description="The applicant's name, which a signature is compared with.", max_length=100)
    ] = None,
) -> Response:
    """Every check of the profile has one finding. Nothing is kept, not even in the log.

    `415` and `422` say why a file is no usable picture, `413` that it is too large, `429` that too many pictures are
    being checked, `503` that a check ended without a verdict.
    """
    check_profile(profile, *_KINDS)
    checked = service.workers.run(
        tasks.check,
        file.file.read(),
        as_of=today_in_china(service.clock),
        kind=kind,
        profile=profile,
        intake=intake,
        name=name,
    )
    if isinstance(checked, tasks.Refused):
        raise refusal_of(checked)
    language = language_of(request)
    return JSONResponse(checked.report[language], headers={"Content-Language": language})


@router.post(
    "/prepare",
    summary="Make a profile's file from a picture",
    response_class=Response,
    responses={
        200: {
            "model": PreparedFile,
            "description": "The file; with `Accept: application/json` the file in Base64 and its report.",
            "content": {"image/jpeg": _FILE, "image/png": _FILE},
            "headers": {
                "Photocheck-Verdict": {"description": "Of the file made.", "schema": {"type": "string"}},
            },
        }
    },
)
def prepare(
    request: Request,
    service: ServiceOf,
    file: Picture,
    profile: Annotated[str, Form(description="See `/v1/profiles`.", examples=["cn-exit-entry"], max_length=64)],
) -> Response:
    """Turns, crops, scales and encodes; the person is never changed. Nothing is kept.

    `422` `cannot-prepare` says why no file can hold the profile's limits.
    """
    check_profile(profile, *_KINDS)
    made = service.workers.run(tasks.prepare, file.file.read(), profile, as_of=today_in_china(service.clock))
    if isinstance(made, tasks.Refused):
        raise refusal_of(made)
    language = language_of(request)
    told = {"Photocheck-Verdict": made.checked.verdict}
    if "application/json" in request.headers.get("accept", ""):
        body = {
            "media_type": made.media_type,
            "data": base64.b64encode(made.data).decode(),
            "report": made.checked.report[language],
        }
        return JSONResponse(body, headers={**told, "Content-Language": language})
    name = "prepared.png" if made.media_type == "image/png" else "prepared.jpg"
    told |= {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": FILE_POLICY}
    return Response(made.data, media_type=made.media_type, headers=told)
