"""What workers refuse, as problems."""

from __future__ import annotations

from api.errors import Problem
from api.workers.tasks import Refused

_STATUS = {
    "unknown-format": 415,
    "unsupported-format": 415,
    "unsupported-variant": 415,
    "no-heif": 415,
    "too-many-bytes": 413,
}
_OWN_CODE = frozenset({"unknown-profile", "wrong-profile", "cannot-prepare"})


def refusal_of(refused: Refused) -> Problem:
    """The problem that says why: its `reason` is the library's code, its sentence the library's own."""
    code = refused.code if refused.code in _OWN_CODE else "unusable-picture"
    return Problem(code, _STATUS.get(refused.code, 422), text=dict(refused.text), reason=refused.code)
