"""Processes on this machine: spawned, one shard each at a time, replaced after some pictures.

Not `concurrent.futures`: its pool breaks as a whole when one process ends, and which shard ended it stays unknown.
"""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from photocheck.archive.engines.engine import Event
from photocheck.archive.errors import ArchiveError
from photocheck.archive.score import Shard, ShardResult, score_shard
from photocheck.archive.settings import Settings
from photocheck.archive.worker import prepare_process

_SECONDS_BETWEEN_TICKS = 0.5
_FAILED_STARTS = 3
_READY, _TICK, _DONE, _REFUSED = "ready", "tick", "done", "refused"


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    ready: bool = False
    shard: Shard | None = None
    pictures: int = 0


class LocalEngine:
    """A pool that outlives its workers."""

    def __init__(self, settings: Settings, *, workers: int, recycle: int) -> None:
        self._settings = settings
        self._recycle = recycle
        # Spawned, never forked: the face models hang in a forked process.
        self._context = multiprocessing.get_context("spawn")
        self._failed_starts = 0
        self._workers = [self._start() for _ in range(workers)]

    def free(self) -> int:
        """Workers that are ready and have nothing to do."""
        return sum(worker.ready and worker.shard is None for worker in self._workers)

    def submit(self, shard: Shard) -> None:
        """Give a shard to a worker that has none."""
        worker = next(worker for worker in self._workers if worker.ready and worker.shard is None)
        worker.shard = shard
        try:
            worker.pipe.send(shard)
        except OSError:
            worker.ready = False  # it ended while it was idle; `wait` sees that and gives the shard back

    def wait(self, seconds: float) -> list[Event]:
        """What the workers said, or that they ended."""
        events: list[Event] = []
        pipes = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(pipes), timeout=seconds):
            event = self._hear(pipes[pipe])  # type: ignore[index]  # only our own pipes were waited for
            if event is not None:
                events.append(event)
        return events

    def close(self) -> None:
        """Kill every worker."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers = []

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self._settings), name="photocheck-worker")
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _hear(self, worker: _Worker) -> Event | None:
        try:
            said, what = worker.pipe.recv()
        except (EOFError, OSError):
            return self._gone(worker)
        if said == _REFUSED:
            raise ArchiveError(what)
        if said == _READY:
            worker.ready, self._failed_starts = True, 0
            return None
        assert worker.shard is not None
        if said == _TICK:
            return Event(worker.shard, done=what)
        return self._done(worker, worker.shard, what)

    def _done(self, worker: _Worker, shard: Shard, result: ShardResult) -> Event:
        worker.shard = None
        worker.pictures += len(shard.entries)
        if worker.pictures >= self._recycle:
            worker.process.kill()
            worker.process.join()
            worker.pipe.close()
            self._replace(worker)
        return Event(shard, result=result)

    def _gone(self, worker: _Worker) -> Event | None:
        worker.process.join()
        worker.pipe.close()
        if not worker.ready and worker.shard is None:
            self._failed_starts += 1
            if self._failed_starts >= _FAILED_STARTS:
                raise ArchiveError("The workers end as soon as they start; `photocheck doctor` tells what is amiss.")
        self._replace(worker)
        return None if worker.shard is None else Event(worker.shard, lost=True)

    def _replace(self, worker: _Worker) -> None:
        self._workers[self._workers.index(worker)] = self._start()


def _work(pipe: Connection, settings: Settings) -> None:
    """A worker's life: shards in, results out, until the driver is gone."""
    prepare_process()
    told = 0.0

    def tick(done: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _SECONDS_BETWEEN_TICKS:
            told = now
            pipe.send((_TICK, done))

    def say(what: str, value: Any = None) -> None:
        pipe.send((what, value))

    try:
        say(_READY)
        while True:
            shard: Shard = pipe.recv()
            try:
                say(_DONE, score_shard(shard, settings, tick))
            except ArchiveError as error:
                say(_REFUSED, str(error))
    except (EOFError, OSError):
        return  # the driver ended: what was not handed over is scored again
