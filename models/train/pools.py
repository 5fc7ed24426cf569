"""Renders what the nets are trained on, as arrays under a folder: `make train` does it in this order.

    python -m models.train.pools backgrounds --out out/train --count 700 --corpus CORPUS
    python -m models.train.pools flats --out out/train --count 700 --seed 100000
    python -m models.train.pools others --out out/train --count 500 --seed 3
    python -m models.train.pools captures --out out/train --count 1900 --seed 1000
    python -m models.train.pools scenes --out out/train --count 4000 --seed 7
    python -m models.train.pools looks --out out/train --count 6700 --seed 1

Nothing of it is kept with the project.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.train.other_cards import HEIGHT, WIDTH, other_card
from models.train.scenes import scene
from photocheck.features.idcard.rectify import rectified
from samples.maker.cards import CardType

SIZES = ((192, 144), (192, 144), (192, 144), (192, 121), (192, 108), (144, 144), (108, 144), (72, 144))
TYPES: tuple[CardType, ...] = (
    "resident", "resident", "hkmt-residence", "foreign-pr", "residence-permit", "resident", "temporary",
)  # fmt: skip
MOST_CARDS = 2
LOOSE = (WIDTH, HEIGHT)
FILL = 114


def padded(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture at the top left of a 144×192 canvas."""
    canvas = np.full((144, 192, 3), FILL, dtype=np.uint8)
    canvas[: rgb.shape[0], : rgb.shape[1]] = rgb
    return canvas


def corners_array(cards: tuple[NDArray[np.float64], ...]) -> NDArray[np.float64]:
    """The cards' corners, filled up with NaN to the same count."""
    filled = np.full((MOST_CARDS, 4, 2), np.nan)
    for row, card in zip(filled, cards, strict=False):
        row[:] = card
    return filled


def make_scenes(out: Path, count: int, backgrounds: NDArray[np.uint8], seed: int) -> None:
    """Scenes of both known and other cards."""
    flats = np.concatenate([np.load(path)["rgb"] for path in sorted(out.glob("flats-*.npz"))])
    rng = np.random.default_rng(seed)
    rgb, corners = [], []
    for _ in range(count):
        made = scene(flats, backgrounds, SIZES[rng.integers(len(SIZES))], rng)
        rgb.append(padded(made.rgb))
        corners.append(corners_array(made.cards))
    np.savez(out / f"place-scenes-{seed}.npz", rgb=np.stack(rgb), corners=np.stack(corners))


def make_others(out: Path, count: int, photos: NDArray[np.uint8], seed: int) -> None:
    """Cards that are none of those known."""
    rng = np.random.default_rng(seed)
    rgb = np.stack([other_card(photos, rng) for _ in range(count)])
    np.savez(out / f"flats-others-{seed}.npz", rgb=rgb, card_type=["other"] * count, side=[""] * count)


def make_flats(out: Path, count: int, seed: int) -> None:
    """Specimens of the known cards; also, larger, for `make_captures`."""
    from samples.maker.cards import random_specimen

    rgb, large, card_type, side = [], [], [], []
    for index in range(count):
        made = random_specimen(seed + index, TYPES[index % len(TYPES)], world="tune", dpi=150.0)
        rgb.append(cv2.resize(made.rgb, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))
        large.append(made.rgb)
        card_type.append(made.card_type)
        side.append(made.side)
    np.savez(out / f"flats-known-{seed}.npz", rgb=np.stack(rgb), card_type=card_type, side=side)
    np.save(out / f"large-{seed}.npy", np.stack(large))


def make_captures(out: Path, count: int, seed: int) -> None:
    """Photographs of those specimens by the camera simulator, and of some as copies, on screens, or two at once."""
    from models.train.shots import second_corners, training_shot
    from samples.maker.camera import photograph

    known = np.load(next(iter(sorted(out.glob("flats-known-*.npz")))))
    large = np.load(next(iter(sorted(out.glob("large-*.npy")))))
    rng = np.random.default_rng(seed)
    rgb, corners, flats = [], [], []
    chosen_all = rng.integers(len(large), size=count)
    for index, chosen in enumerate(chosen_all):
        size = (512, 384) if rng.random() < 0.8 else (512, 288)
        shot = training_shot(seed + index, size, large, rng)
        made = photograph(large[chosen], (85.6, 54.0), seed=seed + index, shot=shot)
        cards = [made.corners + 0.5]
        if shot.second is not None:
            cards.append(second_corners(made.to_picture, shot.second) + 0.5)
        scale = min(192 / made.rgb.shape[1], 144 / made.rgb.shape[0])
        shape = (round(made.rgb.shape[1] * scale), round(made.rgb.shape[0] * scale))
        rgb.append(padded(cv2.resize(made.rgb, shape, interpolation=cv2.INTER_AREA)))
        corners.append(corners_array(tuple(card * scale for card in cards)))
        flats.append(rectified(made.rgb, cards[0], *LOOSE))
    np.savez(out / f"place-captures-{seed}.npz", rgb=np.stack(rgb), corners=np.stack(corners))
    np.savez(
        out / f"looks-{seed}.npz",
        rgb=np.stack(flats), card_type=known["card_type"][chosen_all], side=known["side"][chosen_all],
        source=chosen_all,
    )  # fmt: skip


