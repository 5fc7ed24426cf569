"""A drawn portrait: a head in three dimensions whose pose, expression, light and framing are known exactly.

No person's picture is in it: the shape is the canonical face of MediaPipe, everything else is painted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker import face as face_mesh
from samples.maker import paint
from samples.maker.backdrop import backdrop
from samples.maker.scene import PIVOT, Camera, Ellipsoid, FaceHits, Frame, Hits, head_rotation, see_ellipsoid, see_face

Image = NDArray[np.uint8]
Points = NDArray[np.float64]
Colour = tuple[int, int, int]
Hair = Literal["short", "long", "high", "none"]

_SKULL = Ellipsoid((0.0, 4.0, -3.2), (7.75, 9.6, 8.5))
_JAW = Ellipsoid((0.0, -3.0, -1.2), (6.6, 6.4, 4.6))
_EARS = (Ellipsoid((-7.6, 1.1, -3.4), (0.95, 2.7, 1.7)), Ellipsoid((7.6, 1.1, -3.4), (0.95, 2.7, 1.7)))
_NECK = Ellipsoid((0.0, -12.0, -4.6), (5.5, 16.0, 5.4))
_TORSO = (
    Ellipsoid((0.0, -31.0, -5.5), (22.0, 17.0, 10.0)),
    Ellipsoid((-16.0, -34.0, -6.0), (7.0, 15.5, 7.0)),
    Ellipsoid((16.0, -34.0, -6.0), (7.0, 15.5, 7.0)),
)
_SHELLS: dict[str, tuple[Ellipsoid, ...]] = {
    "none": (),
    "short": (Ellipsoid((0.0, 4.7, -3.2), (8.45, 10.3, 9.3)),),
    "high": (Ellipsoid((0.0, 4.7, -3.2), (8.45, 10.3, 9.3)), Ellipsoid((0.0, 15.0, -5.0), (4.6, 4.2, 4.4))),
    "long": (Ellipsoid((0.0, 4.6, -3.2), (8.9, 10.5, 9.5)), Ellipsoid((0.0, -4.0, -6.5), (9.8, 16.0, 5.2))),
}


@dataclass(frozen=True)
class Truth:
    """What the drawing shows, pixels of the picture.

    Attributes:
        landmarks: 468×2, those of the face mesh without the irises.
        irises: 2×2 centres, the person's own right and left; behind the lid where the eyes are shut.
        crown: y of the top of the hair.
        skull_crown: y of the top of the bare head.
        chin: y of the chin's landmark.
        pose: yaw, pitch, roll in degrees.
    """

    landmarks: Points
    irises: Points
    crown: float
    skull_crown: float
    chin: float
    pose: tuple[float, float, float]


def draw(**parameters: object) -> Image:
    """The picture alone; parameters as `draw_with_truth`."""
    return draw_with_truth(**parameters)[0]  # type: ignore[arg-type]


def draw_with_truth(
    *,
    width: int = 420,
    height: int = 560,
    tone: float = 4,
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    eyes: Literal["open", "closed"] = "open",
    eye_openness: float = 1.0,
    gaze: tuple[float, float] = (0.0, 0.0),
    mouth: Literal["closed", "open"] = "closed",
    mouth_gap: float = 1.6,
    smile: float = 0.0,
    brows: float = 0.0,
    hair: Hair = "short",
    hair_colour: Colour = (46, 38, 34),
    clothes: Colour = (52, 66, 98),
    shoulders_tilt: float = 0.0,
    background: str | Colour = "white",
    head_height: float = 0.74,
    crown_margin: float = 0.045,
    right: float = 0.0,
    distance: float = 150.0,
    light: tuple[float, float, float] = (0.0, 0.45, 1.0),
    key: float = 0.5,
    texture: bool = True,
    noise: float = 1.0,
    seed: int = 1,
) -> tuple[Image, Truth]:
    """Draw a portrait.

    Args:
        width, height: pixels.
        tone: skin, 1 (lightest) to 10 (darkest).
        yaw, pitch, roll: degrees; towards the person's own left, down, towards the own right shoulder.
        eyes, eye_openness: `closed`, or open by that share (1 as usual).
        gaze: degrees to the person's own left and up, against the head.
        mouth, mouth_gap: whether the lips are parted, and by how many cm.
        smile: 0 none to 1 broad.
        brows: cm by which the brows are raised.
        shoulders_tilt: degrees, the person's own right shoulder lower.
        background: a colour, or a name that `backdrop` knows.
        head_height: crown with hair to chin, share of the height.
        crown_margin: space above the hair, share of the height.
        right: the face's middle away from the picture's, share of the width.
        distance: of the camera from the head, cm.
        light: direction to the lamp: right, up, towards the camera.
        key: share of the light that comes from there, 0..1; the rest comes from everywhere.
        texture: whether skin has pores and mottling.
        noise: sensor noise, grey levels.

    Returns:
        height×width×3 uint8 sRGB and what is true of it.
    """
    over = 2 if max(width, height) <= 1000 else 1
    size = (height * over, width * over)
    head = Frame(head_rotation(yaw, pitch, roll), PIVOT)
    body = Frame(head_rotation(0.0, 0.0, shoulders_tilt), np.array([0.0, -18.0, -5.0]))
    openness = 0.0 if eyes == "closed" else eye_openness
    points = face_mesh.formed(openness=openness, gap=mouth_gap if mouth == "open" else 0.0, smile=smile, brows=brows)
    camera = _aim(size, head, points, hair, distance, head_height, crown_margin, right)
    direction = np.array(light) / np.linalg.norm(light)
    scene = _Scene(camera, size, head, body, direction, key, paint.skin_colour(tone), seed)

    colour, person, skin = scene.picture(points, hair, hair_colour, clothes, gaze)
    behind = paint.linear(backdrop(background, size, seed))
    colour = colour * person[..., None] + behind * (1.0 - person[..., None])
    colour, skin = (cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA) for part in (colour, skin))
    rgb = _finished(colour, skin if texture else np.zeros_like(skin), height * head_height, noise, seed)
    return rgb, scene.truth(points, hair, (yaw, pitch, roll), gaze, over)


def _aim(
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
    crown = min(plain.project(head.to_room(shape.surface()))[:, 1].min() for shape in (*_SHELLS[hair], _SKULL))
    face = plain.project(head.to_room(points))
    focal = share * height / (face[152, 1] - crown)
    middle = (face[234, 0] + face[454, 0]) / 2
    return Camera(distance, focal, (width * (0.5 + right) - focal * middle, margin * height - focal * crown))


@dataclass
class _Scene:
    camera: Camera
    size: tuple[int, int]
    head: Frame
    body: Frame
    light: Points
    key: float
    skin: Points
    seed: int

    def picture(
        self, points: Points, hair: Hair, hair_colour: Colour, clothes: Colour, gaze: tuple[float, float]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Linear light H×W×3, how much of each pixel is person, and how much is skin."""
        nearest = np.full(self.size, np.inf)
        skin = np.zeros(self.size, np.float32)
        normals = np.zeros((*self.size, 3), np.float32)
        albedo = np.zeros((*self.size, 3), np.float32)

        def put(hits: Hits, paint_of: Points, is_skin: float) -> None:
            seen = hits.depth < nearest[hits.mask]
            rows, columns = (index[seen] for index in np.nonzero(hits.mask))
            nearest[rows, columns] = hits.depth[seen]
            normals[rows, columns] = hits.normal[seen]
            albedo[rows, columns] = paint_of[seen]
            skin[rows, columns] = is_skin

        face = see_face(self.camera, self.size, self.head, points)
        put(face, self._face(face, gaze), 1.0)
        free = ~face.mask  # the face lies over the skull and jaw that carry it
        neck = see_ellipsoid(self.camera, free, self.body, _NECK)
        put(neck, self._neck(neck, clothes), 1.0)
        for shape in _TORSO:
            torso = see_ellipsoid(self.camera, free, self.body, shape)
            put(torso, self._cloth(torso, clothes), 0.0)
        for shape in (_JAW, _SKULL, *_EARS):
            part = see_ellipsoid(self.camera, free, self.head, shape)
            shade = 0.90 if shape in _EARS else 1.0
            put(part, np.broadcast_to(self.skin * shade, part.place.shape), 1.0)
        person = np.isfinite(nearest)

        bare = np.zeros(self.size, bool)
        bare[face.mask] = face.shows != face_mesh.SKIN
        skin[bare] = 0.0
        soft = _softened(normals, (skin > 0) | bare, 0.22 * self._per_cm)
        colour = (albedo * self._lit(soft)[..., None]).astype(np.float32)
        self._gloss(colour, soft, skin)
        cover = person.astype(np.float32)
        for number, shell in enumerate(_SHELLS[hair]):
            self._hair(colour, cover, skin, nearest, shell, hair, hair_colour, behind=number > 0 and hair == "long")
        return colour, cover, skin

    @property
    def _per_cm(self) -> float:
        return self.camera.focal / self.camera.distance

    def _lit(self, normals: NDArray[np.float32]) -> NDArray[np.float32]:
        """How bright a white surface is: a soft lamp, and light from all sides, less of it from below."""
        facing = normals @ self.light.astype(np.float32)
        lamp = np.clip((facing + 0.35) / 1.35, 0.0, 1.0)
        around = 0.82 + 0.18 * normals[..., 1]
        edge = 0.78 + 0.22 * np.clip(normals[..., 2], 0.0, 1.0)
        return np.asarray(self.key * lamp * 1.24 + (1.0 - self.key) * around * edge * 1.20, dtype=np.float32)

    def _gloss(self, colour: NDArray[np.float32], normals: NDArray[np.float32], skin: NDArray[np.float32]) -> None:
        """A faint sheen of skin, much below clipping."""
        halfway = self.light + np.array([0.0, 0.0, 1.0])
        sheen = np.clip(normals @ (halfway / np.linalg.norm(halfway)).astype(np.float32), 0.0, 1.0) ** 28
        colour += (0.018 * self.key * sheen * skin)[..., None]

    def _face(self, hits: FaceHits, gaze: tuple[float, float]) -> Points:
        """Albedo of the face, N×3."""
        seen = {name: paint.look_up(name, hits.place)[:, None] for name in paint.atlas()}
        tone = np.broadcast_to(self.skin, hits.place.shape)
        tone = tone * (1.0 - seen["flush"] * (0.0, 0.10, 0.10)) * (1.0 - 0.26 * seen["hollow"])
        lips = self.skin * np.array([0.82, 0.56, 0.58])
        tone = tone * (1.0 - seen["lips"]) + lips * seen["lips"]
        tone = tone * (1.0 - seen["lip_line"] * (0.50, 0.62, 0.60))
        tone = tone * (1.0 - seen["fold"] * 0.30) * (1.0 - seen["nostrils"] * (0.72, 0.80, 0.80))
        for name, strength in (("brows", 0.95), ("lashes", 0.92)):
            tone = tone * (1.0 - strength * seen[name]) + np.array([0.012, 0.009, 0.008]) * strength * seen[name]
        tone = np.where((hits.shows == face_mesh.MOUTH)[:, None], self._inside_mouth(hits), tone)
        balls = hits.shows == face_mesh.EYE
        tone[balls] = self._eyes(hits, balls, gaze) * (1.0 - 0.85 * seen["lashes"][balls])
        return np.asarray(tone)

    def _inside_mouth(self, hits: FaceHits) -> Points:
        """Teeth behind the upper lip, dark below."""
        top = np.interp(hits.moved[:, 0], (-2.2, 0.0, 2.2), (-4.35, -4.15, -4.35))
        teeth = np.clip((hits.moved[:, 1] - (top - 0.62)) / 0.08, 0.0, 1.0) * np.clip(
            (1.9 - np.abs(hits.moved[:, 0])) / 0.4, 0, 1
        )
        return np.asarray(
            np.array([0.06, 0.018, 0.018]) * (1 - teeth[:, None]) + np.array([0.62, 0.58, 0.52]) * teeth[:, None]
        )

    def _eyes(self, hits: FaceHits, balls: NDArray[np.bool_], gaze: tuple[float, float]) -> Points:
        """Albedo of the eyeballs: sclera, iris, pupil and the lamp's reflection."""
        moved = hits.moved[balls]
        left = moved[:, 0] > 0
        centres = np.where(left[:, None], face_mesh.EYE_CENTRES[1], face_mesh.EYE_CENTRES[0])
        flat = moved[:, :2] - centres[:, :2]
        ahead = np.sqrt(np.clip(face_mesh.EYE_RADIUS**2 - (flat**2).sum(axis=1), 0.02, None))
        unit = np.column_stack([flat, ahead]) / face_mesh.EYE_RADIUS
        along = np.radians(gaze)
        look = np.array([np.sin(along[0]) * np.cos(along[1]), np.sin(along[1]), np.cos(along[0]) * np.cos(along[1])])
        away = face_mesh.EYE_RADIUS * np.arccos(np.clip(unit @ look / np.linalg.norm(unit, axis=1), -1.0, 1.0))
        fade = 0.7 / self._per_cm

        def within(radius: float, softness: float = 0.0) -> Points:
            return np.clip((radius - away) / (fade + softness) + 0.5, 0.0, 1.0)[:, None]

        rim = np.clip((1.35 - np.abs(flat[:, 0])) / 0.5, 0.0, 1.0)
        colour = np.array([0.60, 0.56, 0.53]) * (0.55 + 0.45 * rim)[:, None]
        spokes = 1.0 + 0.35 * np.sin(np.arctan2(flat[:, 1], flat[:, 0]) * 23.0) * np.sin(away * 19.0)
        iris = np.array([0.075, 0.036, 0.018]) * (spokes * (0.75 + 0.6 * away / face_mesh.IRIS_RADIUS))[:, None]
        limbus = np.array([0.02, 0.014, 0.012])
        for tint, radius, softness in (
            (limbus, face_mesh.IRIS_RADIUS, 0.04),
            (iris, 0.9 * face_mesh.IRIS_RADIUS, 0.1),
            (np.array([0.004, 0.004, 0.004]), 0.24, 0.02),
        ):
            inside = within(radius, softness)
            colour = colour * (1.0 - inside) + tint * inside
        colour = colour * (0.62 + 0.38 * np.clip((0.55 - flat[:, 1]) / 0.5, 0.0, 1.0))[:, None]
        glint = np.clip((0.1 - np.hypot(flat[:, 0] - 0.16, flat[:, 1] - 0.2)) / (fade + 0.02) + 0.5, 0.0, 1.0)[:, None]
        return np.asarray(colour * (1.0 - glint) + 0.85 * glint)

    def _neck(self, hits: Hits, clothes: Colour) -> Points:
        """Skin in the chin's shade above, a collar below."""
        x, y = hits.place[:, 0], hits.place[:, 1]
        shade = 1.0 - 0.42 * np.clip((y + 13.5) / 5.0, 0.0, 1.0)
        collar = np.clip((-13.6 - 0.035 * x * x + 0.9 - y) * self._per_cm + 0.5, 0.0, 1.0)[:, None]
        cloth = paint.linear(clothes) * 0.75
        return np.asarray(self.skin * shade[:, None] * (1 - collar) + cloth * collar)

    def _cloth(self, hits: Hits, clothes: Colour) -> Points:
        """A plain garment with a weave too fine to see from afar."""
        x, y = hits.place[:, 0], hits.place[:, 1]
        folds = 1.0 + 0.05 * np.sin(0.9 * x + 0.6 * np.sin(0.7 * y)) + 0.03 * np.sin(17.0 * x) * np.sin(17.0 * y)
        return np.asarray(paint.linear(clothes) * folds[:, None])

    def _hair(
        self,
        colour: NDArray[np.float32],
        cover: NDArray[np.float32],
        skin: NDArray[np.float32],
        nearest: NDArray[np.float64],
        shell: Ellipsoid,
        style: Hair,
        tint: Colour,
        *,
        behind: bool,
    ) -> None:
        """Lay hair over what is there, its edge frayed into strands."""
        random = np.random.default_rng(self.seed + 5)
        fray = random.standard_normal((*self.size, 2), np.float32)
        fray = cv2.GaussianBlur(fray, (0, 0), sigmaX=0.06 * self._per_cm, sigmaY=0.12 * self._per_cm)
        free = ~np.isfinite(nearest) if behind else np.ones(self.size, bool)
        hits = see_ellipsoid(self.camera, free, self.head, shell, fray / fray.std() * 0.035 * self._per_cm)
        strand = paint.strands(hits.place, self.seed)
        grown = _hairline(hits.place, style, strand, behind=behind)
        grown = np.where(hits.depth < nearest[hits.mask] + 1.5, grown, 0.0)
        sheen = np.exp(-(((hits.normal[:, 1] - 0.62) / 0.16) ** 2))
        lit = self._lit(hits.normal.astype(np.float32))
        tone = (
            paint.linear(tint) * ((0.75 + 0.55 * strand + 0.9 * sheen * (0.6 + 0.8 * strand)) * lit).clip(0.1)[:, None]
        )
        share = grown[:, None]
        colour[hits.mask] = colour[hits.mask] * (1.0 - share) + tone * share
        cover[hits.mask] = np.maximum(cover[hits.mask], grown)
        skin[hits.mask] *= 1.0 - grown

    def truth(
        self, points: Points, hair: Hair, pose: tuple[float, float, float], gaze: tuple[float, float], over: int
    ) -> Truth:
        """Where things are in the final picture."""
        along = np.radians(gaze)
        look = np.array([np.sin(along[0]), np.sin(along[1]), np.cos(along[0]) * np.cos(along[1])])
        irises = self.camera.project(self.head.to_room(face_mesh.EYE_CENTRES + face_mesh.EYE_RADIUS * look)) / over
        tops = [
            self.camera.project(self.head.to_room(shape.surface()))[:, 1].min() / over
            for shape in (_SKULL, *_SHELLS[hair])
        ]
        flat = self.camera.project(self.head.to_room(points)) / over
        return Truth(flat, irises, float(min(tops)), float(tops[0]), float(flat[152, 1]), pose)


