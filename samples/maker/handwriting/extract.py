"""Make the stroke data again: `python -m samples.maker.handwriting.extract PACKAGE [MORE]`.

PACKAGE is hanzi-writer-data unpacked, MORE characters to be added.

Keeps the medians of the characters that `strokes.txt` holds, on a grid of 256 units to the em (hanzi-writer: 1024).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from samples.maker.handwriting.strokes import FOLDER, characters

_EM, _ASCENT, _GRID = 1024, 900, 256


def extract(package: Path, wanted: str) -> str:
    """Lines `character strokes`: strokes parted by `;`, points by blanks, a point `x,y` with y downwards."""
    lines = []
    for character in sorted(set(wanted)):
        medians = json.loads((package / f"{character}.json").read_text("utf-8"))["medians"]
        strokes = (
            " ".join(f"{round(x * _GRID / _EM)},{round((_ASCENT - y) * _GRID / _EM)}" for x, y in stroke)
            for stroke in medians
        )
        lines.append(f"{character}\t{';'.join(strokes)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (FOLDER / "strokes.txt").write_text(extract(Path(sys.argv[1]), "".join([*characters(), *sys.argv[2:]])), "utf-8")
