"""How the measured values lie among their limits: counts in equal steps, and where to draw them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from photocheck.archive.analysis.results import rows
from photocheck.archive.database import Database
from photocheck.archive.rejudge import bands_of
from photocheck.finding import LimitRanges, Range
from photocheck.profile import Profile

STEPS = 40
_TAIL = 0.005
_ROOM = 0.06
_MOST_ROOM = 3.0
"""Review limits farther away than this many times the values' own spread are left out; pass limits never are."""

_MEASURED = """
CREATE OR REPLACE VIEW measured AS
SELECT profile_hash, "check", unit, part.quantity, part."limit", part.value,
    pass_low, pass_high, review_low, review_high
FROM (
    SELECT *, unnest(CASE WHEN len(judged) > 0 THEN judged WHEN value IS NOT NULL
        THEN [{'quantity': '', 'limit': NULL, 'value': value, 'case': NULL}] END) AS part
    FROM findings
) JOIN (SELECT id, profile_hash FROM images) USING (id)
WHERE part.value IS NOT NULL
"""
_SPREAD = f"""
SELECT profile_hash, "check", quantity, any_value(unit) AS unit, max("limit") AS "limit", count(*) AS count,
    min(value) AS least, max(value) AS most, approx_quantile(value, {_TAIL}) AS low,
    approx_quantile(value, {1 - _TAIL}) AS high, approx_quantile(value, 0.5) AS median,
    any_value(pass_low) AS pass_low, any_value(pass_high) AS pass_high,
    any_value(review_low) AS review_low, any_value(review_high) AS review_high,
    count(DISTINCT (pass_low, pass_high, review_low, review_high)) AS different
FROM measured GROUP BY ALL ORDER BY ALL
"""  # noqa: S608
_COUNTED = f"""
SELECT number, least(greatest(floor((value - start) / step)::INTEGER, 0), {STEPS - 1}) AS place, count(*) AS count
FROM measured JOIN spreads USING (profile_hash, "check", quantity) GROUP BY ALL
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Histogram:
    """The values of one quantity that a check measures.

    Attributes:
        quantity: its name among several that the check judges; empty where there is one.
        profile: id of the profile that judged.
        counts: of values in `STEPS` equal steps from `start` to `stop`; the first and last hold what lies beyond.
        limits: None where each picture has its own, or none.
    """

    check: str
    quantity: str
    profile: str
    unit: str | None
    count: int
    median: float
    start: float
    stop: float
    counts: list[int]
    limits: LimitRanges | None


def histograms(database: Database, profiles: Mapping[str, Profile]) -> list[Histogram]:
    """The distributions of all values in the views `images` and `findings`.

    Args:
        profiles: of the run, by hash.
    """
    database.execute(_MEASURED)
    spreads = rows(database, _SPREAD)
    database.execute(
        'CREATE OR REPLACE TABLE spreads (number INTEGER, profile_hash VARCHAR, "check" VARCHAR, quantity VARCHAR, '
        "start DOUBLE, step DOUBLE)"
    )
    found: list[Histogram] = []
    for number, spread in enumerate(spreads):
        profile = profiles.get(spread["profile_hash"])
        limits = _limits(spread, profile)
        start, stop = _drawn(spread, limits)
        own = [number, spread["profile_hash"], spread["check"], spread["quantity"], start, (stop - start) / STEPS]
        database.execute("INSERT INTO spreads VALUES (?, ?, ?, ?, ?, ?)", own)
        shown = "" if profile is None else profile.id
        name, unit, count, median = (spread[key] for key in ("check", "unit", "count", "median"))
        counts = [0] * STEPS
        found.append(Histogram(name, spread["quantity"], shown, unit, count, median, start, stop, counts, limits))
    for number, place, count in database.execute(_COUNTED).fetchall():
        found[number].counts[place] = int(count)
    return found


def _limits(spread: Mapping[str, Any], profile: Profile | None) -> LimitRanges | None:
    """The limits that judged a quantity: the profile's, else those of the rows where they are all the same."""
    own = None if profile is None else profile.limits(spread["check"])
    if spread["limit"] is not None and own is not None and spread["limit"] in bands_of(own):
        band = bands_of(own)[spread["limit"]]
        return LimitRanges(band.passing, band.review_range)
    passing: Range = (spread["pass_low"], spread["pass_high"])
    review: Range = (spread["review_low"], spread["review_high"])
    if spread["different"] > 1 or all(end is None for end in (*passing, *review)):
        return None
    return LimitRanges(passing, review)


def _drawn(spread: Mapping[str, Any], limits: LimitRanges | None) -> tuple[float, float]:
    """The range that is drawn: all values but the outermost, and the limits."""
    low, high = float(spread["low"]), float(spread["high"])
    reach = (high - low or abs(high) or 1.0) * _MOST_ROOM
    passing, review = ((None, None), (None, None)) if limits is None else limits
    near = [end for end in passing if end is not None]
    low, high = min(low, *near, high), max(low, *near, high)
    near += [end for end in review if end is not None and low - reach <= end <= high + reach]
    low, high = min(low, *near, high), max(low, *near, high)
    room = (high - low) * _ROOM or abs(high) * _ROOM or 1.0
    return low - room, high + room
