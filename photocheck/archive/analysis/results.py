"""The tables of a finished run, opened to be asked; read in pieces whose findings fit in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from photocheck.archive.database import Database, connect
from photocheck.archive.earlier import Earlier
from photocheck.archive.extras import parquet

_FINDINGS_AT_ONCE = 3_000_000

Part = str
"""The name of a file of either table, such as `part-000012.parquet`."""


class Results(Earlier):
    """The output folder of a run.

    Raises:
        ArchiveError: if there is none.
    """

    @property
    def is_finished(self) -> bool:
        """Whether every input has been proven to have its row."""
        return (self.folder / "done.json").is_file()

    @cached_property
    def parts(self) -> list[Part]:
        """The parts whose tables are written."""
        return [Path(path).name for path in self.tables("images")]

    def paths(self, table: str, parts: Sequence[Part]) -> list[str]:
        """The files of a table, `images` or `findings`, for some parts."""
        return [str(self.folder / table / part) for part in parts]

    def pieces(self) -> Iterator[list[Part]]:
        """The parts, as many at a time as have about three million findings."""
        piece: list[Part] = []
        rows = 0
        for part in self.parts:
            own = self.findings(part)
            if piece and rows + own > _FINDINGS_AT_ONCE:
                yield piece
                piece, rows = [], 0
            piece.append(part)
            rows += own
        if piece:
            yield piece

    def findings(self, part: Part) -> int:
        """How many findings a part has."""
        return int(parquet().read_metadata(self.folder / "findings" / part).num_rows)

    def facts(self) -> dict[str, Any]:
        """What a person compares two runs by: version, nets, profiles, date."""
        request = self.run["request"]
        return {
            "folder": str(self.folder),
            "finished": self.is_finished,
            "source": self.run["source"],
            "version": self.run["version"],
            "models": self.run["models"],
            "as_of": request["as_of"],
            "intake": request["intake"],
        }


@contextmanager
def asked() -> Iterator[Database]:
    """A database that spills into a folder of its own, gone when it is closed: tables may lie where none may write."""
    with tempfile.TemporaryDirectory(prefix="photocheck-") as spill, connect(Path(spill)) as database:
        yield database


def view(database: Database, name: str, paths: Sequence[str]) -> None:
    """Give files a name, in place of those that had it."""
    database.execute(f"DROP VIEW IF EXISTS {name}")
    database.view(name, paths)


def rows(database: Database, query: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """The answer as dictionaries."""
    answer = database.execute(query, parameters)
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
