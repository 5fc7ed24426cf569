"""The summary of a run: counts, distributions and contact sheets, written as one page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photocheck.archive.analysis.histograms import Histogram, histograms
from photocheck.archive.analysis.results import Results, asked, rows, view
from photocheck.archive.analysis.sheets import Picture, sheets
from photocheck.archive.analysis.what_if import as_profile
from photocheck.archive.database import Database
from photocheck.archive.errors import ArchiveError
from photocheck.profile import Profile

PAGE = "summary.html"
_MOST_PARTS = 10
"""Parts whose values are drawn: two hundred thousand images tell a distribution as well as two hundred million."""
_MOST_GROUPS = 40

_VERDICTS = "SELECT coalesce(verdict, 'error'), count(*) FROM images GROUP BY ALL"
_ERRORS = "SELECT error, count(*) FROM images WHERE error IS NOT NULL GROUP BY ALL ORDER BY 2 DESC, 1"
_PROFILES = "SELECT profile, count(*) FROM images WHERE error IS NULL GROUP BY ALL ORDER BY 2 DESC, 1"
_CHECKS = """
SELECT "check", any_value(code) AS code, count(*) AS total, count(*) FILTER (outcome = 'pass') AS pass,
    count(*) FILTER (outcome = 'review') AS review, count(*) FILTER (outcome = 'fail') AS fail,
    count(*) FILTER (outcome = 'not_assessed') AS not_assessed, count(*) FILTER (outcome = 'error') AS error
FROM findings GROUP BY "check"
ORDER BY fail / total DESC, review / total DESC, not_assessed / total DESC, code
"""
_BY = """
SELECT {column} AS name, count(*) AS total, count(*) FILTER (verdict = 'pass') AS pass,
    count(*) FILTER (verdict = 'review') AS review, count(*) FILTER (verdict = 'fail') AS fail,
    count(*) FILTER (verdict IS NULL) AS error
FROM images GROUP BY ALL ORDER BY {order} LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the page shows.

    Attributes:
        run: facts of the run.
        verdicts: images by verdict; `error` where there is none.
        errors: images without a verdict, by why.
        profiles: images by profile.
        checks: for each check its findings by outcome, those that fail most often first.
        groups, months: images by verdict for each; None names those without. Empty where there is only one.
        left_out: groups that are not listed.
        histograms: in the order of `checks`.
        drawn: images whose values are in the histograms.
        sheets: pictures by sheet; None where none were wanted.
    """

    run: dict[str, Any]
    verdicts: dict[str, int]
    errors: dict[str, int]
    profiles: dict[str, int]
    checks: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    months: list[dict[str, Any]]
    left_out: int
    histograms: list[Histogram]
    drawn: int
    sheets: dict[str, list[Picture]] | None

    @property
    def total(self) -> int:
        """Images of the run."""
        return sum(self.verdicts.values())


def summarise(folder: Path, *, pictures: bool = True) -> Summary:
    """Ask the tables of a run.

    Args:
        pictures: whether some pictures are read again for the contact sheets.

    Raises:
        ArchiveError: if the folder holds no tables.
    """
    results = Results(folder)
    with asked() as database:
        for table in ("images", "findings"):
            view(database, table, results.tables(table))
        verdicts, errors, profiles = (
            {str(name): int(count) for name, count in database.execute(query).fetchall()}
            for query in (_VERDICTS, _ERRORS, _PROFILES)
        )
        checks = rows(database, _CHECKS)
        groups = _by(database, '"group"', "total DESC, name", _MOST_GROUPS)
        (all_groups,) = database.execute("SELECT count(DISTINCT coalesce(\"group\", '')) FROM images").fetchone()
        months = _by(database, '"month"', "name NULLS LAST", 1200)
        chosen = sheets(database, results) if pictures else None
        parts = results.parts[:: -(-len(results.parts) // _MOST_PARTS)]
        for table in ("images", "findings"):
            view(database, table, results.paths(table, parts))
        (drawn,) = database.execute("SELECT count(*) FROM images WHERE error IS NULL").fetchone()
        values = histograms(database, _profiles(results))
    place = {row["check"]: number for number, row in enumerate(checks)}
    values.sort(key=lambda own: (place[own.check], own.profile, own.quantity))
    left_out = max(0, int(all_groups) - len(groups)) if groups else 0
    facts = results.facts()
    return Summary(facts, verdicts, errors, profiles, checks, groups, months, left_out, values, int(drawn), chosen)


def _by(database: Database, column: str, order: str, limit: int) -> list[dict[str, Any]]:
    found = rows(database, _BY.format(column=column, order=order), [limit])
    return found if len(found) > 1 else []


def _profiles(results: Results) -> dict[str, Profile]:
    """The run's profiles as far as this version understands them."""
    found: dict[str, Profile] = {}
    for hash_, kept in results.profiles.items():
        try:
            found[hash_] = as_profile(kept)
        except ArchiveError:
            continue
    return found
