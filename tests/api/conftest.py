"""A service on a temporary folder, its clock in the test's hand; worker processes are shared by all tests."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.clock import SetClock
from api.context import Service
from api.settings import Settings
from api.workers.pool import Workers
from tests.api.postgres import Server, binaries, server


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """Real worker processes: one, as tests run side by side."""
    pool = Workers(Settings(workers=1, waiting=20, check_seconds=60))
    yield pool
    pool.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A real PostgreSQL server; tests that want one are skipped where it is not installed."""
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, server(Path(folder)) as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Defaults, on a temporary folder; with PHOTOCHECK_TEST_POSTGRES=1 the database is PostgreSQL."""
    url = request.getfixturevalue("postgres").fresh() if os.environ.get("PHOTOCHECK_TEST_POSTGRES") else ""
    return Settings(data=tmp_path / "data", workers=1, database_url=url)


@pytest.fixture
def service(settings: Settings, workers: Workers) -> Iterator[Service]:
    """The parts of a running service; time stands until the test moves `service.clock`."""
    running = Service.start(settings, clock=SetClock(), workers=workers)
    yield running
    running.database.dispose()


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    """A browser or program that talks to it."""
    with TestClient(create_app(service=service)) as browser:
        yield browser
