"""The job library does found work once a try, goes on after a stop, keeps to itself, and works on both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from api.clock import SetClock
from api.context import Service
from api.jobs.runner import Jobs
from api.jobs.table import FOUND, REGULAR
from api.jobs.work import Due, Found, Regular
from api.settings import Settings
from api.workers.pool import Workers
from tests.api.postgres import Server

_PATIENCE = 30.0


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tmp_path: Path, workers: Workers) -> Iterator[Service]:
    url = ""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        url = server.fresh()
    service = Service.start(Settings(data=tmp_path, database_url=url), clock=SetClock(), workers=workers)
    yield service
    service.jobs.stop()
    service.database.dispose()


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_found_work_is_done_once_and_after_faults_again(running: Service) -> None:
    done: list[str] = []
    failures = ["a"]

    def find(_session: Session, now: datetime) -> Iterable[Due]:
        return [Due(target, 1, now) for target in "ab" if target not in done]

    def run(_service: Service, target: str) -> None:
        if target in failures:
            failures.remove(target)
            raise OSError
        done.append(target)

    running.jobs = Jobs(running, found=(Found("make", find, run),), regular=())
    running.jobs.launch()
    _until(lambda: len(done) >= 2)
    time.sleep(1.5)  # the relay looks again
    assert sorted(done) == ["a", "b"]


def test_regular_work_and_a_second_launch(running: Service) -> None:
    ticked = threading.Event()
    running.jobs = Jobs(running, found=(), regular=(Regular("tick", "* * * * * *", lambda _service: ticked.set()),))
    running.jobs.launch()
    with pytest.raises(RuntimeError):
        Jobs(running).launch()
    assert ticked.wait(_PATIENCE)


def test_interrupted_work_goes_on_at_the_next_launch(running: Service) -> None:
    started, let_go, came = threading.Event(), threading.Event(), []

    def find(_session: Session, now: datetime) -> Iterable[Due]:
        return [Due("a", 1, now)] if not came else []

    def run(_service: Service, target: str) -> None:
        came.append(target)
        started.set()
        if len(came) == 1:
            let_go.wait(_PATIENCE)

    work = (Found("make", find, run),)
    running.jobs = Jobs(running, found=work, regular=())
    running.jobs.launch()
    assert started.wait(_PATIENCE)
    running.jobs.stop()  # without patience, as a crash
    running.jobs = Jobs(running, found=work, regular=())
    running.jobs.launch()
    _until(lambda: len(came) == 2)
    let_go.set()


def test_a_try_lost_without_a_trace_is_handed_on_again(running: Service) -> None:
    came: list[str] = []
    since = running.clock.now()
    running.jobs = Jobs(
        running,
        found=(
            Found("make", lambda _session, _now: [Due("a", 1, since)], lambda _service, target: came.append(target)),
        ),
        regular=(),
    )
    running.jobs.launch()
    _until(lambda: len(came) == 1)
    running.clock.forward(minutes=11)
    _until(lambda: len(came) == 2)


def test_names_are_unlike() -> None:
    names = [work.name for work in (*FOUND, *REGULAR)]
    assert len(names) == len(set(names))
