"""Ray: the cluster that `RAY_ADDRESS` names, else one of this machine's own for the length of the run.

Every shard is a task. Nothing is retried by Ray: a shard that is lost comes back to the run, which cuts it in two, so
that one bad picture cannot end one worker after another. Results come back to the driver, which alone writes; workers
need the sources, not the output folder.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from photocheck.archive.engines.engine import Event
from photocheck.archive.errors import ArchiveError
from photocheck.archive.extras import need
from photocheck.archive.score import Shard, ShardResult, score_shard
from photocheck.archive.settings import Settings

_USUAL_SHARD = 1000


class RayEngine:
    """Shards as Ray tasks."""

    def __init__(self, settings: Settings, *, workers: int, recycle: int) -> None:
        # Ray reports usage to its makers unless it is told not to, before it is imported.
        os.environ.update(RAY_USAGE_STATS_ENABLED="0", DO_NOT_TRACK="true")
        self._ray: Any = need("ray")
        self._workers = workers
        self._settings = settings
        self._started = not self._ray.is_initialized()
        address = os.environ.get("RAY_ADDRESS")
        # On a machine of its own one slot more than workers: Ray hung where every logical core was taken.
        own: dict[str, Any] = {} if address else {"num_cpus": workers + 1, "include_dashboard": False}
        try:
            if self._started:
                self._ray.init(address=address, log_to_driver=False, logging_level="ERROR", **own)
        except (ConnectionError, OSError, RuntimeError, ValueError) as error:
            raise ArchiveError(f"The Ray cluster cannot be reached: {str(error).splitlines()[0]}") from error
        calls = max(1, recycle // _USUAL_SHARD)
        self._score: Any = self._ray.remote(num_cpus=1, max_calls=calls, max_retries=0)(_score)
        self._shards: dict[Any, Shard] = {}
        # Ray prints on standard output that a worker ended; that is a log.
        self._logs = contextlib.ExitStack()
        self._logs.enter_context(contextlib.redirect_stdout(sys.stderr))

    def free(self) -> int:
        """Shards that may run beside those that do."""
        return self._workers - len(self._shards)

    def submit(self, shard: Shard) -> None:
        """Make a task of a shard."""
        self._shards[self._score.remote(shard, self._settings)] = shard

    def wait(self, seconds: float) -> list[Event]:
        """The tasks that ended."""
        if not self._shards:
            return []
        done, _ = self._ray.wait(list(self._shards), num_returns=1, timeout=seconds)
        return [self._event(task, self._shards.pop(task)) for task in done]

    def close(self) -> None:
        """End the tasks, and the cluster if it is this run's own."""
        for task in self._shards:
            self._ray.cancel(task, force=True)
        self._shards = {}
        if self._started:
            self._ray.shutdown()
        self._logs.close()

    def _event(self, task: Any, shard: Shard) -> Event:
        exceptions = need("ray.exceptions")
        try:
            result: ShardResult = self._ray.get(task)
        except exceptions.RayTaskError as error:
            raise ArchiveError(str(error.cause)) from error
        except exceptions.RayError:
            return Event(shard, lost=True)  # its worker or its node ended
        return Event(shard, result=result)


def _score(shard: Shard, settings: Settings) -> ShardResult:
    import cv2

    cv2.setNumThreads(1)
    return score_shard(shard, settings)
