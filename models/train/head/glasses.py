"""Glasses: frames of wire and plastic, clear, tinted and mirrored lenses, reflections."""

from __future__ import annotations

import numpy as np

from models.train.head.scene import UNKNOWN, Plane, Points, Scene, blurred, graded
from photocheck.features import landmarks

_EYES = (landmarks.RIGHT_EYE_OUTLINE, landmarks.LEFT_EYE_OUTLINE)
_TEMPLES = (127, 356)


def with_glasses(scene: Scene, rng: np.random.Generator) -> Scene:
    """The head with glasses on."""
    lenses = _lenses(rng)
    rims = [scene.project(lens) for lens in lenses]
    glass = np.maximum(*(scene.filled(rim) for rim in rims))
    kind = rng.choice(("wire", "rimless", "plastic", "thick"), p=(0.3, 0.1, 0.2, 0.4))
    thick = float({"wire": rng.uniform(0.012, 0.026), "rimless": 0.012, "plastic": rng.uniform(0.028, 0.042),
                   "thick": np.exp(rng.uniform(np.log(0.05), np.log(0.13)))}[str(kind)])  # fmt: skip
    tinted = rng.random() < 0.4
    scene, passes = _tinted(scene, glass, rng) if tinted else (_clear(scene, glass, rng), 1.0)
    glaring, shine = 0.0, np.zeros_like(glass)
    if rng.random() < 0.35:
        scene, shine = _glare(scene, rims, glass, rng)
        glaring = graded(max(scene.covered(eye, shine) for eye in _EYES), 0.03, 0.2, 0.0)
    lines, frame = _lines(scene, lenses, rng), np.zeros_like(glass)
    width = thick * scene.apart
    if kind == "rimless":
        frame = scene.drawn(lines[2:], width)
    else:
        frame = scene.drawn(lines, width)
        if rng.random() < 0.3:  # a heavier upper rim
            half = [rim[rim[:, 1] < rim[:, 1].mean() - 0.1 * np.ptp(rim[:, 1])] for rim in rims]
            half = [line[np.argsort(line[:, 0])] for line in half]
            frame = np.maximum(frame, scene.drawn(half, width * float(rng.uniform(1.2, 2.0))))
    strong = float(rng.uniform(0.85, 1.0)) if rng.random() < 0.85 else float(rng.uniform(0.3, 0.6))
    shadow = blurred(np.roll(frame, round(0.08 * scene.apart), axis=0), 0.05 * scene.apart) * float(rng.uniform(0, 0.4))
    made = scene.shaded(shadow).with_paint(_frame_colour(rng), frame * strong)
    if rng.random() < 0.5:
        light = np.clip(frame - np.roll(frame, max(1, round(0.3 * width)), axis=0), 0, 1)
        made = made.with_paint(np.full(3, 235.0), light * float(rng.uniform(0.1, 0.6)))
    heavy = 1.0 if kind == "thick" and strong > 0.8 else UNKNOWN if kind in ("thick", "plastic") else 0.0
    on_eye = max(scene.covered(eye, frame * strong) for eye in _EYES)
    eyes = graded(max(on_eye, 0.9 * (passes < 0.12)), 0.05, 0.3, scene.truth.get("eyes", 0.0))
    tint = 1.0 if passes < 0.55 else UNKNOWN if passes < 0.9 else 0.0
    whole = np.maximum(glass, frame)
    return made.telling(
        {"glasses": 1.0, "tint": tint, "frame": heavy, "glare": glaring, "eyes": UNKNOWN if 0.12 <= passes < 0.3
         else eyes},
        {"glasses": whole, **({"tint": glass} if tint == 1 else {}), **({"frame": frame} if heavy == 1 else {}),
         **({"glare": shine} if glaring == 1 else {})},
    )  # fmt: skip


def _lenses(rng: np.random.Generator) -> list[Points]:
    """Outlines of both lenses: superellipses, a little narrower below or above."""
    width = float(rng.uniform(0.62, 1.0))
    height = width * float(rng.uniform(0.5, 0.95))
    power = float(rng.choice((2.0, rng.uniform(2.0, 3.0), rng.uniform(3.0, 6.0))))
    slope, droop = float(rng.uniform(-0.2, 0.2)), float(rng.uniform(-0.06, 0.12))
    around = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    x = np.sign(np.cos(around)) * np.abs(np.cos(around)) ** (2 / power)
    y = np.sign(np.sin(around)) * np.abs(np.sin(around)) ** (2 / power)
    middle = max(0.5, width / 2 + float(rng.uniform(0.08, 0.16)))
    below = float(rng.uniform(-0.02, 0.14))
    lenses = []
    for sign in (-1.0, 1.0):
        outwards = x * width / 2 * (1 + slope * y)
        lift = -droop * x * height  # outer corners up
        bent = 0.1 * (middle + outwards) ** 2  # the front follows the face
        lenses.append(np.column_stack([sign * (middle + outwards), below + y * height / 2 + lift, -0.22 + bent]))
    return lenses


