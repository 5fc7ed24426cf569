"""One error shape everywhere: RFC 9457 problem details, with a request id and in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PROBLEM_TYPE = "https://photocheck.invalid/problems/"
"""Prefix of a problem's `type`; the part after it is the code, which programs may rely on."""


class Problem(Exception):
    """A refusal the client is told about.

    Attributes:
        code: key of its wording in `api/web/wording/problems.toml`.
        status: of HTTP.
        facts: filled into the wording; also members of the answer.
        headers: sent with it.
    """

    def __init__(self, code: str, status: int, *, headers: Mapping[str, str] | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.facts = facts
        self.headers = dict(headers or {})


def not_found() -> Problem:
    """It is not there, or not for this client: the two are not told apart."""
    return Problem("not-found", 404)
