"""Worker processes with limits: so many checks may wait, each has its time, a dead worker fails only its own.

Each worker is a pool of one: workers of one pool share a pipe and its locks, and one that is killed while it holds a
lock would take the others with it. A pool whose worker died is thrown away and made anew.
"""

from __future__ import annotations

import multiprocessing
import queue
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
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
        self._settings = settings
        self._places = threading.BoundedSemaphore(settings.waiting_limit)
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._all = [_Worker(settings) for _ in range(settings.worker_count)]
        for worker in self._all:
            self._idle.put(worker)
        self._stopped = False

    def run(self, task: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a task and wait for its result.

        Raises:
            Problem: `busy` (429) when too many wait already; `check-timed-out` or `check-died` (503) when the picture
                took too long or ended its worker: never a verdict.
        """
        if not self._places.acquire(blocking=False):
            raise Problem("busy", 429, headers={"Retry-After": str(_RETRY_AFTER_SECONDS)})
        try:
            worker = self._idle.get()
            try:
                return worker.run(task, *args, **kwargs)
            finally:
                self._idle.put(worker)
        except FutureTimeoutError:
            raise Problem("check-timed-out", 503, seconds=self._settings.check_seconds) from None
        except (ProcessExpired, BrokenProcessPool, MemoryError):
            raise Problem("check-died", 503) from None
        finally:
            self._places.release()

    def begin(self) -> None:
        """Start the processes now, so that the first picture does not wait for the nets."""
        for worker in self._all:
            worker.begin()

    @property
    def alive(self) -> bool:
        """Whether tasks are still taken."""
        return not self._stopped

    def stop(self) -> None:
        """Finish what runs, start nothing more."""
        self._stopped = True
        for worker in self._all:
            worker.stop()


class _Worker:
    """One process at a time, replaced when it dies."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool = self._fresh()

    def _fresh(self) -> ProcessPool:
        return ProcessPool(
            max_workers=1,
            max_tasks=self._settings.worker_recycle,
            initializer=tasks.start,
            initargs=(self._settings.worker_memory_mb,),
            context=multiprocessing.get_context("spawn"),  # the face nets hang in a forked process
        )

    def begin(self) -> None:
        self._pool.schedule(tasks.warm)

    def run(self, task: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """As `Workers.run`; a process that had died before it took the task is replaced, and the next one takes it."""
        try:
            return self._try(task, *args, **kwargs)
        except BrokenProcessPool:
            return self._try(task, *args, **kwargs)

    def _try(self, task: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        seconds = self._settings.check_seconds
        try:
            future = self._pool.schedule(task, args=list(args), kwargs=dict(kwargs), timeout=seconds)
        except RuntimeError as fault:  # it broke while nothing ran
            self._replace()
            raise BrokenProcessPool from fault
        try:
            result: R = future.result()
        except (ProcessExpired, BrokenProcessPool):
            self._replace()
            raise
        return result

    def _replace(self) -> None:
        left, self._pool = self._pool, self._fresh()
        left.stop()
        threading.Thread(target=left.join, daemon=True).start()

    def stop(self) -> None:
        self._pool.close()
        try:
            self._pool.join(timeout=self._settings.check_seconds)
        except TimeoutError:
            self._pool.stop()
            self._pool.join()
