"""Defects of capture and encoding: sharpness, noise, light, colour, pixels.

`OPS` holds these, those of `degradations_scene` (background, framing, marks on the print, eyes), of
`degradations_reproduction` (prints, displays), of `degradations_head` (glasses, covers, hats) and of
`degradations_retouch` (beauty filters).
To add one, write a function with `@operation`; see `operations` for what it must keep to.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.evaluation import degradations_head, degradations_reproduction, degradations_retouch, degradations_scene
from tests.evaluation.operations import (
    OPS,
    FaceGeometry,
    Image,
    apply,
    from_linear,
    geometry_of,
    operation,
    to_bytes,
    to_linear,
)

__all__ = [
    "OPS",
    "FaceGeometry",
    "apply",
    "degradations_head",
    "degradations_reproduction",
    "degradations_retouch",
    "degradations_scene",
    "geometry_of",
    "operation",
]

# --- sharpness and noise: lengths in pixels of the picture -----------------------------------------------------------


@operation
def blur(rgb: Image, face: FaceGeometry | None = None, *, sigma: float = 2.0) -> Image:
    """Gaussian blur."""
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), sigma), dtype=np.uint8)


@operation
def defocus(rgb: Image, face: FaceGeometry | None = None, *, radius: float = 4.0) -> Image:
    """A disc of confusion, in linear light as a lens does it."""
    reach = int(np.ceil(radius)) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0.0, 1.0).astype(np.float32)
    return from_linear(cv2.filter2D(to_linear(rgb), -1, disc / disc.sum(), borderType=cv2.BORDER_REFLECT))


@operation
def motion(rgb: Image, face: FaceGeometry | None = None, *, length: float = 12.0, angle: float = 0.0) -> Image:
    """A camera that moved evenly; `angle` in degrees, 0 sideways, 90 up and down."""
    side = 2 * int(np.ceil(length / 2)) + 3
    centre = side // 2
    reach = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))]) * length / 2
    trail = np.zeros((side, side), np.float32)
    for share in np.linspace(-1.0, 1.0, 8 * side):
        x, y = centre + share * reach
        left, top = int(np.floor(x)), int(np.floor(y))
        for column, row in ((left, top), (left + 1, top), (left, top + 1), (left + 1, top + 1)):
            trail[row, column] += (1 - abs(x - column)) * (1 - abs(y - row))
    return from_linear(cv2.filter2D(to_linear(rgb), -1, trail / trail.sum(), borderType=cv2.BORDER_REFLECT))


@operation
def noise(
    rgb: Image, face: FaceGeometry | None = None, *, sigma: float = 10.0, chroma: float = 0.5, seed: int = 1
) -> Image:
    """Gaussian sensor noise of `sigma` grey levels; `chroma` is the share that differs between channels, 0..1."""
    random = np.random.default_rng(seed)
    grey = random.normal(0.0, sigma * (1.0 - chroma), (*rgb.shape[:2], 1))
    colour = random.normal(0.0, sigma * chroma, rgb.shape)
    return to_bytes(rgb + grey + colour)


@operation
def pixelate(rgb: Image, face: FaceGeometry | None = None, *, block: int = 6) -> Image:
    """Squares of `block` pixels, each of one colour."""
    height, width = rgb.shape[:2]
    size = (max(1, width // block), max(1, height // block))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


@operation
def upscale(rgb: Image, face: FaceGeometry | None = None, *, factor: float = 3.0) -> Image:
    """A picture that was `factor` times smaller and was enlarged to its size."""
    height, width = rgb.shape[:2]
    small = cv2.resize(rgb, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


@operation
def jpeg(
    rgb: Image,
    face: FaceGeometry | None = None,
    *,
    quality: int = 30,
    subsampling: str = "4:2:0",
    repeats: int = 1,
) -> Image:
    """What JPEG encoding leaves of the picture."""
    import io

    from PIL import Image as Pillow

    from samples.maker.encode import encode

    coded = encode(rgb, quality=quality, subsampling=subsampling, repeats=repeats)
    return np.asarray(Pillow.open(io.BytesIO(coded)).convert("RGB"), dtype=np.uint8)


@operation
def posterise(rgb: Image, face: FaceGeometry | None = None, *, levels: int = 8) -> Image:
    """Only `levels` values a channel."""
    step = 255.0 / (levels - 1)
    return to_bytes(np.rint(rgb / step) * step)


# --- light: in linear light, with the sensor's clipping --------------------------------------------------------------


@operation
def exposure(rgb: Image, face: FaceGeometry | None = None, *, ev: float = 1.0) -> Image:
    """More or less light by `ev` stops."""
    return from_linear(to_linear(rgb) * 2.0**ev)


@operation
def side_light(rgb: Image, face: FaceGeometry, *, strength: float = 0.6, side: str = "left") -> Image:
    """One side of the face darker by `strength` (0..1) than the other; `side` of the picture is the lit one."""
    left, _, right, _ = face.box
    across = (np.arange(rgb.shape[1]) - (left + right) / 2) / max(1.0, right - left)
    ramp = 1.0 / (1.0 + np.exp(across * 9.0 * (1 if side == "right" else -1)))
    shade = 1.0 - strength * ramp[None, :, None] * face.person[..., None]
    return from_linear(to_linear(rgb) * shade)


@operation
def cast_shadow(rgb: Image, face: FaceGeometry, *, strength: float = 0.6, where: str = "cheek") -> Image:
    """A shadow with an edge on the face: `cheek` (one half below the eye), `brow` (as from a hat), `nose`."""
    shapes = {
        "cheek": (234, 227, 119, 126, 203, 57, 43, 172, 58, 132),
        "brow": (127, 162, 54, 10, 284, 389, 356, 340, 346, 6, 117, 111),
        "nose": (6, 122, 126, 98, 167, 37, 61, 92, 206, 36, 100, 114),
    }
    mask = _soft_polygon(rgb, face.at(*shapes[where]), face.eye_distance * 0.06)
    return from_linear(to_linear(rgb) * (1.0 - strength * mask[..., None]))


@operation
def hot_spot(
    rgb: Image, face: FaceGeometry, *, strength: float = 1.0, size: float = 0.35, where: str = "forehead"
) -> Image:
    """A glossy reflection; `size` is its radius as a ratio of the inter-eye distance."""
    x, y = face.at({"forehead": 151, "nose": 4, "right-cheek": 50, "left-cheek": 280, "chin": 199}[where])[0]
    rows, columns = np.mgrid[: rgb.shape[0], : rgb.shape[1]]
    distance = np.hypot(columns - x, rows - y) / (size * face.eye_distance)
    glow = 1.5 * strength * np.exp(-(distance**4)) * face.person
    return from_linear(to_linear(rgb) + glow[..., None])


# --- colour ----------------------------------------------------------------------------------------------------------

_CASTS = {
    "warm": (1.0, 0.1, -1.0),
    "cool": (-1.0, 0.0, 1.0),
    "green": (-0.6, 0.6, -0.6),
    "magenta": (0.6, -0.6, 0.6),
    "red": (1.0, -0.5, -0.5),
}


@operation
def tint(rgb: Image, face: FaceGeometry | None = None, *, colour: str = "warm", strength: float = 0.3) -> Image:
    """A colour cast; `strength` is the change of the most changed channel in linear light, as a share."""
    gains = 1.0 + strength * np.array(_CASTS[colour], np.float32)
    return from_linear(to_linear(rgb) * gains)


@operation
def washed_out(rgb: Image, face: FaceGeometry | None = None, *, strength: float = 0.5) -> Image:
    """Contrast taken away: blacks lifted and everything drawn towards light grey."""
    return to_bytes(rgb * (1.0 - strength) + 200.0 * strength)


@operation
def saturation(rgb: Image, face: FaceGeometry | None = None, *, factor: float = 1.8) -> Image:
    """Chroma times `factor`; 0 leaves grey."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    lab[..., 1:] *= factor
    return to_bytes(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) * 255.0)


@operation
def grey(rgb: Image, face: FaceGeometry | None = None) -> Image:
    """No colour."""
    return np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)


def _soft_polygon(rgb: Image, corners: NDArray[np.float64], softness: float) -> NDArray[np.float32]:
    """H×W float32, 1 inside the polygon, its edge blurred by `softness` pixels."""
    mask = np.zeros(rgb.shape[:2], np.float32)
    cv2.fillPoly(mask, [corners.round().astype(np.int32)], (1.0,), lineType=cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.6, softness)), dtype=np.float32)
