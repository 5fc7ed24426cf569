"""Trains a small net on measures of a picture (evidence, and scores of other nets where there are any).

    python -m models.train.retouch.fuse --seen out/retouch/seen --out out/retouch/fuse.pt

Prints what it finds on people it has not seen, by family, strength and source.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.train.retouch.loader import SIGNS, Pool, load
from models.train.retouch.measures import SMALLEST_FACE, alarms_by_source, by_family, by_sign, found_at

SURE = np.isin((*SIGNS, "retouched"), ("warp", "background", "generated"))
"""Signs that the originals of `congress` surely do not show; some were smoothed, toned or sharpened by their studio."""
_SHAKE = 0.15
_MEMBERS = 4


class Scaler(nn.Module):
    """Measures brought to about -2..2 by medians and quartiles of the training part; missing ones become 0."""

    def __init__(self, measures: int) -> None:
        super().__init__()
        self.register_buffer("middle", torch.zeros(measures))
        self.register_buffer("spread", torch.ones(measures))

    def learn(self, values: NDArray[np.float64]) -> None:
        """Take medians and quartile distances of N×F."""
        low, middle, high = np.nan_to_num(np.nanquantile(values, (0.25, 0.5, 0.75), axis=0))
        self.middle = torch.tensor(middle, dtype=torch.float32)
        self.spread = torch.tensor(high - low + 1e-3, dtype=torch.float32)

    def forward(self, values: Tensor) -> Tensor:
        """N×F to N×F."""
        return torch.tanh(torch.nan_to_num((values - self.middle) / self.spread, nan=0.0) / 2) * 2


class FuseNet(nn.Module):
    """Measures to logits: the eight signs, then retouched at all."""

    def __init__(self, measures: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(measures, 48), nn.SiLU(), nn.Dropout(0.25), nn.Linear(48, 24), nn.SiLU(), nn.Dropout(0.1)
        )
        self.heads = nn.Linear(24, len(SIGNS) + 1)

    def forward(self, values: Tensor) -> Tensor:
        """N×F to N×9."""
        answer: Tensor = self.heads(self.body(values))
        return answer


def measures(pool: Pool) -> Tensor:
    """N×(F+1): the evidence, and the log of the face width, by which its bands are to be understood."""
    return torch.tensor(np.column_stack([pool.evidence, np.log(pool.width)]), dtype=torch.float32)


def truths(pool: Pool) -> tuple[Tensor, Tensor]:
    """N×9 strengths (the last: of any sign) and N×9 weights: mild ones weigh less."""
    strength = np.concatenate([pool.strength, pool.strength.max(axis=1, keepdims=True)], axis=1)
    weight = np.where(strength > 0, np.clip(strength / 0.35, 0.25, 1.0), 1.0)
    made = (pool.source == "sdfd")[:, None]
    weight[:, :-2] = np.where(made, 0.0, weight[:, :-2])
    return torch.tensor(strength, dtype=torch.float32), torch.tensor(weight, dtype=torch.float32)


def loss_of(logits: Tensor, strength: Tensor, weight: Tensor, group: Tensor) -> Tensor:
    """Balanced cross-entropy, and within a group: what was done more must score higher."""
    touched = (strength > 0).float()
    share = (touched * weight).sum(0) / weight.sum(0).clamp(min=1)
    balance = torch.where(touched > 0, 0.5 / share.clamp(min=0.02), 0.5 / (1 - share).clamp(min=0.02))
    single = functional.binary_cross_entropy_with_logits(logits, touched, weight=weight * balance)
    same = (group[:, None] == group[None, :])[..., None]
    more = same & (strength[:, None] > strength[None, :] + 0.1)
    apart = functional.softplus(1.0 - (logits[:, None] - logits[None, :]))
    ranked = (apart * more).sum() / more.sum().clamp(min=1)
    return single + 0.5 * ranked


def member(measures: int) -> nn.Sequential:
    """One net of the ensemble: N×F to N×9."""
    return nn.Sequential(Scaler(measures), FuseNet(measures))


def loaded(path: Path, measures: int) -> list[nn.Module]:
    """The ensemble that `main` wrote."""
    members: list[nn.Module] = []
    for held in torch.load(path):
        members.append(member(measures).eval())
        members[-1].load_state_dict(held)
    return members


def trained(values: Tensor, pool: Pool, seed: int, epochs: int) -> nn.Module:
    """One member of the ensemble."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    whole = member(values.shape[1])
    scaler, net = whole
    scaler.learn(values.numpy().astype(np.float64))
    strength, weight = truths(pool)
    group = torch.from_numpy(pool.group)
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=3e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    numbers = np.unique(pool.group)
    scaled = scaler(values)
    for _ in range(epochs):
        rng.shuffle(numbers)
        for start in range(0, len(numbers), 24):
            rows = torch.from_numpy(np.flatnonzero(np.isin(pool.group, numbers[start : start + 24])))
            shaken = scaled[rows] + _SHAKE * torch.randn(len(rows), scaled.shape[1])
            loss = loss_of(net(shaken), strength[rows], weight[rows], group[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        schedule.step()
    return whole.eval()


def scores(members: list[nn.Module], values: Tensor) -> NDArray[np.float64]:
    """N×9, mean logit of the members."""
    with torch.no_grad():
        answer = torch.stack([one(values) for one in members]).mean(0)
    return answer.numpy().astype(np.float64)


def report(pool: Pool, answer: NDArray[np.float64]) -> None:
    """Print what was found on these pictures."""
    usable = (pool.width >= SMALLEST_FACE) & (pool.source != "sdfd")
    print(f"{len(set(pool.photo))} photographs, {usable.sum()} pictures with a face of 180 pixels or more")
    # Some originals of `congress` were retouched by their studio: thresholds are set on the other sources.
    untouched = answer[usable & ~pool.touched & (pool.source != "congress")]
    for index, sign in enumerate((*SIGNS, "retouched")):
        rows = usable if sign != "generated" else usable | (pool.source == "sdfd")
        positive = (pool.strength[:, index] if index < len(SIGNS) else pool.strength.max(axis=1)) >= 0.35
        print(f"\n== {sign}: score of its own")
        print("\n".join(line for line in by_sign(pool, answer[:, index], rows) if line.startswith(sign)))
        threshold = float(np.quantile(untouched[:, index], 0.95))
        found = found_at(untouched[:, index], answer[rows & positive, index])
        print(f"found {found:.2f} at 5 % of the untouched without congress")
        print("\n".join(alarms_by_source(pool, answer[:, index], threshold, usable)))
    print("\n== retouched, by family")
    print("\n".join(by_family(pool, answer[:, -1], usable)))
    print("\n== each sign, by family of its own")
    for index, sign in enumerate(SIGNS):
        print(sign)
        own = usable & ((pool.strength[:, index] > 0) | ~pool.touched)
        print("\n".join("  " + line for line in by_family(pool, answer[:, index], own)[1:]))


def main() -> None:
    """Train and report."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seen", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--epochs", type=int, default=60)
    given = asked.parse_args()
    torch.set_num_threads(1)
    pool, held = (load(given.seen / part, pictures=False) for part in ("train", "validation"))
    values = measures(pool)
    members = [trained(values, pool, seed, given.epochs) for seed in range(_MEMBERS)]
    torch.save([one.state_dict() for one in members], given.out)
    print(f"{len(set(pool.group))} groups of {len(set(pool.photo))} photographs trained on")
    report(held, scores(members, measures(held)))


if __name__ == "__main__":
    main()
