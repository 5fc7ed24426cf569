"""Make `NotoSansSC-GB2312.ttf` from the shipped OpenType font: PDF writers embed TrueType outlines only.

    python -m photocheck.render.fonts.truetype

Cubic curves become quadratic ones, nowhere further than a thousandth of the letter's height from them. Needs fontTools.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

_FOLDER = Path(__file__).parent
_FARTHEST_UNITS = 1.0
_ONLY_OPENTYPE = ("CFF ", "VORG", "BASE", "GPOS", "GSUB", "vhea", "vmtx")
_NO_INSTRUCTIONS = {
    "maxZones": 1,
    "maxTwilightPoints": 0,
    "maxStorage": 0,
    "maxFunctionDefs": 0,
    "maxInstructionDefs": 0,
    "maxStackElements": 0,
    "maxSizeOfInstructions": 0,
    "maxComponentElements": 0,
}


def main() -> None:
    """Write the font beside its original."""
    font: Any = TTFont(_FOLDER / "NotoSansSC-GB2312.otf")
    glyphs = font.getGlyphSet()
    outlines = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, _FARTHEST_UNITS, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["glyf"] = newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = font.getGlyphOrder(), outlines
    font["loca"] = newTable("loca")
    font["maxp"].tableVersion = 0x00010000
    for name, value in _NO_INSTRUCTIONS.items():
        setattr(font["maxp"], name, value)
    font["post"].formatType = 3.0
    for table in _ONLY_OPENTYPE:
        del font[table]
    font.sfntVersion = "\x00\x01\x00\x00"
    font.recalcTimestamp = False
    font.save(_FOLDER / "NotoSansSC-GB2312.ttf")


if __name__ == "__main__":
    main()
