"""Signing in and out: password, one-time code, or the organisation's own sign-in service."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import timedelta
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.context import Service
from api.db.people import Account, Role
from api.depend import SIGN_IN, Caller, ServiceOf, require
from api.errors import Problem
from api.services import accounts, audit, limits, oidc, sessions
from api.services.sealing import CannotOpen
from api.web import cookies
from api.web.language import language_of
from api.web.pages.start import is_local
from api.web.rendering import page
from api.web.security import address_of
from api.web.wording import problem_text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_PART = "sign-in"
_TRIES_A_MINUTE = 20
_HALF = "half a sign-in"
_HALF_LASTS = timedelta(minutes=10)
_OIDC_COOKIE = "photocheck-leaving"

Text = Annotated[str, Form(max_length=4000)]
Staff = Annotated[Caller, Depends(require(Role.REVIEWER, Role.ADMINISTRATOR))]


def _limit_tries(request: Request, service: ServiceOf) -> None:
    limits.take(service, limits.address_bucket(service, address_of(request), "sign-in"), _TRIES_A_MINUTE)


_LIMITED = [Depends(_limit_tries)]


@router.get(SIGN_IN)
def sign_in_page(request: Request, service: ServiceOf, next: str = "") -> HTMLResponse:  # noqa: A002  a query's name
    """Login and password."""
    return _first_step(request, service, next)


@router.post(SIGN_IN, dependencies=_LIMITED)
def sign_in(request: Request, service: ServiceOf, login: Text = "", password: Text = "", go_to: Text = "") -> Response:
    """Check them; ask for a code where the account has one, or must."""
    try:
        account = accounts.check_password(service, login, password)
    except Problem as refusal:
        return _first_step(request, service, go_to, refusal, login)
    if account.totp_sealed is not None:
        return _code_step(request, _half(service, account.id, go_to))
    if service.settings.require_totp:
        return _enrol_step(request, account.login, accounts.new_code_secret(), _half(service, account.id, go_to))
    return _signed_in(service, account.id, go_to)


@router.post(f"{SIGN_IN}/code", dependencies=_LIMITED)
def sign_in_code(request: Request, service: ServiceOf, half: Text = "", code: Text = "") -> Response:
    """The one-time code."""
    account_id, go_to = _whole(service, half)
    try:
        accounts.check_code(service, account_id, code)
    except Problem as refusal:
        return _code_step(request, half, refusal)
    return _signed_in(service, account_id, go_to)


@router.post(f"{SIGN_IN}/enrol", dependencies=_LIMITED)
def sign_in_enrol(
    request: Request, service: ServiceOf, half: Text = "", secret: Text = "", code: Text = ""
) -> Response:
    """The first code of an authenticator app that must be used from now on."""
    account_id, go_to = _whole(service, half)
    with service.database.read() as session:
        account = accounts.find_account(session, account_id)
    if account.totp_sealed is not None:
        raise Problem("sign-in-again", 403)  # enrolled meanwhile: that code is asked for
    if not accounts.enrol_code(service, account_id, secret, code):
        return _enrol_step(request, account.login, secret, half, wrong=True)
    return _signed_in(service, account_id, go_to)


@router.get(f"{SIGN_IN}/oidc")
def leave(request: Request, service: ServiceOf, next: str = "") -> Response:  # noqa: A002
    """To the organisation's sign-in service."""
    if not service.settings.oidc_issuer:
        raise Problem("not-found", 404)
    _limit_tries(request, service)
    departure = oidc.depart(service, next)
    answer = RedirectResponse(departure.url, 303)
    cookies.set_cookie(answer, service.settings, _OIDC_COOKIE, departure.browser, 600)
    return answer


@router.get(oidc.CALLBACK)
def come_back(request: Request, service: ServiceOf, state: str = "", code: str = "") -> Response:
    """From there."""
    if not service.settings.oidc_issuer:
        raise Problem("not-found", 404)
    _limit_tries(request, service)
    browser = cookies.read_cookie(request, _OIDC_COOKIE) or ""
    account_id, go_to = oidc.arrive(service, state=state, code=code, browser=browser)
    answer = _signed_in(service, account_id, go_to)
    cookies.drop_cookie(answer, service.settings, _OIDC_COOKIE)
    return answer


@router.post("/review/sign-out")
def sign_out(request: Request, service: ServiceOf) -> Response:
    """End the session."""
    secret = cookies.session_cookie(request)
    if secret:
        with service.database.begin() as session:
            sessions.close_session(session, secret)
    answer = RedirectResponse(SIGN_IN, 303)
    cookies.drop_session_cookie(answer, service.settings)
    return answer


@router.get("/review/account")
def own_account(request: Request, service: ServiceOf, known: Staff, done: str = "") -> HTMLResponse:
    """One's own password and authenticator app."""
    return _account_page(request, service, known, done=done)


