"""The pictures of a pool as arrays; needs neither photocheck nor torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIGNS = ("smoothing", "blemish", "tone", "warp", "make-up", "background", "sharpening", "generated")


@dataclass(frozen=True)
class Pool:
    """N pictures; see `seen.look` for what the arrays hold.

    Attributes:
        group: N, a number per photograph and draw.
        photo: N, the photograph.
        source: N, the folder of the corpus.
        width: N, face width in pixels.
        evidence: N×F, NaN where a measure is not there; `order`: F names.
        kinds: N×3, what `retouch-shape` says of the mesh.
        strength: N×8, the strongest operation of each of `SIGNS`, 0 where there was none.
        most: N, largest displacement as a share of the face width.
        names: N, the operations joined by "+", empty for untouched pictures.
        patches: N×12×96×96×3 uint8; `masked` N×12; `head` N×192×192×3 uint8; `displacement` N×24×24×2; or None.
    """

    group: NDArray[np.intp]
    photo: NDArray[np.str_]
    source: NDArray[np.str_]
    width: NDArray[np.float64]
    evidence: NDArray[np.float64]
    order: tuple[str, ...]
    kinds: NDArray[np.float32]
    strength: NDArray[np.float64]
    most: NDArray[np.float64]
    names: NDArray[np.str_]
    patches: NDArray[np.uint8] | None
    masked: NDArray[np.float32]
    head: NDArray[np.uint8] | None
    displacement: NDArray[np.float32]

    @property
    def touched(self) -> NDArray[np.bool_]:
        """N, whether anything was done."""
        return np.asarray(self.strength.max(axis=1) > 0)


@dataclass(frozen=True)
class Round:
    """Heads that `heads` wrote, N of them; see there.

    Attributes:
        group: N, a number per photograph.
        photo: N, the file in the corpus.
        head: N×192×192×3 uint8.
        displacement: N×24×24×2, in shares of the side.
        strength: N×8; `most` N: largest displacement as a share of the face width; `names` N.
    """

    group: NDArray[np.intp]
    photo: NDArray[np.str_]
    head: NDArray[np.uint8]
    displacement: NDArray[np.float16]
    strength: NDArray[np.float32]
    most: NDArray[np.float32]
    names: NDArray[np.str_]


def load_round(folder: Path, number: int) -> Round:
    """The file of that round; they are gone through again from the first where there are fewer."""
    paths = [path for path in sorted(folder.glob("*.npz")) if ".part" not in path.name]
    held = np.load(paths[number % len(paths)])
    group = np.unique(held["photo"], return_inverse=True)[1]
    return Round(group, *(held[name] for name in ("photo", "head", "displacement", "strength", "most", "names")))


def load(folder: Path, *, pictures: bool = True, most: int | None = None) -> Pool:
    """Everything of a folder that `seen` wrote; without patches and heads where they are not wanted."""
    signs = {name: sign for name, (sign, _) in json.loads((folder / "families.json").read_text()).items()}
    signs["generated-face"] = "generated"
    paths = [path for path in sorted(folder.glob("*.npz")) if ".part" not in path.name][:most]
    rows: dict[str, list[NDArray[np.generic]]] = {}
    group, photo, source, order = [], [], [], None
    for number, path in enumerate(paths):
        held = np.load(path)
        count = len(held["names"])
        if held["evidence"].shape[1] == 0:
            continue
        if order is None:
            order = tuple(str(name) for name in held["order"])
        if tuple(held["order"]) != order:
            raise ValueError(f"{path} holds other measures than the first file")
        wanted = ["width", "evidence", "most", "names", "masked", "displacement", "kinds"]
        wanted += ["patches", "head"] * pictures
        for name in wanted:
            rows.setdefault(name, []).append(held[name])
        rows.setdefault("strength", []).append(
            np.array([_by_sign(*both, signs) for both in zip(held["names"], held["strengths"], strict=True)])
        )
        group += [number] * count
        photo += [path.stem.rsplit("-", 1)[0]] * count
        source += [path.stem.rsplit("-", 2)[0]] * count
    joined = {name: np.concatenate(values) for name, values in rows.items()}
    return Pool(
        group=np.array(group), photo=np.array(photo), source=np.array(source), order=order or (),
        patches=joined.pop("patches", None), head=joined.pop("head", None), **joined,
    )  # fmt: skip


def _by_sign(names: str, strengths: str, signs: dict[str, str]) -> NDArray[np.float64]:
    """Strongest operation of each sign."""
    found = np.zeros(len(SIGNS))
    if names:
        for name, strength in zip(names.split("+"), strengths.split("+"), strict=True):
            index = SIGNS.index(signs[name])
            found[index] = max(found[index], float(strength))
    return found
