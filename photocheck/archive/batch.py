"""`photocheck batch`: plan, run and merge as one command that can be stopped and started again at any moment."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photocheck.archive.engines import EngineName, open_engine
from photocheck.archive.folder import Folder
from photocheck.archive.merge import prove
from photocheck.archive.plan import make_plan
from photocheck.archive.run import Watcher, run
from photocheck.archive.settings import Settings

USUAL_SHARD = 1000
_SHARDS_A_WORKER = 8


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is carried out; none of it changes what comes out.

    Attributes:
        workers: pictures that are scored at the same time.
        recycle: pictures after which a worker is replaced.
        shard_rows: inputs a shard; None for about a thousand, fewer where there are few inputs.
    """

    engine: EngineName = "local"
    workers: int = 1
    recycle: int = 5000
    shard_rows: int | None = None


def batch(
    source: str,
    out: Path,
    settings: Settings,
    options: Options,
    *,
    earlier: Path | None = None,
    where: str | None = None,
    listed: Callable[[int], None] = lambda _: None,
    watch: Watcher = lambda _: None,
) -> dict[str, Any]:
    """Score a source into a folder, going on where an earlier start was stopped.

    Args:
        earlier, where: as `make_plan`.
        listed, watch: told how far it is.

    Returns:
        What `done.json` holds.

    Raises:
        ArchiveError: with one sentence, if it cannot be done.
        MissingExtra: if a package is not installed.
    """
    folder = Folder(out)
    with folder.owned():
        plan = make_plan(folder, source, settings, earlier=earlier, where=where, listed=listed)
        if not folder.done.is_file():
            rows = options.shard_rows or shard_rows(plan.total, options.workers)
            engine = open_engine(options.engine, plan.settings, workers=options.workers, recycle=options.recycle)
            with closing(engine):
                run(folder, plan, engine, shard_rows=rows, watch=watch)
            return prove(folder, plan)
        done: dict[str, Any] = json.loads(folder.done.read_text("utf-8"))
        return done


def shard_rows(total: int, workers: int) -> int:
    """Inputs a shard: about a thousand, fewer where some workers would soon have nothing to do."""
    return max(1, min(USUAL_SHARD, -(-total // (workers * _SHARDS_A_WORKER))))
