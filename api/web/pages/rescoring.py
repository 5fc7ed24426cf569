"""The administrators' page of re-scorings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.depend import Caller, ServiceOf
from api.errors import Problem
from api.routes.rescorings import Administering, RunId, all_runs
from api.services.review import rescoring
from api.web.language import language_of
from api.web.rendering import page
from api.web.wording import problem_text
from photocheck.profile import load_profile, profile_ids

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_HOME = "/review/rescoring"


@router.get(_HOME)
def overview(request: Request, service: ServiceOf, caller: Administering) -> HTMLResponse:
    """Runs and how far they are, and the form of a new one."""
    return _page(request, service, caller)


@router.post(_HOME)
def start(
    request: Request,
    service: ServiceOf,
    caller: Administering,
    profile: Annotated[str, Form(max_length=100)] = "",
    changes: Annotated[str, Form(max_length=5000)] = "",
) -> Response:
    """Start one."""
    lines = [line.strip() for line in changes.splitlines() if line.strip()]
    try:
        with service.database.begin() as session:
            rescoring.start(session, service.clock, profile=profile, changes=lines, actor=caller.actor)
    except Problem as refusal:
        _, detail = problem_text(refusal.code, language_of(request), **refusal.facts)
        return _page(request, service, caller, errors=[("changes", detail)], profile=profile, changes=changes)
    return RedirectResponse(_HOME, 303)


@router.post(f"{_HOME}/{{run_id}}/stop")
def stop(service: ServiceOf, caller: Administering, run_id: RunId) -> RedirectResponse:
    """Stop one."""
    with service.database.begin() as session:
        rescoring.stop(session, service.clock, run_id, caller.actor)
    return RedirectResponse(_HOME, 303)


def _page(
    request: Request,
    service: ServiceOf,
    caller: Caller,
    *,
    errors: list[tuple[str, str]] | None = None,
    profile: str = "cn-exit-entry",
    changes: str = "",
) -> HTMLResponse:
    language = language_of(request)
    ids = [name for kind in ("portrait", "id-card", "signature") for name in profile_ids(kind)]
    with service.database.read() as session:
        runs = all_runs(session)
    return page(
        request,
        "review/rescoring.html",
        part="review",
        status=422 if errors else 200,
        caller=caller,
        runs=runs,
        going=any(run.state in rescoring.GOING for run in runs),
        profiles=[(name, load_profile(name).title[language]) for name in ids],
        errors=errors or [],
        profile=profile,
        changes=changes,
    )
