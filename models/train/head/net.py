"""The net `head-look`: the first stages of dlib's face recognition net, then a few of its own.

dlib's weights (public domain) are those of `models/face-embedding.onnx`; they start the training and are trained on.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from models.train.retouch.nets import step

_MEAN = (122.782, 117.001, 104.298)
_STAGES = (("conv32_1", 32), ("conv32_2", 32), ("conv32_3", 32),
           ("conv64_down", 64), ("conv64_1", 64), ("conv64_2", 64), ("conv64_3", 64))  # fmt: skip
SHARPNESS = 4.0
"""Of the mean over places: large is the largest, small is the plain mean."""


class Residual(nn.Module):
    """Two convolutions beside nothing; `down` halves the picture and widens it."""

    def __init__(self, taken: int, given: int) -> None:
        super().__init__()
        self.down = taken != given
        self.one = nn.Conv2d(taken, given, 3, 2 if self.down else 1, 1)
        self.two = nn.Conv2d(given, given, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """N×C×H×W."""
        out = self.two(functional.relu(self.one(x)))
        if self.down:
            x = functional.pad(functional.avg_pool2d(x, 2), (0, 0, 0, 0, 0, out.shape[1] - x.shape[1]))
        return functional.relu(out + x)


class HeadLookNet(nn.Module):
    """Input: N×3×176×176 float32, sRGB 0..255. Outputs: N×L logits; N×L×11×11 logits of places."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(_MEAN).view(1, 3, 1, 1))
        self.stem = nn.Conv2d(3, 32, 7, 2)
        widths = [32, *(width for _, width in _STAGES)]
        self.early = nn.Sequential(*(Residual(a, b) for a, b in itertools.pairwise(widths[:4])))
        self.late = nn.Sequential(*(Residual(a, b) for a, b in itertools.pairwise(widths[3:])))
        self.own = nn.Sequential(step(66, 128, 2), step(128, 128))
        self.around = nn.Linear(128, 128)
        self.after = nn.Sequential(step(128, 128), nn.Dropout2d(0.1))
        self.maps = nn.Conv2d(128, looks, 1)
        self.whole = nn.Linear(128, looks)
        across = torch.linspace(-1, 1, 21)
        self.register_buffer("where", torch.stack(torch.meshgrid(across, across, indexing="ij"))[None])

    def forward(self, head: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the picture and of its places."""
        seen = functional.relu(self.stem((head - self.mean) / 255.0))
        seen = self.late(self.early(functional.max_pool2d(seen, 3, 2)))
        seen = self.own(torch.cat([seen, self.where.expand(seen.shape[0], -1, -1, -1)], dim=1))
        seen = self.after(functional.silu(seen + self.around(seen.mean(dim=(2, 3)))[..., None, None]))
        maps = self.maps(seen)
        strongest = torch.logsumexp(SHARPNESS * maps.flatten(2), dim=2) - float(np.log(maps.shape[2] * maps.shape[3]))
        return strongest / SHARPNESS + self.whole(seen.mean(dim=(2, 3))), maps


def start_from(net: HeadLookNet, path: Path) -> None:
    """Take dlib's first stages over."""
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer}

    def convolution(name: str, into: nn.Conv2d) -> None:
        key = f"{name}/conv/filters"
        if key in held:
            weights = held[key]
        else:
            weights = held[f"{key}/stored"].astype(np.float32) * held[f"{key}/scale"] + held[f"{key}/low"]
        gain, offset = held[f"{name}/gain"].reshape(-1), held[f"{name}/offset"].reshape(-1)
        with torch.no_grad():
            into.weight.copy_(torch.from_numpy(weights * gain[:, None, None, None]))
            if into.bias is not None:
                into.bias.copy_(torch.from_numpy(offset.copy()))

    convolution("conv32_down", net.stem)
    for (name, _), block in zip(_STAGES, [*net.early, *net.late], strict=True):
        convolution(f"{name}/conv1", block.one)
        convolution(f"{name}/conv2", block.two)
