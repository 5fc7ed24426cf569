"""Writes the pictures the nets are trained and measured on: groups of one photograph's versions.

    python -m models.train.retouch.pools --corpus CORPUS --out out/retouch --part train --draws 6

A group is one photograph as one camera might have taken it, that base retouched four times, and the photograph
as another camera might have taken it. All go through resizing to one height and each through its own JPEG. Groups are
written in a mixed order, so that an unfinished pool is balanced; those that exist are left alone. What a group holds
depends on nothing but the name of the photograph and the number of the draw.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from models.train.retouch import chain
from models.train.retouch.capture import Delivery, camera, delivered, delivery
from models.train.retouch.face import face_of, portrait_of
from models.train.retouch.made import Family, Image, Made, Part, Plane
from models.train.retouch.studio import before_wall
from photocheck import decode
from photocheck.features.portrait import Portrait
from photocheck.finding import NotAssessable

DRAWS = {"london": 2.0, "canada": 2.0, "congress": 1.0, "congress_id": 0.2, "sdfd": 0.2}
"""Share of the draws asked for, by source: clean sources often, those that are small or may be retouched seldom."""
PARTS: dict[str, tuple[Part, ...]] = {
    "train": ("train",), "validation": ("train", "validation"), "test": ("train", "test"),
}  # fmt: skip
"""The families of a pool. The people of `validation` are a quarter of the corpus's training part."""
PLAIN = ("london", "canada", "congress_id")
"""Sources whose backdrop is plain enough to be lit anew."""
HIGHEST = 800
"""Pixels of the working copy's height."""
TRUTH_STEP = 8
"""Pixels of the finished picture per cell of mask and displacement."""
_TOUCHED = 4
_STUDIO = 100  # added to the number of a draw before a wall


@dataclass(frozen=True)
class Version:
    """One picture of a group.

    Attributes:
        jpeg: the file.
        points: 478×2 float32, photocheck's mesh on it.
        mask, displacement: see `Made`, at an eighth of the size; displacement in pixels of the finished picture.
        names, strengths: of the operations; none for untouched pictures.
    """

    jpeg: bytes
    points: NDArray[np.float32]
    mask: Plane
    displacement: Plane
    names: tuple[str, ...]
    strengths: tuple[float, ...]


