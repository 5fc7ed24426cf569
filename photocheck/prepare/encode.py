"""Encoding a prepared picture so that the file lands inside the profile's byte limits at the best quality."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

from photocheck.features import subject
from photocheck.finding import Range

HIGHEST_QUALITY = 95
"""IJG quality; finer tables add bytes and nothing that can be seen. Passed only where a least size asks for bytes."""
_CLEARLY_FINE = 90
"""From this quality on full-resolution colour is kept without comparing it with halved colour."""
_FULL_COLOUR, _HALVED_COLOUR = 0, 2
"""Pillow's names of 4:4:4 and 4:2:0."""


class CannotEncode(Exception):
    """No quality brings the file inside the byte limits.

    Attributes:
        side: `few` where even the finest file is too small, `many` where the coarsest allowed is too large.
        limit: the limit in bytes that is broken.
        nearest: the file nearest to it.
    """

    def __init__(self, side: Literal["few", "many"], limit: float, nearest: Encoded) -> None:
        super().__init__(f"too {side} bytes: {len(nearest.data)}, limit {limit:.0f}")
        self.side = side
        self.limit = limit
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Encoded:
    """An encoded picture.

    Attributes:
        data: the file.
        quality: IJG quality; None for PNG.
        full_colour: whether colour is stored at full resolution (4:4:4).
    """

    data: bytes
    quality: int | None
    full_colour: bool


def encode(rgb: subject.Image, *, file_format: str, dpi: int, size: Range, lowest_quality: int) -> Encoded:
    """Encode plain sRGB with the resolution stated and no other metadata.

    JPEG colour stays at full resolution where the byte limit leaves room for it; else whichever of full and halved
    colour resolution, each at its best quality, comes nearer to the picture.

    Args:
        rgb: H×W×3 uint8 sRGB.
        file_format: `JPEG` or `PNG`.
        dpi: dots per inch to state.
        size: closed range of bytes that the file must land in.
        lowest_quality: IJG quality below which no JPEG is written.

    Raises:
        CannotEncode: if no quality lands inside `size`.
    """
    picture = Image.fromarray(rgb)
    if file_format == "PNG":
        data = _saved(picture, format="PNG", dpi=(dpi, dpi), optimize=True)
        return _within(Encoded(data, None, full_colour=True), size)

    # Plain Huffman tables: Pillow cannot optimise them for a file of more bytes than the picture has pixels.
    def full(quality: int) -> bytes:
        return _saved(picture, format="JPEG", dpi=(dpi, dpi), quality=quality, subsampling=_FULL_COLOUR)

    def halved(quality: int) -> bytes:
        return _saved(picture, format="JPEG", dpi=(dpi, dpi), quality=quality, subsampling=_HALVED_COLOUR)

    quality, data = _finest(full, size, lowest_quality)
    best = Encoded(data, quality, full_colour=True)
    if quality < _CLEARLY_FINE:
        quality, data = _finest(halved, size, lowest_quality)
        other = Encoded(data, quality, full_colour=False)
        too_many = size[1] is not None and len(best.data) > size[1]
        if too_many or _error(other.data, rgb) < _error(best.data, rgb):
            best = other
    return _within(best, size)


def _finest(encoded: Callable[[int], bytes], size: Range, lowest: int) -> tuple[int, bytes]:
    """The finest quality whose file is not too large, no finer than need be; the coarsest if all are too large."""
    least, most = size
    low, high = min(lowest, HIGHEST_QUALITY), HIGHEST_QUALITY
    data = encoded(high)
    if most is None or len(data) <= most:
        while least is not None and len(data) < least and high < 100:
            high += 1
            data = encoded(high)
        return high, data
    best = (low, encoded(low))
    if len(best[1]) > most:
        return best
    while high - low > 1:
        middle = (low + high) // 2
        data = encoded(middle)
        if len(data) <= most:
            low, best = middle, (middle, data)
        else:
            high = middle
    return best


def _within(made: Encoded, size: Range) -> Encoded:
    least, most = size
    if most is not None and len(made.data) > most:
        raise CannotEncode("many", most, made)
    if least is not None and len(made.data) < least:
        raise CannotEncode("few", least, made)
    return made


def _error(data: bytes, rgb: subject.Image) -> float:
    """Mean squared difference from the picture, all channels."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as seen:
        difference = np.asarray(seen, dtype=np.int16) - rgb.astype(np.int16)
    return float(np.mean(np.square(difference, dtype=np.float32)))


def _saved(picture: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, **options)  # type: ignore[arg-type]
    return file.getvalue()
