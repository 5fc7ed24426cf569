"""The interface's description: what every route may answer and take is written once, here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.web.described import ProblemDetails
from api.web.idempotent import HEADER
from api.web.problems import MEDIA_TYPE

_PROBLEM_RANGES = ("4XX", "5XX")
_PROBLEM = {"$ref": "#/components/schemas/ProblemDetails"}
_DESCRIPTION = """\
Checks identity photos, takes applications, lets people review them.

Texts come in the language of `Accept-Language` (`zh-CN` or `en`). Every refusal is a problem document (RFC 9457) with a
`request_id`; programs rely on the last part of its `type`. Every POST takes an `Idempotency-Key`. `429` comes with
`Retry-After`.
"""


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ProblemDetails, "description": "Refused: see `detail`."},
    "5XX": {"model": ProblemDetails, "description": "A fault of ours; nothing was decided."},
}
"""What any route may answer."""


EXAMPLES = Path(__file__).parent / "examples.json"
"""What a running service answered, by method and path; `docs/record_examples.py` writes it."""


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
    recorded = json.loads(EXAMPLES.read_text("utf-8")) if EXAMPLES.exists() else {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _complete(path, method, operation)
            _exemplify(operation, recorded.get(f"{method.upper()} {path}", {}))
    return document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    for status, answered in operation["responses"].items():
        content = answered.get("content", {})
        if status in _PROBLEM_RANGES:
            content[MEDIA_TYPE] = content.pop("application/json")
        if MEDIA_TYPE in content:
            content[MEDIA_TYPE] = {"schema": _PROBLEM}
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


def _exemplify(operation: dict[str, Any], recorded: dict[str, Any]) -> None:
    if "request" in recorded:
        for content in operation["requestBody"]["content"].values():
            content["example"] = recorded["request"]
    for status, answered in operation["responses"].items():
        content = answered.get("content", {}).get("application/json")
        if "answer" in recorded and content is not None and status.startswith("2"):
            content["example"] = recorded["answer"]
