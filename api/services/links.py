"""Short signed links to pictures: one picture, one purpose, one viewer, a few minutes.

A link alone shows nothing: whoever follows it must also be the viewer it was made for (api.routes.pictures).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from api.context import Service
from api.errors import Problem

LONGEST = timedelta(minutes=5)
_MAC_BYTES = 16


class Purpose(StrEnum):
    """Which copy is shown."""

    DISPLAY = "display"  # of an upload: upright, re-encoded, at most 1600 px
    PREPARED = "prepared"  # of an upload: what `prepare` made
    ORIGINAL = "original"  # of an upload: every pixel, re-encoded; for reviewers only
    RECEIPT = "receipt"  # the portrait of a receipt


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says.

    Attributes:
        object_id: of an upload, or of a receipt.
        viewer: `Caller.actor` or `Access.actor` of whom it was made for.
    """

    purpose: Purpose
    object_id: str
    viewer: str
    expires_at: datetime


def picture_link(
    service: Service, purpose: Purpose, object_id: str, viewer: str, *, lasting: timedelta = LONGEST
) -> str:
    """The path of a picture, for somebody who has been found to be allowed to see it.

    Args:
        lasting: how long it works, 5 minutes at most.
    """
    expires = service.clock.now() + min(lasting, LONGEST)
    told = "|".join((purpose.value, object_id, viewer, str(int(expires.timestamp()))))
    return f"/pictures/{_encoded(told.encode())}.{_encoded(_mac(service, told))}"


def read_link(service: Service, token: str) -> Link:
    """What a token says, if we said it and it is still good.

    Raises:
        Problem: `link-wrong` or `link-expired`, 403.
    """
    body, _, mac = token.partition(".")
    try:
        told = _decoded(body).decode()
        purpose, object_id, viewer, seconds = told.split("|")
        if not hmac.compare_digest(_decoded(mac), _mac(service, told)):
            raise Problem("link-wrong", 403)
        link = Link(Purpose(purpose), object_id, viewer, datetime.fromtimestamp(int(seconds), UTC))
    except (ValueError, binascii.Error):
        raise Problem("link-wrong", 403) from None
    if link.expires_at <= service.clock.now():
        raise Problem("link-expired", 403)
    return link


def _mac(service: Service, told: str) -> bytes:
    return hmac.new(service.keyring.derive("picture links"), told.encode(), hashlib.sha256).digest()[:_MAC_BYTES]


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
