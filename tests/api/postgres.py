"""A real PostgreSQL server in a temporary folder, for as long as the tests run; it listens on a socket there only."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from api.db import Database

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin")
_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=32MB -c max_connections=200"


def binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, or None where PostgreSQL is not installed."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    for place in _PLACES:
        found += sorted(Path("/").glob(place.lstrip("/")), reverse=True)
    return next((folder for folder in found if (folder / "initdb").exists()), None)


@dataclass
class Server:
    """A running server."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, name: str) -> str:
        """SQLAlchemy's address of a database."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def fresh(self) -> str:
        """The address of a new database that has all tables."""
        name = f"test_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE tables")
        return self.url(name)

    def empty(self) -> str:
        """The address of a new database without tables."""
        name = f"empty_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def run(self, statement: str) -> None:
        """Run a statement as the server's owner."""
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Start it, as an unprivileged user where the tests run as root: it refuses to run as root."""
    programs = binaries()
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    user = {"user": "nobody"} if os.geteuid() == 0 else {}
    if user:
        shutil.chown(folder, "nobody")
    data = folder / "data"

    def program(name: str, *arguments: str) -> None:
        subprocess.run([programs / name, *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL, **user)  # type: ignore[call-overload]

    program("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    program("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", f"-c listen_addresses='' -k {folder} {_FAST}", "start")  # fmt: skip
    try:
        running = Server(folder)
        running.run("CREATE DATABASE tables")
        database = Database(running.url("tables"))
        database.migrate()
        database.dispose()
        yield running
    finally:
        program("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
