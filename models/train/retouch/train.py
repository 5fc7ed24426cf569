"""Trains the patch net or the head net on groups of versions.

    python -m models.train.retouch.train patches --seen out/retouch/seen --out out/retouch/patches.pt --rounds 30

Each batch holds whole groups: a photograph and its versions.
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

from models.train.record import write_record
from models.train.retouch.fuse import loss_of, truths
from models.train.retouch.loader import SIGNS, Pool, Round, load, load_round
from models.train.retouch.measures import SMALLEST_FACE, area_under
from models.train.retouch.nets import PLACES, HeadNet, PatchNet

SEED = 3
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


def head_truths(held: Round, rows: NDArray[np.intp]) -> tuple[Tensor, Tensor]:
    """N×9 strengths and weights of heads: as `truths`, but faces of a generator count where they were changed by us.

    Whether such a face was smoothed or toned before is not known, nor is it of `congress`; that nobody moved its
    parts is.
    """
    strength = held.strength[rows]
    strength = np.concatenate([strength, strength.max(axis=1, keepdims=True)], axis=1)
    weight = np.where(strength > 0, np.clip(strength / 0.35, 0.25, 1.0), 1.0)
    source = np.char.partition(held.photo[rows], "/")[:, 0]
    known = np.arange(len(SIGNS) + 1)[None] == SIGNS.index("warp")
    doubtful = np.isin(source, ("congress", "sdfd"))[:, None] & (strength == 0) & ~known
    weight = np.where(doubtful, 0.3, weight)
    weight[:, [SIGNS.index("background"), SIGNS.index("generated")]] = 0.0
    return torch.tensor(strength, dtype=torch.float32), torch.tensor(weight, dtype=torch.float32)


def head_loss(net: HeadNet, held: Round, rows: NDArray[np.intp], rng: np.random.Generator) -> Tensor:
    """Of the photo, and of the displacement, above all where there is one."""
    pixels = torch.from_numpy(held.head[rows]).permute(0, 3, 1, 2).float()
    moved = torch.from_numpy(held.displacement[rows]).permute(0, 3, 1, 2).float() * 100
    mirrored = torch.from_numpy(rng.random(len(rows)) < 0.5)
    pixels[mirrored] = pixels[mirrored].flip(-1)
    moved[mirrored] = moved[mirrored].flip(-1) * torch.tensor([-1.0, 1.0]).view(1, 2, 1, 1)
    answer, flow = net(pixels.contiguous(memory_format=torch.channels_last))
    strength, weight = head_truths(held, rows)
    apart = (flow - moved).abs() * (1 + 4 * (moved.abs().amax(1, keepdim=True) > 0.3))
    return loss_of(answer, strength, weight, torch.from_numpy(held.group[rows])) + apart.mean()


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


def summary_of_heads(net: HeadNet, held: Round) -> str:
    """The same on heads, with slimming of 3 % of the face width and eyes enlarged by 8 % or more apart."""
    net.eval()
    with torch.no_grad():
        parts = [net(torch.from_numpy(held.head[row : row + 32]).permute(0, 3, 1, 2).float())[0]
                 for row in range(0, len(held.head), 32)]  # fmt: skip
    net.train()
    answer = torch.cat(parts).numpy().astype(np.float64)
    clean = ~np.isin(np.char.partition(held.photo, "/")[:, 0], ("congress", "sdfd"))
    warp = answer[:, SIGNS.index("warp")]
    untouched = held.strength.max(axis=1) == 0
    told = []
    for index, sign in enumerate(SIGNS):
        negative, positive = (answer[clean & rows, index] for rows in (untouched, held.strength[:, index] >= 0.35))
        told.append(f"{sign} {area_under(negative, positive):.3f}")
    for name in sorted(set(held.names[held.strength[:, SIGNS.index("warp")] > 0])):
        rows = clean & (held.names == name) & ((held.most >= 0.03) | np.char.startswith(name, "eyes"))
        if "+" not in name and rows.sum() >= 5:
            told.append(f"{name} {area_under(warp[clean & untouched], warp[rows]):.3f} ({rows.sum()})")
    return "  ".join(told)


def decayed(optimiser: torch.optim.Optimizer, rate: float, steps: int, done: float) -> None:
    """Warm up over fifty steps, then fall by a cosine."""
    for part in optimiser.param_groups:
        part["lr"] = rate * min(1, steps / 50 + 0.02) * (0.5 + 0.5 * math.cos(math.pi * min(1, done))) + 1e-6


def main() -> None:
    """Train for the rounds given: passes over the groups, or over the files of heads."""
    asked = argparse.ArgumentParser()
    asked.add_argument("net", choices=("patches", "head"))
    asked.add_argument("--seen", type=Path, required=True, help="of `seen` for patches, of `heads` for the head")
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--rounds", type=int, default=30)
    asked.add_argument("--rate", type=float, default=3e-3)
    given = asked.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    net = PatchNet() if given.net == "patches" else HeadNet()
    net = net.to(memory_format=torch.channels_last)  # twice as quick on a CPU
    optimiser = torch.optim.AdamW(net.parameters(), lr=given.rate, weight_decay=1e-2)
    steps, curve = 0, []
    for number in range(given.rounds):
        held = load(given.seen / "train") if given.net == "patches" else load_round(given.seen / "train", number)
        numbers = np.unique(held.group)
        rng.shuffle(numbers)
        losses = []
        for start in range(0, len(numbers), GROUPS):
            decayed(optimiser, given.rate, steps, (number + start / len(numbers)) / given.rounds)
            rows = np.flatnonzero(np.isin(held.group, numbers[start : start + GROUPS]))
            if isinstance(net, PatchNet) and isinstance(held, Pool):
                loss = patch_loss(net, held, rows, rng)
            else:
                loss = head_loss(net, held, rows, rng)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            losses.append(loss.item())
            steps += 1
        print(f"round {number + 1} of {given.rounds}, {steps} steps, loss {np.mean(losses):.3f}, "
              f"{time.process_time():.0f} s", flush=True)  # fmt: skip
        curve.append((steps, float(np.mean(losses))))
        torch.save(net.state_dict(), given.out)
        if isinstance(net, HeadNet) and (number % 4 == 3 or number + 1 == given.rounds):
            told = summary_of_heads(net, load_round(given.seen / "validation", 0))
            print(told, flush=True)
    if isinstance(net, PatchNet):
        held = load(given.seen / "validation")
        told = summary(held, answers(net, held))
        print(told)
    write_record(
        given.out, seed=SEED, data=sorted((given.seen / "train").glob("[!.]*.npz")), started_from=None,
        minutes=time.process_time() / 60, curve=curve, metrics={"area under the curve, people kept out": told},
    )  # fmt: skip


if __name__ == "__main__":
    main()
