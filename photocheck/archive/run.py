"""`run`: hand out what is not scored yet, write what comes back, close in on what ends workers."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from photocheck.archive.earlier import Earlier
from photocheck.archive.engines.engine import Engine, Event
from photocheck.archive.folder import Folder
from photocheck.archive.merge import merge_part
from photocheck.archive.plan import PART_ROWS, Plan, planned, ranges
from photocheck.archive.score import Shard, ShardResult, give_up
from photocheck.archive.tally import Tally

_SECONDS = 0.5
_TRIES = 3

Watcher = Callable[[Tally], None]
"""Told, about twice a second, how far the run is."""


def scored_before(folder: Folder, plan: Plan) -> int:
    """How many inputs of the plan are scored already."""
    return sum(
        min(PART_ROWS, plan.total - part * PART_ROWS)
        if folder.is_whole(part)
        else sum(stop - start for start, stop in folder.scored(part))
        for part in range(plan.parts)
    )


def run(folder: Folder, plan: Plan, engine: Engine, *, shard_rows: int, watch: Watcher) -> Tally:
    """Score every input of a plan that is not scored yet, and write the tables part by part.

    Args:
        shard_rows: inputs that are scored together and lost together when the run is killed.

    Raises:
        ArchiveError: if an engine or a part cannot go on.
    """
    tally = Tally(plan.total)
    tally.start(scored_before(folder, plan))
    with ThreadPoolExecutor(1) as merging:
        work = _Work(folder, plan, shard_rows, merging)
        waiting = work.shards()
        handed_in = 0
        while True:
            while engine.free() and (shard := work.next(waiting)) is not None:
                engine.submit(shard)
                handed_in += 1
            if not handed_in and work.is_done:
                break
            for event in engine.wait(_SECONDS):
                tally.add(event)
                if event.result is not None or event.lost:
                    handed_in -= 1
                    work.take(event)
            watch(tally)
        work.finish()
    watch(tally)
    return tally


def _usable(plan: Plan) -> Earlier | None:
    """The earlier run, if rows of it may be kept: what it kept of names and numbers must be what this one keeps."""
    if plan.earlier is None or plan.where is not None:
        return None
    earlier = Earlier(Path(plan.earlier))
    return earlier if earlier.run["request"]["reveal"] == plan.settings.reveal else None


class _Work:
    """What is to be done, and what becomes of it."""

    def __init__(self, folder: Folder, plan: Plan, shard_rows: int, merging: ThreadPoolExecutor) -> None:
        self._folder = folder
        self._plan = plan
        self._shard_rows = shard_rows
        self._merging = merging
        self._merges: deque[Future[None]] = deque()
        self._earlier = _usable(plan)
        self._again: deque[Shard] = deque()
        self._lost: Counter[tuple[int, int]] = Counter()
        self._left: dict[int, int] = {}
        self._handed_out = False

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to hand out."""
        return self._handed_out and not self._again

    def next(self, waiting: Iterator[Shard]) -> Shard | None:
        """The next shard; suspects first, so that a part is not held up by one picture."""
        if self._again:
            return self._again.popleft()
        shard = next(waiting, None)
        self._handed_out = shard is None
        return shard

    def shards(self) -> Iterator[Shard]:
        """Every shard that is not scored yet, a part of the plan in memory at a time."""
        for part in range(self._plan.parts):
            if self._folder.is_whole(part):
                self._folder.drop_shards(part)
                continue
            entries, before = planned(self._folder, part)
            scored = self._folder.scored(part)
            self._left[part] = len(entries) - sum(stop - start for start, stop in scored)
            if not self._left[part]:
                self._merge(part)
            for start, stop in ranges(scored, len(entries), self._shard_rows, before):
                known, old = before[start], None
                if self._earlier is not None and known is not None:
                    old = self._earlier.rows(known, [entry.id for entry in entries[start:stop]])
                yield Shard(part, start, stop, entries[start:stop], old)

    def take(self, event: Event) -> None:
        """Write a result, or see who was to blame for a lost worker."""
        shard = event.shard
        if event.result is not None:
            self._write(shard, event.result)
        elif len(shard.entries) > 1:
            middle = (shard.start + shard.stop) // 2
            cut = middle - shard.start
            self._again.append(replace(shard, stop=middle, entries=shard.entries[:cut]))
            self._again.append(replace(shard, start=middle, entries=shard.entries[cut:]))
        else:
            self._lost[shard.part, shard.start] += 1
            if self._lost[shard.part, shard.start] > _TRIES:
                self._write(shard, give_up(shard, self._plan.settings))
            else:
                self._again.append(replace(shard, apart=True))

    def finish(self) -> None:
        """Wait until the last table is written."""
        while self._merges:
            self._merges.popleft().result()

    def _write(self, shard: Shard, result: ShardResult) -> None:
        self._folder.write_shard(shard, result)
        self._left[shard.part] -= len(shard.entries)
        if not self._left[shard.part]:
            self._merge(shard.part)

    def _merge(self, part: int) -> None:
        """Write a part's tables beside the scoring; what went wrong with an earlier one comes out here."""
        del self._left[part]
        while self._merges and self._merges[0].done():
            self._merges.popleft().result()
        self._merges.append(self._merging.submit(merge_part, self._folder, part))
