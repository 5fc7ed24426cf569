"""Two nets: one sees patches at native resolution, the other the aligned head."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.train.retouch.loader import SIGNS

ANSWERS = len(SIGNS) + 1
"""The eight signs, then retouched at all."""
PLACES = 12


def step(taken: int, given: int, stride: int = 1) -> nn.Sequential:
    """Depthwise-separable convolution."""
    return nn.Sequential(
        nn.Conv2d(taken, taken, 3, stride, 1, groups=taken, bias=False), nn.BatchNorm2d(taken), nn.SiLU(),
        nn.Conv2d(taken, given, 1, bias=False), nn.BatchNorm2d(given), nn.SiLU(),
    )  # fmt: skip


class Residues(nn.Module):
    """Five fixed high-pass filters of steganalysis (SRM) on luma, cut off at ±3, beside the colours themselves.

    N×3×H×W of 0..255 to N×8×H×W.
    """

    def __init__(self) -> None:
        super().__init__()
        kernels = torch.zeros(5, 1, 5, 5)
        kernels[0, 0, 2, 1:4] = torch.tensor([1.0, -2.0, 1.0]) / 2
        kernels[1, 0, 1:4, 2] = torch.tensor([1.0, -2.0, 1.0]) / 2
        square = torch.tensor([[-1.0, 2.0, -1.0], [2.0, -4.0, 2.0], [-1.0, 2.0, -1.0]])
        kernels[2, 0, 1:4, 1:4] = square / 4
        kernels[3, 0] = torch.tensor(
            [[-1, 2, -2, 2, -1], [2, -6, 8, -6, 2], [-2, 8, -12, 8, -2], [2, -6, 8, -6, 2], [-1, 2, -2, 2, -1]]
        ) / 12.0  # fmt: skip
        disc = torch.tensor([[0, 1, 1, 1, 0], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [0, 1, 1, 1, 0]])
        kernels[4, 0] = -disc / disc.sum()
        kernels[4, 0, 2, 2] += 1
        self.register_buffer("kernels", kernels)
        self.register_buffer("luma", torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1))

    def forward(self, rgb: Tensor) -> Tensor:
        """Residues over 3, colours as -1..1."""
        grey = (rgb * self.luma).sum(1, keepdim=True)
        fine = nn.functional.conv2d(grey, self.kernels, padding=2).clamp(-3, 3) / 3
        return torch.cat([fine, rgb / 127.5 - 1], dim=1)


class PatchNet(nn.Module):
    """The patches of one photo, in the order of `seen.PLACE_NAMES`.

    Input: N×12×3×S×S float32, 0..255, S 64 or 96, native pixels. Outputs: N×9 logits of the photo (signs, retouched);
    N×12×9 logits of the patches.
    """

    def __init__(self) -> None:
        super().__init__()
        self.residues = Residues()
        self.body = nn.Sequential(
            nn.Conv2d(8, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.SiLU(),
            step(16, 24, 2), step(24, 32, 2), step(32, 48), step(48, 64, 2), step(64, 64),
        )  # fmt: skip
        self.each = nn.Linear(128, ANSWERS)
        self.place = nn.Parameter(torch.zeros(PLACES, 128))
        self.short = nn.Sequential(nn.Linear(128, 20), nn.SiLU())
        self.whole = nn.Sequential(nn.Dropout(0.2), nn.Linear(20 * PLACES, 48), nn.SiLU(), nn.Linear(48, ANSWERS))

    def forward(self, patches: Tensor, places: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """`places`: N×K, which of the twelve the K patches are of; the others are left out (in training only)."""
        count, given = patches.shape[:2]
        seen = self.body(self.residues(patches.flatten(0, 1)))
        pooled = torch.cat([seen.mean(dim=(2, 3)), seen.flatten(2).amax(dim=2)], dim=1).view(count, given, 128)
        pooled = pooled + (self.place if places is None else self.place[places])
        short = self.short(pooled)
        if places is not None:
            whole = torch.zeros(count, PLACES, short.shape[-1])
            short = whole.scatter(1, places[..., None].expand_as(short), short * (PLACES / given))
        return self.whole(short.flatten(1)), self.each(pooled)


class HeadNet(nn.Module):
    """The aligned head.

    Input: N×3×192×192 float32, 0..255. Outputs: N×9 logits; N×2×24×24 displacement in hundredths of the side.
    """

    def __init__(self) -> None:
        super().__init__()
        self.residues = Residues()
        self.stem = nn.Sequential(nn.Conv2d(8, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.SiLU())
        self.fine = nn.Sequential(
            step(16, 24), step(24, 40, 2), step(40, 48), step(48, 72, 2), step(72, 72), step(72, 72)
        )
        self.flow = nn.Sequential(step(74, 64), step(64, 48), nn.Conv2d(48, 2, 1))
        self.layout = nn.Sequential(step(76, 72, 2), step(72, 72), nn.Conv2d(72, 12, 1), nn.SiLU())
        self.whole = nn.Sequential(nn.Dropout(0.3), nn.Linear(12 * 144 + 72, 64), nn.SiLU(), nn.Linear(64, ANSWERS))
        across = torch.linspace(-1, 1, 24)
        self.register_buffer("where", torch.stack(torch.meshgrid(across, across, indexing="ij"))[None])

    def forward(self, head: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and displacement."""
        seen = self.fine(self.stem(self.residues(head)))
        placed = torch.cat([seen, self.where.expand(seen.shape[0], -1, -1, -1)], dim=1)
        flow = self.flow(placed)
        layout = self.layout(torch.cat([placed, flow], dim=1)).flatten(1)
        return self.whole(torch.cat([layout, seen.mean(dim=(2, 3))], dim=1)), flow
