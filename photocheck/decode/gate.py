"""The one gate from bytes to pixels.

Formats are told by content and allow-listed; bytes, pixels and structure are capped before a decoder
runs; every refusal is one typed error. What comes out is upright 8-bit sRGB with the facts of its file.

Peak memory beyond the file itself: 20 bytes a pixel plus 64 MB, whatever the file (`docs/decoding.md`).
"""

from __future__ import annotations

import hashlib
import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from photocheck.decode.colour import Srgb, declares_alpha, is_grey, to_srgb
from photocheck.decode.facts import FileFacts, Note
from photocheck.decode.headers import Header, read_header
from photocheck.decode.jpeg import JpegFacts, jpeg_facts
from photocheck.decode.limits import DEFAULT_LIMITS, DecodeLimits, UnreadableImage
from photocheck.decode.metadata import Metadata, read_metadata
from photocheck.decode.tiff import silence_libtiff

# What Pillow and the codecs below it raise on damaged files, seen by fuzzing; anything else is a fault of ours.
_DAMAGE = (
    OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, AttributeError, EOFError, struct.error,
    zlib.error, OverflowError, ZeroDivisionError, AssertionError, RuntimeError, Image.DecompressionBombError,
)  # fmt: skip
_CUT_SHORT = ("truncated", "incomplete", "end of file", "broken data stream when reading", "premature")
_CAPTIONS = {0x0404, 0x0425}
"""Photoshop image resources that many programs write: IPTC captions and their digest."""
_METADATA_BOMB = ("decompressed data too large", "too much memory used in text")


@dataclass(frozen=True)
class Picture:
    """A decoded file.

    Attributes:
        rgb: (H, W, 3) uint8 sRGB, upright, contiguous, read-only; see-through pixels laid on white.
        facts: everything recorded about the file.
    """

    rgb: npt.NDArray[np.uint8]
    facts: FileFacts


def read(path: Path, limits: DecodeLimits = DEFAULT_LIMITS) -> Picture:
    """Decode the file at a path; its size is checked before it is read.

    Raises:
        UnreadableImage: as `decode`, and for a missing file, a folder, a device, or one that may not be read.
    """
    try:
        if path.exists() and not path.is_file():
            raise UnreadableImage("not-a-file")
        size = path.stat().st_size
        if size > limits.max_bytes:
            raise _too_many_bytes(size, limits)
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)
    except FileNotFoundError as error:
        raise UnreadableImage("not-found") from error
    except PermissionError as error:
        raise UnreadableImage("no-permission") from error
    except (OSError, ValueError) as error:
        raise UnreadableImage("read-failed") from error
    return decode(data, limits)


def decode(data: bytes, limits: DecodeLimits = DEFAULT_LIMITS) -> Picture:
    """Pixels and facts of a picture file.

    Raises:
        UnreadableImage: for every file that cannot or must not be decoded.
    """
    if not data:
        raise UnreadableImage("empty")
    if len(data) > limits.max_bytes:
        raise _too_many_bytes(len(data), limits)
    header = read_header(data, limits)
    if header.size is not None:
        _check_size(header.size, limits)
    _check_frames(header.frames or 1, limits)
    with _quietly(), _within_memory(header):
        with _refusing_damage(header):
            image = _open(header.format, data)
            _check_size(image.size, limits)
            frames = header.frames or int(getattr(image, "n_frames", 1))
            _check_frames(frames, limits)
            mode = image.mode
            late = header.format == "PNG"  # its text and EXIF may stand behind the pixels
            if late:
                image.load()
            photoshop = bool(set(image.info.get("photoshop", ())) - _CAPTIONS) or 34377 in getattr(image, "tag_v2", ())
        manifest = data if header.content_credentials else b""
        metadata = read_metadata(image, header.comments, limits.max_metadata_bytes, manifest)
        with _refusing_damage(header):
            jpeg = _jpeg(image)
            if not late:
                image.load()
            _check_size(image.size, limits)
        # Pillow turns TIFF upright itself, libheif HEIF.
        turned = header.format in ("TIFF", "HEIF")
        srgb = to_srgb(image, 1 if turned else metadata.orientation, limits.max_metadata_bytes)
    bit_depth = header.bit_depth or int(image.info.get("bit_depth", 8))
    return Picture(srgb.rgb, _facts(data, header, image, mode, bit_depth, frames, metadata, jpeg, photoshop, srgb))


