"""`photocheck diff`: two runs over the same inputs, verdict by verdict and check by check.

Inputs are joined by id. Parts of either run that share inputs are compared on their own, so that a run made `--from`
another, or from the same source, is compared a part at a time; what does not fall apart so is joined by DuckDB, which
spills to disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photocheck.archive.analysis.changes import NO_VERDICT, NOT_ASKED, Changes, Counter
from photocheck.archive.analysis.results import Part, Results, asked, view
from photocheck.archive.analysis.rules import text
from photocheck.archive.database import Database

_SHARED = r"""
SELECT parse_filename(old.filename), parse_filename(new.filename), count(*)
FROM old_images AS old JOIN new_images AS new USING (id) GROUP BY ALL ORDER BY ALL
"""
_SAME = """
SELECT count_if(old.profile_hash = new.profile_hash), count_if(old.models_hash = new.models_hash),
    count_if(old.version = new.version), count_if(old.sha256 = new.sha256), count_if(old.as_of = new.as_of)
FROM old_images AS old JOIN new_images AS new USING (id)
WHERE old.error IS NULL AND new.error IS NULL
"""
_VERDICTS = f"""
CREATE OR REPLACE TABLE verdicts AS
SELECT id, new.path, new."group", coalesce(old.verdict, {text(NO_VERDICT)}) AS was,
    coalesce(new.verdict, {text(NO_VERDICT)}) AS now
FROM old_images AS old JOIN new_images AS new USING (id)
"""  # noqa: S608
# Only what differs is fetched in full: most findings are the same in both.
_DIFFERING = f"""
CREATE OR REPLACE TABLE differing AS
SELECT id, "check", coalesce(old.outcome, {text(NOT_ASKED)}) AS was, coalesce(new.outcome, {text(NOT_ASKED)}) AS now
FROM (SELECT id, "check", outcome FROM old_findings) AS old
FULL JOIN (SELECT id, "check", outcome FROM new_findings) AS new USING (id, "check")
WHERE old.outcome IS DISTINCT FROM new.outcome
"""  # noqa: S608
_CHANGES = """
CREATE OR REPLACE TABLE changes AS
SELECT differing.*, old.value AS value_was, coalesce(new.unit, old.unit) AS unit, new.value,
    new.pass_low, new.pass_high, new.review_low, new.review_high, new.margin, new.reason,
    verdicts.path, verdicts.was AS verdict_was, verdicts.now AS verdict_now
FROM differing JOIN verdicts USING (id)
LEFT JOIN (SELECT * EXCLUDE judged FROM old_findings) AS old USING (id, "check")
LEFT JOIN (SELECT * EXCLUDE judged FROM new_findings) AS new USING (id, "check")
WHERE verdicts.was <> 'error' AND verdicts.now <> 'error'
"""
_ONLY_OF = 'DELETE FROM verdicts WHERE id NOT IN (SELECT id FROM changes WHERE "check" = ?)'
_ONLY_CHECK = 'DELETE FROM changes WHERE "check" <> ?'


@dataclass(frozen=True, slots=True)
class Missing:
    """Inputs that only one of two runs has.

    Attributes:
        count: how many.
        examples: a few of their ids.
    """

    count: int
    examples: list[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two runs.

    Attributes:
        old, new: facts of the runs.
        differ: how many images common to both (and with a verdict in both) were judged under another `profile_hash`,
            `models_hash`, `version`, `sha256` or `as_of`.
        only_old, only_new: inputs that the other run has not.
        check: the one check that was asked about; None for all.
    """

    old: dict[str, Any]
    new: dict[str, Any]
    changes: Changes
    differ: dict[str, int]
    only_old: Missing
    only_new: Missing
    check: str | None = None


def compare(old: Path, new: Path, *, check: str | None = None, limit: int = 5) -> Difference:
    """Compare two runs.

    Args:
        check: name of the one check to compare by: only images where its outcome changed are counted.
        limit: examples of each change.

    Raises:
        ArchiveError: if one of the folders holds no tables.
    """
    before, after = Results(old), Results(new)
    with asked() as database:
        for name, results in (("old", before), ("new", after)):
            database.view(f"{name}_images", results.tables("images"), filename=True)
        differ = _differ(database)
        only_old, only_new = (
            _missing(database, "old_images", "new_images", limit),
            _missing(database, "new_images", "old_images", limit),
        )
        counter = Counter(database, limit)
        for old_parts, new_parts in list(together(database.execute(_SHARED).fetchall())):
            for name, results, parts in (("old", before, old_parts), ("new", after, new_parts)):
                for table in ("images", "findings"):
                    view(database, f"{name}_{table}", results.paths(table, parts))
            for statement in (_VERDICTS, _DIFFERING, _CHANGES):
                database.execute(statement)
            if check is not None:
                database.execute(_ONLY_OF, [check])
                database.execute(_ONLY_CHECK, [check])
            counter.add()
        return Difference(before.facts(), after.facts(), counter.changes(), differ, only_old, only_new, check)


def together(shared: list[tuple[Part, Part, int]]) -> Iterator[tuple[list[Part], list[Part]]]:
    """Parts of the old and the new run that have to be looked at together, as they share inputs.

    Args:
        shared: parts of either run with the number of inputs they share.
    """
    partners: dict[tuple[int, Part], set[tuple[int, Part]]] = {}
    for old, new, _ in shared:
        partners.setdefault((0, old), set()).add((1, new))
        partners.setdefault((1, new), set()).add((0, old))
    seen: set[tuple[int, Part]] = set()
    for start in sorted(partners):
        if start in seen:
            continue
        group, waiting = {start}, [start]
        while waiting:
            found = partners[waiting.pop()] - group
            group |= found
            waiting += found
        seen |= group
        yield (
            sorted(part for side, part in group if side == 0),
            sorted(part for side, part in group if side == 1),
        )


def _differ(database: Database) -> dict[str, int]:
    total = "SELECT count(*) FROM old_images AS old JOIN new_images AS new USING (id) "
    (common,) = database.execute(total + "WHERE old.error IS NULL AND new.error IS NULL").fetchone()
    same = database.execute(_SAME).fetchone()
    names = ("profile_hash", "models_hash", "version", "sha256", "as_of")
    return {name: int(common - count) for name, count in zip(names, same, strict=True)}


def _missing(database: Database, here: str, there: str, limit: int) -> Missing:
    source = f"FROM {here} ANTI JOIN {there} USING (id)"
    (count,) = database.execute(f"SELECT count(*) {source}").fetchone()
    examples = database.execute(f"SELECT id {source} ORDER BY id LIMIT {int(limit)}").fetchall() if count else []
    return Missing(int(count), [row[0] for row in examples])
