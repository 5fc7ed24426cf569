"""A head that things are drawn on, and what was drawn.

Lengths of things are in distances between the eyes (about 63 mm), in the head's own axes: x to the picture's right, y
down, z away from the viewer, from the middle between the eyes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import landmarks

Image = NDArray[np.uint8]
Plane = NDArray[np.float32]
Points = NDArray[np.float64]

UNKNOWN = -1.0


@dataclass(frozen=True)
class Scene:
    """A head.

    Attributes:
        rgb: S×S×3 uint8, the head upright.
        points: 478×3 landmarks in its pixels.
        truth: of `head_look.LOOKS`, 0 or 1; what is not in it is not known.
        where: of some of them, S×S 0..1, where it is.
    """

    rgb: Image
    points: Points
    truth: dict[str, float]
    where: dict[str, Plane] = field(default_factory=dict)

    @property
    def side(self) -> int:
        """Pixels."""
        return int(self.rgb.shape[0])

    @property
    def apart(self) -> float:
        """Pixels between the eyes, not shortened by a turn of the head."""
        return float(np.linalg.norm(self._across()))

    def _across(self) -> Points:
        return self.points[landmarks.LEFT_IRIS[0]] - self.points[landmarks.RIGHT_IRIS[0]]

    def axes(self) -> Points:
        """3×3, rows: the head's x, y, z in the picture's."""
        across = self._across()
        across = across / np.linalg.norm(across)
        down = self.points[landmarks.CHIN] - self.points[landmarks.FOREHEAD_TOP]
        down = down - across * (down @ across)
        down = down / np.linalg.norm(down)
        return np.stack([across, down, np.cross(across, down)])

    def project(self, at: Points) -> Points:
        """N×2 pixels of N×3 places."""
        eyes = self.points[[landmarks.RIGHT_IRIS[0], landmarks.LEFT_IRIS[0]]].mean(axis=0)
        placed: Points = (eyes + self.apart * (at @ self.axes()))[:, :2]
        return placed

    def filled(self, outline: Points, soft: float = 0.6) -> Plane:
        """S×S, 0..1: the polygon of N×2 pixels."""
        mask = np.zeros((self.side, self.side), np.uint8)
        cv2.fillPoly(mask, [np.rint(outline * 16).astype(np.int32)], (255,), cv2.LINE_AA, 4)
        return blurred(mask.astype(np.float32) / 255, soft)

    def drawn(self, lines: list[Points], thick: float, soft: float = 0.5, *, closed: bool = False) -> Plane:
        """S×S, 0..1: lines of N×2 pixels, that many pixels thick (fractions too)."""
        zoom = 4
        mask = np.zeros((self.side * zoom, self.side * zoom), np.uint8)
        curves = [np.rint(line * 16 * zoom).astype(np.int32) for line in lines]
        cv2.polylines(mask, curves, closed, (255,), max(1, round(thick * zoom)), cv2.LINE_AA, 4)
        small = cv2.resize(mask, (self.side, self.side), interpolation=cv2.INTER_AREA)
        return blurred(small.astype(np.float32) / 255, soft)

    def area(self, indices: tuple[int, ...]) -> Plane:
        """The hull of those landmarks."""
        corners = cv2.convexHull(self.points[list(indices), :2].astype(np.float32))[:, 0, :].astype(np.float64)
        return self.filled(corners, 0.3)

    def covered(self, indices: tuple[int, ...], by: Plane) -> float:
        """Share of that hull under what was drawn."""
        area = self.area(indices)
        return float((area * by).sum() / max(1.0, float(area.sum())))

    def with_paint(self, colour: NDArray[np.floating], alpha: Plane) -> Scene:
        """The colour (3 or S×S×3, 0..255) over the picture."""
        cover = alpha[..., None]
        made = self.rgb * (1 - cover) + np.asarray(colour, np.float32) * cover
        return replace(self, rgb=np.clip(np.rint(made), 0, 255).astype(np.uint8))

    def shaded(self, amount: Plane) -> Scene:
        """The picture times 1 - amount."""
        return self.with_paint(np.zeros(3), np.asarray(amount, np.float32))

    def telling(self, truth: dict[str, float], where: dict[str, Plane] | None = None) -> Scene:
        """With more truth."""
        return replace(self, truth={**self.truth, **truth}, where={**self.where, **(where or {})})

    def hiding(self, by: Plane) -> Scene:
        """With the truth about eyes and eyebrows under something opaque."""
        eyes = [self.covered(eye, by) for eye in (landmarks.RIGHT_EYE_OUTLINE, landmarks.LEFT_EYE_OUTLINE)]
        brows = [self.covered(brow, by) for brow in (landmarks.RIGHT_BROW, landmarks.LEFT_BROW)]
        found = dict(self.truth)
        found["eyes"] = graded(max(eyes), 0.04, 0.35, found.get("eyes", 0.0))
        found["brows"] = graded(min(brows), 0.25, 0.7, found.get("brows", 0.0))
        return replace(self, truth=found)


def graded(value: float, none: float, surely: float, before: float) -> float:
    """1 from `surely`, what it was before up to `none`, not known between."""
    if value >= surely or before == 1.0:
        return 1.0
    return before if value <= none else UNKNOWN


def blurred(plane: Plane, sigma: float) -> Plane:
    """Gaussian."""
    return plane if sigma <= 0 else np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma), np.float32)


def textile(side: int, rng: np.random.Generator) -> Plane:
    """side×side×3 float32: cloth of one colour, striped, squared, dotted or mottled, unevenly lit."""
    colour = some_colour(rng)
    cloth = np.ones((side, side, 1), np.float32) * colour
    kind = rng.choice(("plain", "plain", "plain", "stripes", "squares", "dots", "mottled"))
    other, period = some_colour(rng), float(rng.uniform(6, 40))
    y, x = np.mgrid[:side, :side].astype(np.float32)
    turn = float(rng.uniform(0, np.pi))
    along, beside = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    pattern = np.zeros((side, side), np.float32)
    if kind == "stripes":
        pattern = (along % period < period * rng.uniform(0.2, 0.6)).astype(np.float32)
    elif kind == "squares":
        pattern = 0.5 * ((along % period < period / 2) * 1.0 + (beside % period < period / 2)).astype(np.float32)
    elif kind == "dots":
        radius = np.hypot(along % period - period / 2, beside % period - period / 2)
        pattern = (radius < period * rng.uniform(0.15, 0.4)).astype(np.float32)
    elif kind == "mottled":
        noise = blurred(rng.normal(size=(side, side)).astype(np.float32), period / 4)
        pattern = (noise > 0).astype(np.float32)
    cloth = cloth + blurred(pattern, 0.6)[..., None] * (other - cloth)
    folds = blurred(rng.normal(size=(side, side)).astype(np.float32), float(rng.uniform(4, 25)))
    folds = folds / (float(folds.std()) + 1e-6) * float(rng.uniform(0.02, 0.12))
    fine = rng.normal(size=(side, side)).astype(np.float32) * float(rng.uniform(0.0, 0.04))
    lit = 1 + folds + fine + float(rng.uniform(-0.3, 0.3)) * (x / side - 0.5) + float(rng.uniform(-0.4, 0.2)) * y / side
    return np.asarray(np.clip(cloth * lit[..., None], 0, 255), np.float32)


def some_colour(rng: np.random.Generator) -> NDArray[np.float32]:
    """Black, white and grey often, any other else."""
    kind = rng.random()
    if kind < 0.25:
        return np.full(3, rng.uniform(8, 60), np.float32)
    if kind < 0.45:
        return np.full(3, rng.uniform(170, 250), np.float32) * rng.uniform(0.95, 1.0, 3).astype(np.float32)
    hsv = np.array([[[rng.uniform(0, 180), rng.uniform(40, 220), rng.uniform(40, 240)]]], np.uint8)
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0], np.float32)
