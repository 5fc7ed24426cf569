"""Make the sample pictures again: `python -m samples.maker`, from the top folder of the repository."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samples.maker.astronaut import original
from samples.maker.camera import photograph
from samples.maker.cards import HEIGHT_MM, WIDTH_MM, draw_card
from samples.maker.cards.fonts import SHIPPED, Face, Fonts
from samples.maker.cards.number import citizen_number
from samples.maker.cards.people import IMPOSSIBLE_REGION
from samples.maker.cards.specimen import Side
from samples.maker.encode import encode
from samples.maker.handwriting.specimen import SIGNATURES, photographed_signature
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

_HOLDER = {
    "name": "安样本",
    "sex": "女",
    "nation": "汉",
    "birth": "1990-03-15",
    "number": citizen_number(IMPOSSIBLE_REGION, "1990-03-15", 2),
    "address": "样本省样本市样本区人民路12号3单元501室",
    "authority": "样本市公安局样本分局",
    "valid_from": "2021-06-08",
    "valid_until": "2041-06-08",
    "photo": 1,
}
CARDS: dict[str, Mapping[str, Any]] = {
    "id-portrait": {
        "side": "portrait",
        "shot": {"seed": 3, "desk": "wood", "turn": 2.0, "tilt_x": 4.0, "tilt_y": -3.0},
    },
    "id-emblem": {"side": "emblem", "shot": {"seed": 4, "desk": "wood", "turn": -1.5, "tilt_x": 5.0, "tilt_y": 2.0}},
}


def main() -> None:
    """Write every sample."""
    for name, recipe in SAMPLES.items():
        rgb = apply(draw(**recipe["draw"]), recipe.get("then", ()))
        _write(name, encode(rgb, **recipe.get("file", {"quality": 92})))
    for name, recipe in CARDS.items():
        _write(name, _photographed_card(recipe["side"], recipe["shot"]))
    for name, recipe in SIGNATURES.items():
        _write(name, photographed_signature(**recipe))
    _write("astronaut", encode(original(), quality=90, dpi=None))


def _photographed_card(side: Side, shot: Mapping[str, Any]) -> bytes:
    """A specimen on a desk, in the type that photocheck carries."""
    kit = Fonts(Face(SHIPPED), Face(SHIPPED), Face(SHIPPED))
    card = draw_card(_HOLDER, side=side, font=kit, dpi=400, seed=11)
    capture = photograph(
        card.rgb, (WIDTH_MM, HEIGHT_MM), width=1120, height=780, share=0.86, noise=0.05, jpeg=72, **shot
    )
    assert capture.jpeg is not None
    return capture.jpeg


def _write(name: str, coded: bytes) -> None:
    path = FOLDER / f"{name}.jpg"
    path.write_bytes(coded)
    print(f"{path.relative_to(FOLDER.parent)}  {len(coded) / 1000:.0f} KB")


if __name__ == "__main__":
    main()
