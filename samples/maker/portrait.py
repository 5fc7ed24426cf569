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
from samples.maker.figure import HAIR, SKULL, Light, Looks, aim, paint_person
from samples.maker.materials import Colour, Hair
from samples.maker.scene import PIVOT, Camera, Frame, head_rotation

Image = NDArray[np.uint8]
Points = NDArray[np.float64]


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
    camera = aim(size, head, points, hair, distance, head_height, crown_margin, right)
    looks = Looks(paint.skin_colour(tone), hair, hair_colour, clothes, gaze, seed)
    lamp = Light(np.array(light) / np.linalg.norm(light), key)
    canvas = paint_person(size, camera, head, body, points, looks, lamp)

    planes = (canvas.colour * canvas.cover[..., None], canvas.cover, canvas.skin)
    colour, cover, skin = (cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA) for plane in planes)
    colour += backdrop(background, (height, width), seed) * (1.0 - cover[..., None])
    rgb = _finished(colour, skin if texture else np.zeros_like(skin), height * head_height, noise, seed)
    return rgb, _truth(camera, head, points, looks, (yaw, pitch, roll), over)


def _truth(
    camera: Camera, head: Frame, points: Points, looks: Looks, pose: tuple[float, float, float], over: int
) -> Truth:
    """Where things are in the final picture, `over` times smaller than the drawing."""
    along = np.radians(looks.gaze)
    look = np.array([np.sin(along[0]), np.sin(along[1]), np.cos(along[0]) * np.cos(along[1])])
    irises = camera.project(head.to_room(face_mesh.EYE_CENTRES + face_mesh.EYE_RADIUS * look)) / over
    tops = [camera.project(head.to_room(shape.surface()))[:, 1].min() / over for shape in (SKULL, *HAIR[looks.hair])]
    flat = camera.project(head.to_room(points)) / over
    return Truth(flat, irises, float(min(tops)), float(tops[0]), float(flat[152, 1]), pose)


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
