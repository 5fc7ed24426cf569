"""Writes the heads that the head net is trained on: many versions of every photograph, small and quick to make.

    python -m models.train.retouch.heads --corpus CORPUS --out out/retouch/heads --part train --rounds 10

Geometry and tone are seen on the head at one size, so that no large pictures are needed: each photograph is brought to
a height of 400 pixels once, its mesh found once, and goes through the camera's changes, an operation and the encoder
anew in every round. A round is one file; what it holds depends on nothing but the part and its number.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from models.train.retouch import chain
from models.train.retouch.capture import camera, delivered, delivery
from models.train.retouch.face import Face, face_of, portrait_of
from models.train.retouch.loader import SIGNS
from models.train.retouch.made import Family, Image, Made
from models.train.retouch.pools import PARTS, framed, number_of, photographs, untouched
from models.train.retouch.seen import head_displacement
from photocheck.features import landmarks, vision
from photocheck.features.retouch.shape import upright
from photocheck.features.retouch.views import head
from photocheck.finding import NotAssessable

HEIGHT = 400
"""Pixels of the working copy."""
VERSIONS = 6
"""Untouched, two warps, one tone or make-up or smoothing, one chain, untouched again."""
_JITTER = 0.006
"""Of the distance of the eyes: by how much the mesh misses them."""
_SIGNS = ("smoothing", "blemish", "tone", "warp", "make-up", "sharpening")
_WEAKEST = 0.25
_LOOKS = ("tone", "tone", "tone", "make-up", "smoothing")


def original(rgb: Image) -> tuple[Image, Face]:
    """Head and shoulders, at most `HEIGHT` pixels high, with the face on it.

    Raises:
        NotAssessable: where no face is found.
    """
    part = framed(rgb, portrait_of(rgb).mesh.points[:, :2])
    if part.shape[0] > HEIGHT:
        scale = HEIGHT / part.shape[0]
        part = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    return part, face_of(part)


def versions(
    first: Image, face: Face, pool: Sequence[Family], rng: np.random.Generator
) -> list[tuple[Made, tuple[float, ...], NDArray[np.float64]]]:
    """Each version with the strengths of its operations and where the landmarks are on it."""

    def one_of(sign: str) -> list[tuple[Family, float]]:
        kin = [one for one in pool if one.sign == sign]
        return [(kin[rng.integers(len(kin))], float(_WEAKEST ** rng.uniform()))]

    base = camera(first, rng, nudge=False)
    wanted = [one_of("warp"), one_of("warp"), one_of(_LOOKS[rng.integers(len(_LOOKS))]), chain.drawn_chain(pool, rng)]
    made: list[tuple[Made, tuple[float, ...], NDArray[np.float64]]] = [(untouched(base), (), face.points)]
    for steps in wanted:
        one = chain.applied(base, face, steps, rng)
        points = face.points if one.displacement is None else face.warped(one.displacement).points
        made.append((one, tuple(strength for _, strength in steps), points))
    return [*made, (untouched(camera(first, rng, nudge=False)), (), face.points)]


def nudged(points: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """The landmarks with the eyes missed by a little, which turns and scales the aligned head."""
    eyes = [landmarks.RIGHT_IRIS[0], landmarks.LEFT_IRIS[0]]
    apart = float(np.hypot(*(points[eyes[0]] - points[eyes[1]])))
    moved = points.copy()
    moved[eyes] += rng.normal(0, _JITTER * apart, (2, 2)) + rng.normal(0, 0.01 * apart, 2)
    return moved


def by_sign(names: Sequence[str], strengths: Sequence[float]) -> NDArray[np.float32]:
    """8: the strongest operation of each sign."""
    found = np.zeros(len(SIGNS), np.float32)
    for name, strength in zip(names, strengths, strict=True):
        index = SIGNS.index(chain.FAMILIES[name].sign)
        found[index] = max(found[index], strength)
    return found


def mesh_of(rgb: Image) -> NDArray[np.float32]:
    """956: the mesh that is found on a head, see `shape.upright`; NaN where no face is found."""
    points = vision.face_landmarks(rgb)
    return np.full(956, np.nan, np.float32) if points is None else upright(points[:, :2]).astype(np.float32)


def group(first: Image, face: Face, pool: Sequence[Family], rng: np.random.Generator) -> dict[str, NDArray[np.generic]]:
    """Heads V×S×S×3, meshes V×956, displacement V×24×24×2 in shares of the side, strength V×8, most V, names V."""
    way = delivery(first.shape[0], rng)
    rows: dict[str, list[NDArray[np.generic]]] = {}
    for made, strengths, points in versions(first, face, pool, rng):
        own = delivery(way.height, rng)
        rgb, _ = delivered(made.rgb, own)
        scale = rgb.shape[0] / made.rgb.shape[0]
        seen = nudged(points * scale, rng)
        moved = made.displacement if made.displacement is not None else np.zeros((*first.shape[:2], 2), np.float32)
        small = cv2.resize(moved, (rgb.shape[1] // 4, rgb.shape[0] // 4), interpolation=cv2.INTER_AREA)
        found = {
            "head": head(rgb, seen), "displacement": head_displacement(scale * small, 4, seen).astype(np.float16),
            "strength": by_sign(made.names, strengths), "names": np.array("+".join(made.names), dtype="U160"),
            "mesh": mesh_of(head(rgb, seen)),
            "most": np.float32(np.hypot(moved[..., 0], moved[..., 1]).max() / face.width),
        }  # fmt: skip
        for name, value in found.items():
            rows.setdefault(name, []).append(np.asarray(value))
    return {name: np.stack(values) for name, values in rows.items()}


def main() -> None:
    """Write rounds."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--corpus", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--part", choices=sorted(PARTS), required=True)
    asked.add_argument("--rounds", type=int, default=10)
    given = asked.parse_args()
    cv2.setNumThreads(1)
    out = given.out / given.part
    out.mkdir(parents=True, exist_ok=True)
    pool = [one for one in chain.families(PARTS[given.part]) if one.sign in _SIGNS]
    originals = []
    for file in photographs(given.corpus, given.part):
        try:
            originals.append((file, *original(np.asarray(PillowImage.open(given.corpus / file).convert("RGB")))))
        except NotAssessable:
            continue
    for number in range(given.rounds):
        path = out / f"{number:03d}.npz"
        if path.exists():
            continue
        rows: dict[str, list[NDArray[np.generic]]] = {}
        for file, first, face in originals:
            made = group(first, face, pool, np.random.default_rng([number_of(file) % 2**32, 1000 + number]))
            made["photo"] = np.full(VERSIONS, file, dtype="U60")
            for name, values in made.items():
                rows.setdefault(name, []).append(values)
        beside = path.with_suffix(".part.npz")
        np.savez(beside, **{name: np.concatenate(values) for name, values in rows.items()})
        beside.rename(path)


if __name__ == "__main__":
    main()
