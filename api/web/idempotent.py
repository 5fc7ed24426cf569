"""Idempotency-Key on every POST: see `api.services.idempotency`."""

from __future__ import annotations

import hashlib
import re

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.context import Service
from api.depend import caller
from api.errors import Problem
from api.services import idempotency
from api.services.idempotency import Answer, Claim
from api.web.problems import answer
from api.web.security import address_of

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21\x23-\x7e]{8,200}\Z")
_BOUNDARY = re.compile(r'boundary="?([^";,]+)"?', re.IGNORECASE)
_NOTHING_KEPT = frozenset({"/v1/checks", "/v1/prepare"})
_KEPT_HEADERS = frozenset({"content-type", "content-language", "location", "set-cookie"})
_COOKIE_START = ("photocheck-application-", "__Host-photocheck-application-")


class Idempotent:
    """Answers a POST that was answered before as it was answered then.

    The whole body lies in memory already (`api.web.middleware.WholeBody`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what has no key."""
        key = Headers(scope=scope).get(HEADER) if scope["type"] == "http" and scope["method"] == "POST" else None
        if key is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            claimed = await run_in_threadpool(_claim, request, key.strip().strip('"'), scope["state"]["body"])
        except Problem as problem:
            refusal = answer(request, problem.code, problem.status, problem.facts, problem.headers)
            await refusal(scope, receive, send)
            return
        if isinstance(claimed, Answer):
            await _replay(claimed, send)
            return
        scope["state"]["idempotency"] = claimed
        await self._run(claimed, scope, receive, send)

    async def _run(self, claimed: Claim, scope: Scope, receive: Receive, send: Send) -> None:
        told: list[Message] = []

        async def collect(message: Message) -> None:
            told.append(message)

        try:
            await self._app(scope, receive, collect)
        except Exception:
            await run_in_threadpool(idempotency.release, claimed)
            raise
        await run_in_threadpool(_settle, claimed, told, kept=scope["path"] not in _NOTHING_KEPT)
        for message in told:
            await send(message)


def _claim(request: Request, key: str, body: bytes) -> Claim | Answer:
    if not _KEY.match(key):
        raise Problem("key-malformed", 400)
    service: Service = request.app.state.service
    target = f"{request.url.path}?{request.url.query}"
    return idempotency.claim(service, idempotency.key_hash(_who(request), "POST", target, key), _hash(request, body))


def _who(request: Request) -> str:
    """Keys of different callers never meet; a credential that is no longer good finds nothing."""
    known = caller(request)
    if known.secret:
        return "secret:" + hashlib.sha256(known.secret.encode()).hexdigest()
    if known.id:
        return known.actor
    held = sorted(f"{name}={value}" for name, value in request.cookies.items() if name.startswith(_COOKIE_START))
    return "cookies:" + "&".join(held) if held else "address:" + address_of(request)


def _hash(request: Request, body: bytes) -> str:
    """Of type and body; the boundary of a multipart body is chance, and differs when it is sent again."""
    kind = request.headers.get("content-type", "")
    found = _BOUNDARY.search(kind)
    if found is not None:
        kind = kind.replace(found.group(1), "")
        body = body.replace(found.group(1).encode("latin-1"), b"")
    return hashlib.sha256(kind.encode("latin-1") + b"\n" + body).hexdigest()


def _settle(claimed: Claim, told: list[Message], *, kept: bool) -> None:
    status = next((message["status"] for message in told if message["type"] == "http.response.start"), 500)
    if status >= 400:
        idempotency.release(claimed)
        return
    headers = Headers(raw=told[0]["headers"])
    body = b"".join(message.get("body", b"") for message in told[1:])
    held = {name: value for name, value in headers.items() if name in _KEPT_HEADERS}
    idempotency.finish(claimed, Answer(status, held, body) if kept else None)


async def _replay(answered: Answer, send: Send) -> None:
    headers = {**answered.headers, "content-length": str(len(answered.body)), "idempotency-replayed": "true"}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answered.status, "headers": raw})
    await send({"type": "http.response.body", "body": answered.body})
