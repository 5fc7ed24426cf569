"""Receipts for people: applicants get theirs, counters verify them."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.depend import SAFE, ApplicantAccess, CallerOf, ServiceOf
from api.errors import Problem
from api.routes.receipts import view_of
from api.services import receipts
from api.web.language import language_of
from api.web.rendering import page
from api.web.security import limit_rate
from api.web.wording import problem_text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_LONGEST = 40


def _limited(request: Request, service: ServiceOf, known: CallerOf) -> None:
    if request.method in SAFE and request.query_params.get("number"):
        limit_rate(request, service, known)


@router.get("/receipts", dependencies=[Depends(_limited)])
def verify(request: Request, service: ServiceOf, number: str = "") -> HTMLResponse:
    """Enter a number; see what its receipt is worth."""
    number, language = number.strip()[:_LONGEST], language_of(request)
    receipt, errors, status = None, [], 200
    if number:
        try:
            with service.database.read() as session:
                receipt = view_of(service, receipts.find_receipt(session, number), language)
        except Problem as refusal:
            status = refusal.status
            code = "receipt-unknown" if refusal.code == "not-found" else refusal.code
            errors = [("number", problem_text(code, language)[1])]
    return page(
        request, "receipts/verify.html", part="receipts", status=status, receipt=receipt, errors=errors, number=number
    )


@router.post("/apply/{submission_id}/receipt")
def issue(request: Request, service: ServiceOf, access: ApplicantAccess) -> Response:
    """The applicant's own receipt, as a PDF."""
    language = language_of(request)
    receipt = receipts.issue_for_submission(service, access.submission_id, access.actor, language)
    return RedirectResponse(f"/v1/receipts/{receipt.number}/pdf?lang={language}", 303)
