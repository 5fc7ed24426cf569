"""Trains the net that tells printed and corrected names from written ones, and writes it as ONNX.

python -m models.train.ink_look --pools out/train --out models/ink-look.onnx --minutes 20
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.train.export import write_onnx
from models.train.ink_net import InkNet
from models.train.record import write_record

BATCH = 32
STEP = 16
"""Heights and widths of what the net sees are multiples of this."""
CHUNK = 32
"""Batches among which strips of about the same width are put together."""
SEED = 3
HELD = 20
"""One strip in so many is held apart."""


def batch_of(
    pool: dict[str, NDArray[np.generic]], rows: NDArray[np.intp], rng: np.random.Generator | None
) -> tuple[Tensor, Tensor]:
    """Strips with their truth; with chance, moved, turned, zoomed and sheared. Blank beyond the largest is cut off."""
    high, wide = (int(-(-pool[side][rows].max() // STEP) * STEP) for side in ("height", "width"))
    strips = pool["strip"][rows, :high, :wide].astype(np.float32) / 255.0
    if rng is not None:
        strips = np.stack([varied(strip, rng) for strip in strips])
    truth = np.column_stack([pool["printed"][rows], pool["corrected"][rows]]).astype(np.float32)
    return torch.from_numpy(strips[:, None]), torch.from_numpy(truth)


def varied(strip: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """The strip H×W a little moved, turned, zoomed and sheared about its middle."""
    high, wide = strip.shape
    change = np.diag(rng.normal(1.0, 0.05, 2)) @ np.array([[1.0, rng.normal(0.0, 0.08)], [rng.normal(0.0, 0.02), 1.0]])
    middle = np.array((wide, high)) / 2
    shift = middle - change @ middle + rng.uniform(-4.0, 4.0, 2)
    turned = cv2.warpAffine(strip, np.column_stack([change, shift]), (wide, high), flags=cv2.INTER_LINEAR)
    return np.asarray(turned, np.float32)


def batches(widths: NDArray[np.int_], rows: NDArray[np.intp], rng: np.random.Generator) -> list[NDArray[np.intp]]:
    """The rows in random batches of strips of about the same width."""
    rows = rng.permutation(rows)
    found = []
    for start in range(0, len(rows) - BATCH + 1, BATCH * CHUNK):
        chunk = rows[start : start + BATCH * CHUNK]
        chunk = chunk[np.argsort(widths[chunk])]
        found += [chunk[at : at + BATCH] for at in range(0, len(chunk) - BATCH + 1, BATCH)]
    return [found[place] for place in rng.permutation(len(found))]


def measured(net: InkNet, pool: dict[str, NDArray[np.generic]], rows: NDArray[np.intp]) -> dict[str, float]:
    """Equal error rates over the rows."""
    net.eval()
    with torch.no_grad():
        parts = [net(batch_of(pool, rows[at : at + 64], None)[0]).numpy() for at in range(0, len(rows), 64)]
    net.train()
    answers = np.concatenate(parts)
    rates = {}
    for column, name in enumerate(("printed", "corrected")):
        truth = pool[name][rows].astype(bool)
        limits = np.sort(answers[:, column])
        wrong = [
            max((answers[~truth, column] > limit).mean(), (answers[truth, column] <= limit).mean()) for limit in limits
        ]
        rates[name] = round(float(min(wrong)), 4)
    return rates


def main() -> None:
    """Train within the time given."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--pools", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--minutes", type=float, default=20)
    asked.add_argument("--start", type=Path)
    asked.add_argument("--rate", type=float, default=2e-3)
    given = asked.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    paths = sorted(given.pools.glob("inks-*.npz"))
    parts = [dict(np.load(path)) for path in paths]
    pool = {key: np.concatenate([part[key] for part in parts]) for key in ("strip", "printed", "corrected")}
    for side, axis in (("height", 2), ("width", 1)):
        inked = pool["strip"].any(axis=axis)
        pool[side] = inked.shape[1] - inked[:, ::-1].argmax(axis=1) + STEP // 2
    order = np.arange(len(pool["strip"]))
    used, held = order[order % HELD > 0], order[order % HELD == 0]
    net = InkNet()
    if given.start:
        net.load_state_dict(torch.load(given.start))
    optimiser = torch.optim.AdamW(net.parameters(), lr=given.rate, weight_decay=1e-2)
    started, step, done = time.time(), 0, 0.0
    losses: list[float] = []
    curve: list[tuple[int, float]] = []
    metrics: dict[str, float] = {}
    while done < 1:
        for rows in batches(pool["width"], used, rng):
            done = (time.time() - started) / (60 * given.minutes)
            if done >= 1:
                break
            for group in optimiser.param_groups:
                group["lr"] = given.rate * min(1, step / 100 + 0.01) * (0.5 + 0.5 * math.cos(math.pi * done)) + 1e-6
            strips, truth = batch_of(pool, rows, rng)
            with torch.autocast("cpu", torch.bfloat16):  # halves the time
                answers = net(strips)
            loss = functional.binary_cross_entropy_with_logits(answers.float(), 0.98 * truth + 0.01)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            losses.append(loss.item())
            if step % 100 == 0:
                curve.append((step, float(np.mean(losses[-100:]))))
                print(f"{step} steps, {100 * done:.0f} %, loss {curve[-1][1]:.4f}", flush=True)
        torch.save(net.state_dict(), given.out.with_suffix(".pt"))
        metrics = {"steps": step, **measured(net, pool, held)}
        print(json.dumps(metrics), flush=True)
    write_record(
        given.out, seed=SEED, data=paths, started_from=given.start, minutes=given.minutes, curve=curve, metrics=metrics
    )
    write_onnx(net, given.out, torch.zeros(1, 1, 96, 336), "strip", ("look",), {2: "height", 3: "width"})


if __name__ == "__main__":
    main()
