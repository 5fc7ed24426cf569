"""Pixels to files, for pictures that are made."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms

_EXIF_TAGS = {tag.name: tag.value for tag in ExifTags.Base}
_DETAIL = {"DateTimeOriginal", "DateTimeDigitized", "UserComment"}
"""Entries that stand in EXIF's second directory."""


def encode(
    rgb: NDArray[np.uint8],
    *,
    format: str = "JPEG",  # noqa: A002  Pillow's own word
    quality: int = 95,
    subsampling: str = "4:4:4",
    mode: str = "RGB",
    dpi: float | None = 300,
    exif: Mapping[str, str | int] | None = None,
    icc: bool = False,
    repeats: int = 1,
    frames: int = 1,
    **options: Any,
) -> bytes:
    """The bytes of a picture file.

    Args:
        rgb: H×W×3 uint8 sRGB.
        mode: Pillow's mode of the stored pixels: `RGB`, `L`, `CMYK`, `P`, `RGBA`.
        dpi: resolution written into the file; None writes none.
        exif: EXIF entries by the tag's name, such as `Software`.
        icc: whether an sRGB profile is embedded.
        repeats: how many times it is encoded, for generation loss.
        frames: how many (equal) frames the file holds, for formats that can.
        options: passed on to Pillow's `save`.
    """
    image = Image.fromarray(np.ascontiguousarray(rgb)).convert(mode)
    if format == "JPEG":
        options = {"quality": quality, "subsampling": subsampling, **options}
    elif format in ("WEBP", "HEIF"):
        options = {"quality": quality, **options}
    if dpi is not None:
        options["dpi"] = (dpi, dpi)
    if exif:
        tags = Image.Exif()
        for name, value in exif.items():
            directory = tags.get_ifd(ExifTags.IFD.Exif) if name in _DETAIL else tags
            directory[_EXIF_TAGS[name]] = value
        options["exif"] = tags
    if icc:
        options["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if frames > 1:
        options |= {"save_all": True, "append_images": [image.rotate(number) for number in range(1, frames)]}
    for _ in range(repeats):
        buffer = io.BytesIO()
        image.save(buffer, format=format, **options)
        image = Image.open(io.BytesIO(buffer.getvalue()))
    return buffer.getvalue()
