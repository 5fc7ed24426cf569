"""The net that tells printed and corrected names from the shapes of their strokes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.train.locate_net import Block


class InkNet(nn.Module):
    """Ink of one line of writing to logits.

    Input: N×1×H×W float32, 0..1, H and W multiples of 16, characters about 56 pixels high. Output: N×2 logits: printed,
    corrected. Print shows everywhere, so its evidence is averaged over the places with ink; a correction shows in one
    place, so there the strongest evidence counts.
    """

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            Block(1, 12, 2), Block(12, 24, 2), Block(24, 32), Block(32, 48, 2), Block(48, 56), Block(56, 64, 2),
            Block(64, 64),
        )  # fmt: skip
        self.drop = nn.Dropout2d(0.1)
        self.places = nn.Conv2d(64, 2, (1, 1))
        self.whole = nn.Linear(128, 2)

    def forward(self, strip: Tensor) -> Tensor:
        """Logits: printed, corrected."""
        inked = nn.functional.max_pool2d(strip, 16)
        seen = self.drop(self.body(strip * 2.0 - 1.0)) * inked
        mean = seen.sum(dim=(2, 3)) / (inked.sum(dim=(2, 3)) + 1e-3)
        highest = seen.amax(dim=(2, 3))
        places = self.places(seen)
        strongest = places.amax(dim=(2, 3))
        usual = (places * inked).sum(dim=(2, 3)) / (inked.sum(dim=(2, 3)) + 1e-3)
        local = torch.cat([usual[:, :1], strongest[:, 1:]], dim=1)
        return local + self.whole(torch.cat([mean, highest], dim=1))
