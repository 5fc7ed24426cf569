"""The drawn person: the parts a body is made of, and how light falls on them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker import face as face_mesh
from samples.maker import materials, paint
from samples.maker.materials import Colour, Hair
from samples.maker.scene import Camera, Ellipsoid, Frame, Hits, see_ellipsoid, see_face

Array = NDArray[np.float32]
Points = NDArray[np.float64]

SKULL = Ellipsoid((0.0, 4.0, -3.2), (7.75, 9.6, 8.5))
JAW = Ellipsoid((0.0, -3.0, -1.2), (6.6, 6.4, 4.6))
EARS = (Ellipsoid((-7.6, 1.1, -3.4), (0.95, 2.7, 1.7)), Ellipsoid((7.6, 1.1, -3.4), (0.95, 2.7, 1.7)))
NECK = Ellipsoid((0.0, -12.0, -4.6), (5.5, 16.0, 5.4))
TORSO = (
    Ellipsoid((0.0, -31.0, -5.5), (22.0, 17.0, 10.0)),
    Ellipsoid((-15.5, -37.0, -6.0), (8.5, 16.0, 8.0)),
    Ellipsoid((15.5, -37.0, -6.0), (8.5, 16.0, 8.0)),
)
HAIR: dict[str, tuple[Ellipsoid, ...]] = {
    "none": (),
    "short": (Ellipsoid((0.0, 4.7, -3.2), (8.45, 10.3, 9.3)),),
    "high": (Ellipsoid((0.0, 4.7, -3.2), (8.45, 10.3, 9.3)), Ellipsoid((0.0, 15.0, -5.0), (4.6, 4.2, 4.4))),
    "long": (Ellipsoid((0.0, 4.6, -3.2), (8.9, 10.5, 9.5)), Ellipsoid((0.0, -4.0, -6.5), (9.8, 16.0, 5.2))),
}


def aim(
    size: tuple[int, int],
    head: Frame,
    points: Points,
    hair: Hair,
    distance: float,
    share: float,
    margin: float,
    right: float,
) -> Camera:
    """The camera under which the head lies in the picture as asked."""
    height, width = size
    plain = Camera(distance, 1.0, (0.0, 0.0))
    crown = min(plain.project(head.to_room(shape.surface()))[:, 1].min() for shape in (*HAIR[hair], SKULL))
    face = plain.project(head.to_room(points))
    focal = share * height / (face[152, 1] - crown)
    middle = (face[234, 0] + face[454, 0]) / 2
    return Camera(distance, focal, (width * (0.5 + right) - focal * middle, margin * height - focal * crown))


@dataclass(frozen=True)
class Looks:
    """What a person looks like: skin in linear light, the rest in sRGB."""

    skin: Points
    hair: Hair
    hair_colour: Colour
    clothes: Colour
    gaze: tuple[float, float]
    seed: int


@dataclass(frozen=True)
class Light:
    """A soft lamp in a bright room: the unit vector towards it, and its share of the light."""

    towards: Points
    key: float

    def on(self, normals: Array) -> Array:
        """How bright white surfaces with these normals are; less light comes from below than from above."""
        lamp = np.clip((normals @ self.towards.astype(np.float32) + 0.35) / 1.35, 0.0, 1.0)
        around = (0.82 + 0.18 * normals[..., 1]) * (0.78 + 0.22 * np.clip(normals[..., 2], 0.0, 1.0))
        return np.asarray(1.24 * self.key * lamp + 1.20 * (1.0 - self.key) * around, dtype=np.float32)

    def sheen(self, normals: Array) -> Array:
        """The faint gloss of skin, far below clipping."""
        halfway = self.towards + np.array([0.0, 0.0, 1.0])
        facing = np.clip(normals @ (halfway / np.linalg.norm(halfway)).astype(np.float32), 0.0, 1.0)
        return np.asarray(0.018 * self.key * facing**28, dtype=np.float32)


@dataclass
class Canvas:
    """What has been drawn: H×W planes.

    Attributes:
        nearest: cm to what is seen; infinite where nothing is.
        normals, albedo, colour: H×W×3; colour is light.
        skin: share of the pixel that is skin.
        cover: share of the pixel that is person.
    """

    nearest: Array
    normals: Array
    albedo: Array
    colour: Array
    skin: Array
    cover: Array

    @classmethod
    def empty(cls, size: tuple[int, int]) -> Canvas:
        """Nothing yet."""
        planes = [np.zeros((*size, 3), np.float32) for _ in range(3)]
        return cls(np.full(size, np.inf, np.float32), *planes, np.zeros(size, np.float32), np.zeros(size, np.float32))

    def put(self, hits: Hits, albedo: Points, *, skin: bool) -> None:
        """Draw what is nearer than what is there."""
        seen = hits.depth < self.nearest[hits.mask]
        rows, columns = (index[seen] for index in np.nonzero(hits.mask))
        self.nearest[rows, columns] = hits.depth[seen]
        self.normals[rows, columns] = hits.normal[seen]
        self.albedo[rows, columns] = albedo[seen]
        self.skin[rows, columns] = float(skin)


def paint_person(
    size: tuple[int, int], camera: Camera, head: Frame, body: Frame, points: Points, looks: Looks, light: Light
) -> Canvas:
    """Everything but the background; `points` is the face with its expression."""
    canvas = Canvas.empty(size)
    per_cm = camera.focal / camera.distance
    face = see_face(camera, size, head, points)
    canvas.put(face, materials.face_colour(face, looks.skin, looks.gaze, per_cm), skin=True)
    free = ~face.mask  # the face lies over the skull and jaw that carry it
    neck = see_ellipsoid(camera, free, body, NECK)
    canvas.put(neck, materials.neck_colour(neck, looks.skin, looks.clothes, per_cm), skin=True)
    for shape in TORSO:
        torso = see_ellipsoid(camera, free, body, shape)
        canvas.put(torso, materials.cloth_colour(torso, looks.clothes), skin=False)
    for shape in (JAW, SKULL, *EARS):
        part = see_ellipsoid(camera, free, head, shape)
        shade = 0.90 if shape in EARS else 1.0
        canvas.put(part, np.broadcast_to(looks.skin * shade, part.place.shape), skin=True)

    inner = np.zeros(size, bool)
    inner[face.mask] = face.shows != face_mesh.SKIN
    normals = _softened(canvas.normals, canvas.skin > 0, 0.22 * per_cm)
    canvas.skin[inner] = 0.0
    canvas.colour = canvas.albedo * light.on(normals)[..., None] + (light.sheen(normals) * canvas.skin)[..., None]
    canvas.cover = np.isfinite(canvas.nearest).astype(np.float32)
    for number, shell in enumerate(HAIR[looks.hair]):
        behind = number > 0 and looks.hair == "long"
        _lay_hair(canvas, camera, head, shell, looks, light, behind=behind)
    return canvas


def _lay_hair(
    canvas: Canvas, camera: Camera, head: Frame, shell: Ellipsoid, looks: Looks, light: Light, *, behind: bool
) -> None:
    """Lay hair over what is there, its edge frayed into strands."""
    size, per_cm = canvas.skin.shape, camera.focal / camera.distance
    rough = np.random.default_rng(looks.seed + 5).standard_normal((size[0] // 2 + 1, size[1] // 2 + 1, 2), np.float32)
    rough = cv2.GaussianBlur(rough, (0, 0), sigmaX=0.03 * per_cm, sigmaY=0.06 * per_cm)
    fray = cv2.resize(rough, size[::-1], interpolation=cv2.INTER_LINEAR) * (0.035 * per_cm / rough.std())
    free = ~np.isfinite(canvas.nearest) if behind else np.ones(size, bool)
    hits = see_ellipsoid(camera, free, head, shell, fray)
    strand = paint.strands(hits.place, looks.seed)
    grown = np.ones(len(hits.place)) if behind else materials.hair_cover(hits.place, looks.hair, strand)
    grown = np.where(hits.depth < canvas.nearest[hits.mask] + 1.5, grown, 0.0)
    tone = materials.hair_colour(hits, strand, looks.hair_colour) * light.on(hits.normal)[:, None]
    canvas.colour[hits.mask] = canvas.colour[hits.mask] * (1.0 - grown[:, None]) + tone * grown[:, None]
    canvas.cover[hits.mask] = np.maximum(canvas.cover[hits.mask], grown)
    canvas.skin[hits.mask] *= 1.0 - grown


def _softened(normals: NDArray[np.float32], where: NDArray[np.bool_], sigma: float) -> NDArray[np.float32]:
    """Normals blurred within skin, as light inside it blurs shading, and so that its parts join without seams."""
    weight = where.astype(np.float32)
    blurred = cv2.GaussianBlur(normals * weight[..., None], (0, 0), sigma)
    blurred /= np.linalg.norm(blurred, axis=2, keepdims=True).clip(1e-6)
    return np.where(where[..., None], blurred, normals).astype(np.float32)
