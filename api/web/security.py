"""What guards every route: response headers, rate limits, and no request forged by another site's page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.depend import SAFE, CallerOf, ServiceOf
from api.errors import Problem
from api.services import limits

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "font-src 'self'",
        "media-src 'self' blob:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""Of pictures and other files that users sent or that are made from what they sent."""
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_TLS_HEADER = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


class SecurityHeaders:
    """Adds the headers that a response does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in guarding_headers(scope["app"]).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded)


def guarding_headers(app: Any) -> dict[str, str]:
    """The headers of every response."""
    tls = app.state.service.settings.url.startswith("https://")
    return HEADERS | _TLS_HEADER if tls else HEADERS


def limit_rate(request: Request, service: ServiceOf, known: CallerOf) -> None:
    """Take one from the caller's bucket.

    Raises:
        Problem: `too-many-requests`, 429.
    """
    bucket = limits.key_bucket(known.id) if known.id else limits.address_bucket(service, address_of(request))
    limits.take(service, bucket, service.settings.requests_a_minute)


def limit_changes(request: Request, service: ServiceOf, known: CallerOf) -> None:
    """Every request that changes or checks something counts; pages, pictures and polling do not."""
    if request.method not in SAFE:
        limit_rate(request, service, known)


def refuse_forgery(request: Request) -> None:
    """Refuse what another site's page makes a user's browser send.

    A browser says where a request comes from (Sec-Fetch-Site, else Origin). Programs that send Authorization cannot be
    made to. Where a signed-in session is used, `api.depend.require` asks for its token as well.

    Raises:
        Problem: `forged`, 403.
    """
    if request.method not in SAFE and "authorization" not in request.headers and not _from_here(request):
        raise Problem("forged", 403)


GUARDS = [Depends(limit_changes), Depends(refuse_forgery)]
"""Dependencies of every route."""


def address_of(request: Request) -> str:
    """The client's address, as the server and its trusted proxies tell it."""
    return request.client.host if request.client else ""


def _from_here(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True  # no browser: every one in use sends the one or the other with such a request
    own = urlsplit(request.app.state.service.settings.url).netloc
    return urlsplit(origin).netloc in (own, request.headers.get("host"))
