"""How far a run is: what progress and metrics tell."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass, field

from photocheck.archive.engines.engine import Event

_WINDOW_SECONDS = 120.0


@dataclass(slots=True)
class Tally:
    """Counts of a run.

    Attributes:
        total: inputs of the plan.
        before: inputs that were scored before this start of the run.
        done: inputs whose rows are written, those before included.
        counts: verdicts and errors since this start.
        origins: how the rows came about, since this start.
        lost: workers that ended over a shard.
        resident: bytes of RAM of the worker that last handed in.
    """

    total: int
    before: int = 0
    done: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    resident: int = 0
    _under_way: dict[tuple[int, int], int] = field(default_factory=dict)
    _seen: deque[tuple[float, int]] = field(default_factory=deque)

    def start(self, before: int) -> None:
        """Begin with what earlier starts have done."""
        self.before = self.done = before
        self._seen.append((time.monotonic(), before))

    def add(self, event: Event) -> None:
        """Count an event of the engine."""
        shard = (event.shard.part, event.shard.start)
        if event.done:
            self._under_way[shard] = event.done
        else:
            self._under_way.pop(shard, None)
        if event.lost:
            self.lost += 1
        if event.result is not None:
            self.done += len(event.shard.entries)
            self.counts += event.result.counts
            self.origins += event.result.origins
            self.resident = event.result.resident
        now = time.monotonic()
        self._seen.append((now, self.reached))
        while now - self._seen[0][0] > _WINDOW_SECONDS:
            self._seen.popleft()

    @property
    def reached(self) -> int:
        """Inputs scored, those of unfinished shards included."""
        return self.done + sum(self._under_way.values())

    @property
    def rate(self) -> float:
        """Pictures a second over the last two minutes; 0 at the start."""
        if len(self._seen) < 2:
            return 0.0
        (first, then), (last, now) = self._seen[0], self._seen[-1]
        return max(0.0, now - then) / (last - first) if last > first else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Until the end at that rate; None where it is not known yet."""
        return (self.total - self.reached) / self.rate if self.rate > 0 else None
