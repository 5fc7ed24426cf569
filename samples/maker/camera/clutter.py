"""Other things on the desk, none of the shape of a card.

The world "tune" has pens, sticky notes and telephones; the world "held" coins, rulers and cables.
"""

from __future__ import annotations

import cv2
import numpy as np

from samples.maker.camera.geometry import project, scale_at
from samples.maker.camera.layers import Window, blend, darken
from samples.maker.camera.shot import Image, Points, World

_THINGS = {"tune": ("pen", "note", "telephone"), "held": ("coin", "ruler", "cable")}


def scatter(
    canvas: Image, place: Points, size_mm: tuple[float, float], world: World, count: int, random: np.random.Generator
) -> None:
    """Lay `count` things near the document, in place; they may reach under it."""
    for _ in range(count):
        kind = str(random.choice(_THINGS[world]))
        away = random.uniform(0, 2 * np.pi)
        reach = random.uniform(0.62, 0.95) * np.hypot(*size_mm)
        middle = np.array(size_mm) / 2 + reach * np.array([np.cos(away), np.sin(away)])
        turn = random.uniform(0, np.pi)
        spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        _thing(canvas, place, kind, middle, spin, random)


def _thing(canvas: Image, place: Points, kind: str, middle: Points, spin: Points, random: np.random.Generator) -> None:
    colour = tuple(int(code) for code in random.integers(20, 235, 3))
    if kind == "pen":
        for half, tone in ((5.0, 0.75), (3.8, 1.0), (1.2, 1.35)):
            body = np.array([(-70, -half), (55, -half), (70, -0.8), (70, 0.8), (55, half), (-70, half)])
            fill(canvas, project(place, body @ spin + middle), _toned(colour, tone), 0.0 if half < 5 else 8.0)
    elif kind == "note":
        paper = [(250, 236, 130), (250, 190, 190), (190, 226, 250), (246, 246, 244)][random.integers(4)]
        fill(canvas, project(place, _box(76, 76) @ spin + middle), paper, 3.0)
        for row in range(-2, 3):
            line = np.stack([np.linspace(-30, random.uniform(0, 30), 40), row * 11 + random.normal(0, 1.2, 40)], 1)
            width = max(1, round(0.7 * scale_at(place, (middle[0], middle[1]))))
            stroke(canvas, project(place, line @ spin + middle), (50, 50, 70), width)
    elif kind == "telephone":
        for inset, tone in ((0.0, 26), (1.5, 12)):
            body = _round_box(74 - 2 * inset, 152 - 2 * inset, 9 - inset)
            fill(canvas, project(place, body @ spin + middle), (tone, tone, tone + 3), 0.0 if inset else 10.0)
    elif kind == "coin":
        metal = [(196, 190, 178), (190, 150, 88), (170, 176, 180)][random.integers(3)]
        for radius, tone in ((12.5, 0.7), (12.0, 1.0), (10.6, 0.86), (10.2, 0.97)):
            around = np.linspace(0, 2 * np.pi, 60)[:-1]
            disc = radius * np.stack([np.cos(around), np.sin(around)], 1)
            fill(canvas, project(place, disc + middle), _toned(metal, tone), 4.0 if radius == 12.5 else 0.0)
    elif kind == "ruler":
        fill(canvas, project(place, _box(220, 28) @ spin + middle), (226, 206, 150), 3.0)
        for tick in range(-105, 106):
            long = 7 if tick % 10 == 0 else 5 if tick % 5 == 0 else 3
            ends = np.array([(tick, -14.0), (tick, -14.0 + long)])
            stroke(canvas, project(place, ends @ spin + middle), (40, 36, 30), 1)
    else:
        along = np.linspace(-1, 1, 60)
        bend = np.stack([120 * along, 22 * np.sin(along * random.uniform(2, 6))], 1)
        width = max(2, round(4.2 * scale_at(place, (middle[0], middle[1]))))
        path = project(place, bend @ spin + middle)
        for thick, tone in ((width, 0.6), (round(0.6 * width), 1.0), (max(1, width // 6), 1.3)):
            stroke(canvas, path, _toned((226, 226, 224), tone) if colour[0] > 90 else _toned((40, 40, 42), tone), thick)


def _toned(colour: tuple[int, ...], factor: float) -> tuple[int, int, int]:
    red, green, blue = (int(min(255, code * factor)) for code in colour)
    return red, green, blue


def _box(wide: float, high: float) -> Points:
    return np.array([(-wide, -high), (wide, -high), (wide, high), (-wide, high)]) / 2


def _round_box(wide: float, high: float, radius: float) -> Points:
    around = np.linspace(0, 2 * np.pi, 41)[:-1]
    arc = radius * np.stack([np.cos(around), np.sin(around)], 1)
    return np.asarray(arc + np.sign(arc + 1e-9) * (wide / 2 - radius, high / 2 - radius))


def fill(canvas: Image, outline: Points, colour: tuple[int, int, int], shadow: float = 0.0) -> None:
    """A polygon of pixels in one colour, in place; `shadow` pixels of soft shade about it."""
    window = Window(canvas, outline, margin=3 + 3 * shadow)
    if window.empty:
        return
    cover = np.zeros(window.size[::-1], np.uint8)
    corners = np.round((outline - (window.left, window.top)) * 16).astype(np.int32)
    cv2.fillPoly(cover, [corners], (255,), cv2.LINE_AA, 4)
    view = window.of(canvas)
    if shadow:
        cast = cv2.GaussianBlur(np.roll(cover, int(shadow / 2), (0, 1)), (0, 0), shadow / 2)
        darken(view, np.asarray(cast), 0.35)
    layer = np.empty_like(view)
    layer[:] = colour
    blend(view, layer, cover)


def stroke(canvas: Image, path: Points, colour: tuple[int, int, int], width: int) -> None:
    """A line through pixels, in place."""
    cv2.polylines(
        canvas,
        [np.round(path * 16).astype(np.int32)],
        isClosed=False,
        color=colour,
        thickness=width,
        lineType=cv2.LINE_AA,
        shift=4,
    )
