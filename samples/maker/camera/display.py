"""A document on a display: pixels and sub-pixels, moiré, white point, black glow, bezel.

The camera samples a periodic grid: each sub-pixel's profile is blurred by the camera's own pixel and then sampled at
pixel centres, green at each and red and blue at every other as a Bayer mosaic does, so that moiré arises as in nature.
The world "tune" has striped office monitors and laptops; the world "held" reversed stripes and the diamond of phones.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from samples.maker.camera.layers import round_alpha
from samples.maker.camera.lettering import font
from samples.maker.camera.shot import Image, Plane, Points, Screen, World

_LAYOUTS = {"tune": ("stripe",), "held": ("bgr", "pentile")}
_PITCHES = {"tune": (0.16, 0.18, 0.233, 0.272), "held": (0.114, 0.145, 0.205, 0.25)}


class Setup(NamedTuple):
    """The display in the document's own mm: its pixel pitch, layout, box (left, top, right, bottom)."""

    pitch: float
    layout: str
    box: tuple[float, float, float, float]


def setup(screen: Screen, size_mm: tuple[float, float], world: World, random: np.random.Generator) -> Setup:
    """Choose what `screen` left open."""
    pitch = (screen.pitch or float(random.choice(_PITCHES[world]))) / screen.scale
    layout = screen.layout or str(random.choice(_LAYOUTS[world]))
    left, top, right, bottom = (edge / screen.scale for edge in screen.margin)
    return Setup(pitch, layout, (-left, -top, size_mm[0] + right, size_mm[1] + bottom))


def shown(
    flat: Image,
    size_mm: tuple[float, float],
    screen: Screen,
    chosen: Setup,
    radius_mm: float,
    random: np.random.Generator,
) -> Image:
    """The display's own pixels, H×W×3: the document on its page."""
    left, top, right, bottom = chosen.box
    wide, high = round((right - left) / chosen.pitch), round((bottom - top) / chosen.pitch)
    page = _page(screen.page, wide, high, random)
    size = (max(8, round(size_mm[0] / chosen.pitch)), max(8, round(size_mm[1] / chosen.pitch)))
    seen = cv2.resize(flat, size, interpolation=cv2.INTER_AREA if size[0] < flat.shape[1] else cv2.INTER_LINEAR)
    x, y = round(-left / chosen.pitch), round(-top / chosen.pitch)
    view = page[y : y + size[1], x : x + size[0]]
    share = round_alpha(*size, radius_mm / chosen.pitch)[2:-2, 2:-2][: view.shape[0], : view.shape[1], None] / 255.0
    view[:] = np.round(view * (1 - share) + seen[: view.shape[0], : view.shape[1]] * share).astype(np.uint8)
    return page


def _page(kind: str, width: int, height: int, random: np.random.Generator) -> Image:
    tone = {"black": 8, "white": 250, "viewer": int(random.choice([38, 60, 225, 240]))}[kind]
    page = np.full((height, width, 3), tone, np.uint8)
    if kind != "viewer":
        return page
    canvas = Pillow.fromarray(page)
    pen = ImageDraw.Draw(canvas)
    bar = max(10, height // 14)
    ink = 225 if tone < 128 else 40
    pen.rectangle((0, 0, width, bar), fill=(tone - 18 if tone > 128 else tone + 22,) * 3)
    pen.text((bar // 2, bar // 5), "样本.jpg", fill=(ink,) * 3, font=font(max(8, bar // 2)))
    for number in range(3):
        x = width - (number + 1) * bar
        pen.rectangle((x, bar // 3, x + bar // 3, 2 * bar // 3), outline=(ink,) * 3)
    return np.array(canvas)


def _profile(begin: float, end: float, blur: float, contrast: float) -> Plane:
    """256 samples over one period of a window's light, blurred by `blur` periods, mean 1, `contrast` about it."""
    at = (np.arange(256) + 0.5) / 256
    lit = ((at - begin) % 1.0 < (end - begin)).astype(float)
    waves = np.arange(129)
    smooth = np.fft.irfft(np.fft.rfft(lit) * np.exp(-2 * (np.pi * waves * blur) ** 2), 256)
    return np.asarray(1 + contrast * (smooth / smooth.mean() - 1), dtype=np.float32)


_STRIPES = {"stripe": ((0.02, 0.31), (0.35, 0.64), (0.69, 0.98)), "bgr": ((0.69, 0.98), (0.35, 0.64), (0.02, 0.31))}


def modulation(place: Points, size: tuple[int, int], chosen: Setup, scale: float, contrast: float) -> list[Plane]:
    """The factor of red, green and blue light at each pixel of a picture where the display fills it.

    Args:
        place: mm on the document to pixels of the picture (or of a window of it).
        size: width and height in pixels.
        scale: pixels a millimetre.
        contrast: of the grid, 0..1.
    """
    aperture = 0.42 / (scale * chosen.pitch)
    planes = []
    for channel in range(3):
        # Red and blue sites are two pixels apart.
        step = 1 if channel == 1 else 2
        across, down = _phases(place, size, chosen.pitch, step, channel // 2)
        if chosen.layout == "pentile" and channel != 1:
            shift = 0 if channel == 0 else 128
            diagonal = _profile(0.1, 0.55, aperture / 1.4, contrast)
            factor = diagonal[((across + down) // 2 + shift) & 255] * diagonal[((across - down) // 2 + shift) & 255]
        else:
            span = (0.15, 0.85) if chosen.layout == "pentile" else _STRIPES[chosen.layout][channel]
            factor = (
                _profile(*span, aperture, contrast)[across & 255] * _profile(0.06, 0.94, aperture, contrast)[down & 255]
            )
        if step == 2:
            factor = cv2.resize(factor, size, interpolation=cv2.INTER_LINEAR)
        planes.append(np.asarray(factor, dtype=np.float32))
    return planes


def _phases(place: Points, size: tuple[int, int], pitch: float, step: int, shift: int) -> tuple[Image, Image]:
    """Where the sampled pixels lie in the display's grid, 256 to a period, as integers."""
    back = np.linalg.inv(place)
    back = (back / back[2, 2] * np.array([[256 / pitch], [256 / pitch], [1.0]])).astype(np.float32)
    u = np.arange(shift, size[0], step, dtype=np.float32)[None, :]
    v = np.arange(shift, size[1], step, dtype=np.float32)[:, None]
    depth = 1.0 / (back[2, 0] * u + (back[2, 1] * v + back[2, 2]))
    across = cv2.multiply(back[0, 0] * u + (back[0, 1] * v + back[0, 2]), depth)
    down = cv2.multiply(back[1, 0] * u + (back[1, 1] * v + back[1, 2]), depth)
    return np.floor(across).astype(np.int32), np.floor(down).astype(np.int32)
