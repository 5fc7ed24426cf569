"""Text on pictures: the shipped font, and wrapping that knows Chinese."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from PIL import ImageFont

_FONT = resources.files("photocheck") / "render" / "fonts" / "NotoSansSC-GB2312.otf"
_WORDS = re.compile(r"[\x21-\x7e°±–]+|\s|.", re.DOTALL)
# A line of Chinese never starts with these.
_NO_LINE_START = "，。、；：？！）》」』】％"


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The shipped Noto Sans SC, GB 2312 characters, at a size in pixels."""
    with resources.as_file(_FONT) as path:
        return ImageFont.truetype(str(path), size)


def wrap(text: str, size: int, width: float) -> list[str]:
    """Break text into lines no wider than `width` pixels: between Chinese characters, between Latin words.

    A single word wider than the line stands on a line of its own.
    """
    face = font(size)
    lines: list[str] = []
    line = ""
    for word in _WORDS.findall(text):
        if word == "\n":
            lines.append(line.rstrip())
            line = ""
        elif not line or word in _NO_LINE_START or face.getlength(line + word) <= width:
            line += "" if not line and word.isspace() else word
        else:
            lines.append(line.rstrip())
            line = "" if word.isspace() else word
    return [*lines, line.rstrip()] if line.strip() else lines
