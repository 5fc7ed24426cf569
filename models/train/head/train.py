"""Trains the net `head-look` and writes it as ONNX.

    python -m models.train.head.train --pool out/train/head --out models/head-look.onnx --minutes 35

Every fifth person of the training part is held apart, for the limits and for what is printed at the end.
"""

from __future__ import annotations

import argparse
import json
import math
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.train.export import write_onnx
from models.train.head.net import HeadLookNet, start_from
from models.train.record import write_record

LOOKS = (
    *("glasses", "tint", "frame", "glare", "hat", "scarf", "mask", "hand", "veil", "eyes", "brows", "ears", "make-up"),
)
"""As in `scene.LOOKS`; this module runs without photocheck."""
SIDE, CELLS = 176, 11
BATCH = 32
PHOTOGRAPHS = 0.35
"""Share of a batch that nothing was drawn on."""
SEED = 5
PRIOR = 0.1
"""Share of pictures that have a look, at which its probability is right."""


def person(file: str) -> str:
    """Two pictures of London are of one person."""
    return file.rsplit("_", 1)[0] if file.startswith("london") else file


def is_held(file: str) -> bool:
    """Held apart from the training."""
    return zlib.crc32(person(file).encode()) % 5 == 0


def varied(rgb: NDArray[np.uint8], maps: NDArray[np.uint8], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Turned, scaled, shifted, mirrored, in other light: 176×176×3 and L×11×11, 0..1."""
    stored = rgb.shape[0]
    turn, zoom = float(rng.normal(0, 6)), float(np.exp(rng.normal(0, 0.08)))
    onto = cv2.getRotationMatrix2D((stored / 2, stored / 2), turn, zoom)
    onto[:, 2] += (SIDE - stored) / 2 + rng.normal(0, 4, 2)
    if rng.random() < 0.5:
        onto[0] *= -1
        onto[0, 2] += SIDE
    beyond = (127, 127, 127)
    made = cv2.warpAffine(rgb, onto, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderValue=beyond).astype(np.float32)
    made = 255 * (np.clip(made, 0, 255) / 255) ** float(np.exp(rng.normal(0, 0.2)))
    made = made * float(np.exp(rng.normal(0, 0.15))) * rng.normal(1, 0.06, 3) + float(rng.normal(0, 8))
    grey = made.mean(axis=2, keepdims=True)
    made = grey + (made - grey) * float(np.exp(rng.normal(0, 0.3)))
    if rng.random() < 0.06:
        made = grey * np.ones(3)
    if rng.random() < 0.3:  # nothing may hang on one place alone
        high, wide = rng.integers(8, 44, 2)
        top, left = int(rng.integers(SIDE - high)), int(rng.integers(SIDE - wide))
        made[top : top + high, left : left + wide] = rng.uniform(0, 255, 3)
    step, cell = stored / maps.shape[1], SIDE / CELLS
    small = onto.copy()
    small[:, :2] *= step / cell
    small[:, 2] = (onto[:, :2] @ np.full(2, step / 2 - 0.5) + onto[:, 2] + 0.5) / cell - 0.5
    placed = cv2.warpAffine(
        np.ascontiguousarray(maps.transpose(1, 2, 0)), small, (CELLS, CELLS), flags=cv2.INTER_LINEAR
    )
    return np.clip(made, 0, 255), placed.transpose(2, 0, 1) / 255.0


def batch_of(pool: dict[str, np.ndarray], rows: NDArray[np.intp], rng: np.random.Generator) -> list[Tensor]:
    """Pictures, truth, maps, of which looks the maps are known."""
    both = [varied(pool["rgb"][row], pool["map"][row], rng) for row in rows]
    pictures = torch.from_numpy(np.stack([one for one, _ in both]).transpose(0, 3, 1, 2).astype(np.float32))
    maps = torch.from_numpy(np.stack([one for _, one in both]).astype(np.float32))
    truth = torch.from_numpy(pool["truth"][rows].astype(np.float32))
    known = torch.from_numpy(pool["known"][rows]) | (truth == 0)
    return [pictures.contiguous(memory_format=torch.channels_last), truth, maps, known]


def loss_of(logits: Tensor, places: Tensor, truth: Tensor, maps: Tensor, known: Tensor, weight: Tensor) -> Tensor:
    """Of what is known: the picture, then its places."""
    told = (truth >= 0).float() * torch.where(truth > 0.5, weight, torch.ones_like(weight))
    whole = functional.binary_cross_entropy_with_logits(logits, 0.98 * truth.clamp(0, 1) + 0.01, reduction="none")
    local = functional.binary_cross_entropy_with_logits(places, maps, reduction="none").mean(dim=(2, 3))
    return (whole * told).sum() / told.sum() + 0.5 * (local * known).sum() / known.sum()


def answers(net: HeadLookNet, pool: dict[str, np.ndarray], rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """N×L logits, nothing varied."""
    net.eval()
    room = (pool["rgb"].shape[1] - SIDE) // 2
    found = []
    with torch.no_grad():
        for start in range(0, len(rows), 64):
            part = pool["rgb"][rows[start : start + 64], room : room + SIDE, room : room + SIDE]
            found.append(net(torch.from_numpy(part.transpose(0, 3, 1, 2).astype(np.float32)))[0])
    net.train()
    return torch.cat(found).numpy().astype(np.float64)


def equal_error(negative: NDArray[np.float64], positive: NDArray[np.float64]) -> float:
    """Where as many of both are on the wrong side."""
    if not len(negative) or not len(positive):
        return math.nan
    limits = np.unique(np.concatenate([negative, positive]))
    return float(min(max((negative > limit).mean(), (positive <= limit).mean()) for limit in limits))


def summary(pool: dict[str, np.ndarray], rows: NDArray[np.intp], answer: NDArray[np.float64]) -> dict[str, str]:
    """Equal error rate of each look on photographs and on what was drawn on, with the counts of where it is."""
    told = {}
    for index, look in enumerate(LOOKS):
        truth, drawn = pool["truth"][rows, index], pool["drawn"][rows]
        parts = []
        for name, kind in (("photographs", ~drawn), ("drawn", drawn)):
            negative, positive = answer[kind & (truth == 0), index], answer[kind & (truth == 1), index]
            parts.append(f"{name} {equal_error(negative, positive):.3f} ({len(positive)})")
        told[look] = ", ".join(parts)
    return told


class Told(nn.Module):
    """The net with its answers as calibrated probabilities."""

    def __init__(self, net: HeadLookNet, slope: NDArray[np.float64], offset: NDArray[np.float64]) -> None:
        super().__init__()
        self.net = net
        self.register_buffer("slope", torch.from_numpy(slope.astype(np.float32)))
        self.register_buffer("offset", torch.from_numpy(offset.astype(np.float32)))

    def forward(self, head: Tensor) -> tuple[Tensor, Tensor]:
        """Probabilities of the picture and of its places."""
        logits, places = self.net(head)
        return torch.sigmoid(self.slope * logits + self.offset), torch.sigmoid(places)


def calibrated(
    answer: NDArray[np.float64], truth: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Slope and offset of each look's logit, where one picture in ten has it (Platt)."""
    slopes, offsets = np.ones(len(LOOKS)), np.zeros(len(LOOKS))
    for index in range(len(LOOKS)):
        told = truth[:, index] >= 0
        given, is_ = (
            torch.from_numpy(answer[told, index]),
            torch.from_numpy((truth[told, index] == 1).astype(np.float64)),
        )
        weight = is_ * (PRIOR / is_.mean()) + (1 - is_) * ((1 - PRIOR) / (1 - is_).mean())
        line = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
        fitting = torch.optim.LBFGS([line], max_iter=100, line_search_fn="strong_wolfe")

        def unlikely(given: Tensor = given, is_: Tensor = is_, weight: Tensor = weight, line: Tensor = line,
                     fitting: torch.optim.LBFGS = fitting) -> Tensor:  # fmt: skip
            fitting.zero_grad()
            logit = line[0] * given + line[1]
            loss = functional.binary_cross_entropy_with_logits(logit, 0.998 * is_ + 0.001, weight=weight)
            loss.backward()
            return loss

        fitting.step(unlikely)
        slopes[index], offsets[index] = line.detach().numpy()
    return slopes, offsets


def main() -> None:
    """Train within the time given."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pool", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--minutes", type=float, default=35)
    asked.add_argument("--rate", type=float, default=2e-3)
    asked.add_argument("--start", type=Path, help="weights to go on from")
    asked.add_argument("--embedding", type=Path, default=Path("models/face-embedding.onnx"))
    given = asked.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    paths = sorted(given.pool.glob("train-*.npz"))
    parts = [dict(np.load(path)) for path in paths]
    pool = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    apart = np.array([is_held(file) for file in pool["name"]])
    plain, drawn = np.flatnonzero(~apart & ~pool["drawn"]), np.flatnonzero(~apart & pool["drawn"])
    net = HeadLookNet(len(LOOKS))
    start_from(net, given.embedding)
    if given.start:
        net.load_state_dict(torch.load(given.start))
    net = net.to(memory_format=torch.channels_last)
    slow = [*net.stem.parameters(), *net.early.parameters()]
    for weight in slow:  # half of the time of a step would go into them
        weight.requires_grad = False
    new = [weight for module in (net.own, net.around, net.after, net.maps, net.whole) for weight in module.parameters()]
    groups = [{"params": new, "share": 1.0}, {"params": list(net.late.parameters()), "share": 0.25}]
    optimiser = torch.optim.AdamW(groups, lr=given.rate, weight_decay=2e-2)
    seen = pool["truth"][np.concatenate([plain, drawn])]
    balance = torch.from_numpy(
        np.clip(np.sqrt((seen == 0).sum(axis=0) / np.maximum(1, (seen == 1).sum(axis=0))), 1, 4).astype(np.float32)
    )
    started, steps, done = time.monotonic(), 0, 0.0
    losses: list[float] = []
    curve: list[tuple[int, float]] = []
    while done < 1:
        done = (time.monotonic() - started) / (60 * given.minutes)
        rate = given.rate * min(1, steps / 100 + 0.01) * (0.5 + 0.5 * math.cos(math.pi * min(1, done))) + 1e-6
        for group in optimiser.param_groups:
            group["lr"] = rate * group["share"]
        untouched = round(PHOTOGRAPHS * BATCH)
        rows = np.concatenate([rng.choice(plain, untouched), rng.choice(drawn, BATCH - untouched)])
        pictures, truth, maps, known = batch_of(pool, rows, rng)
        logits, places = net(pictures)
        loss = loss_of(logits, places, truth, maps, known, balance)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        losses.append(loss.item())
        steps += 1
        if steps % 100 == 0:
            curve.append((steps, float(np.mean(losses[-100:]))))
            print(f"{steps} steps, {100 * done:.0f} %, loss {curve[-1][1]:.4f}", flush=True)
            torch.save(net.state_dict(), given.out.with_suffix(".pt"))
    torch.save(net.state_dict(), given.out.with_suffix(".pt"))
    rows = np.flatnonzero(apart)
    answer = answers(net, pool, rows)
    metrics = {"steps": steps, "equal error rate": summary(pool, rows, answer)}
    print(json.dumps(metrics, indent=1))
    write_record(
        given.out, seed=SEED, data=paths, started_from=given.start or given.embedding, minutes=given.minutes,
        curve=curve, metrics=metrics,
    )  # fmt: skip
    told = Told(net, *calibrated(answer, pool["truth"][rows]))
    write_onnx(told, given.out, torch.zeros(1, 3, SIDE, SIDE), "head", ("looks", "places"), {})


if __name__ == "__main__":
    main()
