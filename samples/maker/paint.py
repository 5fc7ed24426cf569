"""Colours and painted detail of a drawn portrait, all in linear light."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import landmarks as marks
from samples.maker import face as face_mesh

Array = NDArray[np.float32]
Points = NDArray[np.float64]

_PER_CM = 64
_LEFT, _TOP = -9.0, 10.0
_WIDTH, _HEIGHT = 18 * _PER_CM, 21 * _PER_CM

_TONES = np.array(
    [(238, 204, 184), (232, 196, 172), (224, 184, 156), (214, 170, 140), (200, 153, 122), (178, 130, 100),
     (152, 106, 80), (124, 84, 62), (98, 65, 49), (76, 50, 39)], float,
)  # fmt: skip
"""sRGB of evenly lit skin, from the lightest to the darkest; our own, spread over the same lightness as Monk's ten."""


def linear(colour: tuple[float, ...] | Points) -> Points:
    """Linear light of an sRGB colour 0..255."""
    codes = np.asarray(colour, float) / 255.0
    return np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)


def skin_colour(tone: float) -> Points:
    """Linear light of skin; `tone` 1 (lightest) to 10 (darkest), steps between allowed."""
    return linear(np.array([np.interp(tone - 1, np.arange(10), _TONES[:, channel]) for channel in range(3)]))


@cache
def atlas() -> dict[str, Array]:
    """What is painted on the face at rest: maps of 0..1, found by `look_up`.

    `brows`, `lips`, `lip_line`, `lashes`, `fold`, `nostrils`, `flush` (redder skin), `hollow` (less light).
    """
    face = face_mesh.rest()
    maps = {
        name: np.zeros((_HEIGHT, _WIDTH), np.float32)
        for name in ("brows", "lips", "lip_line", "lashes", "fold", "nostrils", "flush", "hollow")
    }
    for side in (-1.0, 1.0):
        _paint_brow(maps["brows"], side)
    _polygon(maps["lips"], face[list(marks.LIPS_OUTER)])
    _polygon(maps["lips"], face[list(marks.LIPS_INNER)])
    maps["lips"] = _soft(maps["lips"], 0.07)
    _line(maps["lip_line"], face[list(marks.LIPS_INNER)], 0.13, closed=True)
    maps["lip_line"] = _soft(maps["lip_line"], 0.05)
    for outline in (marks.RIGHT_EYE_OUTLINE, marks.LEFT_EYE_OUTLINE):
        _line(maps["lashes"], face[list(outline[:9])] + (0.0, 0.02, 0.0), 0.22)
        _line(maps["lashes"], face[[outline[0], *outline[:7:-1]]], 0.05, strength=0.35)
    for fold in ((247, 30, 29, 27, 28, 56, 190), (467, 260, 259, 257, 258, 286, 414)):
        _line(maps["fold"], face[list(fold)], 0.09)
    maps["lashes"], maps["fold"] = _soft(maps["lashes"], 0.045), _soft(maps["fold"], 0.06)
    for side in (-1.0, 1.0):
        _spot(maps["nostrils"], 0.72 * side, -1.42, 0.34, 0.17)
        _spot(maps["flush"], 3.9 * side, -1.6, 1.8, 1.4, 0.8)
        _spot(maps["hollow"], 2.7 * side, 1.7, 1.3, 0.5, 0.35)
        _spot(maps["hollow"], 2.2 * side, 3.3, 0.8, 0.6, 0.45)
        _spot(maps["hollow"], 1.85 * side, -1.0, 0.22, 0.6, 0.7)
        _spot(maps["hollow"], 1.15 * side, 1.6, 0.35, 1.6, 0.45)
        _spot(maps["hollow"], 5.6 * side, -3.2, 0.9, 2.2, 0.25)
        _line(
            maps["hollow"], np.array([(1.9, -1.2, 0), (2.6, -2.4, 0), (3.0, -3.6, 0)]) * (side, 1, 1), 0.3, strength=0.3
        )
        _spot(maps["hollow"], 2.7 * side, -4.4, 0.35, 0.3, 0.5)
    _spot(maps["flush"], 0.0, -0.6, 1.2, 0.9, 0.8)
    _spot(maps["hollow"], 0.0, -5.9, 1.3, 0.35, 0.7)
    _spot(maps["hollow"], 0.0, -2.7, 0.3, 0.5, 0.3)
    _spot(maps["hollow"], 0.0, -1.85, 1.0, 0.22, 0.9)
    maps["hollow"] = _soft(maps["hollow"], 0.15)
    return maps


