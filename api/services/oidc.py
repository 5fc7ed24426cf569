"""Signing in by OpenID Connect: authorization code with PKCE; state, nonce, issuer and audience are checked.

What the issuer says is fetched by its discovery document. An attempt is kept until the browser comes back, once; the
browser must be the one that left, which a cookie shows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import delete, select

from api.context import Service
from api.db.people import Account, Role, SignInAttempt
from api.errors import Problem
from api.ids import new_id, new_secret
from api.services import audit
from api.settings import Settings

try:
    import httpx2 as httpx  # authlib's client is built on this one where it is installed
except ImportError:
    import httpx  # type: ignore[no-redef]

_PURPOSE = "sign-in attempt"
_LASTING = timedelta(minutes=10)
_SECONDS = 10.0
_LEEWAY_SECONDS = 60
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
CALLBACK = "/review/sign-in/oidc/return"


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and the secret that its cookie keeps meanwhile."""

    url: str
    browser: str


def depart(service: Service, back_to: str) -> Departure:
    """Begin a sign-in.

    Args:
        back_to: path to go to once signed in.

    Raises:
        Problem: `issuer-unreachable`, 503.
    """
    found = _discovered(service.settings)
    state, nonce, verifier, browser = (new_secret() for _ in range(4))
    with _client(service.settings) as client:
        url, _ = client.create_authorization_url(
            found["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
        )
    kept = {"nonce": nonce, "verifier": verifier, "browser": _hash(browser), "next": back_to}
    now = service.clock.now()
    with service.database.begin() as session:
        session.execute(delete(SignInAttempt).where(SignInAttempt.expires_at <= now))
        sealed = service.keyring.seal(json.dumps(kept).encode(), _PURPOSE)
        session.add(SignInAttempt(id=_hash(state), sealed=sealed, expires_at=now + _LASTING))
    return Departure(str(url), browser)


def arrive(service: Service, *, state: str, code: str, browser: str) -> tuple[str, str]:
    """Finish a sign-in.

    Returns:
        The account's id, and the path to go to.

    Raises:
        Problem: `sign-in-again` (403) where the attempt is unknown, was finished before, or what the issuer says does
            not hold; `not-allowed` (403) where the person has no role here; `issuer-unreachable` (503).
    """
    attempt = _attempt(service, state)
    if not hmac.compare_digest(attempt["browser"], _hash(browser)):
        raise Problem("sign-in-again", 403)
    found = _discovered(service.settings)
    try:
        with _client(service.settings) as client:
            token = client.fetch_token(found["token_endpoint"], code=code, code_verifier=attempt["verifier"])
            keys = client.request("GET", found["jwks_uri"], withhold_token=True).raise_for_status().json()
    except AuthlibBaseError:
        raise Problem("sign-in-again", 403) from None
    except (httpx.HTTPError, ValueError):
        raise Problem("issuer-unreachable", 503) from None
    claims = _verified(service, str(token.get("id_token", "")), keys, attempt["nonce"])
    return _account_of(service, claims), str(attempt["next"])


def _attempt(service: Service, state: str) -> dict[str, str]:
    """What was kept when the browser left; gone with this."""
    with service.database.begin() as session:
        row = session.get(SignInAttempt, _hash(state), with_for_update=True)
        if row is not None:
            session.delete(row)
    if row is None or row.expires_at <= service.clock.now():
        raise Problem("sign-in-again", 403)
    kept: dict[str, str] = json.loads(service.keyring.open(row.sealed, _PURPOSE))
    return kept


def _discovered(settings: Settings) -> dict[str, str]:
    """The issuer's own description; its addresses must be protected by TLS, but on this machine."""
    try:
        answer = httpx.get(f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration", timeout=_SECONDS)
        found: dict[str, str] = answer.raise_for_status().json()
        wanted = [found[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    except (httpx.HTTPError, ValueError, KeyError):
        raise Problem("issuer-unreachable", 503) from None
    if found.get("issuer") != settings.oidc_issuer or not all(_protected(address) for address in wanted):
        raise Problem("issuer-unreachable", 503)
    return found


def _client(settings: Settings) -> OAuth2Client:
    return OAuth2Client(
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value() or None,
        scope="openid profile",
        redirect_uri=settings.url + CALLBACK,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if settings.oidc_client_secret.get_secret_value() else "none",
        timeout=_SECONDS,
    )


def _verified(service: Service, token: str, keys: Any, nonce: str) -> dict[str, Any]:
    """The claims of an identity token that the issuer signed, for us, for this attempt, not long ago."""
    registry = jwt.JWTClaimsRegistry(
        now=int(service.clock.now().timestamp()),
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": service.settings.oidc_issuer},
        aud={"essential": True, "value": service.settings.oidc_client_id},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS)
        registry.validate(decoded.claims)
    except (JoseError, ValueError):
        raise Problem("sign-in-again", 403) from None
    claims: dict[str, Any] = decoded.claims
    if (
        isinstance(claims["aud"], list)
        and len(claims["aud"]) > 1
        and claims.get("azp") != service.settings.oidc_client_id
    ):
        raise Problem("sign-in-again", 403)
    return claims


def _account_of(service: Service, claims: dict[str, Any]) -> str:
    """The person's account, with the roles that the issuer gives now."""
    subject, name = str(claims["sub"]), str(claims.get("name") or claims.get("preferred_username") or "")
    given = claims.get(service.settings.oidc_roles_claim, [])
    known = {role.value for role in Role} - {Role.MACHINE.value}
    roles = sorted(known & {str(role) for role in (given if isinstance(given, list) else str(given).split())})
    if not roles:
        raise Problem("not-allowed", 403)
    with service.database.begin() as session:
        account = session.scalars(select(Account).where(Account.oidc_subject == subject)).one_or_none()
        if account is None:
            account = Account(
                id=new_id("acc"),
                login=f"oidc:{subject}",
                display_name=name or subject,
                oidc_subject=subject,
                roles=roles,
                failures=0,
                active=True,
                preferences={},
                created_at=service.clock.now(),
            )
            session.add(account)
            session.flush()
            audit.record(session, service.clock, "clock", "account.made", account.id, roles=roles)
        elif not account.active:
            raise Problem("not-allowed", 403)
        elif account.roles != roles:
            account.roles = roles
            audit.record(session, service.clock, "clock", "account.standing", account.id, roles=roles, active=True)
        account.display_name = name or account.display_name
        return account.id


def _protected(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
