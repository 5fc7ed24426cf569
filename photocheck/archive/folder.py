"""The output folder: what is where, one writer at a time, every file whole or not there.

OUT/run.json                 what was planned; see `plan.py`
OUT/plan/part-000000.parquet the inputs, 20,000 a part
OUT/shards/part-000000/00000-01000.{images,findings}.parquet   scored rows of a part that is not whole yet
OUT/images/part-000000.parquet, OUT/findings/part-000000.parquet   the tables
OUT/done.json                counts, written when everything was proven
"""

from __future__ import annotations

import fcntl
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from photocheck.archive.errors import ArchiveError
from photocheck.archive.score import Shard, ShardResult
from photocheck.files import write_atomically

TABLES = ("images", "findings")
_RANGE = re.compile(r"(\d+)-(\d+)\.images\.parquet")


class Folder:
    """The paths below `OUT`, and how they are written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.run = root / "run.json"
        self.done = root / "done.json"
        self.plan = root / "plan"

    def planned(self, part: int) -> Path:
        """The inputs of a part."""
        return self.plan / f"part-{part:06d}.parquet"

    def table(self, name: str, part: int) -> Path:
        """A part of a table, `images` or `findings`."""
        return self.root / name / f"part-{part:06d}.parquet"

    def shards(self, part: int) -> Path:
        """The folder of the shards of a part."""
        return self.root / "shards" / f"part-{part:06d}"

    def is_whole(self, part: int) -> bool:
        """Whether a part's tables are written: images are written last."""
        return self.table("images", part).is_file()

    def scored(self, part: int) -> list[tuple[int, int]]:
        """The ranges of rows of a part that have been scored, in order; none overlap, as one run writes at a time."""
        folder = self.shards(part)
        if not folder.is_dir():
            return []
        found = (_RANGE.fullmatch(path.name) for path in folder.iterdir())
        return sorted((int(match[1]), int(match[2])) for match in found if match)

    def write_shard(self, shard: Shard, result: ShardResult) -> None:
        """Keep a shard's rows. Its images are written last: with them it counts as scored."""
        folder = self.shards(shard.part)
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{shard.start:05d}-{shard.stop:05d}"
        write_atomically(folder / f"{name}.findings.parquet", result.findings, durable=True)
        write_atomically(folder / f"{name}.images.parquet", result.images, durable=True)

    def drop_shards(self, part: int) -> None:
        """Remove the shards of a part."""
        shutil.rmtree(self.shards(part), ignore_errors=True)

    def write_json(self, path: Path, value: dict[str, Any]) -> None:
        """Write a document."""
        write_atomically(path, json.dumps(value, ensure_ascii=False, indent=1).encode(), durable=True)

    @contextmanager
    def owned(self) -> Iterator[None]:
        """Be the only one who writes here; remove what a killed run left half written.

        Raises:
            ArchiveError: if another run is at it, or the folder cannot be written.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock = (self.root / ".lock").open("w", encoding="ascii")
        except OSError as error:
            raise ArchiveError(f"{self.root} cannot be written: {error.strerror}") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ArchiveError(f"Another run is writing to {self.root}.") from error
            for name in TABLES:
                (self.root / name).mkdir(exist_ok=True)
                for leftover in (self.root / name).glob(".part-*"):
                    leftover.unlink()
            yield
