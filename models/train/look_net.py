"""The net that tells side and type of a flat card, and which way up it is."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.train.locate_net import Block


class LookNet(nn.Module):
    """RGB of a flat card to logits.

    Input: N×3×120×192 float32, 0..1. Outputs: N×2 upright or upside down; N×2 portrait or emblem side; N×7 types, the
    last of which is no card at all.
    """

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            Block(3, 16, 2), Block(16, 32, 2), Block(32, 40), Block(40, 56, 2), Block(56, 64), Block(64, 80, 2),
            Block(80, 96),
        )  # fmt: skip
        self.layout = nn.Conv2d(96, 12, 1)  # what is where: the mean alone would not tell up from down
        self.heads = nn.ModuleList(
            [nn.Sequential(nn.Dropout(0.2), nn.Linear(12 * 8 * 12 + 96, count)) for count in (2, 2, 7)]
        )

    def forward(self, rgb: Tensor) -> tuple[Tensor, ...]:
        """Logits: way up, side, type."""
        seen = self.body(rgb * 4.0 - 2.0)
        both = torch.cat([self.layout(seen).flatten(1), seen.mean(dim=(2, 3))], dim=1)
        return tuple(head(both) for head in self.heads)
