"""The first page, the change of language, and the pages that every page links to."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.web.language import COOKIE
from api.web.rendering import page
from photocheck.messages import LANGUAGES

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_YEAR_SECONDS = 365 * 24 * 3600


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
def privacy(request: Request) -> HTMLResponse:
    """What is kept, why and how long."""
    settings = request.app.state.service.settings
    return page(request, "privacy.html", part="apply", settings=settings)


@router.get("/accessibility")
def accessibility(request: Request) -> HTMLResponse:
    """How the pages are made usable, and what is not good yet."""
    return page(request, "accessibility.html", part="apply")
