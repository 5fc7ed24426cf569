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
_ROOM = 0.12


def write_run(folder: Path, profile: Profile, images: int, *, seed: int = 1, part_rows: int = PART_ROWS) -> int:
    """Write a run over inputs `000000000.jpg` and on; the same seed gives the same values under any profile.

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
            total += _write_part(database, folder, f"part-{part:06d}", profile, range(first, last), seed)
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
    database: duckdb.DuckDBPyConnection, folder: Path, name: str, profile: Profile, numbers: range, seed: int
) -> int:
    database.execute(
        "CREATE OR REPLACE TABLE inputs AS SELECT n, printf('%09d.jpg', n) AS id FROM range(?, ?) AS made(n)",
        [numbers.start, numbers.stop],
    )
    findings = " UNION ALL ".join(_findings(check, setting, seed) for check, setting in profile.checks())
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


def _findings(check: Check, setting: Setting, seed: int) -> str:
    """SQL for the rows of one check."""
    bands = bands_of(setting.limits)
    required = str(setting.required).lower()
    own = f"id, '{check.name}' AS \"check\", '{check.code}' AS code"
    if not bands:
        return f"""
            SELECT {own}, CASE WHEN {_share(check.name, "told", seed)} < 0.03 THEN 'review' ELSE 'pass' END AS outcome,
                NULL::DOUBLE AS value, NULL::VARCHAR AS unit, NULL::DOUBLE AS pass_low, NULL::DOUBLE AS pass_high,
                NULL::DOUBLE AS review_low, NULL::DOUBLE AS review_high, NULL::DOUBLE AS margin,
                NULL::VARCHAR AS reason, 'pass' AS "case", {required} AS required,
                []::STRUCT(quantity VARCHAR, "limit" VARCHAR, value DOUBLE, "case" VARCHAR)[] AS judged
            FROM inputs"""
    parts = ", ".join(
        f"{{'quantity': '{name}', 'limit': '{name}', 'value': {_value(band, _bell(check.name, name, seed))}, 'case': NULL::VARCHAR}}"
        for name, band in bands.items()
    )
    outcome, margin = by_bands(setting)
    first = next(iter(bands.values()))
    ends = [*first.passing, *first.review_range]
    low, high, review_low, review_high = (
        "NULL::DOUBLE" if end is None else repr(float(end)) + "::DOUBLE" for end in ends
    )
    blind = f"{_share(check.name, 'blind', seed)} < 0.005"
    return f"""
        SELECT {own}, CASE WHEN blind THEN 'not_assessed' ELSE {outcome} END AS outcome,
            CASE WHEN NOT blind THEN judged[1].value END AS value, {text(check.unit or "")} AS unit, {low} AS pass_low,
            {high} AS pass_high, {review_low} AS review_low, {review_high} AS review_high,
            CASE WHEN NOT blind THEN {margin} END AS margin, CASE WHEN blind THEN 'too-small' END AS reason,
            'pass' AS "case", {required} AS required, CASE WHEN blind THEN [] ELSE judged END AS judged
        FROM (SELECT id, {blind} AS blind, [{parts}] AS judged FROM inputs)"""


def _value(band: Band, share: str) -> str:
    (low, high), (review_low, review_high) = band.passing, band.review_range
    ends = [end for end in (review_low, low, high, review_high) if end is not None] or [0.0]
    spread = (max(ends) - min(ends)) or abs(ends[0]) or 1.0
    start = min(ends) - (_ROOM * spread if low is not None else 3 * spread)
    stop = max(ends) + (_ROOM * spread if high is not None else 3 * spread)
    return f"{start!r} + {stop - start!r} * {share}"


def _share(check: str, what: str, seed: int) -> str:
    return f"(hash(id || '{check}{what}{seed}') % 1000003) / 1000003.0"


def _bell(check: str, what: str, seed: int) -> str:
    """A share with few values far from the middle: logistic."""
    share = f"greatest(1e-9, {_share(check, what, seed)})"
    return f"(0.5 - 0.045 * ln(1 / {share} - 0.999999))"