def _lines(scene: Scene, lenses: list[Points], rng: np.random.Generator) -> list[Points]:
    """Rims, bridge, temples in pixels."""
    rims = [scene.project(np.vstack([lens, lens[:1]])) for lens in lenses]
    inner = [lens[np.argmin(np.abs(lens[:, 0]))] for lens in lenses]
    top = float(rng.uniform(-0.18, -0.02))
    over = np.linspace(inner[0], inner[1], 9)
    over[:, 1] += top + 0.05 - 0.08 * np.sin(np.linspace(0, np.pi, 9))
    lines = [*rims, scene.project(over)]
    for lens, temple in zip(lenses, _TEMPLES, strict=True):
        outer = lens[np.argmax(np.abs(lens[:, 0]))] + np.array([0.0, -0.1, 0.0])
        hinge = scene.project(outer[None])[0]
        lines.append(np.stack([hinge, scene.points[temple, :2]]))
    return lines


def _frame_colour(rng: np.random.Generator) -> Plane:
    choices = np.array(
        [(20, 20, 22), (20, 20, 22), (35, 28, 24), (60, 40, 28), (90, 60, 35), (150, 150, 155), (170, 145, 95),
         (120, 25, 30), (30, 45, 100), (225, 225, 225)], np.float32)  # fmt: skip
    return np.asarray(choices[rng.integers(len(choices))] * rng.uniform(0.7, 1.2), np.float32)


def _clear(scene: Scene, glass: Plane, rng: np.random.Generator) -> Scene:
    """Clear glass takes a little light."""
    return scene.shaded(glass * float(rng.uniform(0.0, 0.08)))


def _tinted(scene: Scene, glass: Plane, rng: np.random.Generator) -> tuple[Scene, float]:
    """The scene behind coloured glass, and the share of light that passes."""
    passes = float(np.exp(rng.uniform(np.log(0.02), np.log(0.8))))
    colour = np.array([(1, 1, 1), (1, 0.85, 0.7), (0.8, 1, 0.85), (0.75, 0.85, 1), (1, 0.8, 0.85), (1, 0.95, 0.6)])
    hue = colour[rng.integers(len(colour))].astype(np.float32)
    seen = scene.rgb * (np.float32(passes) * hue)
    y = np.linspace(-1, 1, scene.side, dtype=np.float32)[:, None, None]
    if rng.random() < 0.4:  # lighter below
        seen = seen * (1 + np.clip(2.5 * y + 0.3, 0, 1) * float(rng.uniform(0.2, 1.0)))
    sky = np.zeros_like(seen)
    if rng.random() < 0.6:  # what is before the glasses shows in dark ones
        blob = blurred(rng.normal(size=glass.shape).astype(np.float32), float(rng.uniform(4, 20)))
        blob = np.clip(blob / (float(blob.std()) + 1e-6) * 0.5 + 0.5, 0, 1)
        tone = rng.uniform(40, 220, 3).astype(np.float32)
        sky = blob[..., None] * tone * float(rng.uniform(0.05, 0.7)) * (1 - passes)
    return scene.with_paint(np.clip(seen + sky, 0, 255), glass), passes


def _glare(scene: Scene, rims: list[Points], glass: Plane, rng: np.random.Generator) -> tuple[Scene, Plane]:
    """Reflections of lamps, windows and displays in the lenses."""
    shine = np.zeros_like(glass)
    kind = rng.choice(("window", "blob", "haze", "streak"))
    away, size = rng.uniform(-0.25, 0.25, 2), float(rng.uniform(0.2, 0.9))
    for rim in rims:
        extent = np.ptp(rim, axis=0)
        middle = rim.mean(axis=0) + away * extent
        if kind == "window":
            skew = float(rng.uniform(-0.3, 0.3))
            quad = np.array([(-1, -1), (1, -1 + skew), (1, 1 + skew), (-1, 1)]) * extent * size / 2
            shine = np.maximum(shine, scene.filled(middle + quad, 0.8))
        elif kind == "streak":
            slant = np.array([(-0.2, 1.0), (0.4, -1.0)]) * extent
            shine = np.maximum(shine, scene.drawn([middle + slant], size * 0.4 * extent[0], 1.0))
        else:
            around = np.linspace(0, 2 * np.pi, 24)
            oval = np.column_stack([np.cos(around), np.sin(around)]) * extent * size / 2
            shine = np.maximum(shine, scene.filled(middle + oval, 0.8 if kind == "blob" else 0.15 * extent[1]))
    shine = shine * glass * float(rng.uniform(0.35, 1.0))
    tone = np.array([(255, 255, 255), (225, 240, 255), (190, 255, 220), (235, 210, 255)], np.float32)
    return scene.with_paint(tone[rng.integers(len(tone))], shine), np.asarray(shine, np.float32)
