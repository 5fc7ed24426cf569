"""Trains the net that shows where cards are, measures it on scenes of other seeds, and writes it as ONNX.

python -m models.train.locate --pools out/train --out models/card-place.onnx --minutes 20
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
from models.train.locate_net import LocateNet

SIZE = (128, 96)
"""Width and height of what the net sees; the pools hold one and a half times that."""
GROWN = 1.5
CORE_MM = 9.0
"""How far inside its rim the inner part of a card begins."""


def targets(corners: NDArray[np.float64]) -> NDArray[np.float32]:
    """The two maps of one scene: 2×24×32, shares of each cell.

    Args:
        corners: K×4×2 pixels (centres at .5) of its cards; rows of NaN are no card.
    """
    maps = np.zeros((2, SIZE[1], SIZE[0]), dtype=np.uint8)
    inner = np.array(
        [(CORE_MM, CORE_MM), (85.6 - CORE_MM, CORE_MM), (85.6 - CORE_MM, 54 - CORE_MM), (CORE_MM, 54 - CORE_MM)]
    )
    frame = np.array([(0, 0), (85.6, 0), (85.6, 54), (0, 54)], dtype=np.float32)
    for card in corners:
        if np.isnan(card).any():
            continue
        core = cv2.perspectiveTransform(inner[None], cv2.getPerspectiveTransform(frame, card.astype(np.float32)))[0]
        for channel, outline in enumerate((card, core)):
            cv2.fillPoly(maps[channel], [np.round((outline - 0.5) * 16).astype(np.int32)], 255, cv2.LINE_AA, shift=4)
    small = [cv2.resize(one, (SIZE[0] // 4, SIZE[1] // 4), interpolation=cv2.INTER_AREA) for one in maps]
    return np.stack(small).astype(np.float32) / 255


def loss_of(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy, heavier near the rim, and the overlap's complement."""
    near = functional.max_pool2d(truth, 5, 1, 2) - (1 - functional.max_pool2d(1 - truth, 5, 1, 2))
    entropy = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none") * (1 + 2 * near)
    seen = torch.sigmoid(logits)
    common = (seen * truth).sum(dim=(2, 3)) * 2 + 20
    overlap = common / (seen.sum(dim=(2, 3)) + truth.sum(dim=(2, 3)) + 20)
    return entropy.mean() + 0.5 * (1 - overlap).mean()


def batch_of(rgb: NDArray[np.uint8], truth: NDArray[np.float32], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Mirrored or set upright at random, the whole batch alike."""
    pictures = torch.from_numpy(rgb).permute(0, 3, 1, 2).float() / 255
    maps = torch.from_numpy(truth)
    if rng.random() < 0.5:
        pictures, maps = pictures.flip(3), maps.flip(3)
    if rng.random() < 0.5:
        pictures, maps = pictures.transpose(2, 3), maps.transpose(2, 3)
    gain = torch.empty(len(pictures), 3, 1, 1).uniform_(0.85, 1.15)
    return (pictures * gain).clamp(0, 1).contiguous(), maps.contiguous()


def overlap_of(net: LocateNet, rgb: NDArray[np.uint8], truth: NDArray[np.float32]) -> float:
    """Mean intersection over union of the first map over scenes that hold a card."""
    net.eval()
    values = []
    with torch.no_grad():
        for start in range(0, len(rgb), 32):
            pictures = torch.from_numpy(rgb[start : start + 32]).permute(0, 3, 1, 2).float() / 255
            seen = (net(pictures)[:, 0] > 0).numpy()
            for one, whole in zip(seen, truth[start : start + 32, 0] > 0.5, strict=True):
                if whole.any():
                    values.append((one & whole).sum() / (one | whole).sum())
    net.train()
    return float(np.mean(values))


def main() -> None:
    """Train within the time given."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--pools", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--minutes", type=float, default=20)
    asked.add_argument("--start", type=Path)
    asked.add_argument("--rate", type=float, default=3e-3)
    given = asked.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    pools = {path: np.load(path) for path in sorted(given.pools.glob("place-*.npz"))}
    large = [one for pool in pools.values() for one in pool["rgb"]]
    rgb = np.stack([cv2.resize(one, SIZE, interpolation=cv2.INTER_AREA) for one in large])
    truth = np.stack([targets(corners / GROWN) for pool in pools.values() for corners in pool["corners"]])
    order = rng.permutation(len(rgb))
    held, used = order[:300], order[300:]
    captured = np.concatenate([np.full(len(pool["rgb"]), "captures" in path.name) for path, pool in pools.items()])
    used = np.concatenate([used, used[captured[used]]])  # those come twice
    net = LocateNet()
    if given.start:
        net.load_state_dict(torch.load(given.start))
    net = net.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), lr=given.rate, weight_decay=1e-4)
    started, step, size = time.time(), 0, 16
    done = 0.0
    while done < 1:
        rng.shuffle(used)
        for start in range(0, len(used) - size + 1, size):
            done = (time.time() - started) / (60 * given.minutes)
            if done >= 1:
                break
            for group in optimiser.param_groups:
                group["lr"] = given.rate * min(1, step / 100 + 0.01) * (0.5 + 0.5 * math.cos(math.pi * done)) + 1e-6
            chosen = used[start : start + size]
            pictures, maps = batch_of(rgb[chosen], truth[chosen], rng)
            loss = loss_of(net(pictures.contiguous(memory_format=torch.channels_last)), maps)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            if step % 50 == 0:
                print(f"{step} steps, {100 * done:.0f} %, loss {loss.item():.4f}", flush=True)
        torch.save(net.state_dict(), given.out.with_suffix(".pt"))
        print(f"overlap on other scenes {overlap_of(net, rgb[held], truth[held]):.4f}", flush=True)
    net.eval()
    found = {
        "scenes": len(used),
        "steps": step,
        "seed": 1,
        "overlap": round(overlap_of(net, rgb[held], truth[held]), 4),
    }
    print(json.dumps(found))
    write_onnx(net, given.out, torch.zeros(1, 3, 96, 128), "picture", ("maps",), {2: "height", 3: "width"})


if __name__ == "__main__":
    main()
