"""`photocheck simulate`: what other limits would make of a run's stored values, without a picture.

The rules are those of judging again (`rules.py`); what they cannot tell is counted as unknown, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import photocheck
from photocheck.archive.analysis.changes import NO_VERDICT, Changes, CheckChange, Counter
from photocheck.archive.analysis.results import Results, asked, view
from photocheck.archive.analysis.rules import UNKNOWN, Rules, rules, text
from photocheck.archive.analysis.what_if import changed
from photocheck.archive.database import Database
from photocheck.archive.errors import ArchiveError
from photocheck.archive.rejudge import bands_of, described
from photocheck.engine import rounded
from photocheck.finding import LimitRanges
from photocheck.limits import worst
from photocheck.profile import Intake, Profile, ProfileError, load_profile

_PROFILES = "SELECT DISTINCT profile_hash FROM images WHERE error IS NULL ORDER BY 1"
_AGAIN = """
CREATE OR REPLACE TABLE again AS
SELECT id, "check", outcome AS was, {outcome} AS now, required AS needed_before, {required} AS needed
FROM findings SEMI JOIN (SELECT id FROM images WHERE profile_hash = {own}) USING (id)
WHERE "check" IN ({concerned})
"""
_TOUCHED = """
CREATE OR REPLACE TABLE touched AS
SELECT DISTINCT id FROM again WHERE was <> now OR needed <> needed_before OR NOT ({kept})
"""
_JUDGED = """
CREATE OR REPLACE TABLE judged_again AS
SELECT id, bool_or(now = 'fail') AS fails, bool_or(now = {unknown}) AS unknown,
    bool_or(now IN ('review', 'error') OR (now = 'not_assessed' AND needed)) AS reviews
FROM (
    SELECT id, now, needed FROM again WHERE {kept}
    UNION ALL
    SELECT id, outcome, required FROM findings WHERE "check" NOT IN ({concerned})
) SEMI JOIN touched USING (id) GROUP BY id
"""
_VERDICTS = """
CREATE OR REPLACE TABLE verdicts AS
SELECT images.id, images.path, images."group", coalesce(images.verdict, {no_verdict}) AS was,
    CASE WHEN images.error IS NOT NULL THEN {no_verdict}
        WHEN {by_picture} THEN {unknown}
        WHEN touched.id IS NULL AND ({added}) AND images.verdict <> 'fail' THEN {unknown}
        WHEN touched.id IS NULL THEN images.verdict
        WHEN judged_again.fails THEN 'fail'
        WHEN judged_again.unknown OR ({added}) THEN {unknown}
        WHEN judged_again.reviews OR judged_again.id IS NULL THEN 'review'
        ELSE 'pass' END AS now
FROM images LEFT JOIN touched USING (id) LEFT JOIN judged_again USING (id)
WHERE images.profile_hash = {own} OR ({with_errors} AND images.error IS NOT NULL)
"""
_CHANGES = """
CREATE OR REPLACE TABLE changes AS
WITH moved AS (SELECT id, "check", was, now FROM again WHERE was <> now AND {kept})
SELECT moved.*, findings.value AS value_was, findings.unit, findings.judged, findings.reason, {margin} AS margin,
    {own} AS profile_hash, verdicts.path, verdicts.was AS verdict_was, verdicts.now AS verdict_now
