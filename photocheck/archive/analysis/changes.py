"""Counting what changed, piece by piece: verdicts, checks, groups, and a few examples of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from photocheck.archive.analysis.results import rows
from photocheck.archive.analysis.rules import UNKNOWN
from photocheck.archive.database import Database

NO_VERDICT = "error"
NOT_ASKED = "not_asked"
NEAR = 0.25
"""A value this close to a pass limit, in review bands, is near it: measuring again might tell otherwise."""

_TABLES = """
CREATE TABLE flips (was VARCHAR, now VARCHAR, "group" VARCHAR, images BIGINT);
CREATE TABLE counts ("check" VARCHAR, was VARCHAR, now VARCHAR, findings BIGINT, flipped BIGINT, near BIGINT);
CREATE TABLE examples AS SELECT * FROM changes LIMIT 0;
"""
_ADD_FLIPS = 'INSERT INTO flips SELECT was, now, "group", count(*) FROM verdicts GROUP BY ALL'
_ADD_COUNTS = """
INSERT INTO counts
SELECT "check", was, now, count(*),
    count(*) FILTER (verdict_now NOT IN (verdict_was, 'unknown')), count(*) FILTER (abs(margin) < ?)
FROM changes GROUP BY ALL
"""
_ORDER = "verdict_now NOT IN (verdict_was, 'unknown') DESC, abs(margin) DESC NULLS LAST, id"
_ADD_EXAMPLES = f"""
INSERT INTO examples SELECT * FROM changes
QUALIFY row_number() OVER (PARTITION BY "check", was, now ORDER BY {_ORDER}) <= ?
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class CheckChange:
    """One outcome that became another for one check.

    Attributes:
        was, now: outcomes; `not_asked` where one of the runs has no such finding.
        count: findings.
        flipped: of them, those whose image has another verdict now.
        near: of them, those whose value is within a quarter of a review band of a pass limit.
        examples: rows with `id`, `path`, `verdict_was`, `verdict_now`, `value_was`, `value`, `limits` and `margin`.
    """

    check: str
    was: str
    now: str
    count: int
    flipped: int
    near: int
    examples: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two states of the same images.

    Attributes:
        verdicts: images by verdict before and now, those that kept theirs too; `error` where there is none.
        groups: the same by group.
        checks: by check, the most frequent change first.
    """

    verdicts: dict[tuple[str, str], int]
    groups: dict[str, dict[tuple[str, str], int]] = field(default_factory=dict)
    checks: list[CheckChange] = field(default_factory=list)

    @property
    def images(self) -> int:
        """Images that were compared."""
        return sum(self.verdicts.values())

    @property
    def flipped(self) -> int:
        """Images whose verdict is another one now."""
        return flipped(self.verdicts)

    @property
    def unknown(self) -> int:
        """Images whose verdict only their picture can tell."""
        return sum(count for (_, now), count in self.verdicts.items() if now == UNKNOWN)


def flipped(verdicts: Mapping[tuple[str, str], int]) -> int:
    """Of images by verdict before and now, those with another verdict now; what is not known has not changed."""
    return sum(count for (was, now), count in verdicts.items() if now not in (was, UNKNOWN))


class Counter:
    """Counts and examples in a database.

    For each piece the caller makes two tables of that piece: `verdicts` (id, path, "group", was, now) of every image,
    and `changes` ("check", id, path, was, now, verdict_was, verdict_now, value_was, value, pass_low, pass_high,
    review_low, review_high, margin, judged) of every finding whose outcome changed.
    """

    def __init__(self, database: Database, limit: int) -> None:
        self._database = database
        self._limit = limit
        self._ready = False

    def add(self) -> None:
        """Count a piece."""
        if not self._ready:
            for statement in filter(str.strip, _TABLES.split(";")):
                self._database.execute(statement)
            self._ready = True
        self._database.execute(_ADD_FLIPS)
        self._database.execute(_ADD_COUNTS, [NEAR])
        self._database.execute(_ADD_EXAMPLES, [self._limit])

    def changes(self) -> Changes:
        """What all pieces said."""
        if not self._ready:
            return Changes({})
        verdicts: dict[tuple[str, str], int] = {}
        groups: dict[str, dict[tuple[str, str], int]] = {}
        found = self._database.execute('SELECT was, now, "group", sum(images) FROM flips GROUP BY ALL ORDER BY ALL')
        for was, now, group, images in found.fetchall():
            verdicts[was, now] = verdicts.get((was, now), 0) + int(images)
            own = groups.setdefault(group or "", {})
            own[was, now] = own.get((was, now), 0) + int(images)
        counted = self._database.execute(
            'SELECT "check", was, now, sum(findings), sum(flipped), sum(near) FROM counts '
            'GROUP BY ALL ORDER BY sum(flipped) DESC, sum(findings) DESC, "check", was, now'
        ).fetchall()
        checks = [
            CheckChange(check, was, now, int(count), int(turned), int(near), self._examples(check, was, now))
            for check, was, now, count, turned, near in counted
        ]
        return Changes(verdicts, groups, checks)

    def _examples(self, check: str, was: str, now: str) -> list[dict[str, Any]]:
        query = f'SELECT * FROM examples WHERE "check" = ? AND was = ? AND now = ? ORDER BY {_ORDER} LIMIT ?'  # noqa: S608
        return rows(self._database, query, [check, was, now, self._limit])
