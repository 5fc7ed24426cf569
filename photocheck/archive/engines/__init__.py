"""Where shards are scored: on this machine's cores or on a Ray cluster. Both call `score_shard` and nothing else."""

from __future__ import annotations

from typing import Literal

from photocheck.archive.engines.engine import Engine
from photocheck.archive.settings import Settings

EngineName = Literal["local", "ray"]


def open_engine(name: EngineName, settings: Settings, *, workers: int, recycle: int) -> Engine:
    """Start an engine.

    Args:
        workers: shards that are scored at the same time.
        recycle: pictures after which a worker is replaced by a new one.

    Raises:
        MissingExtra: if a package for it is not installed.
        ArchiveError: if its cluster cannot be reached.
    """
    if name == "ray":
        from photocheck.archive.engines.cluster import RayEngine

        return RayEngine(settings, workers=workers, recycle=recycle)
    from photocheck.archive.engines.local import LocalEngine

    return LocalEngine(settings, workers=workers, recycle=recycle)
