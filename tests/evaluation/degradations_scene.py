"""Defects of the scene and of the print: background, framing, marks, eyes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.evaluation.operations import FaceGeometry, Image, from_linear, operation, to_bytes, to_linear

# --- background ------------------------------------------------------------------------------------------------------


@operation
def background_colour(rgb: Image, face: FaceGeometry, *, colour: tuple[int, int, int] = (67, 142, 219)) -> Image:
    """Another evenly coloured background."""
    return _before(rgb, face, np.broadcast_to(np.array(colour, np.float32), rgb.shape))


@operation
def background_pattern(
    rgb: Image, face: FaceGeometry, *, kind: str = "stripes", contrast: float = 0.3, period: float = 0.08, seed: int = 1
) -> Image:
    """A pattern on the background.

    Args:
        kind: `stripes`, `checks`, `gradient` (light to dark downwards), `blotches` or `furniture` (a dark shape
            beside the head).
        contrast: between light and dark, as a share of full scale.
        period: of stripes and checks, as a share of the picture's width.
    """
    height, width = rgb.shape[:2]
    y, x = np.mgrid[:height, :width]
    wave = 2 * np.pi / max(2.0, period * width)
    if kind == "stripes":
        pattern = (np.sin(x * wave) > 0).astype(np.float32)
    elif kind == "checks":
        pattern = ((np.sin(x * wave) > 0) ^ (np.sin(y * wave) > 0)).astype(np.float32)
    elif kind == "gradient":
        pattern = (y / height).astype(np.float32)
    elif kind == "furniture":
        pattern = ((x > 0.86 * width) & (y > 0.25 * height)).astype(np.float32)
    else:
        rough = np.random.default_rng(seed).random((6, 5)).astype(np.float32)
        pattern = np.clip(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC), 0.0, 1.0)
    return _before(rgb, face, _backdrop(rgb, face) - 255.0 * contrast * pattern[..., None])


@operation
def background_shadow(
    rgb: Image, face: FaceGeometry, *, strength: float = 0.4, offset: float = 0.35, softness: float = 0.12
) -> Image:
    """The person's shadow on the wall; offset and softness as ratios of the inter-eye distance."""
    step = offset * face.eye_distance
    moved = cv2.warpAffine(face.person, np.array([[1, 0, step], [0, 1, step * 0.4]]), rgb.shape[1::-1])
    shadow = cv2.GaussianBlur(moved, (0, 0), max(0.8, softness * face.eye_distance))
    shade = 1.0 - strength * shadow * (1.0 - face.person)
    return from_linear(to_linear(rgb) * shade[..., None])


def _backdrop(rgb: Image, face: FaceGeometry) -> NDArray[np.float32]:
    """The background's own median colour."""
    clear = face.person < 0.05
    return np.asarray(np.median(rgb[clear], axis=0) if clear.any() else (255, 255, 255), dtype=np.float32)


def _before(rgb: Image, face: FaceGeometry, backdrop: NDArray[np.float32]) -> Image:
    """The person in front of another background; hair edges keep their transparency."""
    change = backdrop - _backdrop(rgb, face)
    return to_bytes(rgb + (1.0 - face.person[..., None]) * change)


# --- framing: the space that comes into the picture is filled by what its edges show ---------------------------------


@operation
def rotate(rgb: Image, face: FaceGeometry | None = None, *, degrees: float = 8.0) -> Image:
    """Turned about its middle, clockwise as seen."""
    height, width = rgb.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
    return _moved(rgb, turn)


@operation
def scale(rgb: Image, face: FaceGeometry | None = None, *, factor: float = 0.8) -> Image:
    """Everything larger (above 1) or smaller (below 1) about the middle, in a frame of the same size."""
    height, width = rgb.shape[:2]
    return _moved(rgb, cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), 0.0, factor))


@operation
def shift(rgb: Image, face: FaceGeometry | None = None, *, right: float = 0.1, down: float = 0.0) -> Image:
    """Moved by shares of the picture's width and height."""
    height, width = rgb.shape[:2]
    return _moved(rgb, np.array([[1.0, 0.0, right * width], [0.0, 1.0, down * height]]))


