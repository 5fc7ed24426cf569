"""Make the examples on the applicant's pages: `python -m samples.maker.guidance`, from the repository's top folder.

A good and some bad ones for each picture of an application, small, drawn as the samples are.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from samples.maker.__main__ import CARDS, SAMPLES, _photographed_card
from samples.maker.camera import Cut, Glare, Light
from samples.maker.handwriting.marks import ruled
from samples.maker.handwriting.specimen import photographed_signature
from samples.maker.portrait import draw
from tests.evaluation.degradations import apply

FOLDER = Path(__file__).parents[2] / "api" / "web" / "static" / "images" / "guidance"
_PORTRAIT = (240, 320)
_FLAT = (336, 234)
_QUALITY = 80


def main() -> None:
    """Write every example."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, rgb, size in examples():
        file = io.BytesIO()
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        Image.fromarray(small).save(file, "JPEG", quality=_QUALITY, optimize=True)
        (FOLDER / f"{name}.jpg").write_bytes(file.getvalue())
        print(f"{name}.jpg  {len(file.getvalue()) / 1000:.0f} KB")


def examples() -> Iterator[tuple[str, Any, tuple[int, int]]]:
    """Name, picture, size of each."""
    portraits: dict[str, dict[str, Any]] = {
        "portrait-good": {"draw": {}},
        "portrait-background": {"draw": {"background": "wallpaper"}},
        "portrait-tilted": {"draw": {"roll": 14.0}},
        "portrait-dark": {"draw": {}, "then": [{"op": "exposure", "ev": -2.4}]},
        "portrait-far": {"draw": dict(SAMPLES["head-too-small"]["draw"]) | {"tone": 3}},
    }
    for name, recipe in portraits.items():
        yield name, apply(draw(**recipe["draw"]), recipe.get("then", ())), _PORTRAIT
    for item in ("id-portrait", "id-emblem"):
        side, shot = CARDS[item]["side"], dict(CARDS[item]["shot"])
        faults: dict[str, dict[str, Any]] = {
            "good": {},
            "glare": {"glare": (Glare(at=(52.0, 22.0), size=(34.0, 20.0), strength=2.2),)},
            "cut": {"cut": Cut("left", 0.16)},
            "dark": {"light": Light(exposure=-2.6, falloff=0.5)},
        }
        for fault, how in faults.items():
            yield f"{item}-{fault}", _decoded(_photographed_card(side, shot | how)), _FLAT
    yield "signature-good", _decoded(photographed_signature(9)), _FLAT
    yield "signature-ruled", _decoded(photographed_signature(14, (ruled(8.0, 0.25, (120, 150, 200)),))), _FLAT
    good = _decoded(photographed_signature(9)).astype(np.float32)
    yield "signature-faint", (255 - (255 - good) * 0.28).astype(np.uint8), _FLAT


def _decoded(coded: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(coded)).convert("RGB"))


if __name__ == "__main__":
    main()
