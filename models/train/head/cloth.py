"""Masks, veils, hats and scarves, drawn by landmarks."""

from __future__ import annotations

import numpy as np

from models.train.head.scene import UNKNOWN, Points, Scene, blurred, textile
from photocheck.features import landmarks

_JAW = (93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323)
_RIGHT_EAR, _LEFT_EAR = 127, 356
_BESIDE_EYES = (34, 264)


def _smooth(points: Points, steps: int = 60) -> Points:
    """A closed curve through the points, its corners rounded."""
    closed = np.vstack([points, points[:1]])
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    at = np.linspace(0, lengths[-1], steps, endpoint=False)
    curve = np.column_stack([np.interp(at, lengths, closed[:, axis]) for axis in (0, 1)])
    padded = np.vstack([curve[-2:], curve, curve[:2]])
    return np.asarray((padded[:-4] + 2 * padded[1:-3] + 3 * padded[2:-2] + 2 * padded[3:-1] + padded[4:]) / 9)


def with_mask(scene: Scene, rng: np.random.Generator) -> Scene:
    """A mask of paper or cloth, sometimes below the nose."""
    flat = scene.points[:, :2]
    top = int(rng.choice((197, 195, 5, 4, 2, 0), p=(0.25, 0.3, 0.15, 0.1, 0.1, 0.1)))
    jaw = flat[list(_JAW)].copy()
    start = int(rng.integers(0, 3))
    jaw = jaw[start : len(jaw) - start]
    middle = jaw.mean(axis=0)
    jaw = middle + (jaw - middle) * np.array([rng.uniform(0.88, 1.03), rng.uniform(0.95, 1.12)])
    shoulders = 0.35 * flat[[205, 425]] + 0.65 * flat[[117, 346]]
    upper = [shoulders[1], flat[top] + (0, -0.05 * scene.apart), shoulders[0]]
    if top in (2, 0):
        upper = [flat[425], flat[top], flat[205]]
    outline = _smooth(np.vstack([jaw, upper]))
    cover = scene.filled(outline)
    paper = rng.random() < 0.6
    cloth = textile(scene.side, rng)
    if paper:
        tones = np.array(
            [(120, 185, 220), (150, 205, 225), (240, 242, 245), (90, 190, 190), (28, 28, 30), (240, 190, 205)]
        )
        cloth = np.ones_like(cloth) * tones[rng.integers(len(tones))].astype(np.float32) * float(rng.uniform(0.7, 1.05))
        y = np.arange(scene.side, dtype=np.float32)[:, None, None]
        cloth = cloth * (1 - 0.15 * np.abs(np.sin(y / (0.09 * scene.apart))) ** 8)
    x = (np.arange(scene.side) - middle[0]) / (1.1 * scene.apart)
    cloth = cloth * (1 - 0.25 * np.clip(np.abs(x), 0, 1) ** 2)[None, :, None].astype(np.float32)
    made = scene.shaded(blurred(cover, 0.06 * scene.apart) * 0.25)
    if rng.random() < 0.85:
        corners = [outline[np.argmin(outline[:, 0])], outline[np.argmax(outline[:, 0])]]
        loops = [np.stack([corner, flat[ear]]) for corner, ear in zip(corners, (_RIGHT_EAR, _LEFT_EAR), strict=True)]
        made = made.with_paint(np.full(3, rng.uniform(150, 245)), made.drawn(loops, 0.03 * scene.apart) * 0.9)
    return made.with_paint(cloth, cover).telling({"mask": 1.0, "make-up": UNKNOWN}, {"mask": cover})


