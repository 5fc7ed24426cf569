"""A manifest: a Parquet or CSV file with a row an input.

Columns: `path` (relative ones start at the manifest) or, in Parquet, `bytes`; and as far as they are there `id`,
`group`, `profile`, `kind`, `sha256`, `captured` (a date, or text that begins with YYYY-MM-DD). Others are left alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from photocheck.archive.errors import ArchiveError
from photocheck.archive.extras import parquet
from photocheck.archive.sources.entry import Entry
from photocheck.archive.sources.places import is_uri, open_place

BYTES = "bytes"
_KNOWN = ("id", "path", "group", "profile", "kind", "sha256", "captured")
_KINDS = ("auto", "portrait", "id-card", "signature")
_ROWS_AT_ONCE = 10_000


def is_manifest(path: str) -> bool:
    """Whether a file's name says that it is a manifest."""
    return path.lower().endswith((".parquet", ".csv"))


def entries(path: str) -> Iterator[Entry]:
    """The inputs of a manifest, a piece of it in memory at a time.

    Raises:
        ArchiveError: for a manifest without paths or bytes, and for the first row that is wrong.
        OSError: if it cannot be read.
    """
    rows = _csv_rows(path) if path.lower().endswith(".csv") else _parquet_rows(path)
    folder = path.rpartition("/")[0]
    for number, (row, holds_bytes) in enumerate(rows):
        try:
            yield _entry(row, number, path if holds_bytes else "", folder)
        except ValueError as error:
            raise ArchiveError(f"{path}, row {number + 1}: {error}") from error


def _entry(row: dict[str, Any], number: int, own_path: str, folder: str) -> Entry:
    text = {key: None if row.get(key) in (None, "") else str(row[key]) for key in _KNOWN}
    if text["kind"] is not None and text["kind"] not in _KINDS:
        raise ValueError(f"{text['kind']!r} is no kind; there are {', '.join(_KINDS)}")
    common: dict[str, Any] = {key: text[key] for key in ("group", "profile", "kind")}
    common |= {"sha256": _sha256(text["sha256"]), "captured": _day(row.get("captured"))}
    if own_path:
        return Entry(text["id"] or str(number), own_path, "parquet", offset=number, **common)
    named = text["path"]
    if named is None:
        raise ValueError("the path is empty")
    archive, inside, member = named.partition(".zip!/")
    place = f"{archive}.zip" if inside else named
    if folder and not is_uri(place) and not place.startswith("/"):
        place = f"{folder}/{place}"
    return Entry(text["id"] or named, place, "zip" if inside else "", member=member, **common)


def _parquet_rows(path: str) -> Iterator[tuple[dict[str, Any], bool]]:
    pq = parquet()
    with open_place(path) as file:
        try:
            table = pq.ParquetFile(file)
        except ValueError as error:  # pyarrow's ArrowInvalid
            raise ArchiveError(f"{path} is not a Parquet file: {str(error).splitlines()[0]}") from error
        names = table.schema_arrow.names
        _refuse_without_pictures(path, names)
        columns = [name for name in _KNOWN if name in names]
        holds_bytes = BYTES in names and "path" not in names
        if not columns:
            yield from (({}, True) for _ in range(table.metadata.num_rows))
            return
        for batch in table.iter_batches(batch_size=_ROWS_AT_ONCE, columns=columns):
            for row in batch.to_pylist():
                yield row, holds_bytes


def _csv_rows(path: str) -> Iterator[tuple[dict[str, Any], bool]]:
    with open_place(path) as file, io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
        reader = csv.DictReader(text)
        names = reader.fieldnames or ()
        if BYTES in names and "path" not in names:
            raise ArchiveError(f"{path}: pictures as bytes need a Parquet manifest.")
        _refuse_without_pictures(path, names)
        try:
            for row in reader:
                yield row, False
        except (UnicodeDecodeError, csv.Error) as error:
            raise ArchiveError(f"{path}, line {reader.line_num}: {error}") from error


def _refuse_without_pictures(path: str, names: Any) -> None:
    if "path" not in names and BYTES not in names:
        raise ArchiveError(f"{path} has neither a column 'path' nor a column 'bytes'.")


def _sha256(text: str | None) -> str | None:
    if text is None:
        return None
    digits = text.lower().removeprefix("sha256:")
    if len(digits) != 64 or not set(digits) <= set("0123456789abcdef"):
        raise ValueError("sha256 must be 64 hexadecimal digits")
    return digits


def _day(value: Any) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
