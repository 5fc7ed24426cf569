"""One picture: what is asked of it, its upload, the answer, the prepared file, and pictures in the wrong place."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.datastructures import UploadFile as FormFile

from api.db.submissions import State
from api.depend import ApplicantAccess, ServiceOf
from api.errors import Problem, not_found
from api.services import submissions
from api.services.submissions import Seen
from api.web.language import language_of
from api.web.pages import view
from api.web.pages.guidance import GUIDES
from api.web.problems import wants_page
from api.web.rendering import page
from api.web.wording import problem_text, text

router = APIRouter(prefix="/apply/{submission_id}", include_in_schema=False, default_response_class=HTMLResponse)
_Answer = HTMLResponse | RedirectResponse | JSONResponse


def _seen(service: ServiceOf, submission_id: str, item: str) -> Seen:
    if item not in GUIDES:
        raise not_found()
    with service.database.read() as session:
        return submissions.load_for_view(session, submission_id)


@router.get("/items/{item}")
def guide(request: Request, service: ServiceOf, access: ApplicantAccess, item: str) -> HTMLResponse:
    """How to take the picture, and a place to upload it."""
    return _guide(request, service, _seen(service, access.submission_id, item), item, "")


def _guide(request: Request, service: ServiceOf, seen: Seen, item: str, wrong: str, status: int = 200) -> HTMLResponse:
    submission, upload = seen.submission, seen.uploads.get(item)
    if State(submission.state) not in (State.DRAFT, State.CHECKED, State.RETURNED):
        raise Problem("wrong-state", 409, state=submission.state)
    returned = submission.state == State.RETURNED
    context: dict[str, Any] = {
        "submission": submission,
        "item": item,
        "guide": GUIDES[item],
        "number": list(GUIDES).index(item) + 1,
        "there": upload is not None and not returned,
        "reasons": reasons(seen, item, language_of(request)) if returned else [],
        "wrong": wrong,
        "limit": f"{service.settings.max_upload_mb:g}",
    }
    return page(request, "apply/item.html", part="apply", status=status, **context)


def reasons(seen: Seen, item: str, language: str) -> list[str]:
    """Why a picture came back, as the reviewer's reasons say."""
    return [one["text"][language] for one in seen.submission.return_reasons if one["item"] == item]


@router.post("/items/{item}", response_model=None)
def upload(
    request: Request,
    service: ServiceOf,
    access: ApplicantAccess,
    item: str,
    file: Annotated[UploadFile | str | None, File()] = None,
) -> _Answer:
    """Check and keep the picture, then go to the answer."""
    seen, by_page = _seen(service, access.submission_id, item), wants_page(request)
    language = language_of(request)
    data = file.file.read() if isinstance(file, FormFile) else b""
    try:
        if not data:
            empty = text("apply", "upload-empty-error", language)
            raise Problem("unusable-picture", 422, text=dict.fromkeys(("zh-CN", "en"), empty))
        submissions.put_item(service, seen.submission.id, item, data, access.actor)
    except Problem as problem:
        if not by_page:
            raise
        said = problem_text(problem.code, language, **problem.facts)[1]
        return _guide(request, service, seen, item, said, problem.status)
    return _go(by_page, f"/apply/{seen.submission.id}/items/{item}/answer")


def _go(by_page: bool, address: str) -> _Answer:
    """On to a page: by a redirect, or for a script that sent the form, by naming it."""
    return RedirectResponse(address, 303) if by_page else JSONResponse({"location": address})


@router.get("/items/{item}/answer", response_model=None)
def answer(request: Request, service: ServiceOf, access: ApplicantAccess, item: str) -> _Answer:
    """The verdict, the faults on the picture, what to do."""
    seen, language = _seen(service, access.submission_id, item), language_of(request)
    submission, found = seen.submission, seen.uploads.get(item)
    if found is None:
        return RedirectResponse(f"/apply/{submission.id}/items/{item}", 303)
    swap = next((pair for pair in submissions.offered_swaps(seen.uploads) if item in pair), None)
    context: dict[str, Any] = {
        "submission": submission,
        "item": item,
        "number": list(GUIDES).index(item) + 1,
        "shown": view.shown(service, found, language, access.actor),
        "open": State(submission.state) in (State.DRAFT, State.CHECKED, State.RETURNED),
        "swap": swap if submission.state != State.RETURNED else None,
        "following": _following(seen),
        "uploads": seen.uploads,
        "refusal": (found.prepared_refusal or {}).get(language, ""),
    }
    return page(request, "apply/answer.html", part="apply", **context)


def _following(seen: Seen) -> str:
    """Where to go on: the next picture, or all of them for a last look."""
    base = f"/apply/{seen.submission.id}"
    wanting = view.next_item(seen.submission, seen.uploads)
    if wanting is not None:
        return f"{base}/items/{wanting}"
    return base if seen.submission.state == State.RETURNED else f"{base}/review"


@router.post("/items/{item}/prepared", response_model=None)
def prepared(
    request: Request, service: ServiceOf, access: ApplicantAccess, item: str, use: Annotated[str, Form()] = "yes"
) -> _Answer:
    """Let the prepared file go on, or the applicant's own."""
    submissions.accept_prepared(service, access.submission_id, item, access.actor, accept=use == "yes")
    return _go(wants_page(request), _following(_seen(service, access.submission_id, item)))


@router.post("/swap", response_model=None)
def swap(
    request: Request,
    service: ServiceOf,
    access: ApplicantAccess,
    one: Annotated[str, Form()],
    other: Annotated[str, Form()],
) -> _Answer:
    """Put two pictures into each other's place."""
    submissions.swap(service, access.submission_id, one, other, access.actor)
    return _go(wants_page(request), f"/apply/{access.submission_id}")
