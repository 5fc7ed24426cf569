"""Cards of which only the texts are told: what is asked of the fields needs neither a photo nor a reader."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import ClassVar

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from photocheck.decode import decode
from photocheck.features.subject import Subject
from photocheck.finding import Region

_FONT = resources.files("photocheck") / "render" / "fonts" / "NotoSansSC-GB2312.otf"
_SIZE = (1284, 810)
_LEFT, _TOP, _PITCH, _HEIGHT = 120, 60, 90, 48


@dataclass(frozen=True)
class WrittenText:
    """A field as a reader would give it."""

    text: str
    confidence: float
    box: tuple[float, float, float, float]


class WrittenCard(Subject):
    """A white card with its fields one below the other, read without a fault.

    Args:
        texts: by key, as the reader gives them.
        confidence: of those fields that were not read surely.
    """

    kind: ClassVar[str] = "id-card"

    def __init__(
        self,
        texts: Mapping[str, str],
        *,
        card_type: str = "resident",
        side: str = "portrait",
        confidence: Mapping[str, float] | None = None,
    ) -> None:
        self.texts = {
            key: WrittenText(text, (confidence or {}).get(key, 0.99), _box(row, text))
            for row, (key, text) in enumerate(texts.items())
        }
        self.card_type = card_type
        self.side = side
        super().__init__(decode(_drawn([field.text for field in self.texts.values()])))

    def region(self, label: str, shape: tuple[float, float, float, float]) -> Region:
        return Region.box(label, *shape)


def _box(row: int, text: str) -> tuple[float, float, float, float]:
    top = _TOP + row * _PITCH
    return (_LEFT, top, _LEFT + 40 * max(2, len(text)), top + _HEIGHT)


def _drawn(texts: list[str]) -> bytes:
    card = Image.fromarray(np.full((_SIZE[1], _SIZE[0], 3), 245, np.uint8))
    pen = ImageDraw.Draw(card)
    font = ImageFont.truetype(io.BytesIO(_FONT.read_bytes()), 40)
    for row, text in enumerate(texts):
        pen.text((_LEFT, _TOP + row * _PITCH), text, fill=(20, 20, 20), font=font)
    file = io.BytesIO()
    card.save(file, "PNG")
    return file.getvalue()
