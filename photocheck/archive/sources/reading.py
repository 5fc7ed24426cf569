"""The bytes of an entry, read where it stands."""

from __future__ import annotations

import zipfile
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, BinaryIO

from photocheck.archive.extras import parquet
from photocheck.archive.sources.entry import Entry
from photocheck.archive.sources.manifest import BYTES
from photocheck.archive.sources.places import is_uri, open_place
from photocheck.archive.sources.stores import open_store
from photocheck.decode import DEFAULT_LIMITS, UnreadableImage

_MOST = DEFAULT_LIMITS.max_bytes + 1
_READ_AHEAD = 8
_ROWS_AT_ONCE = 8


class Reader:
    """Reads entries one after another; the last container stays open."""

    def __init__(self) -> None:
        self._path = ""
        self._file: BinaryIO | None = None
        self._zip: zipfile.ZipFile | None = None
        self._rows: _Rows | None = None

    def read(self, entry: Entry) -> bytes:
        """The bytes of a picture, at most one more than the gate takes.

        Raises:
            UnreadableImage: if they cannot be read.
        """
        try:
            return self._read(entry)
        except (FileNotFoundError, KeyError) as error:
            raise UnreadableImage("not-found") from error
        except PermissionError as error:
            raise UnreadableImage("no-permission") from error
        except IsADirectoryError as error:
            raise UnreadableImage("not-a-file") from error
        except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
            raise UnreadableImage("read-failed") from error

    def close(self) -> None:
        """Close what is open."""
        for opened in (self._zip, self._file):
            if opened is not None:
                opened.close()
        self._path, self._file, self._zip, self._rows = "", None, None, None

    def _read(self, entry: Entry) -> bytes:
        if not entry.container:
            with open_place(entry.path) as file:
                return file.read(_MOST)
        if entry.container == "store":
            return open_store(entry.path).read(entry.member)
        file = self._open(entry.path)
        if entry.container == "tar":
            file.seek(entry.offset)
            data = file.read(min(entry.size, _MOST))
            if len(data) < min(entry.size, _MOST):
                raise UnreadableImage("truncated")
            return data
        if entry.container == "zip":
            self._zip = self._zip or zipfile.ZipFile(file)
            with self._zip.open(entry.member) as member:
                return member.read(_MOST)
        self._rows = self._rows or _Rows(file)
        return self._rows.read(entry.offset)

    def _open(self, path: str) -> BinaryIO:
        if self._file is None or self._path != path:
            self.close()
            self._file, self._path = open_place(path), path
        return self._file


class _Rows:
    """The column of pictures of a Parquet file, quick where rows are asked for in order."""

    def __init__(self, file: BinaryIO) -> None:
        self._table = parquet().ParquetFile(file)
        meta = self._table.metadata
        self._starts = [0]
        for group in range(meta.num_row_groups):
            self._starts.append(self._starts[-1] + meta.row_group(group).num_rows)
        self._batches: Iterator[Any] = iter(())
        self._held: list[bytes | None] = []
        self._first = 0

    def read(self, row: int) -> bytes:
        """One picture; an empty one where the row holds none."""
        if not self._first <= row < self._first + len(self._held):
            self._go_to(row)
        return self._held[row - self._first] or b""

    def _go_to(self, row: int) -> None:
        group = max(place for place, start in enumerate(self._starts[:-1]) if start <= row)
        after = self._first + len(self._held)
        if row < after or self._starts[group] > after or not self._held:
            groups = range(group, len(self._starts) - 1)
            self._batches = self._table.iter_batches(batch_size=_ROWS_AT_ONCE, row_groups=groups, columns=[BYTES])
            after = self._starts[group]
        self._first, self._held = after, []
        while row >= self._first + len(self._held):
            self._first += len(self._held)
            self._held = next(self._batches).column(0).to_pylist()


def read_ahead(entries: Sequence[Entry]) -> Iterator[tuple[Entry, bytes | UnreadableImage]]:
    """Entries with their bytes, or why there are none. Remote files are fetched some pictures ahead."""
    reader = Reader()
    try:
        if not any(is_uri(entry.path) and not entry.container for entry in entries):
            for entry in entries:
                yield entry, _bytes_or_refusal(reader, entry)
            return
        with ThreadPoolExecutor(_READ_AHEAD) as pool:
            waiting: deque[tuple[Entry, Future[bytes | UnreadableImage]]] = deque()
            for entry in entries:
                waiting.append((entry, pool.submit(_bytes_or_refusal, Reader(), entry)))
                if len(waiting) >= _READ_AHEAD:
                    first, read = waiting.popleft()
                    yield first, read.result()
            for first, read in waiting:
                yield first, read.result()
    finally:
        reader.close()


def _bytes_or_refusal(reader: Reader, entry: Entry) -> bytes | UnreadableImage:
    try:
        return reader.read(entry)
    except UnreadableImage as refusal:
        return refusal
