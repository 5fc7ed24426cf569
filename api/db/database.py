"""One database: SQLite in a file by default, PostgreSQL when outgrown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session, sessionmaker

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 30_000


class Database:
    """Makes sessions.

    Args:
        url: of SQLAlchemy. `postgresql://` means psycopg 3.
    """

    def __init__(self, url: str) -> None:
        address = make_url(url)
        if address.drivername in ("postgresql", "postgres"):
            address = address.set(drivername="postgresql+psycopg")
        self.url = address
        self.is_sqlite = address.get_backend_name() == "sqlite"
        options: dict[str, Any] = {} if self.is_sqlite else {"pool_size": 20, "max_overflow": 20, "pool_pre_ping": True}
        self.engine: Engine = create_engine(address, hide_parameters=True, **options)
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction that writes; committed at the end, rolled back by an exception."""
        with self._sessions.begin() as session:
            if self.is_sqlite:
                session.execute(text("BEGIN IMMEDIATE"))  # else two writers meet at their first write and one fails
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with self._sessions() as session:
            yield session

    def migrate(self) -> None:
        """Bring the tables to the newest version; safe while an older version of the service runs."""
        command.upgrade(self.alembic(), "head")

    def alembic(self) -> Config:
        """Alembic's configuration for this database."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.attributes["engine"] = self.engine
        return config

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def one_at_a_time(connection: Connection, lock: int) -> None:
    """Wait until no other transaction holds a lock, and hold it to this one's end; SQLite has one writer anyway.

    Args:
        lock: its number, of those below.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": lock})


MIGRATION_LOCK, CHAIN_LOCK = 745_301, 745_302


def _prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log, durable commits, foreign keys, erased means overwritten; transactions begin where we say."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # sqlite3 would begin transactions by itself, and too late
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"busy_timeout={_BUSY_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
