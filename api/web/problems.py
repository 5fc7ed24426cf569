"""Errors as RFC 9457 problem details; `handle_problems` installs it for everything that can go wrong."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.errors import PROBLEM_TYPE, Problem
from api.web.language import language_of
from api.web.wording import problem_text

_log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
_OF_STATUS = {401: "sign-in", 403: "not-allowed", 404: "not-found", 405: "wrong-method", 413: "too-large"}


def handle_problems(app: FastAPI) -> None:
    """Give every error one shape; what nobody foresaw is a 500 without details, told in the log."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> JSONResponse:
        return answer(request, problem.code, problem.status, problem.facts, problem.headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, fault: RequestValidationError) -> JSONResponse:
        places = [".".join(str(part) for part in error["loc"]) for error in fault.errors()]
        return answer(request, "invalid-request", 422, {"places": places})

    @app.exception_handler(HTTPException)
    async def _http(request: Request, fault: HTTPException) -> JSONResponse:
        code = _OF_STATUS.get(fault.status_code, "invalid-request")
        return answer(request, code, fault.status_code, {}, fault.headers)

    @app.exception_handler(Exception)
    async def _unforeseen(request: Request, fault: Exception) -> JSONResponse:
        _log.error("unforeseen %s", type(fault).__name__, exc_info=fault)
        return answer(request, "internal-fault", 500, {})


def answer(
    request: Request, code: str, status: int, facts: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The problem document in the user's language."""
    language = language_of(request)
    title, detail = problem_text(code, language, **facts)
    body = {
        "type": PROBLEM_TYPE + code,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "request_id": getattr(request.state, "request_id", ""),
        **{key: value for key, value in facts.items() if key != "text"},
    }
    return JSONResponse(body, status, dict(headers or {}) | {"Content-Language": language}, MEDIA_TYPE)
