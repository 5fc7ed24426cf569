"""Pictures that are no portraits: a made-up card that says 样本 (specimen), and a name in ink on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

import photocheck
from samples.maker.astronaut import original

Image = NDArray[np.uint8]

_FONT = Path(photocheck.__file__).parent / "render" / "fonts" / "NotoSansSC-GB2312.otf"
_CARD = (856, 540)
"""ID-1 (ISO/IEC 7810) at ten pixels a millimetre."""
_LINES = (
    "姓名  样本",
    "性别  样    民族  样",
    "出生  样本年样月样日",
    "住址  样本省样本市样本区",
    "          样本路样号",
)


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
        side: with the photo of a face (the NASA portrait) and lines of print, or with a red disc and a title.
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
    card = cv2.warpPerspective(_face_of_card(side), place, (width, height), flags=cv2.INTER_AREA)
    where = cv2.warpPerspective(np.full((_CARD[1], _CARD[0]), 255, np.uint8), place, (width, height))
    picture = np.where(where[..., None] > 127, card, np.array(ground, np.uint8))
    noise = np.random.default_rng(seed).normal(0.0, 2.5, picture.shape)
    return np.asarray(np.clip(picture + noise, 0, 255), dtype=np.uint8)


def _face_of_card(side: str) -> Image:
    card = Pillow.new("RGB", _CARD, (228, 236, 240))
    pen = ImageDraw.Draw(card)
    for y in range(0, _CARD[1], 6):
        pen.line((0, y, _CARD[0], y + 9), fill=(214, 226, 232))
    ink = (25, 25, 35)
    if side == "portrait":
        for number, line in enumerate(_LINES):
            pen.text((50, 50 + number * 72), line, fill=ink, font=_font(34))
        pen.text((50, 450), "公民身份号码  样本样本样本样本", fill=ink, font=_font(36))
        card.paste(Pillow.fromarray(original()[10:310, 130:360]).resize((230, 300)), (570, 70))
    else:
        pen.ellipse((50, 50, 200, 200), fill=(190, 40, 40))
        pen.text((270, 50), "样本样本样本样本", fill=ink, font=_font(56))
        pen.text((260, 150), "样本样本样本", fill=ink, font=_font(80))
        pen.text((220, 380), "签发机关  样本市样本局样本分局", fill=ink, font=_font(32))
        pen.text((220, 450), "有效期限  样本.样.样-样本.样.样", fill=ink, font=_font(32))
    return np.array(card)


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
    return ImageFont.truetype(str(_FONT), size)
