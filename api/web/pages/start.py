"""The first page, the change of language, and the pages that every page links to."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.depend import ServiceOf
from api.web.language import COOKIE
from api.web.rendering import page
from photocheck.messages import LANGUAGES

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_YEAR_SECONDS = 365 * 24 * 3600
_WAYS = {"renew": "/apply", "check": "/check", "continue": "/status"}


@router.get("/")
def start(request: Request) -> HTMLResponse:
    """Ask what somebody wants to do."""
    return page(request, "start.html", part="apply", wrong=False)


@router.get("/begin", response_model=None)
def begin(request: Request, what: str = "") -> HTMLResponse | RedirectResponse:
    """Go where the answer leads."""
    if what not in _WAYS:
        return page(request, "start.html", part="apply", status=422, wrong=True)
    return RedirectResponse(_WAYS[what], 303)


@router.get("/language/{language}")
def change_language(language: str, to: str = "/") -> RedirectResponse:
    """Keep the chosen language and go back to where the choice was made."""
    answer = RedirectResponse(to if is_local(to) else "/", 303)
    if language in LANGUAGES:
        answer.set_cookie(COOKIE, language, max_age=_YEAR_SECONDS, httponly=True, samesite="lax")
    return answer


def is_local(address: str) -> bool:
    """Whether an address is a path of this site: one slash, and nothing a browser takes for another host."""
    return address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()


@router.get("/privacy")
def privacy(request: Request, service: ServiceOf) -> HTMLResponse:
    """What is kept, why and how long."""
    return page(request, "privacy.html", part="apply", settings=service.settings)


@router.get("/accessibility")
def accessibility(request: Request) -> HTMLResponse:
    """How the pages are made usable, and what is not good yet."""
    return page(request, "accessibility.html", part="apply")
