"""Trains the net that tells side, type and way up of a flat card, and writes it as ONNX.

python -m models.train.look --pools out/train --out models/card-look.onnx --minutes 10
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.train.export import write_onnx
from models.train.flats import SIZE
from models.train.look_net import LookNet

BATCH = 24


def batch_of(
    pool: dict[str, NDArray[np.generic]], rows: NDArray[np.intp], rng: np.random.Generator
) -> tuple[Tensor, ...]:
    """Pictures with their truth, each upside down at random."""
    rgb = pool["rgb"][rows].copy()
    turned = rng.random(len(rows)) < 0.5
    rgb[turned] = rgb[turned][:, ::-1, ::-1]
    pictures = torch.from_numpy(rgb).permute(0, 3, 1, 2).float() / 255
    up = np.where(pool["side"][rows] >= 0, turned.astype(np.int64), -1)
    return pictures, torch.from_numpy(up), torch.from_numpy(pool["side"][rows]), torch.from_numpy(pool["type"][rows])


def loss_of(answers: tuple[Tensor, ...], truths: tuple[Tensor, ...]) -> Tensor:
    """Cross-entropies; way up and side count only where there are any."""
    total = torch.zeros(())
    for answer, truth in zip(answers, truths, strict=True):
        if (truth >= 0).any():
            total = total + functional.cross_entropy(answer, truth, ignore_index=-1, label_smoothing=0.02)
    return total


def right(net: LookNet, pool: dict[str, NDArray[np.generic]], rows: NDArray[np.intp]) -> dict[str, float]:
    """Share of right answers of each kind over the rows."""
    net.eval()
    rng = np.random.default_rng(5)
    hits: dict[str, list[bool]] = {"way-up": [], "side": [], "type": []}
    with torch.no_grad():
        for start in range(0, len(rows), 64):
            pictures, *truths = batch_of(pool, rows[start : start + 64], rng)
            for name, answer, truth in zip(hits, net(pictures), truths, strict=True):
                known = truth >= 0
                hits[name] += (answer.argmax(dim=1) == truth)[known].tolist()
    net.train()
    return {name: round(float(np.mean(values)), 4) for name, values in hits.items()}


def main() -> None:
    """Train within the time given."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--pools", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--start", type=Path)
    asked.add_argument("--rate", type=float, default=2e-3)
    given = asked.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(2)
    rng = np.random.default_rng(2)
    parts = [dict(np.load(path)) for path in sorted(given.pools.glob("look-*.npz"))]
    pool = {key: np.concatenate([part[key] for part in parts]) for key in ("rgb", "side", "type", "held")}
    used, held = np.flatnonzero(~pool["held"]), np.flatnonzero(pool["held"])
    net = LookNet()
    if given.start:
        net.load_state_dict(torch.load(given.start))
    optimiser = torch.optim.AdamW(net.parameters(), lr=given.rate, weight_decay=1e-3)
    started, step, done = time.time(), 0, 0.0
    while done < 1:
        rng.shuffle(used)
        for start in range(0, len(used) - BATCH + 1, BATCH):
            done = (time.time() - started) / (60 * given.minutes)
            if done >= 1:
                break
            for group in optimiser.param_groups:
                group["lr"] = given.rate * min(1, step / 100 + 0.01) * (0.5 + 0.5 * math.cos(math.pi * done)) + 1e-6
            pictures, *truths = batch_of(pool, used[start : start + BATCH], rng)
            loss = loss_of(net(pictures), tuple(truths))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            if step % 100 == 0:
                print(f"{step} steps, {100 * done:.0f} %, loss {loss.item():.4f}", flush=True)
        torch.save(net.state_dict(), given.out.with_suffix(".pt"))
        print(json.dumps({"steps": step, **right(net, pool, held)}), flush=True)
    example = torch.zeros(1, 3, SIZE[1], SIZE[0])
    write_onnx(net, given.out, example, "flat", ("up", "side", "type"), {})


if __name__ == "__main__":
    main()
