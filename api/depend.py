"""Who calls, and what they may: dependencies for every route.

    @router.get("/v1/review/queue")
    def queue(service: ServiceOf, caller: Annotated[Caller, Depends(require(Role.REVIEWER))]) -> …

Routes under a submission (`{submission_id}` in their path) take `submission_access` to read and `applicant_access` to
change; both answer 404 to whoever may not, so that nobody learns which submissions exist.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from api.context import Service
from api.db.people import Account, Role
from api.db.submissions import Submission
from api.errors import Problem, not_found
from api.services import api_keys, sessions
from api.web import cookies

_bearer = HTTPBearer(auto_error=False, description="An API key, `pck_…`, or the secret of one application.")
_cookie = APIKeyCookie(name="photocheck-session", auto_error=False, description="A signed-in browser.")
_Bearer = Annotated[object, Security(_bearer)]  # these two only tell OpenAPI; `caller` reads the request itself
_Cookie = Annotated[object, Security(_cookie)]
_SCHEME = "bearer "
SIGN_IN = "/review/sign-in"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing."""
TOKEN_HEADER = "X-CSRF-Token"
TOKEN_FIELD = "csrf"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent the request.

    Attributes:
        kind: `applicant` holds the secret of a submission; which one is seen only where a submission is asked for.
        id: of the account or key; None for others.
        roles: an account's, or `machine` for a key. A senior reviewer is a reviewer too.
        actor: as in events and the audit log: `anonymous`, `applicant`, `account:ID`, `key:ID`.
        name: an account's display name or a key's label, to be shown.
        secret: the bearer secret of an applicant that came without a cookie.
        csrf: the token that forms of this session must carry; empty where no session is.
    """

    kind: Literal["anonymous", "applicant", "account", "key"]
    id: str | None = None
    roles: frozenset[Role] = frozenset()
    actor: str = "anonymous"
    name: str = ""
    secret: str | None = None
    csrf: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """A submission that the caller may see, and as whom."""

    submission_id: str
    way: Literal["applicant", "owner", "reviewer"]
    caller: Caller
    actor: str


def service_of(request: Request) -> Service:
    """The running service."""
    service: Service = request.app.state.service
    return service


ServiceOf = Annotated[Service, Depends(service_of)]


def caller(request: Request) -> Caller:
    """Whoever sent the request; asked once a request.

    Raises:
        Problem: `sign-in`, 401, where an API key is given that is none.
    """
    known: Caller | None = getattr(request.state, "caller", None)
    if known is None:
        known = _identify(request, service_of(request))
        request.state.caller = known
        request.state.csrf = known.csrf  # for the forms of pages (api.web.rendering)
    return known


CallerOf = Annotated[Caller, Depends(caller)]


def _identify(request: Request, service: Service) -> Caller:
    given = request.headers.get("authorization", "")
    if given:
        token = given[len(_SCHEME) :].strip() if given.lower().startswith(_SCHEME) else ""
        if not token.startswith(api_keys.START):
            return Caller("applicant", actor="applicant", secret=token) if token else Caller("anonymous")
        with service.database.read() as session:
            key = api_keys.find_key(session, token)
        if key is None:
            raise Problem("sign-in", 401, headers={"WWW-Authenticate": "Bearer"})
        api_keys.note_use(service, key.id, key.used_at)
        return Caller("key", key.id, frozenset({Role.MACHINE}), f"key:{key.id}", key.label)
    secret = cookies.session_cookie(request)
    row = None
    if secret:
        with service.database.read() as session:
            row = sessions.find_session(session, service.clock, secret)
    return _of_account(row.account, row.csrf) if row is not None else Caller("anonymous")


def _of_account(account: Account, csrf: str) -> Caller:
    roles = {Role(role) for role in account.roles}
    if Role.SENIOR in roles:
        roles.add(Role.REVIEWER)
    return Caller("account", account.id, frozenset(roles), f"account:{account.id}", account.display_name, csrf=csrf)


async def session_token(request: Request, known: CallerOf) -> None:
    """Where a signed-in session changes something, its token must come along, in a header or a form's field.

    Raises:
        Problem: `forged`, 403.
    """
    if request.method in SAFE or known.kind != "account":
        return
    given: object = request.headers.get(TOKEN_HEADER)
    if given is None and request.headers.get("content-type", "").startswith(_FORMS):
        given = (await request.form()).get(TOKEN_FIELD)
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), known.csrf.encode()):
        raise Problem("forged", 403)


_Token = Annotated[None, Depends(session_token)]


def require(*roles: Role) -> Callable[..., Caller]:
    """A dependency that lets in whoever has one of the roles; a browser that is not signed in is sent to do so.

    Raises (the dependency):
        Problem: `sign-in` (401, or 303 to the sign-in page) or `not-allowed` (403).
    """

    def allowed(request: Request, known: CallerOf, _token: _Token, _bearer: _Bearer, _cookie: _Cookie) -> Caller:
        if known.kind not in ("account", "key"):
            raise _sign_in_first(request)
        if roles and not known.roles & set(roles):
            raise Problem("not-allowed", 403)
        return known

    return allowed


def _sign_in_first(request: Request) -> Problem:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return Problem("sign-in", 303, headers={"Location": f"{SIGN_IN}?next={quote(back, safe='')}"})
    return Problem("sign-in", 401, headers={"WWW-Authenticate": "Bearer"})


def api_key() -> Callable[..., Caller]:
    """A dependency that lets in programs only."""
    return require(Role.MACHINE)


def submission_access(
    submission_id: str, request: Request, known: CallerOf, _bearer: _Bearer, _cookie: _Cookie
) -> Access:
    """May see the submission: its applicant, the key that made it, and, once it was submitted, reviewers.

    Raises:
        Problem: `not-found`, 404, for everybody else.
    """
    ways = ways_to(request, service_of(request), known, submission_id)
    if not ways:
        raise not_found()
    return ways[0]


def applicant_access(access: Annotated[Access, Depends(submission_access)]) -> Access:
    """May change the submission: its applicant, and the key that made it.

    Raises:
        Problem: `not-allowed`, 403, for reviewers; `not-found`, 404, for everybody else.
    """
    if access.way == "reviewer":
        raise Problem("not-allowed", 403)
    return access


def ways_to(request: Request, service: Service, known: Caller, submission_id: str) -> list[Access]:
    """As whom the caller may see a submission; a browser may hold its secret and be a reviewer's as well."""
    with service.database.read() as session:
        submission = session.get(Submission, submission_id)
    if submission is None:
        return []
    ways = []
    secret = known.secret or cookies.applicant_secret(request, submission_id)
    if secret and hmac.compare_digest(submission.secret_hash, hash_of(secret)):
        ways.append(Access(submission_id, "applicant", known, "applicant"))
    if known.kind == "key" and submission.owner is not None and submission.owner == known.id:
        ways.append(Access(submission_id, "owner", known, known.actor))
    if known.kind == "account" and Role.REVIEWER in known.roles and submission.submitted_at is not None:
        ways.append(Access(submission_id, "reviewer", known, known.actor))
    return ways


def hash_of(secret: str) -> str:
    """What is kept of an applicant's secret (`Submission.secret_hash`)."""
    return hashlib.sha256(secret.encode()).hexdigest()


SubmissionAccess = Annotated[Access, Depends(submission_access)]
ApplicantAccess = Annotated[Access, Depends(applicant_access)]
