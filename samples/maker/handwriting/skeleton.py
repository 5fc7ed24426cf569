"""Make `words.txt` again: names in joined scripts, as the middle lines of type set in Noto fonts.

`python -m samples.maker.handwriting.skeleton` needs the Debian package fonts-noto-core and Pillow with Raqm.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage.morphology import skeletonize

from samples.maker.handwriting.strokes import FOLDER

_FONTS = Path("/usr/share/fonts/truetype/noto")
_NAMES = {
    "uyghur": (
        "NotoNaskhArabic-Regular.ttf",
        ("ئالىم تۇرسۇن", "گۈلنار ئابلىز", "ئەركىن ياسىن", "دىلنۇر قادىر", "ئايشەم نىياز"),
    ),
    "tibetan": ("NotoSerifTibetan-Regular.ttf", ("བཀྲ་ཤིས་ཚེ་རིང", "སྒྲོལ་མ", "བསོད་ནམས", "པདྨ་ལྷ་མོ")),
}  # fmt: skip
_EM, _GRID = 400, 256
_TOLERANCE = 3.0
"""Pixels by which a line may miss the skeleton."""
_SHORTEST = 12
"""Pixels below which a branch is a spur of the skeleton, not a stroke, where a junction is at its end."""

Point = tuple[int, int]


def middle_lines(text: str, font: Path) -> list[NDArray[np.float64]]:
    """Lines x, y in ems, top left of the text's ink at 0, 0."""
    face = ImageFont.truetype(str(font), _EM)
    left, top, right, bottom = (int(v) for v in face.getbbox(text))
    page = Image.new("L", (right - left + 20, bottom - top + 20), 0)
    ImageDraw.Draw(page).text((10 - left, 10 - top), text, fill=255, font=face)
    return [
        cv2.approxPolyDP(np.array(line, np.int32)[:, None], _TOLERANCE, closed=False)[:, 0] / _EM
        for line in _traced(skeletonize(np.asarray(page) > 127))
    ]


def _traced(thin: NDArray[np.bool_]) -> list[list[Point]]:
    """Branches of a skeleton, from end or junction to end or junction; rings are opened; dots stay as short lines."""
    left = {(int(x), int(y)) for y, x in np.argwhere(thin)}
    around = {
        (x, y): [
            (x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i or j) and (x + i, y + j) in left
        ]
        for x, y in left
    }  # fmt: skip
    nodes = {point for point, near in around.items() if len(near) != 2}
    used: set[frozenset[Point]] = set()
    lines: list[list[Point]] = []
    for start in sorted(nodes) + sorted(left - nodes):
        for step in around[start]:
            if frozenset((start, step)) in used:
                continue
            line = [start, step]
            used.add(frozenset((start, step)))
            while line[-1] not in nodes:
                ahead = [p for p in around[line[-1]] if frozenset((line[-1], p)) not in used]
                if not ahead:
                    break
                used.add(frozenset((line[-1], ahead[0])))
                line.append(ahead[0])
            ends = sum(len(around[end]) == 1 for end in (line[0], line[-1]))
            if len(line) >= _SHORTEST or ends == 2:
                lines.append(line)
    return lines


def main() -> None:
    """Write `words.txt`."""
    rows = []
    for script, (file, names) in _NAMES.items():
        for name in names:
            lines = (" ".join(f"{round(x * _GRID)},{round(y * _GRID)}" for x, y in line) for line in
                     middle_lines(name, _FONTS / file) if len(line) > 1)  # fmt: skip
            rows.append(f"{script}\t{name}\t{';'.join(lines)}")
    (FOLDER / "words.txt").write_text("\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()
