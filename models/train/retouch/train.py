"""Trains the patch net or the head net on groups of versions.

    python -m models.train.retouch.train patches --seen out/retouch/seen --out out/retouch/patches.pt --minutes 40

Each batch holds whole groups: a photograph and its versions. The pool may still be growing: it is read anew each round.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.train.retouch.fuse import loss_of, truths
from models.train.retouch.loader import SIGNS, Pool, load
from models.train.retouch.measures import SMALLEST_FACE, area_under
from models.train.retouch.nets import PLACES, HeadNet, PatchNet

GROUPS = 5
"""A batch."""
_SIDE = 64
_PLACES = 6


def drawn_patches(patches: NDArray[np.uint8], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Six places of each picture at random, each a part of 64×64, half of the pictures mirrored.

    Returns:
        N×6×3×64×64, and N×6 of which places they are.
    """
    count = len(patches)
    made = np.zeros((count, _PLACES, _SIDE, _SIDE, 3), np.uint8)
    places = np.stack([rng.choice(PLACES, _PLACES, replace=False) for _ in range(count)])
    for row in range(count):
        for index, place in enumerate(places[row]):
            top, left = rng.integers(0, patches.shape[2] - _SIDE + 1, size=2)
            part = patches[row, place, top : top + _SIDE, left : left + _SIDE]
            made[row, index] = part[:, ::-1] if rng.random() < 0.5 else part
    return torch.from_numpy(made).permute(0, 1, 4, 2, 3).float(), torch.from_numpy(places)


def patch_loss(net: PatchNet, pool: Pool, rows: NDArray[np.intp], rng: np.random.Generator) -> Tensor:
    """Of the photo, and of each patch where the operation surely was or surely was not at work."""
    if pool.patches is None:
        raise ValueError("a pool without pictures")
    pixels, places = drawn_patches(pool.patches[rows], rng)
    whole, each = net(pixels, places)
    strength, weight = (values[rows] for values in truths(pool))
    masked = torch.from_numpy(pool.masked[rows]).gather(1, places)[..., None]
    touched = (strength > 0).float()[:, None, :].expand_as(each)
    sure = torch.where(touched > 0, (masked > 0.3).float(), torch.ones_like(each))
    local = functional.binary_cross_entropy_with_logits(each, touched, reduction="none")
    local = (local * sure * weight[:, None, :]).mean()
    return loss_of(whole, strength, weight, torch.from_numpy(pool.group[rows])) + local


def head_loss(net: HeadNet, pool: Pool, rows: NDArray[np.intp], rng: np.random.Generator) -> Tensor:
    """Of the photo, and of the displacement."""
    if pool.head is None:
        raise ValueError("a pool without pictures")
    pixels = torch.from_numpy(pool.head[rows]).permute(0, 3, 1, 2).float()
    moved = torch.from_numpy(pool.displacement[rows]).permute(0, 3, 1, 2) * 100
    mirrored = torch.from_numpy(rng.random(len(rows)) < 0.5)
    pixels[mirrored] = pixels[mirrored].flip(-1)
    moved[mirrored] = moved[mirrored].flip(-1) * torch.tensor([-1.0, 1.0]).view(1, 2, 1, 1)
    answer, flow = net(pixels)
    strength, weight = (values[rows] for values in truths(pool))
    return loss_of(answer, strength, weight, torch.from_numpy(pool.group[rows])) + functional.l1_loss(flow, moved)


def answers(net: nn.Module, pool: Pool) -> NDArray[np.float64]:
    """N×9 logits of every picture."""
    net.eval()
    found = []
    with torch.no_grad():
        for start in range(0, len(pool.group), 32):
            rows = slice(start, start + 32)
            if isinstance(net, PatchNet) and pool.patches is not None:
                found.append(net(torch.from_numpy(pool.patches[rows]).permute(0, 1, 4, 2, 3).float())[0])
            elif pool.head is not None:
                found.append(net(torch.from_numpy(pool.head[rows]).permute(0, 3, 1, 2).float())[0])
    net.train()
    return torch.cat(found).numpy().astype(np.float64)


def summary(pool: Pool, answer: NDArray[np.float64]) -> str:
    """Area under the curve of each sign at medium strength or more, on faces that are large enough."""
    usable = (pool.width >= SMALLEST_FACE) & (pool.source != "sdfd")
    strength = np.concatenate([pool.strength, pool.strength.max(axis=1, keepdims=True)], axis=1)
    parts = []
    for index, sign in enumerate((*SIGNS, "retouched")):
        negative = answer[usable & ~pool.touched, index]
        parts.append(f"{sign} {area_under(negative, answer[usable & (strength[:, index] >= 0.35), index]):.3f}")
    return "  ".join(parts)


def main() -> None:
    """Train within the time given."""
    asked = argparse.ArgumentParser()
    asked.add_argument("net", choices=("patches", "head"))
    asked.add_argument("--seen", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--minutes", type=float, default=40)
    asked.add_argument("--rate", type=float, default=3e-3)
    given = asked.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(3)
    rng = np.random.default_rng(3)
    net = PatchNet() if given.net == "patches" else HeadNet()
    net = net.to(memory_format=torch.channels_last)  # twice as quick on a CPU
    optimiser = torch.optim.AdamW(net.parameters(), lr=given.rate, weight_decay=1e-2)
    started, steps, done = time.monotonic(), 0, 0.0
    while done < 1:
        pool = load(given.seen / "train")
        numbers = np.unique(pool.group)
        rng.shuffle(numbers)
        losses = []
        for start in range(0, len(numbers), GROUPS):
            done = (time.monotonic() - started) / (60 * given.minutes)
            for part in optimiser.param_groups:
                part["lr"] = (
                    given.rate * min(1, steps / 50 + 0.02) * (0.5 + 0.5 * math.cos(math.pi * min(1, done))) + 1e-6
                )
            rows = np.flatnonzero(np.isin(pool.group, numbers[start : start + GROUPS]))
            loss = patch_loss(net, pool, rows, rng) if isinstance(net, PatchNet) else head_loss(net, pool, rows, rng)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            losses.append(loss.item())
            steps += 1
            if done >= 1:
                break
        print(f"{len(numbers)} groups, {steps} steps, {100 * done:.0f} %, loss {np.mean(losses):.3f}", flush=True)
        torch.save(net.state_dict(), given.out)
    held = load(given.seen / "validation")
    print(summary(held, answers(net, held)))


if __name__ == "__main__":
    main()
