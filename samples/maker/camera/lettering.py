"""Lettering: lines of meaningless print for pages, and words for watermarks."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

import photocheck
from samples.maker.camera.shot import Plane

FONT = Path(photocheck.__file__).parent / "render" / "fonts" / "NotoSansSC-GB2312.otf"
_WORDS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分"
    "对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
)


@lru_cache(maxsize=32)
def font(pixels: int) -> ImageFont.FreeTypeFont:
    """The shipped font at a size in pixels."""
    return ImageFont.truetype(str(FONT), pixels)


def draw_lines(sheet: Plane, random: np.random.Generator, *, height: float, gap: float, columns: int) -> None:
    """Fill an H×W sheet with dark print: `height` pixels a character, `gap` line heights a line."""
    rows, across = sheet.shape
    canvas = Pillow.fromarray(np.clip(sheet, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(canvas)
    face = font(max(6, round(height)))
    wide = across / columns
    top = random.uniform(0, 1) * height
    while top < rows:
        for column in range(columns):
            room = int(wide / height) - 1
            full = random.random() > 0.15
            count = room if full and columns == 1 else int(random.integers(1, max(2, room)))
            letters = random.integers(0, len(_WORDS), count)
            text = "".join(_WORDS[letter] for letter in letters)
            if columns > 1 and random.random() < 0.6:
                text = "".join(str(digit) for digit in random.integers(0, 10, min(count * 2, 8)))
            pen.text((column * wide + height / 2, top), text, fill=int(random.integers(20, 60)), font=face)
        top += gap * height * (2.0 if columns == 1 and random.random() < 0.08 else 1.0)
    sheet[:] = np.asarray(canvas, dtype=np.float32)
