"""Red ink on a sheet: the impression of a seal, and a fingerprint."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from samples.maker.handwriting.paper import noise
from samples.maker.handwriting.printed import Font
from samples.maker.handwriting.sheet import Canvas, Mark

Alpha = NDArray[np.float32]

_REDS = ((200, 30, 40), (214, 52, 46), (178, 28, 48), (220, 70, 62))
_RING_WORDS = "样本市样本局样本专用章"


def seal(font: Font, *, over: bool, square: bool = False, name: str = "样本之印") -> Mark:
    """A seal's impression: round with a star and words along the rim, or a square one with four characters.

    Args:
        font: the face of its words.
        over: across the name, or beside it.
        square: a personal seal of 12–18 mm instead of a round one of 30–40 mm.
        name: the four characters of a square one.
    """

    def draw(canvas: Canvas) -> None:
        random = canvas.random
        size = float(random.uniform(12, 18) if square else random.uniform(28, 40)) * canvas.per_mm
        face = _square(size, font, name) if square else _round(size, font)
        _press(canvas, face, over=over, fact="seal")

    return draw


def fingerprint(*, over: bool) -> Mark:
    """A red fingerprint of 14–18 by 19–24 mm."""

    def draw(canvas: Canvas) -> None:
        random = canvas.random
        wide, high = random.uniform(14, 18) * canvas.per_mm, random.uniform(19, 24) * canvas.per_mm
        rows, columns = np.mgrid[0 : int(high), 0 : int(wide)].astype(np.float32)
        x, y = (columns - wide / 2) / canvas.per_mm, (rows - 0.55 * high) / canvas.per_mm
        bent = noise((int(high), int(wide)), 2.5 * canvas.per_mm, random)
        way = np.hypot(x * 1.25, y * np.where(y > 0, 0.45, 1.0)) + 0.35 * bent  # a loop, open below
        ridges = np.clip(0.7 + 1.2 * np.sin(2 * np.pi * way / random.uniform(0.45, 0.6)), 0.0, 1.0)
        inside = np.hypot((columns - wide / 2) / (wide / 2), (rows - high / 2) / (high / 2)) + 0.05 * bent
        face = ridges * np.clip((1.0 - inside) / 0.12, 0.0, 1.0)
        _press(canvas, np.asarray(face, np.float32), over=over, fact="fingerprint")

    return draw


def _press(canvas: Canvas, face: Alpha, *, over: bool, fact: str) -> None:
    """Ink `face` on the sheet, turned a little, patchy, somewhere over the name or beside it."""
    random = canvas.random
    side = int(np.ceil(np.hypot(*face.shape)))
    turn = cv2.getRotationMatrix2D((face.shape[1] / 2, face.shape[0] / 2), float(random.normal(0, 10)), 1.0)
    turn[:, 2] += (side - np.array(face.shape[::-1])) / 2
    face = cv2.warpAffine(face, turn, (side, side))
    shape = (side, side)
    patchy = np.clip(0.85 + 0.15 * noise(shape, 3 * canvas.per_mm, random), 0.25, 1.0)
    grain = np.clip(0.9 + 0.2 * noise(shape, 0.1 * canvas.per_mm, random), 0.2, 1.0)
    alpha = np.asarray(face * patchy * grain * random.uniform(0.7, 0.98), np.float32)
    left, top, right, bottom = canvas.place
    middle = np.array([random.uniform(left + 0.2 * (right - left), right), random.uniform(top, bottom)])
    if not over:
        reach = np.array(face.shape[::-1]) / 2
        begin, _, end, _ = canvas.view
        x = right + reach[0] if end - right > left - begin else left - reach[0]
        x = np.clip(x + random.uniform(-0.2, 0.0) * side, begin + 0.1 * side, end - 0.1 * side)  # some of it is seen
        middle = np.array([x, random.uniform(top, bottom)])
    corner = np.round(middle - side / 2).astype(int)
    canvas.cover(alpha, _REDS[int(random.integers(len(_REDS)))], int(corner[0]), int(corner[1]))
    canvas.facts[fact] = {"at": middle.tolist(), "over": over}


def _round(size: float, font: Font) -> Alpha:
    page = Pillow.new("L", (int(size), int(size)), 0)
    pen = ImageDraw.Draw(page)
    rim = max(2, int(0.03 * size))
    pen.ellipse((rim, rim, size - rim, size - rim), outline=255, width=rim)
    angles = np.radians(np.arange(10) * 36 - 90)
    reach = np.where(np.arange(10) % 2 == 0, 0.16, 0.062) * size
    pen.polygon([(size / 2 + r * np.cos(a), size / 2 + r * np.sin(a)) for r, a in zip(reach, angles, strict=True)], 255)
    face = ImageFont.truetype(str(font[0]), int(0.13 * size), index=font[1])
    for word, angle in zip(_RING_WORDS, np.linspace(-120, 120, len(_RING_WORDS)), strict=True):
        glyph = Pillow.new("L", (int(0.2 * size), int(0.2 * size)), 0)
        ImageDraw.Draw(glyph).text((0.1 * size, 0.1 * size), word, fill=255, font=face, anchor="mm")
        turned = glyph.rotate(-float(angle), Pillow.Resampling.BICUBIC)
        x = size / 2 + 0.37 * size * np.sin(np.radians(angle)) - 0.1 * size
        y = size / 2 - 0.37 * size * np.cos(np.radians(angle)) - 0.1 * size
        page.paste(turned, (int(x), int(y)), turned)
    return np.asarray(page, np.float32) / 255.0


def _square(size: float, font: Font, name: str) -> Alpha:
    page = Pillow.new("L", (int(size), int(size)), 0)
    pen = ImageDraw.Draw(page)
    pen.rectangle((1, 1, size - 2, size - 2), outline=255, width=max(2, int(0.05 * size)))
    face = ImageFont.truetype(str(font[0]), int(0.4 * size), index=font[1])
    for number, character in enumerate(name[:4]):
        at = (size * (0.71 - 0.42 * (number // 2)), size * (0.29 + 0.42 * (number % 2)))
        pen.text(at, character, fill=255, font=face, anchor="mm")
    return np.asarray(page, np.float32) / 255.0
