"""Make the sample pictures again: `python -m samples.maker`, from the top folder of the repository."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samples.maker.astronaut import original
from samples.maker.encode import encode
from samples.maker.portrait import draw
from tests.evaluation.degradations import apply

FOLDER = Path(__file__).parent.parent

_OFFICE = {"tone": 3, "hair": "long", "clothes": (96, 44, 52), "seed": 2}
_PHONE = {"Software": "17.5.1", "DateTimeOriginal": "2026:10:18 10:21:07", "Orientation": 1}

SAMPLES: dict[str, Mapping[str, Any]] = {
    "good": {"draw": {}},
    "too-dark": {"draw": {"tone": 5}, "then": [{"op": "exposure", "ev": -2.6}]},
    "head-tilted": {"draw": {**_OFFICE, "roll": 13.0}},
    "background-patterned": {"draw": {"tone": 6, "background": "wallpaper"}},
    "background-red": {"draw": {**_OFFICE, "background": "red"}},
    "blurred": {"draw": {"tone": 8, "clothes": (70, 84, 72)}, "then": [{"op": "defocus", "radius": 4.0}]},
    "red-eye": {"draw": {"tone": 2, "hair_colour": (92, 62, 40)}, "then": [{"op": "red_eye"}]},
    "eyes-closed": {"draw": {**_OFFICE, "eyes": "closed"}},
    "head-too-small": {"draw": {"tone": 7, "head_height": 0.48, "crown_margin": 0.2}},
    "phone-original": {
        "draw": {"width": 1200, "height": 1600, "head_height": 0.46, "crown_margin": 0.2, "right": 0.03, "roll": -3.0,
                 "tone": 4, "clothes": (58, 62, 70), "background": "grey", "noise": 0.6},
        "file": {"quality": 86, "subsampling": "4:2:0", "dpi": 72, "exif": _PHONE},
    },
}  # fmt: skip


def main() -> None:
    """Write every sample."""
    for name, recipe in SAMPLES.items():
        rgb = apply(draw(**recipe["draw"]), recipe.get("then", ()))
        _write(name, encode(rgb, **recipe.get("file", {"quality": 92})))
    _write("astronaut", encode(original(), quality=90, dpi=None))


def _write(name: str, coded: bytes) -> None:
    path = FOLDER / f"{name}.jpg"
    path.write_bytes(coded)
    print(f"{path.relative_to(FOLDER.parent)}  {len(coded) / 1000:.0f} KB")


if __name__ == "__main__":
    main()
