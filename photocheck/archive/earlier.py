"""An earlier run's tables: which inputs it knew, and their rows for whoever may keep them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from photocheck.archive.errors import ArchiveError
from photocheck.archive.extras import arrow, need, parquet
from photocheck.archive.rows import Row
from photocheck.archive.schema import SCHEMA
from photocheck.archive.tables import as_bytes, from_bytes


@dataclass(frozen=True)
class EarlierRows:
    """Rows of an earlier run for the inputs of one shard, packed for the way to a worker.

    Attributes:
        images, findings: Parquet files.
        profiles: of that run, by hash.
    """

    images: bytes
    findings: bytes
    profiles: dict[str, dict[str, Any]]

    @cached_property
    def by_id(self) -> dict[str, tuple[Row, list[Row]]]:
        """The rows of each input."""
        found: dict[str, tuple[Row, list[Row]]] = {}
        for row in from_bytes(self.images).to_pylist():
            found[row["id"]] = (row, [])
        for row in from_bytes(self.findings).to_pylist():
            found[row["id"]][1].append(row)
        return found


class Earlier:
    """A folder that an earlier run wrote.

    Attributes:
        folder: `OUT` of that run.
        run: its `run.json`.

    Raises:
        ArchiveError: if there is none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.run: dict[str, Any] = json.loads((folder / "run.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ArchiveError(f"{folder} holds no finished run of `photocheck batch`.") from error
        if self.run.get("schema") != SCHEMA:
            raise ArchiveError(f"{folder} holds tables of another version ({self.run.get('schema')}).")
        self.profiles = {profile["hash"]: profile for profile in self.run["profiles"].values()}

    def tables(self, name: str) -> list[str]:
        """The files of one table, `images` or `findings`."""
        files = sorted(str(path) for path in (self.folder / name).glob("part-*.parquet"))
        if not files:
            raise ArchiveError(f"{self.folder} holds no finished run of `photocheck batch`.")
        return files

    def rows(self, part: int, ids: Sequence[str]) -> EarlierRows:
        """The rows of some inputs, all of one part of its tables."""
        wanted = arrow().array(list(ids))
        images, findings = _part(str(self.folder), part)
        return EarlierRows(as_bytes(_of(images, wanted)), as_bytes(_of(findings, wanted)), self.profiles)


def _of(table: Any, ids: Any) -> Any:
    return table.filter(need("pyarrow.compute").is_in(table.column("id"), value_set=ids))


@lru_cache(maxsize=1)
def _part(folder: str, part: int) -> tuple[Any, Any]:
    """Both tables of a part; inputs are planned in the order of parts, so that each is read once."""
    pq = parquet()
    images, findings = (pq.read_table(f"{folder}/{name}/part-{part:06d}.parquet") for name in ("images", "findings"))
    return images, findings
