"""Scoring one piece of work: the same function under every engine. It reads pictures and returns tables."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from photocheck.archive.apart import score_apart
from photocheck.archive.earlier import EarlierRows
from photocheck.archive.one import given_up, score_one
from photocheck.archive.reuse import from_earlier
from photocheck.archive.rows import Scored
from photocheck.archive.settings import Settings
from photocheck.archive.sources.entry import Entry
from photocheck.archive.sources.reading import read_ahead
from photocheck.archive.tables import as_bytes, findings_table, images_table
from photocheck.archive.worker import ends_after, resident_bytes
from photocheck.decode import UnreadableImage

Tick = Callable[[int], None]
"""Called after each picture with how many are done."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Inputs that are scored together, and written together.

    Attributes:
        part: of the plan.
        start, stop: rows of that part.
        entries: the inputs in these rows.
        earlier: what an earlier run says of them.
        apart: whether every picture gets a process of its own, as one of them is suspected.
    """

    part: int
    start: int
    stop: int
    entries: Sequence[Entry]
    earlier: EarlierRows | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class ShardResult:
    """The rows of a shard as two Parquet files, and what there is to tell about it.

    Attributes:
        counts: pictures by verdict (`pass`, `review`, `fail`, `error`).
        origins: pictures by `origin`.
        seconds: that it took.
        resident: bytes of RAM of the process when it was done.
        process: id of the process.
    """

    images: bytes
    findings: bytes
    counts: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    resident: int = 0
    process: int = 0


def score_shard(shard: Shard, settings: Settings, tick: Tick | None = None) -> ShardResult:
    """Score the inputs of a shard.

    A picture that takes longer than `settings.timeout` ends this process: whoever gave it the shard then cuts the
    shard in two, until the picture is alone and scored apart.

    Raises:
        ArchiveError: if this machine would judge otherwise than the one that planned.
    """
    started = time.perf_counter()
    settings.verify()
    rows: list[Scored] = []
    for scored in _apart(shard, settings) if shard.apart else _together(shard, settings):
        rows.append(scored)
        if tick is not None:
            tick(len(rows))
    return _packed(rows, time.perf_counter() - started)


def _packed(rows: Sequence[Scored], seconds: float) -> ShardResult:
    counts = Counter("error" if row.image["error"] else str(row.image["verdict"]) for row in rows)
    return ShardResult(
        as_bytes(images_table([row.image for row in rows])),
        as_bytes(findings_table([finding for row in rows for finding in row.findings])),
        counts,
        Counter(str(row.image["origin"]) for row in rows),
        seconds,
        resident_bytes(),
        os.getpid(),
    )


def _apart(shard: Shard, settings: Settings) -> Iterator[Scored]:
    for entry in shard.entries:
        yield score_apart(entry, settings)


def _together(shard: Shard, settings: Settings) -> Iterator[Scored]:
    kept: dict[str, Scored] = {}
    if shard.earlier is not None:
        # A digest that the manifest states spares even the reading.
        for entry in shard.entries:
            found = from_earlier(entry, entry.sha256, shard.earlier, settings) if entry.sha256 else None
            if found is not None:
                kept[entry.id] = found
    yield from kept.values()
    with ends_after(settings.timeout) as again:
        for entry, data in read_ahead([entry for entry in shard.entries if entry.id not in kept]):
            yield _from_bytes(entry, data, shard.earlier, settings)
            again()


def _from_bytes(entry: Entry, data: bytes | UnreadableImage, earlier: EarlierRows | None, settings: Settings) -> Scored:
    if earlier is not None and isinstance(data, bytes):
        found = from_earlier(entry, hashlib.sha256(data).hexdigest(), earlier, settings)
        if found is not None:
            return found
    return score_one(entry, data, settings)


def give_up(shard: Shard, settings: Settings) -> ShardResult:
    """The result of a shard that ends every worker that gets it, even with a process for each picture."""
    rows = [given_up(entry, settings, "worker-killed") for entry in shard.entries]
    return _packed(rows, 0.0)
