"""Webhooks after Standard Webhooks 1.0.0: a stable id, a timestamp, a signature, and a thin payload."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import ssl
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

import httpx

import photocheck
from api.db.outbox import Event
from api.services.deliveries.addresses import Forbidden, Place, find_place
from api.services.deliveries.outcome import SENT, Outcome

_SECONDS = 15.0
_GONE = 410
SECRET_PREFIX = "whsec_"


def payload(event: Event, reference: str) -> bytes:
    """What is sent: which event of which submission, and codes; the receiver asks for the rest. Never a picture."""
    data = {"event": event.id, "number": event.number, "submission": event.submission_id, "reference": reference}
    body = {"type": event.kind, "timestamp": event.at.isoformat(), "data": data | {"facts": event.facts}}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sign(secret: str, identity: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers.

    Args:
        secret: `whsec_` and base64 of at least 24 bytes.
        identity: the same for every try of one delivery.
        at: time of this try.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    timestamp = str(int(at.timestamp()))
    told = f"{identity}.{timestamp}.".encode() + body
    mac = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    return {"webhook-id": identity, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{mac}"}


def send(url: str, headers: dict[str, str], body: bytes, *, private: bool, seconds: float = _SECONDS) -> Outcome:
    """Post it, to the address that was checked, without redirects and within a time limit for all of it."""
    try:
        return asyncio.run(_post(url, headers, body, private=private, seconds=seconds))
    except Forbidden as refusal:
        return Outcome("again", f"forbidden-{refusal}")
    except (TimeoutError, httpx.TimeoutException):
        return Outcome("again", "timed-out")
    except (OSError, httpx.HTTPError):
        return Outcome("again", "no-connection")


async def _post(url: str, headers: dict[str, str], body: bytes, *, private: bool, seconds: float) -> Outcome:
    async with asyncio.timeout(seconds):
        place = await asyncio.to_thread(find_place, url, private=private)
        return await _post_to(place, url, headers, body, seconds)


async def _post_to(place: Place, url: str, headers: dict[str, str], body: bytes, seconds: float) -> Outcome:
    told = headers | {
        "Host": place.host,
        "Content-Type": "application/json",
        "User-Agent": f"photocheck/{photocheck.__version__}",
    }
    name = str(urlsplit(url).hostname)
    async with (
        httpx.AsyncClient(verify=_certificates(), trust_env=False, follow_redirects=False, timeout=seconds) as client,
        client.stream("POST", place.url, headers=told, content=body, extensions={"sni_hostname": name}) as answer,
    ):
        status = answer.status_code  # the answer's body is never read
    if httpx.codes.is_success(status):
        return SENT
    return Outcome("gone", "gone") if status == _GONE else Outcome("again", f"status-{status}")


@cache
def _certificates() -> ssl.SSLContext:
    """The system's authorities, loaded once: that takes longer than a request."""
    return ssl.create_default_context()
