"""Names set in type: the other class to handwriting."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

import photocheck
from samples.maker.handwriting.ink import Box, Ink
from samples.maker.handwriting.writer import World

Font = tuple[Path, int]
"""A file and the number of the face in it."""

_SHIPPED: Font = (Path(photocheck.__file__).parent / "render" / "fonts" / "NotoSansSC-GB2312.otf", 0)
_DEBIAN = Path("/usr/share/fonts")
_FONTS: dict[World, tuple[Font, ...]] = {
    "tune": (
        _SHIPPED,  # Hei
        (_DEBIAN / "truetype/arphic/uming.ttc", 0),  # Song
        (_DEBIAN / "truetype/wqy/wqy-zenhei.ttc", 0),  # Hei
        (_DEBIAN / "opentype/noto/NotoSansCJK-Bold.ttc", 2),  # Hei
    ),
    "held": (
        (_DEBIAN / "truetype/arphic/ukai.ttc", 0),  # Kai
        (_DEBIAN / "opentype/noto/NotoSerifCJK-Regular.ttc", 2),  # Song
        (_DEBIAN / "opentype/noto/NotoSerifCJK-Bold.ttc", 2),  # Song
        (_DEBIAN / "truetype/wqy/wqy-microhei.ttc", 0),  # Hei
    ),
}


def fonts(world: World = "tune") -> tuple[Font, ...]:
    """The fonts of a world that this machine has; the shipped one (Hei) where it has none."""
    return tuple(font for font in _FONTS[world] if font[0].exists()) or (_SHIPPED,)


def typeset(text: str, *, font: Font = _SHIPPED, size: float = 10.0, per_mm: float = 12.0, spacing: float = 0.0) -> Ink:
    """A line of type as ink.

    Args:
        text: one line.
        font: a face of `fonts`.
        size: mm, the em.
        per_mm: pixels a millimetre.
        spacing: blank between characters, in ems.
    """
    face = ImageFont.truetype(str(font[0]), max(4, round(size * per_mm)), index=font[1])
    margin = round(per_mm)
    places = [margin]
    for character in text:
        places.append(places[-1] + round(face.getlength(character) + spacing * size * per_mm))
    page = Pillow.new("L", (places[-1] + margin, round(1.4 * size * per_mm) + 2 * margin), 0)
    boxes: list[Box] = []
    for character, left in zip(text, places[:-1], strict=True):
        ImageDraw.Draw(page).text((left, margin), character, fill=255, font=face)
        if character.strip():
            edges = ImageDraw.Draw(page).textbbox((left, margin), character, font=face)
            boxes.append((float(edges[0]), float(edges[1]), float(edges[2]), float(edges[3])))
    alpha = np.asarray(page, np.float32) / 255.0
    return Ink(text, None, 0.97 * alpha, alpha >= 0.5, tuple(boxes), (), per_mm)


def spread(alpha: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    """Type as a printer leaves it: edges run by `radius` pixels."""
    return np.asarray(cv2.GaussianBlur(alpha, (0, 0), max(0.3, radius)), dtype=np.float32)