@router.post("/review/account/password")
def own_password(
    request: Request, service: ServiceOf, known: Staff, old: Text = "", new: Text = "", again: Text = ""
) -> Response:
    """Change one's password; other browsers are signed out."""
    account = _own(service, known)
    language = language_of(request)
    try:
        accounts.check_password(service, account.login, old)
    except Problem as refusal:
        return _account_page(request, service, known, [("old", problem_text(refusal.code, language)[1])])
    if new != again:
        return _account_page(request, service, known, [("again", "")])
    try:
        with service.database.begin() as session:
            accounts.change_password(session, service.clock, account.id, new, known.actor)
    except Problem as refusal:
        return _account_page(request, service, known, [("new", problem_text(refusal.code, language)[1])])
    return _signed_in(service, account.id, "/review/account?done=password")


@router.post("/review/account/code")
def own_code(
    request: Request,
    service: ServiceOf,
    known: Staff,
    old: Annotated[str, Form(alias="code-old", max_length=4000)] = "",
    secret: Text = "",
    code: Text = "",
) -> Response:
    """Use another authenticator app; the password is asked for again."""
    account = _own(service, known)
    try:
        accounts.check_password(service, account.login, old)
    except Problem as refusal:
        said = problem_text(refusal.code, language_of(request))[1]
        return _account_page(request, service, known, [("code-old", said)], secret=secret)
    if not accounts.enrol_code(service, account.id, secret, code):
        return _account_page(request, service, known, [("code", "")], secret=secret)
    return RedirectResponse("/review/account?done=code", 303)


def _first_step(
    request: Request, service: Service, go_to: str, refusal: Problem | None = None, login: str = ""
) -> HTMLResponse:
    errors = [("login", problem_text(refusal.code, language_of(request))[1])] if refusal else []
    status = refusal.status if refusal else 200
    issuer = bool(service.settings.oidc_issuer)
    return page(
        request,
        "sign-in/password.html",
        part=_PART,
        status=status,
        go_to=go_to,
        errors=errors,
        login=login,
        oidc=issuer,
    )


def _code_step(request: Request, half: str, refusal: Problem | None = None) -> HTMLResponse:
    errors = [("code", problem_text(refusal.code, language_of(request))[1])] if refusal else []
    status = refusal.status if refusal else 200
    return page(request, "sign-in/code.html", part=_PART, status=status, half=half, errors=errors)


def _enrol_step(request: Request, login: str, secret: str, half: str, *, wrong: bool = False) -> HTMLResponse:
    return page(
        request,
        "sign-in/enrol.html",
        part=_PART,
        status=401 if wrong else 200,
        half=half,
        secret=secret,
        code_picture=_code_picture(login, secret),
        wrong=wrong,
    )


def _account_page(
    request: Request,
    service: Service,
    known: Caller,
    errors: list[tuple[str, str]] | None = None,
    *,
    secret: str = "",
    done: str = "",
) -> HTMLResponse:
    """Errors are pairs of field and sentence; without a sentence the page has its own."""
    account = _own(service, known)
    secret = secret or accounts.new_code_secret()
    return page(
        request,
        "sign-in/account.html",
        part=_PART,
        status=422 if errors else 200,
        caller=known,
        account=account,
        secret=secret,
        code_picture=_code_picture(account.login, secret),
        errors=errors or [],
        done=done if done in ("password", "code") else "",
    )


def _own(service: Service, known: Caller) -> Account:
    with service.database.read() as session:
        return accounts.find_account(session, known.id or "")


def _code_picture(login: str, secret: str) -> str:
    return segno.make(accounts.code_address(secret, login), error="m").svg_data_uri(scale=4, border=4)


def _half(service: Service, account_id: str, go_to: str) -> str:
    """What stands between the two steps: sealed, so that the browser can carry it."""
    until = (service.clock.now() + _HALF_LASTS).timestamp()
    told = json.dumps({"account": account_id, "next": go_to, "until": until})
    return base64.urlsafe_b64encode(service.keyring.seal(told.encode(), _HALF)).decode()


def _whole(service: Service, half: str) -> tuple[str, str]:
    """The account and where to go.

    Raises:
        Problem: `sign-in-again`, 403.
    """
    try:
        told = json.loads(service.keyring.open(base64.urlsafe_b64decode(half), _HALF))
    except (CannotOpen, binascii.Error, ValueError):
        raise Problem("sign-in-again", 403) from None
    if told["until"] <= service.clock.now().timestamp():
        raise Problem("sign-in-again", 403)
    return told["account"], told["next"]


def _signed_in(service: Service, account_id: str, go_to: str) -> Response:
    with service.database.begin() as session:
        account = accounts.find_account(session, account_id)
        secret, _ = sessions.open_session(session, service, account)
        audit.record(session, service.clock, f"account:{account.id}", "account.signed-in", account.id)
    home = "/review" if {Role.REVIEWER, Role.SENIOR} & set(account.roles) else "/admin"
    answer = RedirectResponse(go_to if is_local(go_to) else home, 303)
    cookies.set_session_cookie(answer, service.settings, secret)
    return answer
