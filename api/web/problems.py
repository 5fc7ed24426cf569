"""Errors as RFC 9457 problem details, for browsers as a page; `handle_problems` installs it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from api.errors import PROBLEM_TYPE, Problem
from api.web.language import language_of
from api.web.rendering import page
from api.web.security import guarding_headers
from api.web.wording import problem_text

_log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
Told = JSONResponse | HTMLResponse
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_OF_STATUS = {401: "sign-in", 403: "not-allowed", 404: "not-found", 405: "wrong-method", 413: "too-large"}


def handle_problems(app: FastAPI) -> None:
    """Give every error one shape; what nobody foresaw is a 500 without details, told in the log."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> Told:
        return answer(request, problem.code, problem.status, problem.facts, problem.headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, fault: RequestValidationError) -> Told:
        places = [".".join(str(part) for part in error["loc"]) for error in fault.errors()]
        return answer(request, "invalid-request", 422, {"places": places})

    @app.exception_handler(HTTPException)
    async def _http(request: Request, fault: HTTPException) -> Told:
        code = _OF_STATUS.get(fault.status_code, "invalid-request")
        return answer(request, code, fault.status_code, {}, fault.headers)

    @app.exception_handler(DataError)
    async def _not_for_the_database(request: Request, _fault: DataError) -> Told:
        """Such as a NUL, which PostgreSQL keeps in no text."""
        return answer(request, "invalid-request", 422, {})

    @app.exception_handler(Exception)
    async def _unforeseen(request: Request, fault: Exception) -> Told:
        _log.error("unforeseen %s", type(fault).__name__, exc_info=fault)
        return answer(request, "internal-fault", 500, {}, guarding_headers(request.app))  # no middleware sees this one


def answer(
    request: Request, code: str, status: int, facts: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Told:
    """The problem in the user's language: a document, or a page for those who ask for pages."""
    language = language_of(request)
    title, detail = problem_text(code, language, **facts)
    if wants_page(request):
        return page(
            request,
            "problem.html",
            status=status,
            headers=headers,
            title=title,
            detail=detail,
            code=code,
            request_id=getattr(request.state, "request_id", ""),
        )
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


def wants_page(request: Request) -> bool:
    """Whether a browser navigates; programs and scripts ask for JSON, or for nothing in particular."""
    accepted = request.headers.get("accept", "")
    return not request.url.path.startswith("/v1/") and any(kind in accepted for kind in _PAGE_TYPES)
