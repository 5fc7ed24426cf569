"""Joins the answers of the nets that were trained, calibrates, reports, and writes them as ONNX.

    python -m models.train.retouch.join --seen out/retouch/seen --nets out/retouch --out models

The evidence net always takes part; patch net and head net where `--nets` holds them. Weights and calibration are
fitted on the validation people, whom none of the nets has seen, so that a value of 0.2 means one in five where one
picture in ten is retouched in that way. `--part test` reports on the test part with what was fitted before.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.train.export import OPSET, into_manifest
from models.train.record import digest, write_record
from models.train.retouch.fuse import SURE, loaded, measures, report, scores
from models.train.retouch.loader import SIGNS, Pool, load
from models.train.retouch.measures import SMALLEST_FACE, area_under
from models.train.retouch.nets import PLACES, HeadNet, PatchNet
from models.train.retouch.train import answers

CHECKED = ("smoothing", "tone", "warp", "background", "generated")
PRIOR = 0.1
CLEAR = 0.35
"""Strength from which an operation counts as one; weaker ones are left out of the fit."""
_PULL = 0.02


class Joined(nn.Module):
    """The evidence net, the answers of the other nets, and what each is worth.

    Inputs: `measures` N×F, NaN where one is missing; `kinds` N×3 of the net of shapes; the logits N×9 of `patches` and
    of `head` where they were trained.
    Output: N×9 probabilities (signs, retouched).
    """

    def __init__(self, members: list[nn.Module], fitted: Tensor) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.register_buffer("fitted", fitted)

    def forward(self, values: Tensor, kinds: Tensor, *others: Tensor) -> Tensor:
        """Probabilities."""
        own = torch.stack([one(values) for one in self.members]).mean(0)
        return torch.sigmoid(joined(torch.stack([own, by_shape(kinds), *others]), self.fitted))


def by_shape(kinds: Tensor) -> Tensor:
    """N×9: what speaks most for a changed shape, as an answer on geometry and on any sign; 0 for the others."""
    most = kinds.amax(dim=1, keepdim=True)
    warp = torch.zeros(len(SIGNS) + 1)
    warp[[SIGNS.index("warp"), len(SIGNS)]] = 1.0
    return most * warp


def joined(logits: Tensor, fitted: Tensor) -> Tensor:
    """K×N×9 logits weighed; "retouched" also by the strongest of the signs.

    Args:
        logits: of K nets.
        fitted: K+2×9: weights of the nets, of the strongest sign, offsets.
    """
    whole = (logits * fitted[:-2, None]).sum(0) + fitted[-1]
    return torch.cat([whole[:, :-1], whole[:, -1:] + fitted[-2, -1] * strongest(whole)], dim=1)


def strongest(answers_of_signs: Tensor) -> Tensor:
    """N×1: the largest of the signs that have a check of their own."""
    return answers_of_signs[:, [SIGNS.index(sign) for sign in CHECKED]].amax(dim=1, keepdim=True)


def fit(logits: Tensor, pool: Pool) -> Tensor:
    """K+2×9, see `joined`: the signs first, then "retouched" with what the signs came to."""
    first = regressed(logits, pool)
    nothing = torch.zeros(1, logits.shape[-1])
    fitted = torch.cat([first[:-1], nothing, first[-1:]])
    most = strongest(joined(logits, fitted)).expand_as(logits[0])
    fitted[:, -1] = regressed(torch.cat([logits, most[None]]), pool)[:, -1]
    return fitted


def regressed(logits: Tensor, pool: Pool) -> Tensor:
    """K+1×9: weights of at least 0 and an offset for each answer, by logistic regression at the prior."""
    raw = torch.full((len(logits) + 1, logits.shape[-1]), -0.5, requires_grad=True)
    strength = torch.tensor(np.concatenate([pool.strength, pool.strength.max(axis=1, keepdims=True)], axis=1))
    large = torch.tensor(pool.width >= SMALLEST_FACE)[:, None]
    own = torch.tensor(pool.source != "sdfd")[:, None] | (torch.arange(strength.shape[1]) == SIGNS.index("generated"))
    untouched = torch.tensor(~pool.touched[:, None] & clean(pool))
    positive, negative = (strength >= CLEAR) & large & own, untouched & large & own
    weight = PRIOR * positive / positive.sum(0).clamp(min=1) + (1 - PRIOR) * negative / negative.sum(0).clamp(min=1)
    optimiser = torch.optim.LBFGS([raw], max_iter=200, line_search_fn="strong_wolfe")

    def fitted() -> Tensor:
        return torch.cat([functional.softplus(raw[:-1]), raw[-1:]])

    def loss() -> Tensor:
        optimiser.zero_grad()
        each = functional.binary_cross_entropy_with_logits(
            (logits * fitted()[:-1, None]).sum(0) + fitted()[-1],
            positive.float(),
            weight=weight.float(),
            reduction="none",
        )
        total = each.sum() + _PULL * (fitted()[:-1] ** 2).mean()
        total.backward()
        return total

    optimiser.step(loss)
    return fitted().detach()


def calibration_error(probability: NDArray[np.float64], pool: Pool, index: int) -> float:
    """Expected calibration error in ten bins, at the prior."""
    strength = pool.strength[:, index] if index < len(SIGNS) else pool.strength.max(axis=1)
    usable = (pool.width >= SMALLEST_FACE) & (pool.source != "sdfd")
    positive, negative = usable & (strength >= CLEAR), usable & ~pool.touched & clean(pool)[:, index]
    weight = np.where(positive, PRIOR / max(1, positive.sum()), 0) + np.where(negative, (1 - PRIOR) / negative.sum(), 0)
    bins = np.clip((probability * 10).astype(int), 0, 9)
    return float(sum(
        abs((weight * (positive - probability))[bins == number].sum()) for number in range(10)
    ))  # fmt: skip


def clean(pool: Pool) -> NDArray[np.bool_]:
    """N×9: whether the originals of the picture's source surely do not show the sign."""
    return np.asarray((pool.source != "congress")[:, None] | SURE)


