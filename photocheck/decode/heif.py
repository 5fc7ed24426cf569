"""The boxes of a HEIC, walked without decoding: what must hold before libheif and its Python binding see the file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from photocheck.decode.limits import UnreadableImage

_FULL = {b"meta": 4, b"iinf": 4}
"""Containers that begin with version and flags."""
_CONTAINERS = {b"meta", b"iinf", b"iprp", b"ipco"}
_MAX_BOXES = 20_000


@dataclass(frozen=True)
class HeifScan:
    """Largest size any item declares (a tile, the grid of tiles, a thumbnail), and what else the boxes tell."""

    size: tuple[int, int] | None
    cut_short: bool
    content_credentials: bool


def scan_heif(data: bytes) -> HeifScan:
    """Walk the metadata boxes.

    pi_heif 1.4 ends the process with a segmentation fault where an item's type or content type is not text,
    so that is refused here, as are boxes that do not fit into each other.

    Raises:
        UnreadableImage: `damaged` or `too-many-parts`.
        struct.error: if a box ends early.
    """
    size, credentials, cut_short = None, False, False
    for kind, start, end in _boxes(data):
        body = data[start : min(end, start + 4096)]
        cut_short |= end > len(data)
        if kind in (b"infe", b"auxC") and not _is_text(kind, body):
            raise UnreadableImage("damaged", format="HEIF")
        if kind == b"ispe" and len(body) >= 12:
            width, height = struct.unpack_from(">II", body, 4)
            size = max(size or (0, 0), (width, height), key=lambda pair: pair[0] * pair[1])
        credentials |= kind == b"uuid" and body.startswith(bytes.fromhex("d8fec3d61b0e483c92975828877ec481"))
    return HeifScan(size, cut_short, credentials)


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of every box's body: all at the top, and those of the metadata containers."""
    pending = [(0, len(data), True)]
    for _ in range(_MAX_BOXES):
        if not pending:
            return
        at, end, top = pending.pop()
        if at + 8 > end:
            if not top and at != end:
                raise UnreadableImage("damaged", format="HEIF")
            continue
        length, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, start)
            start += 8
        stop = end if length == 0 else at + length
        # A last box that runs over the end is for libheif to judge; anywhere else boxes must fit.
        if stop < start or (stop > end and not top):
            raise UnreadableImage("damaged", format="HEIF")
        pending.append((stop, end, top))
        yield kind, start, stop
        if kind in _CONTAINERS:
            inner = start + _FULL.get(kind, 0)
            if kind == b"iinf":
                inner += 2 if data[start : start + 1] == b"\0" else 4  # the count of entries
            pending.append((inner, stop, False))
    raise UnreadableImage("too-many-parts")


def _is_text(kind: bytes, body: bytes) -> bool:
    """Item types are four printable letters; names and content types are UTF-8 (ISO/IEC 14496-12, 8.11.6)."""
    try:
        if kind == b"auxC":
            body[4:].split(b"\0", 1)[0].decode("utf-8")
            return True
        version = body[0]
        letters = (8 if version == 2 else 10) if version >= 2 else 8
        if version >= 2 and not (
            len(body) >= letters + 4 and body[letters : letters + 4].decode("ascii").isprintable()
        ):
            return False
        body[letters:].decode("utf-8")
    except (UnicodeDecodeError, IndexError):
        return False
    return True
