"""The tables of a run as plain rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def table(out: Path, name: str) -> list[dict[str, Any]]:
    """The rows of one table in the order of the files."""
    return [row for path in sorted((out / name).glob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def images(out: Path) -> dict[str, dict[str, Any]]:
    """The rows of images by id; ids must be unique."""
    rows = table(out, "images")
    found = {row["id"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def findings(out: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of findings by id and check."""
    rows = table(out, "findings")
    found = {(row["id"], row["check"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def without(rows: dict[Any, dict[str, Any]], *columns: str) -> dict[Any, dict[str, Any]]:
    """The rows with some columns left out."""
    return {key: {name: value for name, value in row.items() if name not in columns} for key, row in rows.items()}