@operation
def stretch(rgb: Image, face: FaceGeometry | None = None, *, wider: float = 1.2) -> Image:
    """The width times `wider`, the height kept; the picture's size changes."""
    height, width = rgb.shape[:2]
    return np.asarray(cv2.resize(rgb, (round(width * wider), height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


@operation
def resize(rgb: Image, face: FaceGeometry | None = None, *, width: int = 390, height: int = 520) -> Image:
    """Scaled to that size in pixels."""
    shrinking = width * height < rgb.shape[0] * rgb.shape[1]
    method = cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(rgb, (width, height), interpolation=method), dtype=np.uint8)


@operation
def crop(
    rgb: Image,
    face: FaceGeometry | None = None,
    *,
    left: float = 0.0,
    top: float = 0.0,
    right: float = 0.0,
    bottom: float = 0.0,
) -> Image:
    """Shares of the picture's width or height cut away at each side."""
    height, width = rgb.shape[:2]
    rows = slice(round(top * height), height - round(bottom * height))
    return rgb[rows, round(left * width) : width - round(right * width)]


@operation
def twice(rgb: Image, face: FaceGeometry | None = None) -> Image:
    """The picture beside itself: two people."""
    height, width = rgb.shape[:2]
    return np.asarray(cv2.resize(np.hstack([rgb, rgb]), (width, height // 2), interpolation=cv2.INTER_AREA), np.uint8)


def _moved(rgb: Image, affine: NDArray[np.float64]) -> Image:
    height, width = rgb.shape[:2]
    return np.asarray(
        cv2.warpAffine(rgb, affine, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),
        dtype=np.uint8,
    )


# --- marks -----------------------------------------------------------------------------------------------------------


@operation
def border(
    rgb: Image, face: FaceGeometry | None = None, *, share: float = 0.03, colour: tuple[int, int, int] = (0, 0, 0)
) -> Image:
    """A frame drawn over the edge; `share` of the picture's width."""
    framed = rgb.copy()
    thick = max(1, round(share * rgb.shape[1]))
    framed[:thick] = framed[-thick:] = colour
    framed[:, :thick] = framed[:, -thick:] = colour
    return framed


@operation
def ink(
    rgb: Image,
    face: FaceGeometry,
    *,
    where: str = "face",
    size: float = 0.05,
    colour: tuple[int, int, int] = (30, 40, 140),
    seed: int = 1,
) -> Image:
    """A pen stroke over the `face` or the `background`; `size` is its width as a ratio of the inter-eye distance."""
    random = np.random.default_rng(seed)
    left, top, right, bottom = face.box
    if where == "background":
        right, left = left - 0.1 * (right - left), 0.02 * rgb.shape[1]
    steps = np.linspace(0.0, 1.0, 60)
    wave = 0.12 * np.sin(steps * 9.0 + random.uniform(0, 6)) + 0.01 * random.normal(size=steps.size)
    stroke = np.stack([left + steps * (right - left), top + (0.55 + wave) * (bottom - top)], axis=1)
    over = np.zeros(rgb.shape[:2], np.float32)
    width = max(1, round(size * face.eye_distance))
    cv2.polylines(
        over, [stroke.round().astype(np.int32)], isClosed=False, color=(0.92,), thickness=width, lineType=cv2.LINE_AA
    )
    return to_bytes(rgb * (1 - over[..., None]) + np.array(colour) * over[..., None])


@operation
def crease(
    rgb: Image, face: FaceGeometry | None = None, *, strength: float = 0.6, at: float = 0.45, width: float = 0.006
) -> Image:
    """A fold of a scanned print across the picture at the height `at` (share), `width` a share of the height."""
    height, columns = rgb.shape[:2]
    y, x = np.mgrid[:height, :columns]
    distance = (y - height * (at + 0.04 * np.sin(3.0 * x / columns))) / max(1.0, width * height)
    line = np.exp(-(distance**2)) - 0.5 * np.exp(-((distance - 2.0) ** 2))
    return to_bytes(rgb + 255.0 * strength * line[..., None])


# --- eyes ------------------------------------------------------------------------------------------------------------


@operation
def red_eye(rgb: Image, face: FaceGeometry, *, strength: float = 0.9, size: float = 0.6, eyes: str = "both") -> Image:
    """Flash reflected by the retina: pupils red; `size` is the pupil's radius as a ratio of the iris's."""
    light = to_linear(rgb).copy()
    rows, columns = np.mgrid[: rgb.shape[0], : rgb.shape[1]]
    chosen = {"both": face.irises, "right": face.irises[:1], "left": face.irises[1:]}[eyes]
    for centre, radius in chosen:
        distance = np.hypot(columns - centre[0], rows - centre[1])
        pupil = strength * np.clip(size * radius + 0.5 - distance, 0.0, 1.0)[..., None]
        light = light * (1 - pupil) + np.array([0.62, 0.03, 0.04], np.float32) * pupil
    return from_linear(light)
