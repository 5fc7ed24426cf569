"""Which defects are made at which levels: read from graded.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("graded.toml")


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect at several strengths.

    Attributes:
        levels: for each strength the steps that make it.
        refused: index of the level at which a person would refuse the picture.
    """

    check: str
    levels: tuple[tuple[dict[str, Any], ...], ...]
    refused: int


def defects() -> list[Defect]:
    """Every defect of the file."""
    rows = tomllib.loads(_FILE.read_text("utf-8"))["defect"]
    return [
        Defect(
            check=row["check"],
            levels=tuple(tuple(level) if isinstance(level, list) else (level,) for level in row["levels"]),
            refused=row["refused"],
        )
        for row in rows
    ]
