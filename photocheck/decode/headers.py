"""Formats told by content, and sizes read from the header before any decoder runs."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from photocheck.decode.heif import scan_heif
from photocheck.decode.jpeg import scan_jpeg
from photocheck.decode.limits import DecodeLimits, UnreadableImage
from photocheck.decode.tiff import scan_tiff

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_BMP_HEADERS = {12, 40, 52, 56, 64, 108, 124}
# Recognised so that the refusal can name them. (offset, bytes, name)
_OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"GIF8", "GIF"),
    (0, b"%PDF", "PDF"),
    (0, b"8BPS", "Photoshop PSD"),
    (0, b"\x00\x00\x00\x0cjP", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\x00\x00\x01\x00", "ICO"),
    (0, b"%!PS", "EPS"),
    (0, b"\xc5\xd0\xd3\xc6", "EPS"),
    (0, b"FUJIFILMCCD-RAW", "camera raw"),
    (0, b"PK\x03\x04", "ZIP or Office"),
    (0, b"\xd0\xcf\x11\xe0", "Office"),
    (0, b"Rar!", "RAR"),
    (0, b"\x1aE\xdf\xa3", "video"),
    (8, b"AVI ", "video"),
)


@dataclass(frozen=True)
class Header:
    """What the first bytes promise; the decoder's own reading is checked against the limits again.

    Attributes:
        size: stored width and height in pixels, before orientation; of HEIF the largest item's;
            None where only the decoder can tell.
        bit_depth: bits a channel; None where only the decoder can tell.
        frames: None where only the decoder can tell.
        cut_short: the file ends before its own structure says it should.
        segments: names of the JPEG application segments, in order.
        comments: JPEG comments as bytes.
        content_credentials: a C2PA manifest is embedded.
    """

    format: str
    size: tuple[int, int] | None = None
    bit_depth: int | None = None
    frames: int | None = None
    cut_short: bool = False
    segments: tuple[str, ...] = ()
    comments: tuple[bytes, ...] = ()
    content_credentials: bool = False


def sniff(data: bytes) -> str:
    """The format by content alone.

    Raises:
        UnreadableImage: `unsupported-format` for a known format outside the list, else `unknown-format`.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(_PNG_MAGIC):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):
        return "TIFF"
    if data.startswith(b"BM") and len(data) >= 18 and struct.unpack_from("<I", data, 14)[0] in _BMP_HEADERS:
        return "BMP"
    if data[4:8] == b"ftyp":
        return _sniff_media_box(data)
    for offset, magic, name in _OTHERS:
        if data.startswith(magic, offset):
            raise UnreadableImage("unsupported-format", format=name)
    if data[:256].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnreadableImage("unsupported-format", format="SVG or HTML")
    raise UnreadableImage("unknown-format")


def _sniff_media_box(data: bytes) -> str:
    length = min(struct.unpack_from(">I", data)[0], 256)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, length - 3, 4))}
    if data[8:12] in _HEIF_BRANDS or (data[8:12] in (b"mif1", b"msf1") and brands & _HEIF_BRANDS):
        return "HEIF"
    if brands & {b"avif", b"avis"}:
        raise UnreadableImage("unsupported-format", format="AVIF")
    if data[8:12] == b"crx ":
        raise UnreadableImage("unsupported-format", format="camera raw")
    raise UnreadableImage("unsupported-format", format="HEIF (not HEVC)" if b"mif1" in brands else "video")


def read_header(data: bytes, limits: DecodeLimits) -> Header:
    """Format, stored size and structure of a file, without decoding.

    Raises:
        UnreadableImage: for an unknown or unsupported format, a header that ends early, or one built of too many parts.
    """
    name = sniff(data)
    try:
        return _SCANS[name](data, limits)
    except (struct.error, IndexError, OverflowError) as error:
        raise UnreadableImage("truncated", format=name) from error


def _jpeg(data: bytes, limits: DecodeLimits) -> Header:
    scan = scan_jpeg(data, limits)
    return Header(
        "JPEG",
        scan.size,
        bit_depth=8,
        frames=1,
        segments=tuple(scan.segments),
        comments=tuple(scan.comments),
        content_credentials=scan.content_credentials,
    )


def _png(data: bytes, limits: DecodeLimits) -> Header:
    width, height, bit_depth = struct.unpack_from(">IIB", data, 16)
    if data[12:16] != b"IHDR":
        raise UnreadableImage("damaged", format="PNG")
    frames, credentials, at, ended = 1, False, 8, False
    for _ in range(limits.max_segments):
        if at + 8 > len(data):
            break
        length, kind = struct.unpack_from(">I4s", data, at)
        at += 12 + length
        if kind == b"IEND":
            ended = True
            break
        if kind == b"acTL" and length >= 8:
            frames = max(1, struct.unpack_from(">I", data, at - 4 - length)[0])
        credentials |= kind == b"caBX"
    else:
        raise UnreadableImage("too-many-parts")
    return Header(
        "PNG",
        (width, height),
        bit_depth,
        frames,
        cut_short=not ended or at > len(data),
        content_credentials=credentials,
    )


def _webp(data: bytes, _: DecodeLimits) -> Header:
    (riff_bytes,) = struct.unpack_from("<I", data, 4)
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    elif kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        if len(data) < 30:
            raise IndexError("VP8X chunk ends early")
    else:
        raise UnreadableImage("damaged", format="WEBP")
    return Header("WEBP", (width, height), 8, cut_short=riff_bytes + 8 > len(data))


def _bmp(data: bytes, _: DecodeLimits) -> Header:
    (header_bytes,) = struct.unpack_from("<I", data, 14)
    if header_bytes == 12:
        width, height, _planes, bits = struct.unpack_from("<HHHH", data, 18)
        compression = 0
    else:
        width, height, _planes, bits, compression = struct.unpack_from("<iiHHI", data, 18)
    # Run lengths are unpacked in Python, slow enough to be an attack; no camera or editor writes them for photographs.
    if compression not in (0, 3):
        raise UnreadableImage("unsupported-variant", format="BMP", variant="compressed")
    return Header("BMP", (width, abs(height)), 8 if bits >= 24 else 5 if bits == 16 else bits, 1)


def _tiff(data: bytes, limits: DecodeLimits) -> Header:
    scan = scan_tiff(data, limits)
    return Header("TIFF", scan.size, scan.bit_depth, scan.frames, cut_short=scan.cut_short)


def _heif(data: bytes, _: DecodeLimits) -> Header:
    scan = scan_heif(data)
    return Header("HEIF", scan.size, cut_short=scan.cut_short, content_credentials=scan.content_credentials)


_SCANS = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "BMP": _bmp, "TIFF": _tiff, "HEIF": _heif}
