"""Hands that reach over the document: capsules melted together, shaded by their own curvature.

The world "tune" points with a forefinger or holds with a thumb; the world "held" with two fingers or a bent thumb.
A hand is drawn once per world and shape as grey shading and then coloured; its frame has the tip at the origin and the
arm along -x, millimetres for a finger 18 mm wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np

from samples.maker.camera.noise import clouds
from samples.maker.camera.shot import Finger, Image, Plane, Points, World

PER_MM = 5.0
_REACH, _HALF = 330.0, 62.0

_TONES = np.array(
    [(238, 204, 184), (232, 196, 172), (224, 184, 156), (214, 170, 140), (200, 153, 122), (178, 130, 100),
     (152, 106, 80), (124, 84, 62), (98, 65, 49), (76, 50, 39)], float,
)  # fmt: skip
"""sRGB of evenly lit skin, lightest to darkest, spread over the same lightness as Monk's ten."""

Chain = list[tuple[float, float, float]]
"""(x, y, radius) in mm, from the tip backwards."""


@dataclass(frozen=True)
class _Shape:
    fingers: list[Chain]
    palm: Chain
    nails: list[tuple[float, float, float, float, float]]
    """(x, y, long, wide, degrees) of each nail that is seen."""


_SHAPES: dict[World, list[_Shape]] = {
    "tune": [
        _Shape(
            [
                [(-8, 0, 8), (-24, 0, 8.6), (-50, 1, 9.4), (-84, 4, 10.5)],
                [(-62, 19, 8.5), (-88, 20, 11)],
                [(-66, 37, 8), (-92, 34, 10)],
                [(-48, -22, 9), (-74, -22, 10.5), (-110, -14, 14)],
            ],
            [(-98, 16, 26), (-128, 12, 30), (-175, 9, 27), (-330, 9, 28)],
            [(-7.5, 0, 11, 9, 0)],
        ),
        _Shape(
            [[(-9.5, 0, 9.5), (-27, 1, 10), (-56, 8, 12), (-92, 24, 16)]],
            [(-96, 34, 28), (-130, 36, 34), (-180, 14, 28), (-330, 9, 29)],
            [(-9, 0, 13, 11.5, 4)],
        ),
    ],
    "held": [
        _Shape(
            [
                [(-8, 0, 8), (-28, 1, 8.8), (-52, 3, 9.5), (-86, 5, 11)],
                [(-3, 18, 8), (-26, 18.5, 9), (-54, 18, 10), (-88, 16, 11)],
                [(-58, 36, 8), (-90, 32, 10)],
            ],
            [(-98, 14, 28), (-130, 14, 33), (-178, 10, 27), (-330, 9, 29)],
            [],
        ),
        _Shape(
            [[(-8.5, 0, 8.8), (-22, -3, 9.6), (-40, -11, 10.5), (-70, -16, 13), (-98, -8, 18)]],
            [(-98, 2, 30), (-136, 10, 34), (-182, 10, 28), (-330, 9, 29)],
            [(-9, -1, 12, 10.5, 12)],
        ),
    ],
}


@dataclass(frozen=True)
class Sprite:
    """A hand seen from above, H×W each.

    Attributes:
        cover: uint8, 255 on the hand.
        shade: factor of light, about 0.5..1.15.
        red: 0..1, where blood shows.
        nail: 0..1.
        sleeve: 0..1, what a sleeve would cover.
        outline: N×2 mm in the hand's frame.
    """

    cover: Image
    shade: Plane
    red: Plane
    nail: Plane
    sleeve: Plane
    outline: Points


def _capsule(x: Plane, y: Plane, chain: Chain) -> tuple[Plane, Plane]:
    """Signed distance to a chain of round cones, mm, and the radius nearby."""
    best = np.full(x.shape, 1e6, np.float32)
    radius = np.full(x.shape, 1.0, np.float32)
    for (ax, ay, ar), (bx, by, br) in pairwise(chain):
        dx, dy = bx - ax, by - ay
        share = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1)
        near = ar + share * (br - ar)
        distance = np.hypot(x - ax - share * dx, y - ay - share * dy) - near
        radius = np.where(distance < best, near, radius)
        best = np.minimum(best, distance)
    return best, np.asarray(radius, dtype=np.float32)