def make_looks(out: Path, count: int, backgrounds: NDArray[np.uint8], seed: int) -> None:
    """Flat cards for the net that tells side and type: drawn ones spoiled, photographed ones as they are.

    Every tenth specimen is held apart for measuring.
    """
    from models.train.flats import SIDES, loose_flat, no_card
    from models.train.flats import SIZE as FLAT_SIZE
    from models.train.flats import TYPES as TYPE_NAMES

    rng = np.random.default_rng(seed)
    rows: dict[str, list[object]] = {"rgb": [], "side": [], "type": [], "held": []}

    def add(rgb: NDArray[np.uint8], card_type: str, side: str, held: bool) -> None:
        rows["rgb"].append(rgb)
        rows["type"].append(TYPE_NAMES.index(card_type))
        rows["side"].append(SIDES.index(side) if side else -1)
        rows["held"].append(held)

    sets = [np.load(path) for path in sorted(out.glob("flats-*.npz"))]
    flats = np.concatenate([one["rgb"] for one in sets])
    types = np.concatenate([one["card_type"] for one in sets])
    sides = np.concatenate([one["side"] for one in sets])
    for index in rng.integers(len(flats), size=count):
        add(loose_flat(flats[index], rng), str(types[index]), str(sides[index]), bool(index % 10 == 0))
    for index in range(count // 12):
        add(no_card(backgrounds, rng), "none", "", index % 10 == 0)
    for path in sorted(out.glob("looks-*.npz")):
        seen = np.load(path)
        for rgb, card_type, side, source in zip(
            seen["rgb"], seen["card_type"], seen["side"], seen["source"], strict=True
        ):
            small = cv2.resize(rgb, FLAT_SIZE, interpolation=cv2.INTER_AREA)
            add(small, str(card_type), str(side), bool(source % 10 == 0))
    np.savez(
        out / f"look-{seed}.npz",
        rgb=np.stack(rows["rgb"]), side=np.array(rows["side"]),
        type=np.array(rows["type"]), held=np.array(rows["held"]),
    )  # fmt: skip


def make_backgrounds(out: Path, count: int, corpus: Path, seed: int) -> None:
    """Photographs of the corpus's training part, 384×384: they stay outside the project."""
    with (corpus / "labels.csv").open(encoding="utf-8") as labels:
        files = {row["file"] for row in csv.DictReader(labels) if row["split"] == "train"}
    with (corpus / "handwriting.csv").open(encoding="utf-8") as labels:
        files |= {row["file"] for row in csv.DictReader(labels) if row["split"] == "train"}
    order = np.random.default_rng(seed).permutation(sorted(files))
    kept = []
    for file in order[:count]:
        picture = cv2.imread(str(corpus / file), cv2.IMREAD_REDUCED_COLOR_2)
        if picture is None:
            continue
        scale = 384 / max(picture.shape[:2])
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:384, :384]
        filled = cv2.copyMakeBorder(small, 0, 384 - small.shape[0], 0, 384 - small.shape[1], cv2.BORDER_REFLECT)
        kept.append(filled[:, :, ::-1])
    np.save(out / "backgrounds.npy", np.stack(kept))


def main() -> None:
    """Render one pool."""
    asked = argparse.ArgumentParser()
    asked.add_argument("what", choices=("backgrounds", "flats", "others", "scenes", "captures", "looks"))
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--count", type=int, required=True)
    asked.add_argument("--corpus", type=Path, help="for backgrounds")
    asked.add_argument("--seed", type=int, default=0)
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    if given.what == "backgrounds":
        make_backgrounds(given.out, given.count, given.corpus, given.seed)
        return
    if given.what == "flats":
        make_flats(given.out, given.count, given.seed)
        return
    if given.what == "captures":
        make_captures(given.out, given.count, given.seed)
        return
    photos = np.load(given.out / "backgrounds.npy", mmap_mode="r")
    if given.what == "others":
        make_others(given.out, given.count, photos, given.seed)
    elif given.what == "looks":
        make_looks(given.out, given.count, photos, given.seed)
    else:
        make_scenes(given.out, given.count, photos, given.seed)


if __name__ == "__main__":
    main()
