"""Rows as Parquet bytes and back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from photocheck.archive.extras import arrow, parquet
from photocheck.archive.rows import Row
from photocheck.archive.schema import findings_schema, images_schema

_ROWS_A_GROUP = 100_000


def images_table(rows: Sequence[Row]) -> Any:
    """Rows of images as an Arrow table."""
    return arrow().Table.from_pylist(rows, schema=images_schema())


def findings_table(rows: Sequence[Row]) -> Any:
    """Rows of findings as an Arrow table."""
    return arrow().Table.from_pylist(rows, schema=findings_schema())


def sorted_images(table: Any) -> Any:
    """Images in the order of the tables."""
    return table.sort_by([("id", "ascending")])


def sorted_findings(table: Any) -> Any:
    """Findings in the order of the tables: what one question reads lies together."""
    return table.sort_by([("check", "ascending"), ("id", "ascending")])


def as_bytes(table: Any) -> bytes:
    """A table as a Parquet file."""
    sink = arrow().BufferOutputStream()
    parquet().write_table(table, sink, compression="zstd", row_group_size=_ROWS_A_GROUP)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def from_bytes(data: bytes) -> Any:
    """The table in a Parquet file."""
    return parquet().read_table(io.BytesIO(data))