def look_up(name: str, place: Points) -> NDArray[np.float64]:
    """The map's value at N×3 points of the face at rest."""
    x = ((place[:, 0] - _LEFT) * _PER_CM).astype(np.float32)[None]
    y = ((_TOP - place[:, 1]) * _PER_CM).astype(np.float32)[None]
    # remap takes at most 32767 columns a row.
    rows = -(-x.shape[1] // 4096)
    padded = [np.pad(values[0], (0, rows * 4096 - values.shape[1])).reshape(rows, 4096) for values in (x, y)]
    found = cv2.remap(atlas()[name], padded[0], padded[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(found.reshape(-1)[: x.shape[1]], dtype=np.float64)


def strands(place: Points, seed: int) -> NDArray[np.float64]:
    """Hair strands, about -1..1: fine across and long from the crown downwards; N×3 points of the head."""
    field = _strand_field(seed)
    around = np.arctan2(place[:, 0], place[:, 2] + 6.0)
    down = np.hypot(np.hypot(place[:, 0], place[:, 2] + 5.0), place[:, 1] - 15.0)
    columns = ((around / (2 * np.pi) + 0.5) * field.shape[1] + 3.0 * np.sin(down * 0.9)) % (field.shape[1] - 1)
    rows = (down * 6.0) % (field.shape[0] - 1)
    return np.asarray(field[rows.astype(int), columns.astype(int)], dtype=np.float64)


@cache
def _strand_field(seed: int) -> Array:
    random = np.random.default_rng(seed)
    fine = cv2.GaussianBlur(random.normal(size=(256, 2400)).astype(np.float32), (0, 0), sigmaX=0.8, sigmaY=16)
    locks = cv2.GaussianBlur(random.normal(size=(256, 2400)).astype(np.float32), (0, 0), sigmaX=9, sigmaY=40)
    return np.asarray(np.clip(0.6 * fine / fine.std() + 0.6 * locks / locks.std(), -2.5, 2.5) / 2.0, dtype=np.float32)


def _paint_brow(target: Array, side: float) -> None:
    """Short hairs that rise from the inner end and lie down towards the outer."""
    random = np.random.default_rng(11)
    ends = (107, 66, 105, 63, 70), (55, 65, 52, 53, 46)
    upper, lower = (face_mesh.rest()[list(ring)] * (-side, 1, 1) for ring in ends)
    body = np.zeros_like(target)
    _polygon(body, np.vstack([upper * 0.75 + lower * 0.25, lower[::-1] * 0.85 + upper[::-1] * 0.15]))
    target += 0.8 * _soft(body, 0.14)
    for _ in range(240):
        along, across = random.uniform(0.0, 4.0), random.uniform(0.1, 0.75)
        whole = int(min(along, 3.999))
        part = along - whole
        above = upper[whole] * (1 - part) + upper[whole + 1] * part
        below = lower[whole] * (1 - part) + lower[whole + 1] * part
        root = below + across * (above - below)
        lean = np.radians(75.0 - 17.0 * along + random.normal(0, 8))
        tip = root + np.array([side * np.cos(lean), np.sin(lean), 0.0]) * random.uniform(0.35, 0.6)
        _line(target, np.array([root, tip]), 0.03, strength=1.0)
    np.clip(_soft(target, 0.02), 0.0, 1.0, out=target)


def _pixels(points: Points) -> NDArray[np.int32]:
    flat = np.stack([(points[:, 0] - _LEFT) * _PER_CM, (_TOP - points[:, 1]) * _PER_CM], axis=1)
    return np.asarray(np.round(flat * 16), dtype=np.int32)


def _polygon(target: Array, points: Points) -> None:
    cv2.fillPoly(target, [_pixels(points)], (1.0,), lineType=cv2.LINE_AA, shift=4)


def _line(target: Array, points: Points, width: float, *, strength: float = 1.0, closed: bool = False) -> None:
    thick = max(1, round(width * _PER_CM))
    stroke = np.zeros_like(target)
    cv2.polylines(stroke, [_pixels(points)], closed, (strength,), thick, cv2.LINE_AA, 4)
    np.maximum(target, stroke, out=target)


def _spot(target: Array, x: float, y: float, wide: float, high: float, strength: float = 1.0) -> None:
    columns = np.arange(_WIDTH) / _PER_CM + _LEFT
    rows = _TOP - np.arange(_HEIGHT) / _PER_CM
    blob = np.exp(-0.5 * ((columns[None] - x) / wide) ** 2 - 0.5 * ((rows[:, None] - y) / high) ** 2)
    np.maximum(target, strength * blob, out=target)


def _soft(values: Array, sigma: float) -> Array:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma * _PER_CM), dtype=np.float32)