def number_of(text: str) -> int:
    """A number that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def person_of(file: str) -> str:
    """The person as the corpus names them: London has two pictures of each."""
    folder, name = file.split("/")
    return f"{folder}/{name[:3]}" if folder == "london" else file


def photographs(corpus: Path, pool: str) -> list[str]:
    """The files of that pool, by name."""
    with (corpus / "attributes.csv").open(encoding="utf-8") as rows:
        known = [(row["file"], row["split"]) for row in csv.DictReader(rows)]
    wanted = "test" if pool == "test" else "train"
    files = [file for file, split in known if split == wanted and file.split("/")[0] in DRAWS]
    if pool == "test":
        return sorted(files)
    return sorted(file for file in files if (number_of(person_of(file)) % 4 == 0) == (pool == "validation"))


def framed(rgb: Image, points: NDArray[np.float64]) -> Image:
    """Head and shoulders, three by four as far as the picture reaches, at most `HIGHEST` pixels high."""
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    height = 1.75 * (bottom - top)
    middle, first = (left + right) / 2, top - 0.4 * (bottom - top)
    rows = slice(int(max(0, first)), int(min(rgb.shape[0], first + height)))
    columns = slice(int(max(0, middle - 0.4 * height)), int(min(rgb.shape[1], middle + 0.4 * height)))
    part = np.ascontiguousarray(rgb[rows, columns])
    scale = HIGHEST / part.shape[0]
    if scale >= 1:
        return part
    return np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def version(made: Made, strengths: tuple[float, ...], way: Delivery, rng: np.random.Generator) -> Version:
    """Deliver a picture with an encoding of its own.

    Raises:
        NotAssessable: where the face is lost.
    """
    own = delivery(way.height, rng)
    rgb, jpeg = delivered(made.rgb, replace(own, height=way.height, how=way.how))
    size = (max(1, rgb.shape[1] // TRUTH_STEP), max(1, rgb.shape[0] // TRUTH_STEP))
    scale = rgb.shape[0] / made.rgb.shape[0]
    moved = made.displacement if made.displacement is not None else np.zeros((*made.rgb.shape[:2], 2), np.float32)
    return Version(
        jpeg=jpeg,
        points=Portrait(decode.decode(jpeg)).mesh.points[:, :2].astype(np.float32),
        mask=np.asarray(cv2.resize(made.mask, size, interpolation=cv2.INTER_AREA), np.float32),
        displacement=np.asarray(scale * cv2.resize(moved, size, interpolation=cv2.INTER_AREA), np.float32),
        names=made.names,
        strengths=strengths,
    )


def group(rgb: Image, pool: Sequence[Family], rng: np.random.Generator, *, measured: bool = False) -> list[Version]:
    """Base, its retouched versions, another capture of the same photograph.

    Args:
        rgb: H×W×3 uint8, any framing.
        pool: the families to draw from.
        rng: random generator.
        measured: whether it is for measuring: each retouched version but the last then has one operation, and all
            families come equally often.

    Raises:
        NotAssessable: where no face is found.
    """
    first = framed(rgb, portrait_of(rgb).mesh.points[:, :2])
    base = camera(first, rng)
    face = face_of(base)
    way = delivery(base.shape[0], rng)
    versions = [version(untouched(base), (), way, rng)]
    for index in range(_TOUCHED):
        steps = chain.drawn_chain(pool, rng)[: 1 if index == 0 else None]
        if measured and index < _TOUCHED - 1:
            steps = [(pool[rng.integers(len(pool))], chain.drawn_strength(rng))]
        made = chain.applied(base, face, steps, rng)
        versions.append(version(made, tuple(strength for _, strength in steps), way, rng))
    versions.append(version(untouched(camera(first, rng)), (), way, rng))
    return versions


def studio_group(rgb: Image, pool: Sequence[Family], rng: np.random.Generator) -> list[Version]:
    """Twice before a lit wall, once as it was, and the background of each replaced.

    Args:
        rgb: H×W×3 uint8 before a plain backdrop, any framing.
        pool: the families to draw from; only those of the background are used.
        rng: random generator.

    Raises:
        NotAssessable: where no face is found.
    """
    first = framed(rgb, portrait_of(rgb).mesh.points[:, :2])
    face = face_of(first)
    walls = [before_wall(first, face, rng) for _ in range(2)]
    bases = [camera(one, rng) for one in (first, *walls)]
    way = delivery(first.shape[0], rng)
    versions = [version(untouched(base), (), way, rng) for base in bases]
    cutters = [one for one in pool if one.sign == "background"]
    for base in bases:
        strength = chain.drawn_strength(rng)
        made = cutters[rng.integers(len(cutters))].make(base, face_of(base), strength, rng)
        versions.append(version(made, (strength,), way, rng))
    return versions


def generated(rgb: Image, rng: np.random.Generator) -> list[Version]:
    """A picture that a generator made, twice through the camera's and the encoder's changes."""
    first = framed(rgb, portrait_of(rgb).mesh.points[:, :2])
    way = delivery(first.shape[0], rng)
    whole = np.ones(first.shape[:2], np.float32)
    return [version(Made(camera(first, rng), whole, None, ("generated-face",)), (1.0,), way, rng) for _ in range(2)]


def untouched(rgb: Image) -> Made:
    """A picture nothing was done to."""
    return Made(rgb, np.zeros(rgb.shape[:2], np.float32))


def save(path: Path, versions: list[Version]) -> None:
    """One file a group."""
    held: dict[str, object] = {"count": len(versions)}
    for index, one in enumerate(versions):
        held |= {
            f"jpeg{index}": np.frombuffer(one.jpeg, np.uint8), f"points{index}": one.points,
            f"mask{index}": one.mask.astype(np.float16), f"displacement{index}": one.displacement.astype(np.float16),
            f"names{index}": np.array(one.names, dtype="U32"), f"strengths{index}": np.array(one.strengths),
        }  # fmt: skip
    beside = path.with_suffix(".part.npz")
    np.savez(beside, **held)
    beside.rename(path)


def main() -> None:
    """Write the groups of one part."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--corpus", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--part", choices=sorted(PARTS), required=True)
    asked.add_argument("--draws", type=int, default=6)
    asked.add_argument("--studio", action="store_true", help="groups before a lit wall instead")
    asked.add_argument("--share", default="0/1", help="k/n: every n-th photograph from the k-th on")
    given = asked.parse_args()
    cv2.setNumThreads(1)
    out = given.out / given.part
    out.mkdir(parents=True, exist_ok=True)
    pool = chain.families(PARTS[given.part])
    start, step = (int(number) for number in given.share.split("/"))
    files = photographs(given.corpus, given.part)[start::step]
    for file, draw in jobs(files, given.draws):
        source = file.split("/")[0]
        number = draw + _STUDIO * given.studio
        path = out / f"{source}-{number_of(file) % 10**12:012d}-{number}.npz"
        if path.exists() or (given.studio and source not in PLAIN):
            continue
        rng = np.random.default_rng([number_of(file) % 2**32, number])
        rgb = np.asarray(PillowImage.open(given.corpus / file).convert("RGB"))
        try:
            measured = given.part != "train"
            if given.studio:
                made = studio_group(rgb, pool, rng)
            else:
                made = generated(rgb, rng) if source == "sdfd" else group(rgb, pool, rng, measured=measured)
            save(path, made)
        except NotAssessable:
            continue


def jobs(files: Sequence[str], draws: int) -> list[tuple[str, int]]:
    """Photographs with the number of their draw, mixed so that a beginning of the list is balanced."""
    dealt = []
    for file in files:
        share = DRAWS[file.split("/")[0]]
        first = number_of(file) % 1000 / 1000
        dealt += [
            ((draw + first) / share, file, draw) for draw in range(round(draws * 2)) if draw + first < draws * share
        ]
    return [(file, draw) for _, file, draw in sorted(dealt)]


if __name__ == "__main__":
    main()
