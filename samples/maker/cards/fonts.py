"""Faces of type: the one that photocheck carries, and those of Debian packages where they are installed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

import photocheck
from samples.maker.cards.specimen import World

SHIPPED = Path(photocheck.__file__).parent / "render" / "fonts" / "NotoSansSC-GB2312.otf"

_DEBIAN = Path("/usr/share/fonts")
_NOTO = _DEBIAN / "opentype" / "noto"
_OCR_B = _DEBIAN / "opentype" / "ocr-b"
_TRUETYPE = _DEBIAN / "truetype"


@dataclass(frozen=True)
class Face:
    """One face of a font file."""

    path: Path
    index: int = 0

    def covers(self, text: str) -> bool:
        """Whether it has every character of the text."""
        return all(ord(character) in _characters(self) for character in text)


@dataclass(frozen=True)
class Fonts:
    """What one card is printed in.

    Attributes:
        text: 黑体 of labels and values.
        title: 宋体 of the titles.
        number: digits of the citizen number.
    """

    text: Face
    title: Face
    number: Face

    @property
    def thin_title(self) -> float:
        """What is added to the strokes of the titles, ems: the Song of the AR PL fonts has one light weight."""
        return 0.012 if self.title.path.name.startswith("u") else 0.0

    @property
    def thin_number(self) -> float:
        """The same for the number: the shipped face has one weight."""
        return 0.018 if self.number.path == SHIPPED else 0.0


_SHIPPED = Face(SHIPPED)
_TEXT: dict[World, tuple[Face, ...]] = {
    "tune": (Face(_NOTO / "NotoSansCJK-Regular.ttc", 2), Face(_TRUETYPE / "wqy" / "wqy-zenhei.ttc")),
    "held": (Face(_TRUETYPE / "wqy" / "wqy-microhei.ttc"),),
}
_TITLE: dict[World, tuple[Face, ...]] = {
    "tune": (Face(_NOTO / "NotoSerifCJK-Bold.ttc", 2), Face(_NOTO / "NotoSerifCJK-Regular.ttc", 2)),
    "held": (Face(_TRUETYPE / "arphic" / "uming.ttc"),),
}
_NUMBER: dict[World, tuple[Face, ...]] = {
    "tune": (Face(_OCR_B / "OCRB.otf"), Face(_NOTO / "NotoSansCJK-Bold.ttc", 2)),
    "held": (Face(_OCR_B / "OCRBS.otf"), Face(_TRUETYPE / "liberation" / "LiberationSans-Bold.ttf")),
}


@cache
def fonts(world: World) -> tuple[Fonts, ...]:
    """Every combination of the faces present.

    The shipped face belongs to the tuning world; the held world has others wherever one of its own is installed.
    """
    shipped = (_SHIPPED,)
    present = {
        name: tuple(face for face in table[world] if face.path.is_file())
        for name, table in (("text", _TEXT), ("title", _TITLE), ("number", _NUMBER))
    }
    texts = (*shipped, *present["text"]) if world == "tune" else present["text"] or shipped
    return tuple(
        Fonts(text, title, number)
        for text in texts
        for title in present["title"] or shipped
        for number in present["number"] or shipped
    )


@lru_cache(maxsize=256)
def sized(face: Face, pixels: float) -> ImageFont.FreeTypeFont:
    """The face with an em of so many pixels."""
    return ImageFont.truetype(str(face.path), max(1.0, pixels), index=face.index)


@cache
def _characters(face: Face) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(face.path, fontNumber=face.index, lazy=True) as file:
        return frozenset(file.getBestCmap())
