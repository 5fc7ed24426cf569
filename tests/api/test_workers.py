"""A worker that dies, hangs or takes too much memory fails its own picture only, and never with a verdict."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.errors import Problem
from api.settings import Settings
from api.workers import tasks
from api.workers.pool import Workers


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    """One process and two places, quick to start: no nets are loaded."""
    monkeypatch.setattr(tasks, "start", _limit)
    workers = Workers(Settings(workers=1, waiting=2, check_seconds=2, worker_memory_mb=500))
    yield workers
    workers.stop()


def _limit(memory_mb: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))


def _code(workers: Workers, task: object, *args: object) -> tuple[str, int]:
    with pytest.raises(Problem) as refused:
        workers.run(task, *args)  # type: ignore[arg-type]
    return refused.value.code, refused.value.status


def test_killed_hung_and_greedy(pool: Workers) -> None:
    assert pool.run(len, b"abc") == 3
    assert _code(pool, os._exit, 9) == ("check-died", 503)
    assert _code(pool, os.abort) == ("check-died", 503)
    assert _code(pool, time.sleep, 60) == ("check-timed-out", 503)
    assert _code(pool, bytearray, 1 << 30) == ("check-died", 503)
    assert pool.run(len, b"abc") == 3
    assert pool.alive


def test_a_full_house_is_told_to_come_again(pool: Workers) -> None:
    pool.run(len, b"")
    with ThreadPoolExecutor(2) as threads:
        busy = [threads.submit(pool.run, time.sleep, 0.9) for _ in range(2)]
        time.sleep(0.4)
        with pytest.raises(Problem) as refused:
            pool.run(len, b"")
        assert (refused.value.code, refused.value.status) == ("busy", 429)
        assert int(refused.value.headers["Retry-After"]) >= 1
        for one in busy:
            one.result()
    assert pool.run(len, b"abc") == 3


def test_an_idle_worker_that_is_killed_is_replaced(pool: Workers) -> None:
    for _ in range(3):
        os.kill(pool.run(os.getpid), signal.SIGKILL)
        assert pool.run(len, b"abc") == 3  # at once: the pool may not have noticed yet
        os.kill(pool.run(os.getpid), signal.SIGKILL)
        time.sleep(0.5)
        assert pool.run(len, b"abc") == 3