def _hairline(place: Points, style: Hair, strand: NDArray[np.float64], *, behind: bool) -> NDArray[np.float64]:
    """How much hair grows at N×3 points of the head, 0..1."""
    if behind:
        return np.ones(len(place))
    x, y, z = np.abs(place[:, 0]), place[:, 1], place[:, 2]
    low = -6.0 if style == "long" else 0.6
    edge = np.interp(x, (0.0, 3.0, 5.0, 6.3, 7.0, 7.6, 8.2), (8.1, 8.2, 7.6, 6.0, 3.6, 1.6, low))
    edge = np.where(z < -4.0, np.minimum(edge, -4.0 if style != "long" else -20.0), edge)
    return np.asarray(np.clip((y - edge + 0.22 * strand) / 0.35 + 0.5, 0.0, 1.0))


def _softened(normals: NDArray[np.float32], where: NDArray[np.bool_], sigma: float) -> NDArray[np.float32]:
    """Normals blurred within skin, as light inside it blurs shading, and so that its parts join without seams."""
    weight = where.astype(np.float32)
    blurred = cv2.GaussianBlur(normals * weight[..., None], (0, 0), sigma)
    blurred /= np.linalg.norm(blurred, axis=2, keepdims=True).clip(1e-6)
    return np.where(where[..., None], blurred, normals).astype(np.float32)


