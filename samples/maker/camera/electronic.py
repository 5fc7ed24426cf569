"""Documents that no camera saw: screenshots, cards in applications, and cards that are the whole file."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from samples.maker.camera.layers import lay, pixels_to_mm, round_alpha
from samples.maker.camera.lettering import font
from samples.maker.camera.shot import Electronic, Image, Points, Shot, World

_LOOKS: dict[World, list[tuple[tuple[int, int, int], tuple[int, int, int]]]] = {
    "tune": [((245, 245, 247), (28, 110, 220)), ((255, 255, 255), (20, 160, 90)), ((24, 24, 28), (90, 150, 240))],
    "held": [((238, 242, 248), (200, 50, 40)), ((250, 248, 242), (120, 80, 200)), ((40, 44, 52), (240, 170, 60))],
}
"""Page and accent colour."""


def draw(
    flat: Image,
    size_mm: tuple[float, float],
    medium: Electronic,
    shot: Shot,
    radius_mm: float,
    random: np.random.Generator,
) -> tuple[Image, Image, Points]:
    """The picture, the document's cover in it and its homography; only `share`, `offset` and the quarter turn count."""
    turn = round(shot.turn / 90) % 4
    flat = np.ascontiguousarray(np.rot90(flat, -turn))
    extent = size_mm if turn % 2 == 0 else (size_mm[1], size_mm[0])
    if medium.page == "full":
        scale = max(shot.width, shot.height) / max(extent)
        width, height = round(extent[0] * scale), round(extent[1] * scale)
        picture = np.full((height, width, 3), 255, np.uint8)
        left = top = 0.0
    else:
        width, height = shot.width, shot.height
        scale = min(shot.share * max(width, height) / max(extent), 0.96 * width / extent[0], 0.8 * height / extent[1])
        page, accent = _LOOKS[shot.world][random.integers(3)]
        picture = np.empty((height, width, 3), np.uint8)
        picture[:] = page
        left = float(round((width - extent[0] * scale) / 2 + shot.offset[0] * width))
        top = float(round((height - extent[1] * scale) / 2 + shot.offset[1] * height))
        if medium.page == "app":
            picture = _furniture(picture, accent, top + extent[1] * scale, random)
    upright = np.array([[scale, 0, left - 0.5], [0, scale, top - 0.5], [0, 0, 1]])
    size = (round(extent[0] * scale), round(extent[1] * scale))
    seen = cv2.resize(flat, size, interpolation=cv2.INTER_AREA if size[0] < flat.shape[1] else cv2.INTER_CUBIC)
    round_off = radius_mm * scale if medium.corners == "round" else 0.0
    alpha = round_alpha(*size, round_off)
    cover = np.zeros(picture.shape[:2], np.uint8)
    window, inside = lay(picture, seen, alpha, upright @ pixels_to_mm(seen.shape, extent, 2))
    window.of(cover)[:] = inside
    quarter = {
        0: np.eye(3),
        1: np.array([[0, -1, size_mm[1]], [1, 0, 0], [0, 0, 1]]),
        2: np.array([[-1, 0, size_mm[0]], [0, -1, size_mm[1]], [0, 0, 1]]),
        3: np.array([[0, 1, 0], [-1, 0, size_mm[0]], [0, 0, 1]]),
    }[turn]
    return picture, cover, np.asarray(upright @ quarter)


def _furniture(picture: Image, accent: tuple[int, int, int], below: float, random: np.random.Generator) -> Image:
    """A status bar, a title, lines of text and a button."""
    height, width = picture.shape[:2]
    unit = max(8, min(width, height) // 28)
    ink = (235,) * 3 if picture[0, 0].mean() < 128 else (30,) * 3
    canvas = Pillow.fromarray(picture)
    pen = ImageDraw.Draw(canvas)
    pen.text((unit, unit // 3), f"{random.integers(24):02d}:{random.integers(60):02d}", fill=ink, font=font(unit))
    for bar in range(4):
        x = width - 6 * unit + bar * unit // 3
        pen.rectangle((x, unit - bar * unit // 6, x + unit // 5, 4 * unit // 3), fill=ink)
    pen.rounded_rectangle((width - 3 * unit, unit // 2, width - unit, 4 * unit // 3), unit // 4, outline=ink)
    pen.rectangle(
        (width - 3 * unit + 3, unit // 2 + 3, width - unit - int(random.uniform(0.2, 1.2) * unit), 4 * unit // 3 - 3),
        fill=ink,
    )
    pen.text((width / 2, 2.6 * unit), "电子证件样本", fill=ink, font=font(round(1.2 * unit)), anchor="mm")
    for line in range(2):
        pen.text(
            (1.5 * unit, below + (1 + 1.6 * line) * unit),
            "样本样本样本样本样本"[: 10 - 3 * line],
            fill=(140,) * 3,
            font=font(unit),
        )
    top = max(below + 5 * unit, height - 4 * unit)
    pen.rounded_rectangle((1.5 * unit, top, width - 1.5 * unit, top + 2.4 * unit), unit, fill=accent)
    pen.text((width / 2, top + 1.2 * unit), "出示", fill=(255,) * 3, font=font(unit), anchor="mm")
    return np.array(canvas)
