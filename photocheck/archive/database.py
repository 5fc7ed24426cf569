"""DuckDB over Parquet files: bounded memory, spilling into a folder of the run's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from photocheck.archive.errors import ArchiveError
from photocheck.archive.extras import need

_MEMORY = "1GB"
_THREADS = 2


class Database:
    """One connection; errors in a user's SQL become one sentence."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, query: str, parameters: Sequence[Any] = ()) -> Any:
        """Run a query.

        Raises:
            ArchiveError: with DuckDB's own words.
        """
        try:
            return self._connection.execute(query, parameters)
        except need("duckdb").Error as error:
            raise ArchiveError(str(error).partition("\n")[0]) from error

    def view(self, name: str, paths: Sequence[str], *, filename: bool = False) -> None:
        """Give Parquet files a name.

        Args:
            filename: whether a column tells the file of each row.
        """
        self._connection.read_parquet(list(paths), filename=filename).create_view(name)

    def batches(self, query: str, rows: int) -> Iterator[Any]:
        """The answer as Arrow tables of exactly that many rows, the last one shorter.

        Raises:
            ArchiveError: as `execute`.
        """
        pa = need("pyarrow")
        held: list[Any] = []
        try:
            reader = self._connection.sql(query).to_arrow_reader(rows)
        except need("duckdb").Error as error:
            raise ArchiveError(str(error).partition("\n")[0]) from error
        for batch in reader:
            held.append(batch)
            while sum(part.num_rows for part in held) >= rows:
                whole = pa.Table.from_batches(held)
                yield whole.slice(0, rows)
                held = whole.slice(rows).to_batches()
        if sum(part.num_rows for part in held):
            yield pa.Table.from_batches(held)


@contextmanager
def connect(spill: Path) -> Iterator[Database]:
    """A database in memory that spills into a folder."""
    settings = {
        "memory_limit": _MEMORY,
        "threads": _THREADS,
        "temp_directory": str(spill / "spill"),
        "autoinstall_known_extensions": False,  # nothing is fetched
    }
    connection = need("duckdb").connect(":memory:", config=settings)
    try:
        yield Database(connection)
    finally:
        connection.close()
