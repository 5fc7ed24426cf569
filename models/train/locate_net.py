"""The net that shows where cards are: a small U-net, a quarter of its input's size out."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

STEP = 16
"""Width and height of the input must be multiples of this."""


class Block(nn.Sequential):
    """3×3 convolution, batch norm, ReLU."""

    def __init__(self, before: int, after: int, stride: int = 1, dilation: int = 1) -> None:
        super().__init__(
            nn.Conv2d(before, after, 3, stride, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(inplace=True),
        )


class LocateNet(nn.Module):
    """RGB to two maps of logits.

    Input: N×3×H×W float32, 0..1. Output: N×2×H/4×W/4; the first map is the whole card, fingers on it not taken away;
    the second its inner part, by which cards that touch are told apart.
    """

    def __init__(self) -> None:
        super().__init__()
        self.halved = Block(3, 12, 2)
        self.quarter = nn.Sequential(Block(12, 24, 2), Block(24, 24))
        self.eighth = nn.Sequential(Block(24, 40, 2), Block(40, 40))
        self.sixteenth = nn.Sequential(Block(40, 64, 2), Block(64, 64))
        self.context = nn.Sequential(Block(64, 96), Block(96, 96, dilation=2), Block(96, 96, dilation=4), Block(96, 64))
        self.to_eighth = Block(40 + 64 + 64, 36)
        self.to_quarter = Block(24 + 36, 24)
        self.head = nn.Conv2d(24, 2, 1)

    def forward(self, rgb: Tensor) -> Tensor:
        """Logits of the two maps."""
        quarter = self.quarter(self.halved(rgb * 4.0 - 2.0))
        eighth = self.eighth(quarter)
        sixteenth = self.sixteenth(eighth)
        coarse = torch.cat([sixteenth, self.context(sixteenth)], dim=1)
        up = self.to_eighth(torch.cat([eighth, _doubled(coarse)], dim=1))
        up = self.to_quarter(torch.cat([quarter, _doubled(up)], dim=1))
        answer: Tensor = self.head(up)
        return answer


def _doubled(maps: Tensor) -> Tensor:
    return functional.interpolate(maps, scale_factor=2.0, mode="nearest")
