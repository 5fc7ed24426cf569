"""Before the pictures: what is needed, the age, consent, name and address; and the link to come back by."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import parse_qs, quote, urlsplit

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from api.db.submissions import State, Submission
from api.depend import ApplicantAccess, ServiceOf
from api.errors import Problem, not_found
from api.services import details, submissions
from api.web import cookies
from api.web.language import language_of
from api.web.rendering import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PROFILE = "cn-exit-entry-renewal"
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_LONGEST_NAME, _LONGEST_ADDRESS = 100, 254
_Page = HTMLResponse | RedirectResponse


@router.get("/apply")
def begin(request: Request, service: ServiceOf) -> HTMLResponse:
    """What to have ready."""
    return page(request, "apply/begin.html", part="apply", days=f"{service.settings.keep_draft_days:g}")


@router.get("/apply/age", response_model=None)
def age(request: Request, age: str | None = None) -> _Page:
    """Under 14 a guardian must consent."""
    if age in ("yes", "no"):
        return RedirectResponse(f"/apply/consent?age={age}", 303)
    return page(request, "apply/age.html", part="apply", status=200 if age is None else 422, wrong=age is not None)


@router.get("/apply/consent")
def consent(request: Request, service: ServiceOf, age: str = "yes") -> HTMLResponse:
    """What is agreed to."""
    return _consent(request, service, age, ())


def _consent(request: Request, service: ServiceOf, age: str, wrong: tuple[str, ...], status: int = 200) -> HTMLResponse:
    settings, version = service.settings, submissions.CONSENTS[-1]
    context: dict[str, Any] = {"guardian": age == "no", "wrong": wrong, "version": version, "settings": settings}
    return page(request, "apply/consent.html", part="apply", status=status, **context)


@router.post("/apply/consent", response_model=None)
def agree(
    request: Request,
    service: ServiceOf,
    version: Annotated[str, Form()],
    age: Annotated[str, Form()] = "yes",
    agree: Annotated[str, Form()] = "",
    guardian: Annotated[str, Form()] = "",
) -> _Page:
    """Begin an application, once it is agreed to."""
    wrong = (() if agree else ("agree",)) + (("guardian",) if age == "no" and not guardian else ())
    if wrong:
        return _consent(request, service, age, wrong, 422)
    created = submissions.create(
        service,
        profile=PROFILE,
        language=language_of(request),
        consent=version,
        guardian_consent=bool(guardian),
    )
    answer = RedirectResponse(f"/apply/{created.submission.id}/name", 303)
    cookies.set_applicant_cookie(answer, service.settings, created.submission.id, created.secret)
    return answer


@router.get("/apply/{submission_id}/name")
def name(request: Request, service: ServiceOf, access: ApplicantAccess) -> HTMLResponse:
    """The applicant's name."""
    submission = _draft(service, access.submission_id)
    given = details.read_name(service, submission.name_sealed)
    return _question(request, "name", submission, given, "")


@router.post("/apply/{submission_id}/name", response_model=None)
def set_name(request: Request, service: ServiceOf, access: ApplicantAccess, name: Annotated[str, Form()] = "") -> _Page:
    """Keep it."""
    submission, given = _draft(service, access.submission_id), " ".join(name.split())
    if not given or len(given) > _LONGEST_NAME:
        return _question(request, "name", submission, given, "name-long-error" if given else "name-error")
    asked_before = submission.name_sealed is not None
    if given != details.read_name(service, submission.name_sealed):
        details.set_name(service, submission.id, given, access.actor)
    return RedirectResponse(f"/apply/{submission.id}/{'review' if asked_before else 'contact'}", 303)


@router.get("/apply/{submission_id}/contact")
def contact(request: Request, service: ServiceOf, access: ApplicantAccess) -> HTMLResponse:
    """An address for news, if there is one."""
    submission = _draft(service, access.submission_id)
    given = details.read_contact(service, submission.contact_sealed)
    return _question(request, "contact", submission, given, "")


@router.post("/apply/{submission_id}/contact", response_model=None)
def set_contact(
    request: Request, service: ServiceOf, access: ApplicantAccess, contact: Annotated[str, Form()] = ""
) -> _Page:
    """Keep it."""
    submission, given = _draft(service, access.submission_id), contact.strip()
    if given and (len(given) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(given)):
        return _question(request, "contact", submission, given, "contact-error")
    details.set_contact(service, submission.id, given, access.actor)
    return RedirectResponse(f"/apply/{submission.id}", 303)


def _question(request: Request, field: str, submission: Submission, given: str, wrong: str) -> HTMLResponse:
    status = 422 if wrong else 200
    context: dict[str, Any] = {"submission": submission, "given": given, "wrong": wrong, "field": field}
    return page(request, "apply/question.html", part="apply", status=status, **context)


def _draft(service: ServiceOf, submission_id: str) -> Submission:
    with service.database.read() as session:
        submission = submissions.find(session, submission_id)
    if submission.state not in (State.DRAFT, State.CHECKED):
        raise Problem("wrong-state", 409, state=submission.state)
    return submission


@router.get("/apply/{submission_id}/link")
def own_link(request: Request, service: ServiceOf, access: ApplicantAccess) -> HTMLResponse:
    """The link to come back by, in letters and as a code for another phone."""
    with service.database.read() as session:
        submission = submissions.find(session, access.submission_id)
    secret = cookies.applicant_secret(request, submission.id)
    link = f"{service.settings.url}/open/{submission.reference}?key={quote(secret)}" if secret else ""
    code = Markup(segno.make(link).svg_inline(scale=5, border=4)) if link else ""  # noqa: S704  segno's own markup
    return page(request, "apply/link.html", part="apply", submission=submission, link=link, code=code)


@router.get("/open/{reference}")
def open_link(service: ServiceOf, reference: str, key: str = "") -> RedirectResponse:
    """Let this browser in, and take the secret out of its address line."""
    with service.database.read() as session:
        submission = submissions.find_by_reference(session, reference, key)
    answer = RedirectResponse(f"/apply/{submission.id}", 303)
    cookies.set_applicant_cookie(answer, service.settings, submission.id, key)
    return answer


@router.get("/status")
def open_page(request: Request, service: ServiceOf) -> HTMLResponse:
    """The applications of this device, and a place for the link of another."""
    return _open_page(request, service)


def _open_page(request: Request, service: ServiceOf, given: str = "", *, wrong: bool = False) -> HTMLResponse:
    kept = []
    for submission_id in cookies.kept_applications(request):
        secret = cookies.applicant_secret(request, submission_id)
        with service.database.read() as session:
            try:
                kept.append(submissions.find(session, submission_id, secret=secret))
            except Problem:
                continue  # erased meanwhile
    kept.sort(key=lambda one: one.created_at, reverse=True)
    context: dict[str, Any] = {"kept": kept, "given": given, "wrong": wrong}
    return page(request, "apply/open.html", part="apply", status=422 if wrong else 200, **context)


@router.post("/status", response_model=None)
def open_pasted(request: Request, service: ServiceOf, link: Annotated[str, Form()] = "") -> _Page:
    """Follow a link that was pasted."""
    parts = urlsplit(link.strip())
    reference, key = parts.path.rpartition("/")[2], parse_qs(parts.query).get("key", [""])[0]
    try:
        if not key:
            raise not_found()
        return open_link(service, reference, key)
    except Problem:
        return _open_page(request, service, link, wrong=True)
