"""A card's side while it is printed: text set in mm, and the places where it came to stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageOps

from samples.maker.cards.fonts import Face, Fonts, sized
from samples.maker.cards.specimen import MARK_BOX, Box

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]

LABEL, SMALL, VALUE, NAME = 2.65, 1.9, 3.18, 3.70
"""Heights of an em in mm: 6号, the Latin of bilingual cards, 小5号 and 5号."""

ASCENT = 0.86
"""Baseline under the top of a Chinese character, in ems."""


class Sheet:
    """Print on a ground.

    Args:
        ground: H×W×3, what the card looks like before anything is printed.
        dpi: pixels an inch.
        shift: (right, down) in mm by which the whole print is off.
        loose: standard deviation in mm by which a single line is off.
    """

    def __init__(
        self,
        ground: Image,
        dpi: float,
        fonts: Fonts,
        random: np.random.Generator,
        *,
        shift: tuple[float, float] = (0.0, 0.0),
        loose: float = 0.0,
        ink: Colour = (32, 30, 34),
        label_ink: Colour = (62, 120, 178),
    ) -> None:
        self.page = Pillow.fromarray(ground)
        self.pen = ImageDraw.Draw(self.page)
        self.scale = dpi / 25.4
        self.fonts = fonts
        self.ink, self.label_ink = ink, label_ink
        self.lines: dict[str, list[str]] = {}
        self.places: dict[str, list[Box]] = {}
        self._random, self._shift, self._loose = random, shift, loose

    def label(self, text: str, x: float, top: float, *, size: float = LABEL, face: Face | None = None) -> Box:
        """A label in the labels' ink."""
        return self.text(text, x, top, size=size, face=face, ink=self.label_ink)

    def value(
        self,
        key: str,
        text: str,
        x: float,
        top: float,
        *,
        size: float = VALUE,
        pitch: float = 0.0,
        face: Face | None = None,
        bold: float = 0.0,
    ) -> Box:
        """A line of a field, kept in `lines` and `places`; an offset of its own within the looseness."""
        dx, dy = np.clip(self._random.normal(0.0, 1.0, 2), -2, 2) * self._loose
        box = self.text(text, x + dx, top + dy, size=size, pitch=pitch, face=face, bold=bold)
        self.keep(key, text, box)
        return box

    def keep(self, key: str, text: str, box: Box) -> None:
        """Write down a line that stands at `box`."""
        self.lines.setdefault(key, []).append(text)
        self.places.setdefault(key, []).append(box)

    def text(
        self,
        text: str,
        x: float,
        top: float,
        *,
        size: float,
        face: Face | None = None,
        ink: Colour | None = None,
        pitch: float = 0.0,
        bold: float = 0.0,
    ) -> Box:
        """Set a line with its em box's top left at x, top; returns the box of its ink, all in mm.

        Args:
            pitch: distance of the characters' left edges; 0 sets them as the font does.
            bold: what is added to every edge of the strokes, ems.
        """
        font = sized(face or self.fonts.text, size * self.scale)
        x, top = x + self._shift[0], top + self._shift[1]
        baseline = (top + ASCENT * size) * self.scale
        stroke = bold * size * self.scale
        places = [(text, x)] if not pitch else [(letter, x + pitch * k) for k, letter in enumerate(text)]
        boxes = []
        for letters, left in places:
            at = (left * self.scale, baseline)
            self.pen.text(at, letters, fill=ink or self.ink, font=font, anchor="ls", stroke_width=stroke)
            if letters.strip():
                boxes.append(self.pen.textbbox(at, letters, font=font, anchor="ls", stroke_width=stroke))
        if not boxes:
            return (x, top, x, top + size)
        edges = np.array(boxes) / self.scale
        left_top, right_bottom = edges[:, :2].min(axis=0), edges[:, 2:].max(axis=0)
        return (float(left_top[0]), float(left_top[1]), float(right_bottom[0]), float(right_bottom[1]))

    def column(self, text: str, x: float, top: float, *, size: float, face: Face) -> None:
        """A label that runs downwards, its letters turned by a quarter, as Mongolian is written."""
        font = sized(face, size * self.scale)
        left, upper, right, lower = (round(edge) for edge in font.getbbox(text))
        mask = Pillow.new("L", (right - left, lower - upper))
        ImageDraw.Draw(mask).text((-left, -upper), text, fill=255, font=font)
        turned = mask.transpose(Pillow.Transpose.ROTATE_270)
        at = (round((x + self._shift[0]) * self.scale), round((top + self._shift[1]) * self.scale))
        self.page.paste(self.label_ink, at, turned)

    def width(self, text: str, *, size: float, face: Face | None = None) -> float:
        """How long a line would be, mm."""
        return float(sized(face or self.fonts.text, size * self.scale).getlength(text)) / self.scale

    def fitting(self, text: str, size: float, room: float) -> float:
        """The em, `size` or smaller, at which a line is no longer than `room`, mm."""
        return min(size, size * room / max(0.1, self.width(text, size=size)))

    def digit_height(self, face: Face) -> float:
        """Height of a digit in ems."""
        top, bottom = sized(face, 200.0).getbbox("0", anchor="ls")[1::2]
        return float(bottom - top) / 200.0

    def wrap(self, text: str, *, size: float, room: float) -> list[str]:
        """Break a text into lines no longer than `room` mm."""
        lines = [""]
        for letter in text:
            if lines[-1] and self.width(lines[-1] + letter, size=size) > room:
                lines.append("")
            lines[-1] += letter
        return lines

    def picture(self, rgba: NDArray[np.uint8], x: float, top: float, width: float, height: float) -> Box:
        """Paste a picture with its own transparency, cut to the shape; returns its box in mm."""
        x, top = x + self._shift[0], top + self._shift[1]
        size = (round(width * self.scale), round(height * self.scale))
        small = ImageOps.fit(Pillow.fromarray(rgba), size, Pillow.Resampling.BICUBIC, centering=(0.5, 0.0))
        self.page.paste(small, (round(x * self.scale), round(top * self.scale)), small)
        return (x, top, x + width, top + height)

    def mark(self) -> None:
        """The word 样本, small and pale, in the lower left corner."""
        font = sized(self.fonts.text, (MARK_BOX[3] - MARK_BOX[1]) * self.scale)
        at = (MARK_BOX[0] * self.scale, (MARK_BOX[1] + ASCENT * (MARK_BOX[3] - MARK_BOX[1])) * self.scale)
        self.pen.text(at, "样本", fill=(142, 158, 172), font=font, anchor="ls")

    def rgb(self) -> Image:
        """The page, H×W×3."""
        return np.asarray(self.page)