def with_veil(scene: Scene, rng: np.random.Generator) -> Scene:
    """Cloth before the lower face, from a scarf pulled up or a veil, down to the picture's edge."""
    flat = scene.points[:, :2]
    top = int(rng.choice((197, 5, 2, 0, 13, 17), p=(0.2, 0.2, 0.2, 0.2, 0.1, 0.1)))
    level = flat[top]
    right, left = flat[234], flat[454]
    wide = float(rng.uniform(0.0, 0.35)) * scene.apart
    sag = float(rng.uniform(-0.25, 0.2)) * scene.apart
    outline = np.array(
        [(right[0] - wide, level[1] - sag), tuple(level), (left[0] + wide, level[1] - sag),
         (left[0] + 2 * wide + 0.3 * scene.apart, scene.side + 9.0),
         (right[0] - 2 * wide - 0.3 * scene.apart, scene.side + 9.0)]
    )  # fmt: skip
    cover = scene.filled(_smooth(outline, 80)) * float(
        rng.uniform(0.9, 1.0) if rng.random() < 0.8 else rng.uniform(0.5, 0.8)
    )
    made = scene.shaded(blurred(cover, 0.05 * scene.apart) * 0.3).with_paint(textile(scene.side, rng), cover)
    return made.telling({"veil": 1.0, "make-up": UNKNOWN}, {"veil": cover})


def with_hat(scene: Scene, rng: np.random.Generator) -> Scene:
    """A cap, a beanie, a hat with a brim, a helmet or a turban, from over the hairline down to the brows."""
    axes = scene.axes()[:, :2]
    brow = scene.points[[105, 334], :2].mean(axis=0)
    edge = brow + (scene.points[landmarks.FOREHEAD_TOP, :2] - brow) * float(rng.uniform(0.05, 1.15))
    kind = str(rng.choice(("beanie", "cap", "brim", "helmet", "turban", "band"), p=(0.25, 0.2, 0.25, 0.15, 0.1, 0.05)))
    half = float(np.hypot(*(scene.points[454, :2] - scene.points[234, :2]))) / 2 * float(rng.uniform(1.0, 1.22))
    middle = (scene.points[454, :2] + scene.points[234, :2]) / 2
    centre = np.array([middle[0] + (edge[0] - middle[0]) * 0.7, edge[1]])
    high = scene.apart * float(rng.uniform(0.9, 1.9))
    if kind == "helmet":
        half, high = half * 1.15, scene.apart * float(rng.uniform(1.2, 1.9))
    top = scene.project(np.array([[0.0, -1.75, 0.3]]))[0, 1]  # no hair shows above it
    high = max(high, centre[1] - top)
    x, up = axes[0] / np.hypot(*axes[0]), -axes[1] / np.hypot(*axes[1])
    around = np.linspace(0, np.pi, 30)
    square = float(rng.uniform(0.45, 1.0))
    dome = centre + np.outer(half * np.sign(np.cos(around)) * np.abs(np.cos(around)) ** square, x)
    dome = dome + np.outer(high * np.sin(around) ** square, up)
    sag = float(rng.uniform(-0.1, 0.25)) * scene.apart  # the lower edge is round
    below = np.linspace(-1, 1, 15)
    lower = centre + np.outer(half * below, x) - np.outer(sag * (1 - below**2) - sag, up)
    ears = float(rng.uniform(0.0, 0.8)) * scene.apart
    lower[[0, -1]] -= ears * up * (kind in ("beanie", "helmet", "turban"))
    cover = scene.filled(np.vstack([dome, lower]), 0.8)
    if kind == "band":
        strip = scene.filled(np.vstack([lower + up * scene.apart * float(rng.uniform(0.15, 0.4)), lower[::-1]]))
        cover = strip
    cloth = textile(scene.side, rng)
    across = np.clip(np.abs((np.arange(scene.side) - centre[0]) / half), 0, 1).astype(np.float32)
    cloth = cloth * (1.05 - 0.35 * across**2)[None, :, None]
    shade = blurred(np.roll(cover, round(0.12 * scene.apart), axis=0), 0.1 * scene.apart) * float(rng.uniform(0.0, 0.5))
    made = scene.shaded(shade).with_paint(cloth, cover)
    if kind in ("cap", "brim"):
        reach = float(rng.uniform(1.0, 1.3) if kind == "cap" else rng.uniform(1.4, 2.2)) * half
        deep = float(rng.uniform(0.12, 0.45)) * scene.apart
        round_ = np.linspace(0, 2 * np.pi, 40)
        tilt = float(rng.uniform(-0.1, 0.1))
        brim = (
            centre
            + np.outer(reach * np.cos(round_), x)
            + np.outer(deep * np.sin(round_) + tilt * reach * np.cos(round_), up)
        )
        rim = scene.filled(brim, 0.8)
        made = made.with_paint(cloth * float(rng.uniform(0.5, 1.0)), rim)
        cover = np.maximum(cover, rim)
    if kind == "helmet" and rng.random() < 0.6:
        flat = scene.points[:, :2]
        straps = [np.stack([flat[127], flat[136], flat[152]]), np.stack([flat[356], flat[365], flat[152]])]
        made = made.with_paint(np.full(3, rng.uniform(10, 80)), made.drawn(straps, 0.06 * scene.apart))
    if kind in ("turban", "beanie") and rng.random() < 0.7:
        folds = [
            centre + np.outer(half * below, x) + np.outer(high * t * (1 - 0.6 * below**2), up)
            for t in rng.uniform(0.05, 0.9, 5)
        ]
        made = made.shaded(made.drawn(folds, 0.05 * scene.apart, 2.0) * cover * 0.35)
    told = made.telling(
        {"hat": UNKNOWN if kind == "band" else 1.0, "ears": UNKNOWN}, {} if kind == "band" else {"hat": cover}
    )
    return told.hiding(cover)