def _open(name: str, data: bytes) -> ImageFile.ImageFile:
    """The lazily opened file, by the one decoder its content asks for."""
    if name == "HEIF":
        try:
            from pi_heif import HeifImageFile
        except ImportError as error:
            raise UnreadableImage("no-heif") from error
        opened: ImageFile.ImageFile = HeifImageFile(io.BytesIO(data))
        return opened
    if name == "TIFF":
        silence_libtiff()
    return Image.open(io.BytesIO(data), formats=(name,))


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep Pillow's warnings about damage off the user's screen; a decompression bomb is an error."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.|pi_heif")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


@contextmanager
def _within_memory(header: Header) -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        width, height = header.size or (0, 0)
        raise UnreadableImage("out-of-memory", width=width, height=height) from error


@contextmanager
def _refusing_damage(header: Header) -> Iterator[None]:
    """Turn what decoders raise into the typed error; around Pillow's own work only, so that no fault of ours hides."""
    try:
        yield
    except (*_DAMAGE, Image.DecompressionBombWarning) as error:
        text = str(error).lower()
        if any(sign in text for sign in _METADATA_BOMB):
            raise UnreadableImage("too-much-metadata") from error
        cut = header.cut_short or any(sign in text for sign in _CUT_SHORT)
        raise UnreadableImage("truncated" if cut else "damaged", format=header.format) from error


def _too_many_bytes(size: int, limits: DecodeLimits) -> UnreadableImage:
    return UnreadableImage("too-many-bytes", megabytes=size / 1e6, limit=limits.max_bytes / 1e6)


def _check_size(size: tuple[int, int], limits: DecodeLimits) -> None:
    width, height = size
    if max(size) > limits.max_side:
        raise UnreadableImage("too-long-side", width=width, height=height, limit=limits.max_side)
    if width * height > limits.max_pixels:
        raise UnreadableImage("too-many-pixels", width=width, height=height, limit=limits.max_pixels / 1e6)
    if min(size) < limits.min_side:
        raise UnreadableImage("too-small", width=width, height=height, limit=limits.min_side)


def _check_frames(frames: int, limits: DecodeLimits) -> None:
    if frames > limits.max_frames:
        raise UnreadableImage("too-many-frames", frames=frames, limit=limits.max_frames)


def _jpeg(image: ImageFile.ImageFile) -> JpegFacts | None:
    if not isinstance(image, JpegImageFile):
        return None
    return jpeg_facts(image.quantization, image.layer, bool(image.info.get("progressive")))


def _facts(
    data: bytes,
    header: Header,
    image: ImageFile.ImageFile,
    mode: str,
    bit_depth: int,
    frames: int,
    metadata: Metadata,
    jpeg: JpegFacts | None,
    photoshop: bool,
    srgb: Srgb,
) -> FileFacts:
    height, width = srgb.rgb.shape[:2]
    own: list[Note] = ["first-frame-only"] if frames > 1 else []
    if bit_depth > 8:
        own.append("depth-reduced")
    return FileFacts(
        format=header.format,
        width=width,
        height=height,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        dpi=metadata.dpi,
        mode=mode,
        bit_depth=bit_depth,
        has_alpha=declares_alpha(image),
        is_grey=is_grey(image),
        is_cmyk=mode == "CMYK",
        is_palette=mode in ("P", "PA"),
        frames=frames,
        orientation=metadata.orientation,
        icc_description=srgb.icc_description,
        icc_converted=srgb.icc_converted,
        jpeg=jpeg,
        exif=metadata.exif,
        xmp_software=metadata.xmp_software,
        text_chunks=metadata.text_chunks,
        photoshop_blocks=photoshop,
        app_markers=header.segments,
        synthetic_label=metadata.synthetic_label,
        content_credentials=header.content_credentials,
        notes=(*own, *metadata.notes, *srgb.notes),
    )
