"""The application as a whole: what is done, a last look, submission, progress, withdrawal."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import select

from api.clock import today_in_china
from api.context import Service
from api.db.outbox import Event
from api.db.records import Receipt
from api.db.submissions import State
from api.depend import ApplicantAccess, ServiceOf
from api.errors import Problem
from api.services import details, life, submissions
from api.services.submissions import Seen
from api.services.uploads import mended
from api.web.language import language_of
from api.web.pages import view
from api.web.pages.guidance import GUIDES
from api.web.pages.items import reasons
from api.web.rendering import page
from api.web.wording import text, texts
from photocheck.receipt import shown_number

router = APIRouter(prefix="/apply/{submission_id}", include_in_schema=False, default_response_class=HTMLResponse)
_BEFORE = (State.DRAFT, State.CHECKED)


def _seen(service: Service, submission_id: str) -> Seen:
    with service.database.read() as session:
        return submissions.load_for_view(session, submission_id)


@router.get("")
def overview(request: Request, service: ServiceOf, access: ApplicantAccess) -> HTMLResponse:
    """The list of tasks, and once it is submitted its progress."""
    seen = _seen(service, access.submission_id)
    if State(seen.submission.state) in _BEFORE:
        return _tasks(request, seen)
    return _progress(request, service, seen, access.actor)


def _tasks(request: Request, seen: Seen) -> HTMLResponse:
    states = {item: view.item_state(seen.submission, item, seen.uploads.get(item)) for item in GUIDES}
    context: dict[str, Any] = {
        "submission": seen.submission,
        "states": states,
        "done": sum(state not in ("missing", "fail") for state in states.values()),
        "following": view.next_item(seen.submission, seen.uploads),
        "swaps": submissions.offered_swaps(seen.uploads),
    }
    return page(request, "apply/tasks.html", part="apply", **context)


def _progress(request: Request, service: Service, seen: Seen, viewer: str) -> HTMLResponse:
    submission, language = seen.submission, language_of(request)
    returned = submission.state == State.RETURNED
    mends = [
        {"item": item, "reasons": reasons(seen, item, language), "mended": mended(submission, seen.uploads[item])}
        for item in (submission.returned_items if returned else ())
        if item in seen.uploads
    ]
    receipt = _receipt(service, submission.id)
    context: dict[str, Any] = {
        "submission": submission,
        "events": _told_events(seen),
        "mends": mends,
        "ready": returned and submissions.obstacles(submission, seen.uploads) is None,
        "days": (submission.mend_by - today_in_china(service.clock)).days if submission.mend_by else 0,
        "pictures": [
            view.shown(service, seen.uploads[item], language, viewer) for item in GUIDES if item in seen.uploads
        ],
        "receipt": receipt,
        "receipt_number": shown_number(receipt.number) if receipt else "",
        "can_have_receipt": _passes(seen),
        "may_withdraw": State(submission.state) not in life.ENDED,
    }
    return page(request, "apply/progress.html", part="apply", **context)


def _told_events(seen: Seen) -> list[Event]:
    """The steps that mean something to an applicant, the newest first: those that have a text."""
    known = texts("apply", "en")
    return [one for one in reversed(seen.events) if f"event-{one.kind.replace('.', '-')}" in known]


def _receipt(service: Service, submission_id: str) -> Receipt | None:
    wanted = (
        select(Receipt)
        .where(Receipt.submission_id == submission_id, Receipt.revoked_at.is_(None))
        .order_by(Receipt.issued_at.desc())
    )
    with service.database.read() as session:
        return session.scalars(wanted).first()


def _passes(seen: Seen) -> bool:
    portrait = seen.uploads.get("portrait")
    return portrait is not None and view.counting_verdict(portrait) == "pass"


@router.get("/review", response_model=None)
def review(request: Request, service: ServiceOf, access: ApplicantAccess) -> HTMLResponse | RedirectResponse:
    """A last look before it is submitted."""
    seen = _seen(service, access.submission_id)
    if State(seen.submission.state) not in _BEFORE:
        return RedirectResponse(f"/apply/{seen.submission.id}", 303)
    return _review(request, service, seen, access.actor)


def _review(request: Request, service: Service, seen: Seen, viewer: str, status: int = 200) -> HTMLResponse:
    submission, language = seen.submission, language_of(request)
    obstacle = submissions.obstacles(submission, seen.uploads)
    context: dict[str, Any] = {
        "submission": submission,
        "name": details.read_name(service, submission.name_sealed),
        "contact": details.read_contact(service, submission.contact_sealed),
        "pictures": [
            (item, view.shown(service, seen.uploads[item], language, viewer)) for item in GUIDES if item in seen.uploads
        ],
        "states": {item: view.item_state(submission, item, seen.uploads.get(item)) for item in GUIDES},
        "together": None if submission.report is None else view.told(submission.report[language], language),
        "swaps": submissions.offered_swaps(seen.uploads),
        "obstacle": "" if obstacle is None else _obstacle(obstacle, language),
        "hours": f"{service.settings.review_hours:g}",
    }
    return page(request, "apply/review.html", part="apply", status=status, **context)


def _obstacle(obstacle: Problem, language: Any) -> str:
    """What is in the way of submitting, by the names that pages use."""
    names = ("、" if language == "zh-CN" else ", ").join(
        text("apply", f"item-{item}", language) for item in obstacle.facts.get("items", ())
    )
    key = "review-blocked" if obstacle.code == "wrong-file" else "review-missing"
    return text("apply", key, language, items=names) if names else ""


@router.post("/submit", response_model=None)
def submit(request: Request, service: ServiceOf, access: ApplicantAccess) -> HTMLResponse | RedirectResponse:
    """Hand it to the reviewers."""
    try:
        submissions.submit(service, access.submission_id, access.actor)
    except Problem:
        seen = _seen(service, access.submission_id)
        if State(seen.submission.state) not in _BEFORE:
            raise
        return _review(request, service, seen, access.actor, 409)
    return RedirectResponse(f"/apply/{access.submission_id}", 303)


@router.get("/withdraw")
def ask_withdraw(request: Request, service: ServiceOf, access: ApplicantAccess) -> HTMLResponse:
    """Ask once more."""
    submission, days = _seen(service, access.submission_id).submission, f"{service.settings.keep_draft_days:g}"
    return page(request, "apply/withdraw.html", part="apply", submission=submission, days=days)


@router.post("/withdraw")
def withdraw(service: ServiceOf, access: ApplicantAccess) -> RedirectResponse:
    """End the application."""
    submissions.withdraw(service, access.submission_id, access.actor)
    return RedirectResponse(f"/apply/{access.submission_id}", 303)
