"""From whatever pixels a file stores to upright 8-bit sRGB, a strip at a time.

Strips keep peak memory at the decoded image plus the result: no second full-size image is made for
orientation, colour conversion, depth or transparency.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from photocheck.decode.facts import Note
from photocheck.decode.limits import UnreadableImage

_STRIP_PIXELS = 65_536
"""Small enough to stay in a core's cache: converting by strips is then as fast as all at once."""
_ONE_GO_PIXELS = 4_000_000
"""Up to here plain RGB is copied at once, which is quicker; above it strips are."""
_ALPHA_MODES = {"LA", "PA", "La", "RGBA", "RGBa"}
_GREY_MODES = {"1", "L", "LA", "La", "I;16", "I;16B", "I;16L", "I;16N"}
_MODES = _ALPHA_MODES | _GREY_MODES | {"P", "RGB", "RGBX", "CMYK"}
_SAME_COLOUR = 2
"""Levels of 255. A profile that moves no probe colour further is sRGB in all but name."""


class Srgb(NamedTuple):
    """Pixels and what was done to them."""

    rgb: npt.NDArray[np.uint8]
    icc_description: str | None
    icc_converted: bool
    notes: tuple[Note, ...]


class _Profile(NamedTuple):
    description: str | None
    space: str
    transform: ImageCms.ImageCmsTransform | None


def declares_alpha(image: Image.Image) -> bool:
    """Whether the stored pixels have an alpha channel or a transparent colour."""
    return image.mode in _ALPHA_MODES or image.info.get("transparency") is not None


def is_grey(image: Image.Image) -> bool:
    """Whether the pixels are stored without colour."""
    return image.mode in _GREY_MODES


def to_srgb(image: Image.Image, orientation: int, max_profile_bytes: int) -> Srgb:
    """Upright (H, W, 3) sRGB of a loaded image.

    Args:
        image: loaded; its pixels stay as they are.
        orientation: EXIF 1..8 still to be applied.
        max_profile_bytes: a longer ICC profile is left unread.

    Raises:
        UnreadableImage: `unsupported-variant` for pixels that are no 8- or 16-bit grey, RGB, palette or CMYK.
    """
    if image.mode not in _MODES:
        raise UnreadableImage("unsupported-variant", format=image.format, variant=f"pixels of type {image.mode}")
    notes: list[Note] = []
    profile = _usable_profile(image, max_profile_bytes, notes)
    if image.mode == "CMYK" and profile.transform is None:
        notes.append("cmyk-without-profile")
    alpha = declares_alpha(image)
    width, height = image.size
    plain = image.mode == "RGB" and orientation == 1 and not alpha and profile.transform is None
    if plain and width * height <= _ONE_GO_PIXELS:
        return Srgb(np.asarray(image), profile.description, icc_converted=False, notes=tuple(notes))
    sideways = orientation >= 5
    rgb = np.empty((width, height, 3) if sideways else (height, width, 3), dtype=np.uint8)
    target = _as_stored(rgb, orientation)
    see_through = False
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(height, top + rows)))
        pixels, used = _strip(strip, profile.transform, alpha)
        see_through |= used
        target[top : top + rows] = pixels
    if see_through:
        notes.append("alpha-composited")
    rgb.setflags(write=False)
    return Srgb(rgb, profile.description, icc_converted=profile.transform is not None, notes=tuple(notes))


def _as_stored(upright: npt.NDArray[np.uint8], orientation: int) -> npt.NDArray[np.uint8]:
    """A view of the upright array with the rows and columns of the stored image (EXIF 2.32, 4.6.4 A)."""
    view = upright
    if orientation in (3, 4, 7, 8):
        view = view[::-1]
    if orientation in (2, 3, 6, 7):
        view = view[:, ::-1]
    return view.transpose(1, 0, 2) if orientation >= 5 else view


def _strip(
    strip: Image.Image, transform: ImageCms.ImageCmsTransform | None, alpha: bool
) -> tuple[npt.NDArray[np.uint8], bool]:
    """(h, w, 3), or (h, w, 1) for grey, on white; and whether anything was see-through."""
    coverage: npt.NDArray[np.uint8] | None = None
    if strip.mode.startswith("I;16"):
        # Pillow clips 16 bits at 255; the high byte, rounded, is the picture.
        wide = np.asarray(strip).astype(np.uint32)
        strip = Image.fromarray(((wide + 128) // 257).astype(np.uint8))
    elif alpha:
        full = strip.convert("RGBA")
        coverage = np.asarray(full.getchannel("A"))
        strip = full.getchannel("R") if is_grey(strip) else full.convert("RGB")
    elif strip.mode == "1":
        strip = strip.convert("L")
    elif strip.mode in ("P", "RGBX"):
        strip = strip.convert("RGB")
    if transform is not None:
        strip = ImageCms.applyTransform(strip, transform) or strip
    elif strip.mode == "CMYK":
        strip = strip.convert("RGB")
    pixels: npt.NDArray[np.uint8] = np.asarray(strip)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if coverage is None or coverage.min(initial=255) == 255:
        return pixels, False
    share = coverage[:, :, None].astype(np.uint32)
    blended = (pixels * share + 255 * (255 - share) + 127) // 255
    return blended.astype(np.uint8), True


def _usable_profile(image: Image.Image, limit: int, notes: list[Note]) -> _Profile:
    none = _Profile(None, "", None)
    data: Any = image.info.get("icc_profile")
    if not isinstance(data, bytes) or not data:
        return none
    if len(data) > limit:
        notes.append("icc-too-large")
        return none
    wanted = "GRAY" if is_grey(image) else "CMYK" if image.mode == "CMYK" else "RGB"
    try:
        profile = _profile(data)
        if profile.space != wanted:
            notes.append("icc-mismatch")
            return _Profile(profile.description, profile.space, None)
        return _transform(data, "L" if wanted == "GRAY" else wanted)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        notes.append("icc-broken")
        return none


def _profile(data: bytes) -> _Profile:
    opened = ImageCms.ImageCmsProfile(io.BytesIO(data))
    description = " ".join((opened.profile.profile_description or "").split())[:80]
    return _Profile(description or None, opened.profile.xcolor_space.strip(), None)


@lru_cache(maxsize=8)
def _transform(data: bytes, mode: str) -> _Profile:
    """The way to sRGB; no transform where the profile is sRGB already."""
    known = _profile(data)
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(data)),
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if mode == "CMYK":
        return known._replace(transform=transform)
    probe = _probe(mode)
    converted = ImageCms.applyTransform(probe, transform) or probe
    moved = np.abs(np.asarray(converted).astype(np.int16) - np.asarray(probe.convert("RGB")).astype(np.int16))
    return known if moved.max() <= _SAME_COLOUR else known._replace(transform=transform)


def _probe(mode: str) -> Image.Image:
    """Every grey, or a 17-step lattice of RGB."""
    if mode == "L":
        return Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    steps = np.linspace(0, 255, 17).round().astype(np.uint8)
    lattice = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(17, -1, 3)
    return Image.fromarray(np.ascontiguousarray(lattice))
