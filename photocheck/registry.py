"""The `@check` decorator and the one table of checks."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal, get_type_hints

from photocheck.finding import Finding
from photocheck.limits import Limits, NoLimits, named

Kind = Literal["portrait", "id-card", "signature", "submission", "any"]
Judged = Literal["picture", "crop"]

_FAMILIES = (
    *("FIL", "GEO", "POS", "EYE", "FAC", "LUM", "BKG", "QUA", "RET"),
    *("CAP", "AUT", "FLD", "SIG", "SUB"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One registered check.

    Attributes:
        judged_on: under the intake `original`, whether the uploaded picture is judged or the crop that
            `prepare` makes of it. Under `final` it is always the picture.
        limits_type: what a profile must give for it; `NoLimits` where it takes no `limits` parameter.
        doc: its docstring, from which its documentation page is made.
    """

    code: str
    name: str
    kind: Kind
    unit: str | None
    since: str
    judged_on: Judged
    limits_type: type[Limits]
    takes_date: bool
    function: Callable[..., Finding]
    doc: str

    def run(self, subject: Any, limits: Limits, as_of: date) -> Finding:
        """Ask the question of one subject; whatever the check raises comes through."""
        arguments: dict[str, Any] = {}
        if self.limits_type is not NoLimits:
            arguments["limits"] = limits
        if self.takes_date:
            arguments["as_of"] = as_of
        return self.stamp(named(self.function(subject, **arguments), limits))

    def stamp(self, finding: Finding) -> Finding:
        """The finding under this check's code, name and unit."""
        return replace(finding, code=self.code, check=self.name, unit=self.unit if finding.value is not None else None)


_TABLE: dict[str, Check] = {}


def check(
    code: str, name: str, *, kind: Kind, unit: str | None = None, since: str, judged_on: Judged = "picture"
) -> Callable[[Callable[..., Finding]], Callable[..., Finding]]:
    """Register a function as a check.

    The function's first parameter is the subject. It may also take `limits` (annotated with the `Limits` class
    that a profile must fill) and `as_of` (a date).

    Raises:
        ValueError: at import, for a second check of the same code or name, an unknown family or no docstring.
    """

    def register(function: Callable[..., Finding]) -> Callable[..., Finding]:
        if code[:3] not in _FAMILIES or not code[3:].isdigit():
            raise ValueError(f"{code} is not a family's three letters and a number")
        if name in _TABLE or any(known.code == code for known in _TABLE.values()):
            raise ValueError(f"{code} {name} is registered twice")
        doc = inspect.getdoc(function)
        if not doc:
            raise ValueError(f"{code} {name} has no docstring")
        hints = get_type_hints(function)
        _TABLE[name] = Check(
            code, name, kind, unit, since, judged_on, hints.get("limits", NoLimits), "as_of" in hints, function, doc
        )
        all_checks.cache_clear()
        _by_key.cache_clear()
        return function

    return register


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check in the order of the families and codes."""
    import photocheck.checks  # noqa: F401  registers the families on first use

    return tuple(sorted(_TABLE.values(), key=lambda known: (_FAMILIES.index(known.code[:3]), int(known.code[3:]))))


def find_check(code_or_name: str) -> Check | None:
    """The check of that code (any case) or name."""
    wanted = code_or_name.strip()
    return _by_key().get(wanted.lower()) or _by_key().get(wanted.upper())


@cache
def _by_key() -> dict[str, Check]:
    return {key: known for known in all_checks() for key in (known.code, known.name)}
