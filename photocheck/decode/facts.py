"""Everything recorded about a file, apart from its pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from photocheck.decode.jpeg import JpegFacts

Note = Literal[
    "first-frame-only",  # the file holds more pictures than the one decoded
    "alpha-composited",  # some pixel was see-through; laid on white
    "depth-reduced",  # more than 8 bits a channel were stored
    "icc-broken",  # an ICC profile that cannot be read; pixels taken as sRGB
    "icc-mismatch",  # an ICC profile for another kind of colour than the pixels'; pixels taken as sRGB
    "icc-too-large",
    "exif-broken",
    "exif-too-large",
    "xmp-too-large",
    "cmyk-without-profile",  # colours are approximate
]


@dataclass(frozen=True)
class FileFacts:
    """What the file says of itself, kept free of personal data: no place, no author, no text but names of software.

    Attributes:
        format: `JPEG`, `PNG`, `WEBP`, `BMP`, `TIFF` or `HEIF`, by content.
        width, height: pixels of the upright image.
        bytes: size of the file.
        sha256: of the whole file, hexadecimal.
        dpi: horizontal and vertical, only where the file states a unit. JFIF or pHYs first, EXIF otherwise.
        mode: Pillow's mode of the stored pixels: `RGB`, `L`, `CMYK`, `P`, `RGBA`, `LA`, `I;16`, `1` ...
        bit_depth: bits a channel as stored.
        has_alpha: an alpha channel or a transparent colour is declared, used or not.
        is_grey, is_cmyk, is_palette: stored that way.
        frames: pictures in an animation or pages; 1 for a phone's JPEG with a depth or gain map behind it
            (`app_markers` then has `APP2:MPF`).
        orientation: EXIF, 1..8, already applied to the pixels.
        icc_description: the profile's own name; None without a readable profile.
        icc_converted: the profile differed from sRGB and the pixels were converted.
        jpeg: how it was encoded; None for other formats.
        exif: Make, Model, Software, ProcessingSoftware, DateTime, DateTimeOriginal, DateTimeDigitized;
            ImageDescription and UserComment only where they name software.
        xmp_software: tools named in XMP: CreatorTool, softwareAgent and the like, in order, without repeats.
        text_chunks: PNG text and JPEG comments (key `COM`) that name software; of a generator's prompt the key
            with an empty text.
        photoshop_blocks: Photoshop image resources (8BIM) other than captions are there.
        app_markers: JPEG application segments in order: `APP1:Exif`, `APP2:MPF`, `APP13:Photoshop`, `APP11:JUMBF` ...
        synthetic_label: the file declares itself generated: an IPTC DigitalSourceType, or `AIGC` (GB 45438-2025).
        content_credentials: a C2PA manifest is embedded.
        notes: what the gate did or could not use.
    """

    format: str
    width: int
    height: int
    bytes: int
    sha256: str
    dpi: tuple[float, float] | None
    mode: str
    bit_depth: int
    has_alpha: bool
    is_grey: bool
    is_cmyk: bool
    is_palette: bool
    frames: int
    orientation: int
    icc_description: str | None
    icc_converted: bool
    jpeg: JpegFacts | None
    exif: Mapping[str, str]
    xmp_software: tuple[str, ...]
    text_chunks: Mapping[str, str]
    photoshop_blocks: bool
    app_markers: tuple[str, ...]
    synthetic_label: str | None
    content_credentials: bool
    notes: tuple[Note, ...]
