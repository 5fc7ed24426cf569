"""One portrait, checked at once and not kept: the picture comes back inside the page that tells about it."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import UploadFile as FormFile

from api.clock import today_in_china
from api.depend import ServiceOf
from api.errors import Problem, not_found
from api.services.profiles import known
from api.services.refusals import refusal_of
from api.web.language import language_of
from api.web.pages import view
from api.web.pages.guidance import GUIDES
from api.web.rendering import page
from api.web.wording import problem_text, text
from api.workers import items, tasks
from photocheck.profile import Profile

router = APIRouter(prefix="/check", include_in_schema=False, default_response_class=HTMLResponse)
_CHINA = "cn-"


@router.get("", response_model=None)
def choose(request: Request, purpose: str | None = None) -> HTMLResponse | RedirectResponse:
    """Ask what the portrait is for."""
    profiles = _portraits()
    if purpose in profiles:
        return RedirectResponse(f"/check/{purpose}", 303)
    context: dict[str, Any] = {
        "china": [(name, one) for name, one in profiles.items() if name.startswith(_CHINA)],
        "abroad": [(name, one) for name, one in profiles.items() if not name.startswith(_CHINA)],
        "wrong": purpose is not None,
    }
    return page(request, "check/choose.html", part="apply", status=422 if purpose is not None else 200, **context)


def _portraits() -> dict[str, Profile]:
    """The profiles of portraits, those of China first."""
    found = {name: one for name, one in known().items() if one.kind == "portrait" and not name.startswith("base-")}
    return dict(
        sorted(found.items(), key=lambda pair: (pair[0] != "cn-exit-entry", not pair[0].startswith(_CHINA), pair[0]))
    )


@router.get("/{profile}")
def ask(request: Request, service: ServiceOf, profile: str) -> HTMLResponse:
    """How to take it, and a place to upload it."""
    return _ask(request, service, profile, {})


def _ask(request: Request, service: ServiceOf, profile: str, wrong: dict[str, str], status: int = 200) -> HTMLResponse:
    if profile not in _portraits():
        raise not_found()
    context: dict[str, Any] = {
        "profile": _portraits()[profile],
        "guide": GUIDES["portrait"],
        "wrong": wrong,
        "limit": f"{service.settings.max_upload_mb:g}",
    }
    return page(request, "check/ask.html", part="apply", status=status, **context)


@router.post("/{profile}", response_model=None)
def answer(
    request: Request,
    service: ServiceOf,
    profile: str,
    file: Annotated[UploadFile | str | None, File()] = None,
    agree: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """The verdict; picture and crop travel in the page and are nowhere kept."""
    language = language_of(request)
    data = file.file.read() if isinstance(file, FormFile) else b""
    wrong = {} if data else {"file": text("apply", "upload-empty-error", language)}
    if not agree:
        wrong["agree"] = text("apply", "check-consent-error", language)
    if wrong or profile not in _portraits():
        return _ask(request, service, profile, wrong, 422)
    try:
        taken = service.workers.run(items.take, data, "portrait", profile=profile, as_of=today_in_china(service.clock))
        if isinstance(taken, tasks.Refused):
            raise refusal_of(taken)
    except Problem as problem:
        said = problem_text(problem.code, language, **problem.facts)[1]
        return _ask(request, service, profile, {"file": said}, problem.status)
    return page(request, "check/answer.html", part="apply", profile=_portraits()[profile], **_answer(taken, language))


def _answer(taken: items.Taken, language: Any) -> dict[str, Any]:
    own = view.told(taken.checked.report[language], language)
    made = taken.prepared
    prepared = None if made is None else view.told(made.checked.report[language], language)
    return {
        "told": own,
        "prepared": prepared,
        "choice": view.choice(taken.intake, own, prepared),
        "picture": _inside(taken.checked.display, "image/jpeg"),
        "width": taken.checked.width,
        "height": taken.checked.height,
        "prepared_picture": "" if made is None else _inside(made.data, made.media_type),
        "refusal": (taken.not_prepared or {}).get(language, ""),
    }


def _inside(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
