"""Hair over brows, eyes and ears, strand by strand."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.train.head.scene import UNKNOWN, Plane, Points, Scene
from photocheck.features import landmarks

_BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)


def _colour(scene: Scene, rng: np.random.Generator) -> NDArray[np.float32]:
    """That of the hair above the forehead, or a natural one where it is like the skin."""
    at = scene.project(np.array([[0.0, -1.55, 0.3]]))[0]
    x, y = (int(np.clip(value, 6, scene.side - 7)) for value in at)
    own = np.median(scene.rgb[y - 6 : y + 7, x - 6 : x + 7].reshape(-1, 3), axis=0)
    skin = np.median(scene.rgb[scene.area(landmarks.FACE_OVAL) > 0.9], axis=0)
    if np.abs(own - skin).max() > 60 and own.mean() < 200 and rng.random() < 0.7:
        return np.asarray(own, np.float32)
    natural = np.array([(22, 19, 18), (30, 24, 20), (52, 38, 28), (90, 62, 40), (150, 115, 70), (120, 120, 122)])
    return natural[rng.integers(len(natural))].astype(np.float32)


def _strands(scene: Scene, begins: Points, ends: Points, rng: np.random.Generator) -> tuple[Plane, Plane]:
    """Alpha, and light and dark along bundles of strands."""
    zoom = 2
    mask = np.zeros((scene.side * zoom, scene.side * zoom), np.uint8)
    tone = np.full_like(mask, 128)
    bend = float(rng.uniform(-0.2, 0.2)) * scene.apart
    along = np.linspace(0, 1, 8)[:, None]
    for begin, end in zip(begins, ends, strict=True):
        middle = (begin + end) / 2 + (bend + rng.normal(0, 0.05 * scene.apart), 0)
        curve = (1 - along) ** 2 * begin + 2 * along * (1 - along) * middle + along**2 * end
        thick, shade = 1 + int(rng.integers(2)), int(np.clip(rng.normal(128, 30), 40, 230))
        line = [np.rint(curve * zoom * 16).astype(np.int32)]
        cv2.polylines(mask, line, isClosed=False, color=(255,), thickness=thick, lineType=cv2.LINE_AA, shift=4)
        cv2.polylines(tone, line, isClosed=False, color=(shade,), thickness=1, lineType=cv2.LINE_AA, shift=4)
    size = (scene.side, scene.side)
    both = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA).astype(np.float32) for plane in (mask, tone)]
    return both[0] / 255, both[1] / 128


def with_fringe(scene: Scene, rng: np.random.Generator) -> Scene:
    """A fringe from the hairline down to between the forehead's middle and the eyes' lower lids."""
    top = scene.points[landmarks.FOREHEAD_TOP, :2]
    width = 0.95 * float(np.ptp(scene.points[list(landmarks.FACE_OVAL), 0]))
    left, right = sorted(rng.uniform(-0.5, 0.5, 2)) if rng.random() < 0.25 else (-0.5, 0.5)
    if right - left < 0.35:
        right = left + 0.35
    count = int(rng.uniform(200, 700) * (right - left))
    across = rng.uniform(left, right, count) * width
    begins = np.column_stack([top[0] + across * 0.95, top[1] - scene.apart * rng.uniform(0.0, 0.35, count)])
    brow = scene.points[list(_BROWS), :2]
    order = np.argsort(brow[:, 0])
    level = np.interp(top[0] + across, brow[order, 0], brow[order, 1])
    reach = float(rng.uniform(-0.35, 0.55)) * scene.apart  # from the brows: above .. over the eyes
    ends = np.column_stack([top[0] + across * 1.05, level + reach + rng.normal(0, 0.06 * scene.apart, count)])
    ends[:, 0] += float(rng.uniform(-0.2, 0.2)) * scene.apart
    cover, tone = _strands(scene, begins, ends, rng)
    made = scene.shaded(cv2.GaussianBlur(cover, (0, 0), 0.06 * scene.apart) * 0.3)
    made = made.with_paint(np.clip(_colour(scene, rng) * tone[..., None], 0, 255), cover)
    return made.hiding(cover).telling({}, {})


def with_side_hair(scene: Scene, rng: np.random.Generator) -> Scene:
    """Long hair over both ears and the edges of the face."""
    colour, covers = _colour(scene, rng), []
    made = scene
    inward = float(rng.uniform(-0.05, 0.22)) * scene.apart
    for side, cheek in ((-1.0, 234), (1.0, 454)):
        edge = scene.points[cheek, :2] - (side * inward, 0)
        count = int(rng.uniform(250, 420))
        out = np.abs(rng.normal(0, 0.28 * scene.apart, count))
        begins = np.column_stack([edge[0] - side * 0.35 * scene.apart + side * out * 0.8,
                                  edge[1] - scene.apart * rng.uniform(0.9, 1.3, count)])  # fmt: skip
        ends = np.column_stack([edge[0] + side * (out + rng.uniform(-0.1, 0.2) * scene.apart),
                                np.full(count, edge[1] + scene.apart * rng.uniform(0.8, 2.2))])  # fmt: skip
        begins[:, 0] = np.where(side * (begins[:, 0] - edge[0]) < 0, edge[0] + side * 0.3 * out, begins[:, 0])
        cover, tone = _strands(scene, begins, ends, rng)
        made = made.with_paint(np.clip(colour * tone[..., None], 0, 255), cover)
        covers.append(cover)
    told = {"ears": 1.0} if inward > 0.02 * scene.apart else {"ears": UNKNOWN}
    return made.telling(told).hiding(np.maximum(*covers))
