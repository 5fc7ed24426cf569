"""What every request passes first: its id and log line, then a body that is whole, not too large and not too slow."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Mapping
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.context import Service
from api.ids import new_id
from api.settings import Settings
from api.web.problems import answer

_access = structlog.stdlib.get_logger("api.access")
_log = logging.getLogger(__name__)
REQUEST_ID = "X-Request-Id"
_GIVEN_ID = re.compile(r"[0-9A-Za-z_-]{8,64}\Z")
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_BODIES_BESIDE_CHECKS = 8
MultiPartParser.spool_max_size = 1 << 30
"""Uploads never reach a temporary file: on the disk pictures are sealed. `WholeBody` bounds what lies in memory."""


class Observed:
    """Gives a request its id, turns what nobody foresaw into an answer, and logs one line without personal data."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _GIVEN_ID.match(given) else new_id("req")
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, told)
            except Exception as fault:  # the last resort: whatever it was, nothing was decided
                _log.error("unforeseen %s", type(fault).__name__, exc_info=fault)
                if status:
                    raise
                await _refuse(scope, told, "internal-fault", 500)
            finally:
                spent = time.perf_counter() - started
                _count(scope, status, spent)


def _count(scope: Scope, status: int, seconds: float) -> None:
    """The log's line and the metrics know the route's pattern, never the address: that may hold a secret."""
    route = getattr(scope.get("route"), "path", None) or "unmatched"
    method = scope["method"] if scope["method"].isalpha() and len(scope["method"]) < 10 else "OTHER"
    _access.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
    service: Service = scope["app"].state.service
    service.metrics.count(method, route, status, seconds)


class WholeBody:
    """Reads a body before anything else sees the request: at most so many bytes, in at most so much time.

    Content-Length is believed only where it refuses; bytes are counted as they come. All bodies that are being read or
    answered share a limit, over which new ones are told to come again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or go on with the body in memory."""
        if scope["type"] != "http" or scope["method"] in _WITHOUT_BODY:
            await self._app(scope, receive, send)
            return
        settings: Settings = scope["app"].state.service.settings
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > _most(settings):
            await _refuse(scope, send, "too-large", 413, megabytes=settings.max_upload_mb)
            return
        parts: list[bytes] = []
        try:
            refused = await self._read(parts, receive, settings)
            if refused is None:
                await self._app(scope, _Replay(scope, parts, receive), send)
            elif refused == "busy":
                await _refuse(scope, send, "busy", 429, {"Retry-After": "2"})
            elif refused == "too-large":
                await _refuse(scope, send, "too-large", 413, megabytes=settings.max_upload_mb)
            elif refused == "too-slow":
                await _refuse(scope, send, "too-slow", 408, seconds=settings.upload_seconds)
        finally:
            self._held -= sum(map(len, parts))

    async def _read(self, parts: list[bytes], receive: Receive, settings: Settings) -> str | None:
        """Collect the body; returns why it is refused, or `gone` where the client went."""
        most = _most(settings)
        together = most * (settings.waiting_limit + _BODIES_BESIDE_CHECKS)
        size = 0
        try:
            async with asyncio.timeout(settings.upload_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return "gone"
                    part = message.get("body", b"")
                    size += len(part)
                    if size > most:
                        return "too-large"
                    if self._held + len(part) > together:
                        return "busy"
                    parts.append(part)
                    self._held += len(part)
                    if not message.get("more_body", False):
                        return None
        except TimeoutError:
            return "too-slow"


def _most(settings: Settings) -> int:
    return int(settings.max_upload_mb * 1e6)


class _Replay:
    """Gives the application the body that was read, then what comes after it."""

    def __init__(self, scope: Scope, parts: list[bytes], receive: Receive) -> None:
        self._body: bytes | None = b"".join(parts)
        self._receive = receive
        parts[:] = [self._body]  # nothing of it is held twice
        scope["state"]["body"] = self._body

    async def __call__(self) -> Message:
        body, self._body = self._body, None
        if body is None:
            return await self._receive()
        return {"type": "http.request", "body": body, "more_body": False}


async def _refuse(
    scope: Scope, send: Send, code: str, status: int, headers: Mapping[str, str] | None = None, **facts: Any
) -> None:
    """Answer without the application; what is left of the body is not waited for."""

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    refusal = answer(Request(scope), code, status, facts, {"Connection": "close", **(headers or {})})
    await refusal(scope, nothing, send)
