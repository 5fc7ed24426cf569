"""The directories of a TIFF, walked without decoding: size, depth, pages, and what is refused."""

from __future__ import annotations

import ctypes
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import PIL

from photocheck.decode.limits import DecodeLimits, UnreadableImage

_WIDTH, _LENGTH, _BITS, _COMPRESSION = 256, 257, 258, 259
_SUBFILE_TYPE, _STRIP_OFFSETS, _STRIP_BYTES, _DNG_VERSION = 254, 273, 279, 50706
_SAMPLES, _TILE_WIDTH, _TILE_LENGTH = 277, 322, 323
_SCALARS = {1: "B", 3: "H", 4: "I", 16: "Q"}
_TEXT_OR_BYTES = {1, 2, 6, 7}
# None, CCITT for bilevel scans, LZW, JPEG (old and new), Deflate (both), PackBits.
_COMPRESSIONS = {1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946}
_MAX_VALUES = 100_000
"""Values of a numeric tag: strips and tiles of a 50-megapixel picture stay far below it."""


_MAX_SAMPLES = 6
_SMALL_TILE = 1_048_576
"""Pixels. A tile may be larger than a small picture, but not by any factor: it is decoded whole."""


@dataclass(frozen=True)
class TiffScan:
    """First directory and page count."""

    size: tuple[int, int]
    bit_depth: int
    frames: int
    cut_short: bool


def scan_tiff(data: bytes, limits: DecodeLimits) -> TiffScan:
    """Read the first directory and count the pages.

    Raises:
        UnreadableImage: for camera raw files, rare compressions, more channels than a picture has, or absurd counts.
        struct.error: if the first directory ends early.
    """
    endian = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"+\x00", b"\x00+")
    if data[8:10] == b"CR":
        raise UnreadableImage("unsupported-format", format="camera raw")
    first = _pointer(data, 8 if big else 4, endian, big)
    tags = _directory(data, first, endian, big)
    if _DNG_VERSION in tags or _one(tags, _SUBFILE_TYPE, 0) & 1:
        raise UnreadableImage("unsupported-format", format="camera raw")
    if _one(tags, _COMPRESSION, 1) not in _COMPRESSIONS:
        raise UnreadableImage("unsupported-variant", format="TIFF", variant="unusual compression")
    if _one(tags, _SAMPLES, 1) > _MAX_SAMPLES:
        raise UnreadableImage("unsupported-variant", format="TIFF", variant="many channels")
    if _WIDTH not in tags or _LENGTH not in tags:
        raise UnreadableImage("damaged", format="TIFF")
    width, length = _one(tags, _WIDTH, 0), _one(tags, _LENGTH, 0)
    if _one(tags, _TILE_WIDTH, 0) * _one(tags, _TILE_LENGTH, 0) > max(4 * width * length, _SMALL_TILE):
        raise UnreadableImage("damaged", format="TIFF")
    strips = zip(tags.get(_STRIP_OFFSETS, ()), tags.get(_STRIP_BYTES, ()), strict=False)
    return TiffScan(
        size=(width, length),
        bit_depth=_one(tags, _BITS, 1),
        frames=_pages(data, first, endian, big, limits.max_frames),
        cut_short=max(map(sum, strips), default=0) > len(data),
    )


def _one(tags: dict[int, tuple[int, ...]], tag: int, default: int) -> int:
    values = tags.get(tag, ())
    return values[0] if values else default


def _pointer(data: bytes, at: int, endian: str, big: bool) -> int:
    value: int = struct.unpack_from(endian + ("Q" if big else "I"), data, at)[0]
    return value


def _entry_count(data: bytes, at: int, endian: str, big: bool) -> tuple[int, int, int]:
    """Number of entries, where they start, and the bytes of one."""
    if big:
        return int(struct.unpack_from(endian + "Q", data, at)[0]), at + 8, 20
    return int(struct.unpack_from(endian + "H", data, at)[0]), at + 2, 12


def _directory(data: bytes, at: int, endian: str, big: bool) -> dict[int, tuple[int, ...]]:
    """Whole-number tags of a directory; other types are left out."""
    count, start, step = _entry_count(data, at, endian, big)
    if count > 4096:
        raise UnreadableImage("damaged", format="TIFF")
    tags: dict[int, tuple[int, ...]] = {}
    for entry in range(start, start + count * step, step):
        tag, kind = struct.unpack_from(endian + "HH", data, entry)
        values = _pointer(data, entry + 4, endian, big)
        odd = tag == _SAMPLES and kind not in _SCALARS
        if odd or (kind not in _TEXT_OR_BYTES and values > _MAX_VALUES):
            raise UnreadableImage("damaged", format="TIFF")
        if kind not in _SCALARS or values > _MAX_VALUES:
            continue
        form = f"{endian}{values}{_SCALARS[kind]}"
        inline = entry + (12 if big else 8)
        where = inline if struct.calcsize(form) <= (8 if big else 4) else _pointer(data, inline, endian, big)
        if where + struct.calcsize(form) <= len(data):
            tags[tag] = struct.unpack_from(form, data, where)
    return tags


def _pages(data: bytes, first: int, endian: str, big: bool, limit: int) -> int:
    """Length of the chain of directories, at most one over the limit; a loop or a cut ends it."""
    seen: set[int] = set()
    at = first
    while at and at not in seen and len(seen) <= limit:
        seen.add(at)
        try:
            count, start, step = _entry_count(data, at, endian, big)
            at = _pointer(data, start + count * step, endian, big)
        except (struct.error, OverflowError):
            break
    return len(seen)


@cache
def silence_libtiff() -> None:
    """Stop libtiff from writing about damage to the standard error; what it says is in the error anyway.

    Its handlers are process-wide and Pillow does not reach them. Where the library that Pillow's wheel
    carries is not found (a build against the system's), the messages stay.
    """
    home = Path(PIL.__file__).parent
    for pattern in ("../pillow.libs/libtiff*", ".dylibs/libtiff*"):
        for path in home.glob(pattern):
            library = ctypes.CDLL(str(path))
            library.TIFFSetErrorHandler(None)
            library.TIFFSetWarningHandler(None)