def with_scarf(scene: Scene, rng: np.random.Generator) -> Scene:
    """A scarf around the head that leaves the face free, or a hood."""
    oval = scene.points[list(landmarks.FACE_OVAL), :2]
    middle = oval.mean(axis=0)
    face = middle + (oval - middle) * np.array([rng.uniform(0.93, 1.08), rng.uniform(0.93, 1.06)])
    top = scene.points[landmarks.FOREHEAD_TOP, :2]
    face[:, 1] = np.maximum(face[:, 1], top[1] - scene.apart * float(rng.uniform(-0.25, 0.1)))
    loose = rng.random() < 0.35  # open below the chin
    if loose:
        low = oval[:, 1] > middle[1]
        face[low] = middle + (face[low] - middle) * np.array([1.15, 1.6])
    around = np.linspace(0, 2 * np.pi, 48)
    size = np.array([rng.uniform(1.35, 1.7), rng.uniform(1.4, 1.75)]) * scene.apart
    outer = middle + np.column_stack([np.cos(around) * size[0], np.sin(around) * size[1]]) - (0, 0.25 * scene.apart)
    cover = scene.filled(outer, 1.0)
    if rng.random() < 0.8:
        wide = float(rng.uniform(0.9, 1.9)) * scene.apart
        level, reach = middle[1] + 0.3 * size[1], 0.9 * size[0]
        bottom = scene.side + 5.0
        down = np.array(
            [
                (middle[0] - reach, level),
                (middle[0] + reach, level),
                (middle[0] + wide, bottom),
                (middle[0] - wide, bottom),
            ]
        )
        cover = np.maximum(cover, scene.filled(down, 1.0))
    cover = np.asarray(cover * (1 - scene.filled(_smooth(face), 0.8)), np.float32)
    edge = np.clip(blurred(cover, 0.12 * scene.apart) * (1 - cover), 0, 1)
    made = scene.shaded(edge * float(rng.uniform(0.2, 0.8))).with_paint(textile(scene.side, rng), cover)
    swirls = [
        middle + np.column_stack([np.cos(around) * s * size[0], np.sin(around) * s * size[1]])
        for s in rng.uniform(0.75, 1.0, 4)
    ]
    made = made.shaded(made.drawn(swirls, 0.05 * scene.apart, 2.0) * cover * float(rng.uniform(0, 0.4)))
    return made.telling({"scarf": 1.0, "ears": 1.0}, {"scarf": cover}).hiding(cover)