FROM moved JOIN findings USING (id, "check") JOIN verdicts USING (id)
"""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What other limits would change.

    Attributes:
        run: facts of the run.
        changes: verdicts and outcomes; `unknown` where only the picture tells.
        unknown: checks of which no row, or not every row, can be told, with the reason: a key of the wording.
        dropped: checks that would not be asked any more.
        untouched: ids of profiles of the run that the question does not concern.
        by_picture: ids of profiles all of whose pictures would be cropped otherwise.
        other_version: the version that measured, if it is not this one.
    """

    run: dict[str, Any]
    changes: Changes
    unknown: dict[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    untouched: tuple[str, ...] = ()
    by_picture: tuple[str, ...] = ()
    other_version: str | None = None


def simulate(results: Path, *, sets: Sequence[str] = (), profile: str | None = None, limit: int = 5) -> Simulation:
    """Judge a run again from its stored values.

    Args:
        sets: changes such as `head-height.pass=0.68,0.82`; see `what_if.changed`.
        profile: id or path of a profile to judge by, for the images of its kind.
        limit: examples of each change.

    Raises:
        ArchiveError: if the folder holds no tables, or the question is wrong.
    """
    run = Results(results)
    with asked() as database:
        database.view("images", run.tables("images"))
        used = [found for (found,) in database.execute(_PROFILES).fetchall()]
        kept = {hash_: run.profiles[hash_] for hash_ in used if hash_ in run.profiles}
        if len(kept) < len(used):
            raise ArchiveError(f"{results}: run.json does not hold every profile that its tables name.")
        wanted = _wanted(kept, sets, profile)
        intake: Intake = run.run["request"]["intake"]
        plans = {hash_: rules(kept[hash_], new, intake) for hash_, new in wanted.items()}
        counter = Counter(database, limit)
        for piece in run.pieces():
            for table in ("images", "findings"):
                view(database, table, run.paths(table, piece))
            for number, hash_ in enumerate(used or [""]):
                _judge(database, hash_, plans.get(hash_, Rules()), with_errors=number == 0)
                counter.add()
        found = counter.changes()
    concerned = list(plans.values())
    measured_by = str(run.run["version"])
    return Simulation(
        run.facts(),
        Changes(found.verdicts, found.groups, [_with_bands(change, wanted) for change in found.checks]),
        {name: reason for plan in concerned for name, reason in plan.reasons.items()},
        tuple(sorted({name for plan in concerned for name in plan.dropped})),
        tuple(kept[hash_]["id"] for hash_ in used if hash_ not in wanted),
        tuple(kept[hash_]["id"] for hash_, plan in plans.items() if plan.by_picture),
        None if measured_by == photocheck.__version__ else measured_by,
    )


def _wanted(kept: Mapping[str, dict[str, Any]], sets: Sequence[str], profile: str | None) -> dict[str, Profile]:
    """The new profile of each of the run's, by the hash of the old one."""
    base: dict[str, Any] = dict(kept)
    if profile is not None:
        try:
            other = load_profile(profile)
        except ProfileError as error:
            raise ArchiveError(str(error)) from error
        base = {hash_: described(other) for hash_, own in kept.items() if own["kind"] == other.kind}
        if not base:
            raise ArchiveError(f"No image of this run was judged as {other.kind}, which {other.id} is for.")
    applied: set[str] = set()
    found: dict[str, Profile] = {}
    for hash_, own in base.items():
        new, here = changed(own, sets)
        applied |= here
        if here or profile is not None:
            found[hash_] = new
    for change in sets:
        if change not in applied:
            raise ArchiveError(f"{change!r}: no profile of this run asks this check.")
    return found


def _judge(database: Database, profile_hash: str, plan: Rules, *, with_errors: bool) -> None:
    """Make the tables `verdicts` and `changes` of the images of one profile; with the rows of errors if asked."""
    own = text(profile_hash)
    parts = {
        "outcome": plan.outcome,
        "required": plan.is_required,
        "margin": plan.margin,
        "kept": plan.is_kept,
        "concerned": ", ".join(map(text, plan.concerned)) or "''",
        "no_verdict": text(NO_VERDICT),
        "unknown": text(UNKNOWN),
        "by_picture": str(plan.by_picture).lower(),
        "added": str(plan.added).lower(),
        "with_errors": str(with_errors).lower(),
        "own": own,
    }
    for statement in (_AGAIN, _TOUCHED, _JUDGED, _VERDICTS, _CHANGES):
        database.execute(statement.format(**parts))


def _with_bands(change: CheckChange, profiles: Mapping[str, Profile]) -> CheckChange:
    """The change with what the new bands make of its examples: value, limits and margin of the worst quantity."""
    for example in change.examples:
        profile = profiles[example.pop("profile_hash")]
        limits = profile.limits(change.check)
        bands = {} if limits is None else bands_of(limits)
        parts = {
            part["quantity"]: bands[part["limit"]].judge(part["value"])
            for part in example.pop("judged") or ()
            if part["limit"] in bands and part["value"] is not None
        }
        if parts and change.now != UNKNOWN:
            found = worst(parts)
            passing, review = found.limits or LimitRanges((None, None), (None, None))
            example |= {"value": rounded(found.value), "margin": rounded(found.margin)}
            example |= {"pass_low": passing[0], "pass_high": passing[1]}
            example |= {"review_low": review[0], "review_high": review[1]}
    return change
