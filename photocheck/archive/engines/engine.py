"""What a run wants of an engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from photocheck.archive.score import Shard, ShardResult


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a shard.

    Attributes:
        done: pictures of it that are scored, while it goes on.
        result: its rows, when it is done.
        lost: its worker ended; what it did on the shard is gone.
    """

    shard: Shard
    done: int = 0
    result: ShardResult | None = None
    lost: bool = False


class Engine(Protocol):
    """Scores shards, several at a time, in any order."""

    def free(self) -> int:
        """How many shards can be handed in now."""

    def submit(self, shard: Shard) -> None:
        """Hand in a shard; only while `free` says so."""

    def wait(self, seconds: float) -> list[Event]:
        """What happened since, waiting for it at most that long.

        Raises:
            ArchiveError: if the run cannot go on.
        """

    def close(self) -> None:
        """End every worker at once; what they work on is lost."""
