"""Cards that are none of those known: bank cards, licences, membership cards, name cards; and plain stand-ins.

320×202 pixels, drawn roughly: the nets see no more of them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

import photocheck

Image = NDArray[np.uint8]
Generator = np.random.Generator

WIDTH, HEIGHT = 320, 202
_FONT = Path(photocheck.__file__).parent / "render" / "fonts" / "NotoSansSC-GB2312.otf"
_WORDS = (
    "中国银行", "储蓄卡", "中华人民共和国机动车驾驶证", "准驾车型", "会员卡", "社会保障卡", "学生证", "工作证",
    "图书馆",
    "BANK", "DEBIT", "Driving Licence", "VISITOR", "MEMBER", "VALID THRU 09/29", "有效期", "健身中心", "地铁", "经理",
    "电话", "地址", "www.example.com", "NAME", "No.", "部门", "姓名", "编号", "医院就诊卡", "积分", "Library Card",
)  # fmt: skip


def other_card(photos: NDArray[np.uint8], rng: Generator) -> Image:
    """One card of a random kind.

    Args:
        photos: N×h×w×3 pictures, for the photos on licences and the like.
    """
    draw: Callable[..., Image] = (_bank, _licence, _name_card, _jumble)[rng.choice(4, p=[0.3, 0.3, 0.15, 0.25])]
    return draw(photos, rng)


def _ground(rng: Generator, dark: bool) -> Image:
    """Two or three colours flowing into each other, waves over them."""
    low, high = (0, 190) if dark else (150, 255)
    cells = rng.uniform(low, high, (int(rng.integers(1, 4)), int(rng.integers(1, 4)), 3)).astype(np.float32)
    if rng.random() < 0.4:
        cells = cells[:1, :1] + np.zeros_like(cells)
    ground = cv2.resize(cells, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.5:
        y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        wave = np.sin(x * rng.uniform(-0.3, 0.3) + y * rng.uniform(-0.3, 0.3) + 5 * np.sin(x / rng.uniform(20, 90)))
        ground = ground + wave[..., None] * rng.uniform(3, 20, 3)
    return np.clip(ground, 0, 255).astype(np.uint8)


def _write(card: Image, items: list[tuple[float, float, str, int]], ink: tuple[int, int, int]) -> Image:
    """Text at shares of width and height, sizes in pixels."""
    page = Pillow.fromarray(card)
    pen = ImageDraw.Draw(page)
    for x, y, text, size in items:
        pen.text((x * WIDTH, y * HEIGHT), text, font=ImageFont.truetype(str(_FONT), size), fill=ink)
    return np.asarray(page, dtype=np.uint8).copy()


def _ink(card: Image, rng: Generator) -> tuple[int, int, int]:
    tone = rng.uniform(0, 70, 3) if card.mean() > 120 else rng.uniform(180, 255, 3)
    return (int(tone[0]), int(tone[1]), int(tone[2]))


def _word(rng: Generator) -> str:
    return str(_WORDS[rng.integers(len(_WORDS))])


def _digits(rng: Generator, count: int) -> str:
    return "".join(str(digit) for digit in rng.integers(0, 10, count))


def _bank(_photos: NDArray[np.uint8], rng: Generator) -> Image:
    card = _ground(rng, dark=rng.random() < 0.75)
    ink = _ink(card, rng)
    number = "  ".join(_digits(rng, 4) for _ in range(4))
    items = [(0.08, 0.55, number, 25), (0.06, 0.07, _word(rng), int(rng.integers(16, 28))), (0.5, 0.75, _word(rng), 12)]
    card = _write(card, items, ink)
    if rng.random() < 0.8:  # the chip
        left, top = int(WIDTH * 0.1), int(HEIGHT * rng.uniform(0.28, 0.4))
        cv2.rectangle(card, (left, top), (left + 42, top + 32), (205, 180, 110), -1)
        cv2.rectangle(card, (left + 12, top + 8), (left + 30, top + 24), (150, 130, 70), 1)
    for shift in (0, 22):
        tone = tuple(int(v) for v in rng.uniform(0, 255, 3))
        cv2.circle(card, (int(WIDTH * 0.82) + shift, int(HEIGHT * 0.84)), 17, tone, -1)
    if rng.random() < 0.25:  # the back: a magnetic stripe
        cv2.rectangle(card, (0, 20), (WIDTH, 60), (25, 22, 20), -1)
    return card


def _licence(photos: NDArray[np.uint8], rng: Generator) -> Image:
    card = _ground(rng, dark=False)
    ink = _ink(card, rng)
    items = [(rng.uniform(0.03, 0.3), 0.04, _word(rng), int(rng.integers(14, 22)))]
    left = rng.random() < 0.5
    start = 0.36 if left else 0.05
    for row in range(int(rng.integers(4, 9))):
        text = f"{_word(rng)} {_digits(rng, int(rng.integers(2, 9)))}"
        items.append((start + rng.choice([0, 0, 0.12]), 0.2 + 0.095 * row, text, int(rng.integers(10, 15))))
    card = _write(card, items, ink)
    photo = photos[rng.integers(len(photos))]
    high = int(rng.integers(70, 125))
    wide = int(high * rng.uniform(0.7, 0.85))
    x = int(rng.integers(8, 20)) if left else WIDTH - wide - int(rng.integers(8, 25))
    y = int(rng.integers(45, 70))
    card[y : y + high, x : x + wide] = cv2.resize(photo[:300, :300], (wide, high), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.4:
        cv2.rectangle(card, (20, 140), (70, 185), (200, 40, 40), int(rng.choice([2, -1])))
    return card


def _name_card(_photos: NDArray[np.uint8], rng: Generator) -> Image:
    card = np.full((HEIGHT, WIDTH, 3), rng.uniform(225, 255, 3), dtype=np.float64).astype(np.uint8)
    items = [(rng.uniform(0.05, 0.5), 0.1 + 0.12 * row, _word(rng), int(rng.integers(9, 26))) for row in range(6)]
    card = _write(card, items, _ink(card, rng))
    if rng.random() < 0.5:
        cv2.circle(
            card, (int(rng.uniform(30, 290)), 40), int(rng.integers(10, 26)), rng.uniform(0, 255, 3).tolist(), -1
        )
    return card


def _jumble(photos: NDArray[np.uint8], rng: Generator) -> Image:
    card = _ground(rng, dark=rng.random() < 0.4)
    if rng.random() < 0.3:
        card = cv2.resize(photos[rng.integers(len(photos))], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    for _ in range(int(rng.integers(0, 5))):
        first = rng.uniform(0, 1, 2) * (WIDTH, HEIGHT)
        second = first + rng.uniform(10, 120, 2)
        tone = rng.uniform(0, 255, 3).tolist()
        cv2.rectangle(card, first.astype(int).tolist(), second.astype(int).tolist(), tone, int(rng.choice([1, 3, -1])))
    texts = [
        (rng.uniform(0, 0.8), rng.uniform(0, 0.9), _word(rng), int(rng.integers(9, 30)))
        for _ in range(int(rng.integers(1, 9)))
    ]
    return _write(np.ascontiguousarray(card), texts, _ink(card, rng))
