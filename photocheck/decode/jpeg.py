"""The header of a JPEG: size, application segments, quantisation tables and the quality they stand for."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from photocheck.decode.limits import DecodeLimits, UnreadableImage

_MARKER = re.compile(rb"\xff([\x01-\xfe])")
_MAX_JUNK = 65_536
"""Bytes skipped between two segments: Pillow walks over them one at a time."""
_MAX_EXIF_SEGMENTS = 64
"""Pillow joins them one by one, which is quadratic; cameras write one or two."""
_START_OF_SCAN, _COMMENT = 0xDA, 0xFE
_BARE = {0x01, *range(0xD0, 0xDA)}
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}
_RARE_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF}
_KNOWN = {
    b"http://ns.adobe.com/xap/1.0/": "XMP",
    b"http://ns.adobe.com/xmp/extension/": "XMP-extension",
    b"ICC_PROFILE": "ICC",
    b"Photoshop 3.0": "Photoshop",
    b"Adobe_Photoshop2.5:": "Photoshop",
    b"JP": "JUMBF",
}
_PLAIN_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9_.+-]{1,23}")
_MAX_NAMES = 64


@dataclass
class JpegScan:
    """What stands before the first scan."""

    size: tuple[int, int] = (0, 0)
    components: int = 0
    progressive: bool = False
    segments: list[str] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)
    content_credentials: bool = False
    exif_segments: int = 0


def scan_jpeg(data: bytes, limits: DecodeLimits) -> JpegScan:
    """Walk the segments up to the first scan; entropy-coded data is not parsed.

    Raises:
        UnreadableImage: for a header that ends early, is not 8-bit DCT, or is built of too many parts.
        struct.error: if a segment ends early.
    """
    scan, at = JpegScan(), 2
    for _ in range(limits.max_segments):
        found = _MARKER.search(data, at)
        if found is None:
            raise UnreadableImage("truncated", format="JPEG")
        if found.start() - at > _MAX_JUNK:
            raise UnreadableImage("damaged", format="JPEG")
        at, marker = found.end(), found[1][0]
        if marker in _BARE:
            continue
        (length,) = struct.unpack_from(">H", data, at)
        if marker == _START_OF_SCAN:
            break
        _note_segment(scan, marker, data[at + 2 : at + length])
        at += max(length, 2)
    else:
        raise UnreadableImage("too-many-parts")
    if scan.exif_segments > _MAX_EXIF_SEGMENTS:
        raise UnreadableImage("too-many-parts")
    if not scan.components:
        raise UnreadableImage("damaged", format="JPEG")
    # Each scan visits every pixel: a small file of many scans would decode for hours.
    several_scans = scan.progressive or data[at + 2 : at + 3] < bytes([scan.components])
    width, height = scan.size
    if several_scans and data.count(b"\xff\xda", at - 2) * width * height > limits.max_scan_pixels:
        raise UnreadableImage("too-many-parts")
    return scan


def _note_segment(scan: JpegScan, marker: int, body: bytes) -> None:
    if marker in _RARE_FRAMES:
        raise UnreadableImage("unsupported-variant", format="JPEG", variant="lossless or hierarchical")
    if marker in _FRAMES:
        precision, height, width, components = struct.unpack_from(">BHHB", body)
        if precision != 8:
            raise UnreadableImage("unsupported-variant", format="JPEG", variant=f"{precision} bits a channel")
        if components not in (1, 3, 4):
            raise UnreadableImage("unsupported-variant", format="JPEG", variant=f"{components} channels")
        scan.size, scan.components, scan.progressive = (width, height), components, marker in (0xC2, 0xCA)
    elif 0xE0 <= marker <= 0xEF:
        name = _segment_name(marker, body)
        scan.exif_segments += name == "APP1:Exif"
        scan.content_credentials |= name == "APP11:JUMBF" and b"c2pa" in body
        if len(scan.segments) < _MAX_NAMES and name not in scan.segments[-1:]:
            scan.segments.append(name)
    elif marker == _COMMENT and len(scan.comments) < 8:
        scan.comments.append(body[:512])


def _segment_name(marker: int, body: bytes) -> str:
    """`APP13:Photoshop`; only well-known or plain names, so that no free text gets in."""
    name = body[:64].split(b"\0", 1)[0]
    known = _KNOWN.get(name)
    if known is None and body.startswith(b"JP") and marker == 0xEB:
        known = "JUMBF"
    if known is None:
        plain = _PLAIN_NAME.match(name)
        known = plain[0].decode("ascii") if plain else ""
    return f"APP{marker - 0xE0}:{known}" if known else f"APP{marker - 0xE0}"


@dataclass(frozen=True)
class JpegFacts:
    """How a JPEG was encoded.

    Attributes:
        tables: quantisation tables by index, 64 values each in rows (not zigzag), 1..65535.
        quality: IJG quality 1..100 whose standard tables lie nearest; see `estimate_quality`.
        standard_tables: the tables are exactly those of an IJG encoder at that quality.
        subsampling: chroma, `4:4:4`, `4:2:2`, `4:2:0`, `4:4:0`, `4:1:1`, `4:0:0` (grey), else `other`.
        progressive: sent in several passes, as web tools and editors do, cameras seldom.
    """

    tables: tuple[tuple[int, ...], ...]
    quality: int
    standard_tables: bool
    subsampling: str
    progressive: bool


# ITU-T T.81 Annex K, tables K.1 and K.2.
_LUMINANCE = (
    "16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62 "
    "18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 98 112 100 103 99"
)
_CHROMINANCE = (
    "17 18 24 47 99 99 99 99 18 21 26 66 99 99 99 99 24 26 56 99 99 99 99 99 47 66 99 99 99 99 99 99 "
    "99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99"
)


@cache
def _standard_tables() -> npt.NDArray[np.float64]:
    """(100, 2, 64): IJG's tables at quality 1..100, as libjpeg's `jpeg_set_quality` scales them (baseline)."""
    base = np.array([_LUMINANCE.split(), _CHROMINANCE.split()], dtype=np.int64)
    quality = np.arange(1, 101)
    scale = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)
    tables = np.clip((base[None] * scale[:, None, None] + 50) // 100, 1, 255)
    return np.asarray(tables, dtype=np.float64)


def estimate_quality(luminance: Sequence[int], chrominance: Sequence[int] | None) -> tuple[int, bool]:
    """The IJG quality whose tables lie nearest, by least squares over both tables.

    Exact for files of libjpeg and its kin. For tables of another family (phones, Photoshop) it is the IJG quality
    of like coarseness: good for ordering and for a coarse limit, not for telling 88 from 90.

    Returns:
        Quality 1..100, and whether the tables are IJG's own at that quality.
    """
    standard = _standard_tables()
    distance = np.square(standard[:, 0] - np.asarray(luminance, dtype=np.float64)).sum(axis=1)
    if chrominance is not None:
        distance = distance + np.square(standard[:, 1] - np.asarray(chrominance, dtype=np.float64)).sum(axis=1)
    best = int(distance.argmin())
    return best + 1, bool(distance[best] == 0)


_SUBSAMPLING = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (1, 2): "4:4:0", (4, 1): "4:1:1", (4, 2): "4:1:0"}


def jpeg_facts(
    tables: Mapping[int, Sequence[int]], layers: Sequence[tuple[int, int, int, int]], progressive: bool
) -> JpegFacts:
    """Facts from Pillow's reading of the header.

    Args:
        tables: `JpegImageFile.quantization`.
        layers: `JpegImageFile.layer`: (component, horizontal factor, vertical factor, table index).
        progressive: whether the frame is progressive.

    Raises:
        KeyError, IndexError: if a component names a table or factor that is not there.
    """
    luminance = tables[layers[0][3]]
    chrominance = tables[layers[1][3]] if len(layers) >= 3 else None
    quality, exact = estimate_quality(luminance, chrominance)
    if chrominance is None:
        subsampling = "4:0:0"
    else:
        across, down = divmod(layers[0][1], layers[1][1]), divmod(layers[0][2], layers[1][2])
        whole = not across[1] and not down[1]
        subsampling = _SUBSAMPLING.get((across[0], down[0]), "other") if whole else "other"
    return JpegFacts(
        tables=tuple(tuple(int(value) for value in tables[index]) for index in sorted(tables)),
        quality=quality,
        standard_tables=exact,
        subsampling=subsampling,
        progressive=progressive,
    )
