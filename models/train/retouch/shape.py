"""Fits the directions in which slimming, larger eyes and other noses move the mesh, and in which faces hardly differ.

    python -m models.train.retouch.shape --heads out/retouch/heads --out models/retouch-shape.onnx

Linear discriminants between the untouched faces of the training part and the same faces warped, over the strongest
components of all meshes; prints what they find on the validation people.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.train.export import write_onnx
from models.train.record import write_record
from models.train.retouch.loader import SIGNS
from models.train.retouch.measures import area_under

KINDS = {"slimmed": ("slim-pull",), "eyes": ("eyes-radial",), "nose-and-mouth": ("nose-and-mouth",)}
COMPONENTS = 120
LEAST = 0.35
_PULL = 1e-7

Rows = dict[str, NDArray[np.generic]]


def meshes(folder: Path) -> Rows:
    """Every head on which a face was found: `mesh` N×956, `strength` of the warp, `names`, `most`, `group`, `photo`."""
    found: dict[str, list[NDArray[np.generic]]] = {}
    for number, path in enumerate(sorted(folder.glob("[0-9]*.npz"))):
        held = np.load(path)
        usable = np.isfinite(held["mesh"]).all(axis=1)
        group = np.unique(held["photo"], return_inverse=True)[1] + 100_000 * number
        rows = {
            "mesh": held["mesh"].astype(np.float64), "strength": held["strength"][:, SIGNS.index("warp")],
            "names": held["names"], "most": held["most"], "group": group, "photo": held["photo"],
        }  # fmt: skip
        for name, values in rows.items():
            found.setdefault(name, []).append(values[usable])
    return {name: np.concatenate(values) for name, values in found.items()}


def moved(rows: Rows, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """M×956: by how much each chosen mesh differs from the untouched one of its group."""
    first = {}
    for index in np.flatnonzero(rows["names"] == ""):
        first.setdefault(rows["group"][index], index)
    pairs = [(index, first[rows["group"][index]]) for index in np.flatnonzero(chosen) if rows["group"][index] in first]
    after, before = np.array(pairs).T
    return np.asarray(rows["mesh"][after] - rows["mesh"][before], np.float64)


def fitted(rows: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """956×3 directions and 3 offsets: scores of untouched faces have mean 0 and deviation 1."""
    every = np.asarray(rows["mesh"], np.float64)
    middle = every.mean(axis=0)
    basis = np.linalg.eigh(np.cov((every - middle).T))[1][:, ::-1][:, :COMPONENTS]
    untouched = (every[rows["strength"] == 0] - middle) @ basis
    spread = np.cov(untouched.T)
    columns, offsets = [], []
    for names in KINDS.values():
        steps = moved(rows, np.isin(rows["names"], names) & (rows["strength"] >= LEAST)) @ basis
        within = spread + np.cov(steps.T) + _PULL * np.trace(spread) * np.eye(COMPONENTS)
        direction = np.linalg.solve(within, steps.mean(axis=0))
        direction /= (untouched @ direction).std()
        columns.append(basis @ direction)
        offsets.append(-float((untouched @ direction).mean()) - float(middle @ columns[-1]))
    return np.stack(columns, axis=1), np.array(offsets)


def main() -> None:
    """Fit, report, write."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--heads", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    directions, offsets = fitted(meshes(given.heads / "train"))
    held = meshes(given.heads / "validation")
    scores = held["mesh"] @ directions + offsets
    untouched = held["strength"] == 0
    told: dict[str, object] = {}
    for index, kind in enumerate(KINDS):
        for name in ("slim-pull", "head-squeeze", "eyes-radial", "nose-and-mouth"):
            rows = (held["names"] == name) & ((held["most"] >= 0.03) | (held["strength"] >= LEAST))
            area = area_under(scores[untouched, index], scores[rows, index])
            told[f"{kind}: {name}"] = f"{area:.3f} ({rows.sum()} against {untouched.sum()})"
    net = nn.Linear(*directions.shape)
    net.weight.data = torch.tensor(directions.T, dtype=torch.float32)
    net.bias.data = torch.tensor(offsets, dtype=torch.float32)
    write_onnx(net, given.out, torch.zeros(1, directions.shape[0]), "mesh", ("kinds",), {})
    write_record(
        given.out, seed=0, data=sorted((given.heads / "train").glob("[0-9]*.npz")), started_from=None,
        minutes=time.process_time() / 60, curve=[], metrics=told,
    )  # fmt: skip


if __name__ == "__main__":
    main()
