"""Makes what the net `head-look` is trained on: heads of the corpus as they are, and with things drawn on them.

    python -m models.train.head.pool --corpus CORPUS --out out/train/head --part train --count 7000

Every photograph of the part comes once as it is; the others are drawn on. Deterministic by the seed. Nothing is kept.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from models.train.head.cloth import with_hat, with_mask, with_scarf, with_veil
from models.train.head.glasses import with_glasses
from models.train.head.hair import with_fringe, with_side_hair
from models.train.head.hand import with_hand
from models.train.head.labels import truths
from models.train.head.makeup import with_make_up
from models.train.head.scene import UNKNOWN, Image, Scene
from models.train.retouch.face import portrait_of
from photocheck.decode import read
from photocheck.features.aligned import alignment, cut
from photocheck.features.head_look import BETWEEN_EYES, BEYOND, LOOKS, MIDDLE, SIDE
from photocheck.features.portrait import Portrait
from photocheck.finding import NotAssessable
from samples.maker.materials import Hair
from samples.maker.portrait import draw

ROOM = 16
"""Pixels around what the net sees, for turning and shifting."""
STORED = SIDE + 2 * ROOM
GRID = STORED // 8
"""Cells of a side of the maps of where things are."""
DRAWN = 352
"""Pixels of the side on which things are drawn."""

Drawer = Callable[[Scene, np.random.Generator], Scene]
_DRAWERS: dict[Drawer, tuple[float, tuple[str, ...]]] = {
    with_glasses: (0.3, ("glasses",)),
    with_mask: (0.08, ("mask", "veil", "hand")),
    with_veil: (0.06, ("mask", "veil")),
    with_hat: (0.17, ("hat", "scarf")),
    with_scarf: (0.08, ("hat", "scarf")),
    with_fringe: (0.1, ("brows", "hat", "scarf")),
    with_side_hair: (0.05, ("scarf", "hat")),
    with_hand: (0.11, ("hand", "mask")),
}
"""How often each is drawn, and what must be known not to be there before."""


@dataclass(frozen=True)
class Base:
    """A head to draw on: its file, and where the square reaches beyond the picture (bool)."""

    file: str
    scene: Scene
    beyond: NDArray[np.bool_]


def base_of(file: str, photo: Portrait, truth: dict[str, float]) -> Base | None:
    """The head turned upright; None where no face is found."""
    try:
        mesh = photo.mesh
    except NotAssessable:
        return None
    zoom = DRAWN / STORED
    onto = alignment(mesh.points, zoom * BETWEEN_EYES, (zoom * (MIDDLE[0] + ROOM), zoom * (MIDDLE[1] + ROOM)))
    flat = mesh.points[:, :2] @ onto[:, :2].T + onto[:, 2]
    points = np.column_stack([flat, mesh.points[:, 2] * float(np.hypot(*onto[0, :2]))])
    inside = cv2.warpAffine(np.ones(photo.rgb.shape[:2], np.uint8), onto, (DRAWN, DRAWN), flags=cv2.INTER_NEAREST)
    return Base(file, Scene(cut(photo, onto, DRAWN, BEYOND), points, truth), inside == 0)


def heads(corpus: Path, part: str) -> list[Base]:
    """Every photograph of the part in which a face is found."""
    listed = [(file, truth) for file, (whose, truth) in sorted(truths(corpus).items()) if whose == part]
    found = (base_of(file, Portrait(read(corpus / file)), truth) for file, truth in listed)
    return [base for base in found if base is not None]


def made_heads(count: int, rng: np.random.Generator) -> list[Base]:
    """Drawn portraits, with nothing on them."""
    nothing = {look: 0.0 for look in LOOKS if look not in ("ears", "make-up")}
    found = []
    for number in range(count):
        rgb = draw(
            tone=float(rng.uniform(1, 10)), yaw=float(rng.normal(0, 6)), pitch=float(rng.normal(0, 5)),
            hair=str(rng.choice(get_args(Hair))), hair_colour=tuple(int(part) for part in rng.integers(15, 150, 3)),
            smile=float(rng.uniform(0, 1)), background=tuple(int(part) for part in rng.integers(120, 256, 3)),
            seed=number,
        )  # fmt: skip
        found.append(base_of(f"made/{number}", portrait_of(rgb), nothing))
    return [base for base in found if base is not None]


def drawn_on(scene: Scene, rng: np.random.Generator) -> Scene:
    """With one or two things drawn, each where nothing of its kind is yet."""
    for _ in range(1 + int(rng.random() < 0.3)):
        fitting = [
            (drawer, often) for drawer, (often, clear) in _DRAWERS.items()
            if all(scene.truth.get(look, UNKNOWN) == 0.0 for look in clear)
        ]  # fmt: skip
        if not fitting:
            break
        chances = np.array([often for _, often in fitting])
        scene = fitting[int(rng.choice(len(fitting), p=chances / chances.sum()))][0](scene, rng)
    return scene


def captured(rgb: Image, beyond: NDArray[np.bool_], rng: np.random.Generator) -> Image:
    """Through a camera, a resizing and an encoder, so that the edges of what was drawn are like all others.

    Returns:
        What is stored: smaller, grey again where the square reaches beyond the picture.
    """
    made = rgb.astype(np.float32) * rng.normal(1.0, 0.05, 3).astype(np.float32) * float(np.exp(rng.normal(0, 0.15)))
    if rng.random() < 0.4:
        made = cv2.GaussianBlur(made, (0, 0), float(rng.uniform(0.4, 1.5)))
    made = made + rng.normal(size=made.shape).astype(np.float32) * float(rng.uniform(0, 5)) * (rng.random() < 0.5)
    if rng.random() < 0.3:
        small = int(DRAWN * rng.uniform(0.35, 0.9))
        made = cv2.resize(cv2.resize(made, (small, small), interpolation=cv2.INTER_AREA), (DRAWN, DRAWN))
    coded = np.clip(made, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 96))]
        coded = cv2.imdecode(cv2.imencode(".jpg", coded, quality)[1], cv2.IMREAD_COLOR)
    coded = np.where(beyond[..., None], np.uint8(BEYOND), np.asarray(coded, np.uint8))
    return np.asarray(cv2.resize(coded, (STORED, STORED), interpolation=cv2.INTER_AREA), np.uint8)


def main() -> None:
    """Make one part."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--corpus", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--part", choices=("train", "test"), required=True)
    asked.add_argument("--count", type=int, required=True, help="pictures drawn on, beside the photographs themselves")
    asked.add_argument("--made", type=int, default=60, help="drawn portraits beside the photographs")
    asked.add_argument("--seed", type=int, default=0)
    given = asked.parse_args()
    cv2.setNumThreads(1)
    rng = np.random.default_rng((29, given.seed))
    bases = heads(given.corpus, given.part)
    bases += made_heads(given.made, rng)
    rows: dict[str, list[object]] = {key: [] for key in ("rgb", "truth", "map", "known", "name", "drawn")}

    def keep(base: Base, scene: Scene, *, drawn: bool) -> None:
        rgb = np.where(base.beyond[..., None], np.uint8(BEYOND), scene.rgb)
        rgb = (
            captured(rgb, base.beyond, rng)
            if drawn
            else cv2.resize(rgb, (STORED, STORED), interpolation=cv2.INTER_AREA)
        )
        maps = np.zeros((len(LOOKS), GRID, GRID), np.uint8)
        for look, where in scene.where.items():
            shown = np.where(base.beyond, np.float32(0), where)
            maps[LOOKS.index(look)] = np.rint(255 * cv2.resize(shown, (GRID, GRID), interpolation=cv2.INTER_AREA))
        rows["rgb"].append(rgb)
        rows["truth"].append([scene.truth.get(look, UNKNOWN) for look in LOOKS])
        rows["map"].append(maps)
        rows["known"].append([look in scene.where for look in LOOKS])
        rows["name"].append(base.file)
        rows["drawn"].append(drawn)

    for base in bases:
        keep(base, base.scene, drawn=False)
    while len(rows["name"]) < len(bases) + given.count:
        base = bases[int(rng.integers(len(bases)))]
        made = drawn_on(base.scene, rng)
        if made is not base.scene:
            keep(base, made, drawn=True)
    plain = [base for base in bases if base.scene.truth.get("make-up") == 0.0]
    for _ in range(given.count // 8 if plain else 0):  # few have none before
        base = plain[int(rng.integers(len(plain)))]
        keep(base, with_make_up(base.scene, rng), drawn=True)
    given.out.mkdir(parents=True, exist_ok=True)
    np.savez(given.out / f"{given.part}-{given.seed}.npz", **{key: np.array(values) for key, values in rows.items()})


if __name__ == "__main__":
    main()
