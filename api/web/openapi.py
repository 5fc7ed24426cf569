"""The interface's description: what every route may answer and take is written once, here."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field

from api.web.idempotent import HEADER

_PROBLEM_RANGES = ("4XX", "5XX")
_MEDIA_TYPE = "application/problem+json"
_DESCRIPTION = """\
Checks identity photos, takes applications, lets people review them.

Texts come in the language of `Accept-Language` (`zh-CN` or `en`). Every refusal is a problem document (RFC 9457) with a
`request_id`; programs rely on the last part of its `type`. Every POST takes an `Idempotency-Key`. `429` comes with
`Retry-After`.
"""


class ProblemDocument(BaseModel):
    """Why a request was refused (RFC 9457). Some problems have further members."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "https://photocheck.invalid/problems/unusable-picture",
                    "title": "Picture cannot be used",
                    "status": 415,
                    "detail": "This is not a picture file. Use a JPEG or PNG.",
                    "instance": "/v1/checks",
                    "request_id": "req_7F3K2M9QXT4B7F3K2M9QXT4B7F",
                    "reason": "unknown-format",
                }
            ]
        },
    )

    type: str = Field(description="Names the problem; its last part is a code that stays.")
    title: str
    status: int
    detail: str = Field(description="What is wrong and what to do, in the user's language.")
    instance: str = Field(description="Path of the request.")
    request_id: str = Field(description="To be given when asking for help; it is in the log.")


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ProblemDocument, "description": "Refused: see `detail`."},
    "5XX": {"model": ProblemDocument, "description": "A fault of ours; nothing was decided."},
}
"""What any route may answer."""


def describe(app: FastAPI) -> None:
    """Complete the description that FastAPI makes: problems' media type, and the header of every POST."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(
                get_openapi(title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _complete(path, method, operation)
    return document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    for status in _PROBLEM_RANGES:
        answered = operation["responses"].get(status, {})
        content = answered.get("content", {})
        if "application/json" in content:
            answered["content"] = {_MEDIA_TYPE: content["application/json"]}
    if method == "post" and path.startswith("/v1/"):
        operation.setdefault("parameters", []).append(
            {
                "name": HEADER,
                "in": "header",
                "required": False,
                "description": "Sent again with the same key, the request has the effect of one, for 24 hours.",
                "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": r"^[\x21\x23-\x7e]+$"},
                "example": "4b0f1f0e-8a86-4f2c-9d0e-3f2e0a6a1c55",
            }
        )