def measured(answer: NDArray[np.float64], pool: Pool) -> dict[str, object]:
    """Area under the curve and calibration error of each answer."""
    usable = (pool.width >= SMALLEST_FACE) & (pool.source != "sdfd")
    strength = np.concatenate([pool.strength, pool.strength.max(axis=1, keepdims=True)], axis=1)
    told: dict[str, object] = {"files": len(set(pool.group))}
    for index, sign in enumerate((*SIGNS, "retouched")):
        negative = answer[usable & ~pool.touched & (pool.source != "congress"), index]
        area = area_under(negative, answer[usable & (strength[:, index] >= CLEAR), index])
        error = calibration_error(1 / (1 + np.exp(-answer[:, index])), pool, index)
        told[sign] = {"area under the curve": round(area, 3), "calibration error": round(error, 3)}
    return told


def exported(net: nn.Module, path: Path, examples: dict[str, Tensor], shown: list[str]) -> None:
    """Write one net; batches of any size."""
    net = net.eval().to(memory_format=torch.contiguous_format)
    torch.onnx.export(
        net, tuple(examples.values()), str(path), input_names=list(examples), output_names=shown, opset_version=OPSET,
        dynamo=False, dynamic_axes={name: {0: "batch"} for name in (*examples, *shown)},
    )  # fmt: skip
    into_manifest(path)


def main() -> None:
    """Fit and write, or report on the test part with what was fitted before."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seen", type=Path, required=True)
    asked.add_argument("--nets", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True, help="folder of the nets and the manifest")
    asked.add_argument("--part", choices=("validation", "test"), default="validation")
    given = asked.parse_args()
    torch.set_num_threads(1)
    known: dict[str, nn.Module] = {"patches": PatchNet(), "head": HeadNet()}
    others = {name: net for name, net in known.items() if (given.nets / f"{name}.pt").exists()}
    held = load(given.seen / given.part, pictures=bool(others))
    members = loaded(given.nets / "fuse.pt", measures(held).shape[1])
    parts = [scores(members, measures(held)), by_shape(torch.tensor(held.kinds)).numpy().astype(np.float64)]
    for name, net in others.items():
        net.load_state_dict(torch.load(given.nets / f"{name}.pt"))
        parts.append(answers(net, held))
    logits = torch.tensor(np.stack(parts), dtype=torch.float32)
    kept = given.nets / "fitted.pt"
    fitted = fit(logits, held) if given.part == "validation" else torch.load(kept)
    answer = joined(logits, fitted).numpy().astype(np.float64)
    report(held, answer)
    for index, sign in enumerate((*SIGNS, "retouched")):
        print(f"calibration error of {sign}: {calibration_error(1 / (1 + np.exp(-answer[:, index])), held, index):.3f}")
    if given.part == "test":
        return
    torch.save(fitted, kept)
    print("weights of evidence, shape,", ", ".join(others), ", strongest sign; offset\n", fitted.numpy().round(2))
    examples = {"measures": torch.zeros(1, measures(held).shape[1]), "kinds": torch.zeros(1, 3)}
    examples |= {name: torch.zeros(1, 9) for name in others}
    exported(Joined(members, fitted), given.out / "retouch-evidence.onnx", examples, ["signs"])
    listed = given.nets / "pool.sha256"
    paths = sorted((given.seen / "train").glob("*.npz")) + sorted((given.seen / "validation").glob("*.npz"))
    listed.write_text("".join(f"{digest(path)}  {path.parent.name}/{path.name}\n" for path in paths))
    write_record(
        given.out / "retouch-evidence.onnx", seed=0, data=[listed], started_from=None, minutes=time.process_time() / 60,
        curve=[], metrics=measured(answer, held),
    )  # fmt: skip
    if "patches" in others:
        pixels = {"patches": torch.zeros(1, PLACES, 3, 96, 96)}
        exported(others["patches"], given.out / "retouch-patches.onnx", pixels, ["signs", "places"])
    if "head" in others:
        exported(
            others["head"], given.out / "retouch-head.onnx", {"head": torch.zeros(1, 3, 192, 192)}, ["signs", "flow"]
        )


if __name__ == "__main__":
    main()
