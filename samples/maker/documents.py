"""Pictures that are no portraits: a made-up card that says 样本 (specimen), and a name in ink on paper."""

from __future__ import annotations

from functools import cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from samples.maker import cards
from samples.maker.cards.fonts import SHIPPED, Face, Fonts

Image = NDArray[np.uint8]

_CARD = (856, 540)
"""ID-1 (ISO/IEC 7810) at ten pixels a millimetre."""


def draw_card(
    *,
    side: Literal["portrait", "emblem"] = "portrait",
    width: int = 1600,
    height: int = 1200,
    share: float = 0.6,
    turn: float = 0.0,
    ground: tuple[int, int, int] = (90, 70, 55),
    seed: int = 1,
) -> Image:
    """A specimen card on a table, H×W×3 uint8 sRGB.

    Args:
        side: with the photo and the lines of print, or with the emblem and the title.
        share: the card's longer side as a share of the picture's width.
        turn: degrees clockwise.
        ground: colour of the table.
    """
    length = share * width
    half = np.array([length, length * _CARD[1] / _CARD[0]]) / 2
    angle = np.deg2rad(turn)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half @ rotation.T + (width / 2, height / 2)
    flat = np.array([(0, 0), (_CARD[0], 0), _CARD, (0, _CARD[1])], dtype=np.float32)
    place = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    card = cv2.warpPerspective(_flat(side), place, (width, height), flags=cv2.INTER_AREA)
    where = cv2.warpPerspective(np.full((_CARD[1], _CARD[0]), 255, np.uint8), place, (width, height))
    picture = np.where(where[..., None] > 127, card, np.array(ground, np.uint8))
    noise = np.random.default_rng(seed).normal(0.0, 2.5, picture.shape)
    return np.asarray(np.clip(picture + noise, 0, 255), dtype=np.uint8)


@cache
def _flat(side: Literal["portrait", "emblem"]) -> Image:
    """One side of a made card; with the shipped font it is the same on every machine."""
    kit = Fonts(Face(SHIPPED), Face(SHIPPED), Face(SHIPPED))
    return np.asarray(cards.draw_card(side=side, dpi=254, font=kit, region="990101", seed=4).rgb, dtype=np.uint8)


def draw_signature(
    *,
    text: str = "样本",
    width: int = 900,
    height: int = 500,
    ink: tuple[int, int, int] = (20, 20, 30),
    shade: float = 0.15,
) -> Image:
    """Two characters in ink on paper lit from one side, H×W×3 uint8 sRGB; `shade` is the loss of light across it."""
    page = Pillow.new("RGB", (width, height), (238, 236, 230))
    ImageDraw.Draw(page).text((width * 0.25, height * 0.25), text, fill=ink, font=_font(int(height * 0.45)))
    light = 1.0 - shade * np.linspace(0.0, 1.0, width)[None, :, None]
    noise = np.random.default_rng(2).normal(0.0, 2.0, (height, width, 3))
    return np.asarray(np.clip(np.array(page) * light + noise, 0, 255), dtype=np.uint8)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(SHIPPED), size)