@lru_cache(maxsize=8)
def sprite(world: World, number: int) -> Sprite:
    """One of the world's hands; `number` modulo how many there are."""
    shape = _SHAPES[world][number % len(_SHAPES[world])]
    random = np.random.default_rng([number, ord(world[0])])
    size = (int(2 * _HALF * PER_MM), int((_REACH + 4) * PER_MM))
    x = np.broadcast_to((np.arange(size[1], dtype=np.float32) + 0.5) / PER_MM - _REACH, size)
    y = np.broadcast_to(((np.arange(size[0], dtype=np.float32) + 0.5) / PER_MM - _HALF)[:, None], size)
    y = y + 0.4 * clouds(random, size, (4, 8), 2)
    outside, height = np.full(size, 1e6, np.float32), np.zeros(size, np.float32)
    for chain in [*shape.fingers, shape.palm]:
        distance, radius = _capsule(x, y, chain)
        bulge = np.sqrt(np.clip(1 - np.clip(1 + distance / radius, 0, 1) ** 2, 0, None)) * radius
        height = np.maximum(height, bulge * (0.75 if chain is shape.palm else 1.0))
        blend = np.clip(0.5 + (outside - distance) / 10.0, 0, 1)
        outside = outside * (1 - blend) + distance * blend - 5.0 * blend * (1 - blend) * (chain is shape.palm)
    height = cv2.GaussianBlur(height, (0, 0), 1.0 * PER_MM)
    slope_x, slope_y = np.gradient(height, 1 / PER_MM, axis=1), np.gradient(height, 1 / PER_MM, axis=0)
    up = 1.0 / np.sqrt(1 + slope_x**2 + slope_y**2)
    shade = 0.42 + 0.62 * up - 0.10 * (slope_y * 0.7 + slope_x * 0.3) * up
    shade *= 1 + 0.025 * clouds(random, size, (60, 120), 2)
    red = 0.35 + 0.25 * clouds(random, size, (6, 12), 2)
    for finger in shape.fingers:
        red += 0.6 * np.exp(-(np.hypot(x - finger[0][0], y - finger[0][1]) ** 2) / 60)
        for joint_x, joint_y, joint_r in finger[1:-1]:
            for shift in (-1.6, 0.0, 1.7):
                line = np.exp(-(((x - joint_x - shift - 0.4 * np.sin(y * 0.9)) / 0.35) ** 2))
                shade -= 0.10 * line * np.exp(-(((y - joint_y) / (0.6 * joint_r)) ** 2))
    nail = np.zeros(size, np.float32)
    for at_x, at_y, long, wide, degrees in shape.nails:
        turn = np.radians(degrees)
        a = ((x - at_x) * np.cos(turn) + (y - at_y) * np.sin(turn)) / (long / 2)
        b = (-(x - at_x) * np.sin(turn) + (y - at_y) * np.cos(turn)) / (wide / 2)
        inside = (1 - (np.abs(a) ** 3 + np.abs(b) ** 3)) * 4
        nail = np.maximum(nail, np.clip(inside, 0, 1))
        shade -= 0.14 * np.exp(-((inside / 0.5) ** 2))
        shade += 0.16 * np.exp(-(((b + 0.3) / 0.22) ** 2)) * nail
    cover = np.clip(0.5 - outside * PER_MM / 1.5, 0, 1)
    sleeve = np.clip((-160 - x + 2 * np.sin(y / 9)) * 2, 0, 1)
    codes = np.asarray(np.round(cover * 255), dtype=np.uint8)
    contours, _ = cv2.findContours((codes > 127).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    longest = cv2.approxPolyDP(max(contours, key=cv2.contourArea), 2.0, closed=True)[:, 0].astype(np.float64)
    outline = (longest + 0.5) / PER_MM - (_REACH, _HALF)
    planes = (np.asarray(plane, dtype=np.float32) for plane in (shade, red, nail, sleeve))
    return Sprite(codes, *planes, outline=outline)


def coloured(hand: Sprite, finger: Finger) -> Image:
    """H×W×3 sRGB codes of a hand with a skin tone and perhaps a sleeve."""
    skin = np.array([np.interp(finger.tone - 1, np.arange(10), _TONES[:, channel]) for channel in range(3)])
    blood = skin * (1.0, 0.82, 0.80)
    picture = np.empty((*hand.shade.shape, 3), np.float32)
    for channel in range(3):
        tone = skin[channel] + (blood[channel] - skin[channel]) * hand.red
        keratin = np.minimum(skin[channel] * (1.06, 1.0, 1.0)[channel] + 8, 240)
        tone = tone + (keratin - tone) * 0.7 * hand.nail
        if finger.sleeve is not None:
            tone = tone + (finger.sleeve[channel] - tone) * hand.sleeve
        picture[..., channel] = tone * hand.shade
    return np.asarray(cv2.convertScaleAbs(picture), dtype=np.uint8)


def to_document(finger: Finger) -> Points:
    """3×3: mm of the hand's frame to mm on the document."""
    turn, zoom = np.radians(finger.angle), finger.width / 18.0
    cos, sin = zoom * np.cos(turn), zoom * np.sin(turn)
    return np.array([[cos, -sin, finger.tip[0]], [sin, cos, finger.tip[1]], [0, 0, 1]])


def pixels_to_frame() -> Points:
    """3×3: pixels of a sprite, padded by two, to mm of its frame."""
    return np.array([[1 / PER_MM, 0, -1.5 / PER_MM - _REACH], [0, 1 / PER_MM, -1.5 / PER_MM - _HALF], [0, 0, 1]])
