"""Made output of a run: tables of as many findings as wanted, with values about the limits of a profile, without a picture."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb

import photocheck
from photocheck.archive.analysis.rules import by_bands, text
from photocheck.archive.rejudge import bands_of, described
from photocheck.archive.rows import models_hash
from photocheck.archive.schema import SCHEMA
from photocheck.limits import Band
from photocheck.profile import Profile, Setting
from photocheck.registry import Check

AS_OF = date(2026, 11, 22)
PART_ROWS = 20_000


def write_run(
    folder: Path, profile: Profile, images: int, *, about: Profile | None = None, part_rows: int = PART_ROWS
) -> int:
    """Write a run over inputs `000000000.jpg` and on.

    Args:
        about: the profile about whose limits the values lie, so that two runs can have the same; by default `profile`.

    Returns:
        How many findings there are.
    """
    for name in ("images", "findings"):
        (folder / name).mkdir(parents=True)
    total = 0
    with duckdb.connect() as database:
        database.execute("SET threads = 2")
        parts = -(-images // part_rows)
        for part in range(parts):
            first, last = part * part_rows, min(images, (part + 1) * part_rows)
            total += _write_part(database, folder, f"part-{part:06d}", profile, about or profile, range(first, last))
    request = {
        "as_of": AS_OF.isoformat(),
        "profile": profile.id,
        "kind": profile.kind,
        "intake": "final",
        "language": "en",
    }
    run = {
        "schema": SCHEMA,
        "source": "made",
        "total": images,
        "parts": parts,
        "models": models_hash(),
        "version": photocheck.__version__,
        "request": request | {"reveal": False, "timeout": 60.0},
        "from": None,
        "where": None,
        "profiles": {profile.id: described(profile)},
    }
    (folder / "run.json").write_text(json.dumps(run), "utf-8")
    (folder / "done.json").write_text(json.dumps({"images": images, "findings": total}), "utf-8")
    return total


def _write_part(
    database: duckdb.DuckDBPyConnection, folder: Path, name: str, profile: Profile, about: Profile, numbers: range
) -> int:
    database.execute(
        "CREATE OR REPLACE TABLE inputs AS SELECT n, printf('%09d.jpg', n) AS id FROM range(?, ?) AS made(n)",
        [numbers.start, numbers.stop],
    )
    findings = " UNION ALL ".join(
        _findings(check, setting, about.settings[check.name]) for check, setting in profile.checks()
    )
    database.execute(f"CREATE OR REPLACE TABLE found AS {findings}")
    database.execute(
        f"COPY (SELECT * FROM found ORDER BY \"check\", id) TO '{folder}/findings/{name}.parquet' "
        "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)"
    )
    images = f"""
        SELECT id, 'in/' || id AS path, 'office ' || (n % 7) AS "group", md5(id) AS sha256, '{profile.kind}' AS kind,
            '{profile.kind}' AS asked, '{profile.id}' AS profile, '{profile.hash}' AS profile_hash,
            '{models_hash()}' AS models_hash, '{photocheck.__version__}' AS version, 'final' AS intake,
            DATE '{AS_OF}' AS as_of,
            CASE WHEN bool_or(outcome = 'fail') THEN 'fail'
                WHEN bool_or(outcome = 'review' OR (outcome = 'not_assessed' AND required)) THEN 'review'
                ELSE 'pass' END AS verdict,
            NULL::VARCHAR AS error, NULL::VARCHAR AS error_text, 'scored' AS origin, count(*)::INTEGER AS findings,
            'JPEG' AS format, 420 AS width, 560 AS height, 50000::BIGINT AS bytes,
            DATE '2025-01-15' + (n % 400)::INTEGER AS captured,
            strftime(DATE '2025-01-15' + (n % 400)::INTEGER, '%Y-%m') AS "month", MAP {{}}::MAP(VARCHAR, VARCHAR) AS fields
        FROM inputs JOIN found USING (id) GROUP BY n, id ORDER BY id
    """
    database.execute(f"COPY ({images}) TO '{folder}/images/{name}.parquet' (FORMAT parquet, COMPRESSION zstd)")
    return int(database.execute("SELECT count(*) FROM found").fetchone()[0])


def _findings(check: Check, setting: Setting, about: Setting) -> str:
    """SQL for the rows of one check."""
    bands = bands_of(setting.limits)
    required = str(setting.required).lower()
    own = f"id, '{check.name}' AS \"check\", '{check.code}' AS code"
    if not bands:
        return f"""
            SELECT {own}, CASE WHEN {_share(check.name, "told")} < 0.004 THEN 'review' ELSE 'pass' END AS outcome,
                NULL::DOUBLE AS value, NULL::VARCHAR AS unit, NULL::DOUBLE AS pass_low, NULL::DOUBLE AS pass_high,
                NULL::DOUBLE AS review_low, NULL::DOUBLE AS review_high, NULL::DOUBLE AS margin,
                NULL::VARCHAR AS reason, 'pass' AS "case", {required} AS required,
                []::STRUCT(quantity VARCHAR, "limit" VARCHAR, value DOUBLE, "case" VARCHAR)[] AS judged
            FROM inputs"""
    parts = ", ".join(
        f"{{'quantity': '{name}', 'limit': '{name}', 'value': {_value(band, _share(check.name, name))}, 'case': NULL::VARCHAR}}"
        for name, band in bands_of(about.limits).items()
    )
    outcome, margin = by_bands(setting)
    first = next(iter(bands.values()))
    ends = [*first.passing, *first.review_range]
    low, high, review_low, review_high = (
        "NULL::DOUBLE" if end is None else repr(float(end)) + "::DOUBLE" for end in ends
    )
    blind = f"{_share(check.name, 'blind')} < 0.002"
    return f"""
        SELECT {own}, CASE WHEN blind THEN 'not_assessed' ELSE {outcome} END AS outcome,
            CASE WHEN NOT blind THEN judged[1].value END AS value, {text(check.unit or "")} AS unit, {low} AS pass_low,
            {high} AS pass_high, {review_low} AS review_low, {review_high} AS review_high,
            CASE WHEN NOT blind THEN {margin} END AS margin, CASE WHEN blind THEN 'too-small' END AS reason,
            'pass' AS "case", {required} AS required, CASE WHEN blind THEN [] ELSE judged END AS judged
        FROM (SELECT id, {blind} AS blind, [{parts}] AS judged FROM inputs)"""


def _value(band: Band, share: str) -> str:
    """SQL for values spread about the middle of the pass range, about one in a hundred outside it: logistic."""
    low, high = band.passing
    ends = [end for end in (*band.passing, *band.review_range) if end is not None] or [0.0]
    room = (max(ends) - min(ends)) or abs(ends[0]) or 1.0
    high = (0.0 if low is None else low + 2 * room) if high is None else high
    low = high - 2 * room if low is None else low
    width = ((high - low) or room) / 10.6
    return f"{(low + high) / 2!r}::DOUBLE - {width!r}::DOUBLE * ln(1 / greatest(1e-9, {share}) - 0.999999)"


def _share(check: str, what: str) -> str:
    return f"(hash(id || '{check}{what}') % 1000003) / 1000003.0"
