"""The administrators' pages: who may sign in, with which roles; keys of programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api.context import Service
from api.db.people import Role
from api.depend import Caller, ServiceOf, require
from api.errors import Problem
from api.services import accounts, api_keys
from api.web.language import language_of
from api.web.rendering import page, texts_of
from api.web.wording import problem_text

router = APIRouter(prefix="/admin", include_in_schema=False, default_response_class=HTMLResponse)
_PART = "admin"
_LABEL_LENGTH = 100
STAFF_ROLES = (Role.REVIEWER, Role.SENIOR, Role.ADMINISTRATOR)

Administrator = Annotated[Caller, Depends(require(Role.ADMINISTRATOR))]
Line = Annotated[str, Form(max_length=_LABEL_LENGTH)]
Password = Annotated[str, Form(max_length=4000)]
Roles = Annotated[list[Role], Form()]
Errors = list[tuple[str, str]]
"""Pairs of field and the key of a text of this part, or of a problem."""


@router.get("")
def overview(request: Request, service: ServiceOf, known: Administrator) -> HTMLResponse:
    """Every account and key."""
    with service.database.read() as session:
        everybody, keys = accounts.all_accounts(session), api_keys.all_keys(session)
    return page(request, "admin/overview.html", part=_PART, caller=known, accounts=everybody, keys=keys)


@router.get("/accounts/new")
def new_account_page(request: Request, known: Administrator) -> HTMLResponse:
    """The form of a new account."""
    return _new_account(request, known, [])


@router.post("/accounts")
def add_account(
    request: Request,
    service: ServiceOf,
    known: Administrator,
    login: Line = "",
    display_name: Line = "",
    password: Password = "",
    roles: Roles = [],  # noqa: B006  FastAPI copies it
) -> Response:
    """Make an account."""
    wanted = (("login", login.strip()), ("display_name", display_name.strip()), ("roles", roles))
    missing = {"login": "login-missing", "display_name": "name-missing", "roles": "roles-missing"}
    errors = [(field, missing[field]) for field, value in wanted if not value]
    if not errors:
        try:
            with service.database.begin() as session:
                accounts.make_account(
                    session,
                    service.clock,
                    login=login,
                    display_name=display_name,
                    roles=roles,
                    password=password,
                    actor=known.actor,
                )
            return RedirectResponse("/admin", 303)
        except Problem as refusal:
            errors = [("login" if refusal.code == "login-taken" else "password", refusal.code)]
    return _new_account(request, known, errors, login, display_name, roles)


@router.get("/accounts/{account_id}")
def account_page(
    request: Request, service: ServiceOf, known: Administrator, account_id: str, done: bool = False
) -> HTMLResponse:
    """One account."""
    return _account(request, service, known, account_id, [], done=done)


@router.post("/accounts/{account_id}/standing")
def change_standing(
    request: Request,
    service: ServiceOf,
    known: Administrator,
    account_id: str,
    roles: Roles = [],  # noqa: B006
    active: Annotated[bool, Form()] = True,
) -> Response:
    """What it may do, and whether it may sign in."""
    if not roles:
        return _account(request, service, known, account_id, [("roles", "roles-missing")])

    def change(session: Session) -> None:
        accounts.set_standing(session, service.clock, account_id, roles=roles, active=active, actor=known.actor)

    return _changed(request, service, known, account_id, "roles", change)


@router.post("/accounts/{account_id}/password")
def reset_password(
    request: Request, service: ServiceOf, known: Administrator, account_id: str, password: Password = ""
) -> Response:
    """A new first password."""

    def change(session: Session) -> None:
        accounts.change_password(session, service.clock, account_id, password, known.actor)

    return _changed(request, service, known, account_id, "password", change)


@router.post("/accounts/{account_id}/forget-code")
def forget_code(request: Request, service: ServiceOf, known: Administrator, account_id: str) -> Response:
    """Take the authenticator app away."""

    def change(session: Session) -> None:
        accounts.forget_code(session, service.clock, account_id, known.actor)

    return _changed(request, service, known, account_id, "", change)


@router.post("/keys")
def add_key(request: Request, service: ServiceOf, known: Administrator, label: Line = "") -> Response:
    """Make a key, and show it this once."""
    label = label.strip()
    text = ""
    if label:
        with service.database.begin() as session:
            text, _ = api_keys.make_key(session, service.clock, label, known.actor)
    errors = _told(request, [] if label else [("label", "key-label-missing")])
    return page(
        request, "admin/key.html", part=_PART, status=200 if label else 422, caller=known, text=text, errors=errors
    )


@router.get("/keys/new")
def new_key_page(request: Request, known: Administrator) -> HTMLResponse:
    """The form of a new key."""
    return page(request, "admin/key.html", part=_PART, caller=known, text="", errors=[])


@router.post("/keys/{key_id}/off")
def switch_key_off(service: ServiceOf, known: Administrator, key_id: str) -> Response:
    """Refuse a key from now on."""
    with service.database.begin() as session:
        api_keys.switch_off(session, service.clock, key_id, known.actor)
    return RedirectResponse("/admin", 303)


def _changed(
    request: Request,
    service: Service,
    known: Caller,
    account_id: str,
    field: str,
    change: Callable[[Session], None],
) -> Response:
    try:
        with service.database.begin() as session:
            change(session)
    except Problem as refusal:
        if refusal.code == "not-found":
            raise
        return _account(request, service, known, account_id, [(field, refusal.code)])
    return RedirectResponse(f"/admin/accounts/{account_id}?done=1", 303)


def _new_account(
    request: Request,
    known: Caller,
    errors: Errors,
    login: str = "",
    display_name: str = "",
    roles: list[Role] | None = None,
) -> HTMLResponse:
    return page(
        request,
        "admin/new-account.html",
        part=_PART,
        status=422 if errors else 200,
        caller=known,
        errors=_told(request, errors),
        login=login,
        display_name=display_name,
        chosen=roles or [Role.REVIEWER],
        known_roles=STAFF_ROLES,
    )


def _account(
    request: Request, service: Service, known: Caller, account_id: str, errors: Errors, *, done: bool = False
) -> HTMLResponse:
    with service.database.read() as session:
        account = accounts.find_account(session, account_id)
    return page(
        request,
        "admin/account.html",
        part=_PART,
        status=422 if errors else 200,
        caller=known,
        account=account,
        errors=_told(request, errors),
        chosen=account.roles,
        known_roles=STAFF_ROLES,
        done=done,
    )


def _told(request: Request, errors: Errors) -> Errors:
    """The sentences themselves: of a problem, or of this part."""
    language = language_of(request)
    own = texts_of(_PART, language)
    told = []
    for field, key in errors:
        try:
            told.append((field, own(key)))
        except KeyError:
            told.append((field, problem_text(key, language)[1]))
    return told
