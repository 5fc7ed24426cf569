"""Joins evidence net, patch net and head net, calibrates, reports, and writes one ONNX file.

    python -m models.train.retouch.join --seen out/retouch/seen --nets out/retouch --out models/retouch.onnx

The weights of the three and the calibration are fitted on the validation people, whom none of the nets has seen, so
that a value of 0.2 means one in five where one picture in ten is retouched in that way.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.train.export import OPSET
from models.train.retouch.fuse import measures, report, scores
from models.train.retouch.loader import SIGNS, Pool, load
from models.train.retouch.measures import SMALLEST_FACE
from models.train.retouch.nets import PLACES, HeadNet, PatchNet
from models.train.retouch.train import answers

PRIOR = 0.1
CLEAR = 0.35
"""Strength from which an operation counts as one; weaker ones are left out of the fit."""
_PULL = 0.02


class Joined(nn.Module):
    """All three nets and their calibration.

    Inputs: `patches` N×12×3×96×96 and `head` N×3×128×128, 0..255; `measures` N×F, NaN where one is missing. Outputs:
    N×9 probabilities (eight signs, retouched at all); N×12×9 logits of the patches.
    """

    def __init__(self, members: list[nn.Module], patch: PatchNet, head: HeadNet, fitted: Tensor) -> None:
        super().__init__()
        self.members, self.patch, self.head = nn.ModuleList(members), patch, head
        self.register_buffer("fitted", fitted)

    def forward(self, patches: Tensor, head: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Probabilities and what each patch says."""
        by_measures = torch.stack([member(values) for member in self.members]).mean(0)
        by_patches, each = self.patch(patches)
        by_head, _ = self.head(head)
        return torch.sigmoid(joined(torch.stack([by_measures, by_patches, by_head]), self.fitted)), each


def joined(logits: Tensor, fitted: Tensor) -> Tensor:
    """3×N×9 logits weighed by 3×9 weights, the last row of `fitted` (4×9) added."""
    return (logits * fitted[:3, None]).sum(0) + fitted[3]


def fit(logits: Tensor, pool: Pool) -> Tensor:
    """4×9: weights of at least 0 and an offset for each answer, by logistic regression at the prior."""
    raw = torch.full((4, logits.shape[-1]), -0.5, requires_grad=True)
    strength = torch.tensor(np.concatenate([pool.strength, pool.strength.max(axis=1, keepdims=True)], axis=1))
    large = torch.tensor(pool.width >= SMALLEST_FACE)[:, None]
    own = torch.tensor(pool.source != "sdfd")[:, None] | (torch.arange(strength.shape[1]) == SIGNS.index("generated"))
    untouched = torch.tensor(~pool.touched)[:, None]
    positive, negative = (strength >= CLEAR) & large & own, untouched & large & own
    weight = PRIOR * positive / positive.sum(0).clamp(min=1) + (1 - PRIOR) * negative / negative.sum(0).clamp(min=1)
    optimiser = torch.optim.LBFGS([raw], max_iter=200, line_search_fn="strong_wolfe")

    def fitted() -> Tensor:
        return torch.cat([functional.softplus(raw[:3]), raw[3:]])

    def loss() -> Tensor:
        optimiser.zero_grad()
        each = functional.binary_cross_entropy_with_logits(
            joined(logits, fitted()), positive.float(), weight=weight.float(), reduction="none"
        )
        total = each.sum() + _PULL * (fitted()[:3] ** 2).mean()
        total.backward()
        return total

    optimiser.step(loss)
    return fitted().detach()


def calibration_error(probability: NDArray[np.float64], pool: Pool, index: int) -> float:
    """Expected calibration error in ten bins, at the prior."""
    strength = pool.strength[:, index] if index < len(SIGNS) else pool.strength.max(axis=1)
    usable = (pool.width >= SMALLEST_FACE) & (pool.source != "sdfd")
    positive, negative = usable & (strength >= CLEAR), usable & ~pool.touched
    weight = np.where(positive, PRIOR / max(1, positive.sum()), 0) + np.where(negative, (1 - PRIOR) / negative.sum(), 0)
    bins = np.clip((probability * 10).astype(int), 0, 9)
    return float(sum(
        abs((weight * (positive - probability))[bins == number].sum()) for number in range(10)
    ))  # fmt: skip


def all_logits(pool: Pool, members: list[nn.Module], patch: PatchNet, head: HeadNet) -> Tensor:
    """3×N×9."""
    parts = [scores(members, measures(pool)), answers(patch, pool), answers(head, pool)]
    return torch.tensor(np.stack(parts), dtype=torch.float32)


def main() -> None:
    """Fit on one half of the validation people and report on the other, then fit on all and write."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seen", type=Path, required=True)
    asked.add_argument("--nets", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    torch.set_num_threads(1)
    members = torch.load(given.nets / "fuse.pt", weights_only=False)
    patch, head = PatchNet(), HeadNet()
    patch.load_state_dict(torch.load(given.nets / "patches.pt"))
    head.load_state_dict(torch.load(given.nets / "head.pt"))
    held = load(given.seen / "validation")
    logits = all_logits(held, members, patch, head)
    fitted = fit(logits, held)
    print("weights of evidence, patches, head; offset\n", fitted.numpy().round(2))
    answer = joined(logits, fitted).numpy().astype(np.float64)
    report(held, answer)
    for index, sign in enumerate((*SIGNS, "retouched")):
        print(f"calibration error of {sign}: {calibration_error(1 / (1 + np.exp(-answer[:, index])), held, index):.3f}")
    net = Joined(members, patch, head, fitted).eval()
    example = (torch.zeros(1, PLACES, 3, 96, 96), torch.zeros(1, 3, 128, 128), torch.zeros(1, measures(held).shape[1]))
    names = ["patches", "head", "measures", "signs", "places"]
    torch.onnx.export(
        net, example, str(given.out), input_names=names[:3], output_names=names[3:], opset_version=OPSET, dynamo=False,
        dynamic_axes={name: {0: "batch"} for name in names},
    )  # fmt: skip
    print(f"{given.out.name}: {given.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
