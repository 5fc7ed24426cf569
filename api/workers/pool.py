"""Worker processes with limits: so many checks may wait, each has its time, a dead worker fails only its own."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from api.errors import Problem
from api.settings import Settings
from api.workers import tasks

P = ParamSpec("P")
R = TypeVar("R")
_RETRY_AFTER_SECONDS = 2


class Workers:
    """Runs functions of `api.workers.tasks`, each in a process of its own."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.check_seconds
        self._places = threading.BoundedSemaphore(settings.waiting_limit)
        self._pool = ProcessPool(
            max_workers=settings.worker_count,
            max_tasks=settings.worker_recycle,
            initializer=tasks.start,
            initargs=(settings.worker_memory_mb,),
            context=multiprocessing.get_context("spawn"),  # the face nets hang in a forked process
        )

    def run(self, task: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a task and wait for its result.

        Raises:
            Problem: `busy` (429) when too many wait already; `check-timed-out` or `check-died` (503) when the picture
                took too long or ended its worker: never a verdict.
        """
        if not self._places.acquire(blocking=False):
            raise Problem("busy", 429, headers={"Retry-After": str(_RETRY_AFTER_SECONDS)})
        try:
            return self._pool.schedule(task, args=list(args), kwargs=dict(kwargs), timeout=self._seconds).result()
        except FutureTimeoutError:
            raise Problem("check-timed-out", 503, seconds=self._seconds) from None
        except (ProcessExpired, MemoryError):
            raise Problem("check-died", 503) from None
        finally:
            self._places.release()

    def begin(self) -> None:
        """Start the processes now, so that the first picture does not wait for the nets."""
        self._pool.schedule(tasks.warm)

    @property
    def alive(self) -> bool:
        """Whether tasks are still taken."""
        return bool(self._pool.active)

    def stop(self) -> None:
        """Finish what runs, start nothing more."""
        self._pool.close()
        self._pool.join(timeout=self._seconds)
        self._pool.stop()
        self._pool.join()
