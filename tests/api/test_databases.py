"""Both databases hold what is promised: numbers without gaps under concurrency, one migration, tables that only grow."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select

from api.clock import SetClock
from api.db import Base, Database
from api.db.outbox import Event
from api.db.records import AuditEntry
from api.db.submissions import Submission
from api.services import audit, events
from tests.api.postgres import Server

_THREADS, _EACH = 8, 5


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.sqlite"
    running: Server = request.getfixturevalue("postgres")
    return running.empty()


_MIGRATE = "import sys; from api.db import Database; Database(sys.argv[1]).migrate()"


def test_replicas_that_start_together_make_the_tables_once(url: str) -> None:
    replicas = [subprocess.Popen([sys.executable, "-c", _MIGRATE, url]) for _ in range(3)]
    assert [replica.wait() for replica in replicas] == [0, 0, 0]
    database = Database(url)
    made = set(inspect(database.engine).get_table_names())
    assert made == {table.name for table in Base.metadata.sorted_tables} | {"alembic_version"}
    database.dispose()


def test_the_tables_are_those_of_the_models(url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    database = Database(url)
    database.migrate()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []
    database.dispose()


def test_events_and_audit_lines_are_numbered_without_gaps_under_concurrency(url: str) -> None:
    database, clock = Database(url), SetClock()
    database.migrate()
    now = clock.now()
    with database.begin() as session:
        for name in ("a", "b"):
            session.add(
                Submission(id=name, reference=name, secret_hash="", profile="p", language="en", consent="1",
                           consent_at=now, created_at=now, changed_at=now)
            )  # fmt: skip

    def tell(name: str) -> None:
        for _ in range(_EACH):
            with database.begin() as session:
                events.tell(session, clock, session.get_one(Submission, name), "item.checked", "applicant")

    with ThreadPoolExecutor(_THREADS) as pool:
        for done in [pool.submit(tell, "ab"[number % 2]) for number in range(_THREADS)]:
            done.result()
    with database.read() as session:
        for name in ("a", "b"):
            told = session.scalars(select(Event.number).where(Event.submission_id == name).order_by(Event.number))
            assert list(told) == list(range(1, _THREADS * _EACH // 2 + 1))
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == _THREADS * _EACH
        assert audit.verify(session).broken_at is None
    database.dispose()