def _finished(
    light: NDArray[np.float32], skin: NDArray[np.float32], head_pixels: float, noise: float, seed: int
) -> Image:
    """Pores, the lens's softness, the sRGB curve and the sensor's noise."""
    random = np.random.default_rng(seed)
    per_cm = head_pixels / 24.0

    def field(sigma: float) -> NDArray[np.float32]:
        rough = random.standard_normal(skin.shape, np.float32)
        smooth = cv2.GaussianBlur(rough, (0, 0), max(0.35, sigma))
        return np.asarray(smooth / smooth.std(), dtype=np.float32)

    pores = 0.030 * field(0.035 * per_cm) + 0.018 * field(0.12 * per_cm) + 0.016 * field(0.5 * per_cm)
    redness = 0.012 * field(0.4 * per_cm)
    texture = 1.0 + skin[..., None] * (pores[..., None] + redness[..., None] * np.array([0.5, -1.0, -1.0]))
    light = np.clip(light * texture, 0.0, 1.0)
    light = cv2.GaussianBlur(light.astype(np.float32), (0, 0), 0.5)
    codes = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055) * 255.0
    codes = codes + noise * random.standard_normal(light.shape, np.float32) if noise else codes
    return np.asarray(np.clip(np.rint(codes), 0, 255), dtype=np.uint8)
