"""What happens to touched and untouched pictures alike: camera, resizing, encoding."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from models.train.retouch.made import Image, blurred, levels

NATIVE_HEIGHTS = (413, 472, 560, 640, 800, 1000)
"""Pixels of finished pictures' height, 295×413 of an ID photo first; larger ones are phone pictures."""


@dataclass(frozen=True)
class Delivery:
    """How a picture is delivered: one is drawn for a picture and shared by all its versions, or drawn for each.

    Attributes:
        height: pixels of the finished picture.
        how: OpenCV's interpolation.
        quality: of JPEG, 55..95.
        subsampling: 0 (4:4:4), 1 (4:2:2) or 2 (4:2:0).
        before: quality of an earlier JPEG, or None.
    """

    height: int
    how: int
    quality: int
    subsampling: int
    before: int | None


def delivery(largest: int, rng: np.random.Generator) -> Delivery:
    """Draw one; `largest` is the height of the original, never enlarged."""
    heights = [height for height in NATIVE_HEIGHTS if height < largest] + [largest]
    return Delivery(
        height=int(heights[rng.integers(len(heights))]),
        how=int(rng.choice([cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_LANCZOS4])),
        quality=int(rng.integers(55, 96)),
        subsampling=int(rng.choice([0, 1, 2, 2])),
        before=int(rng.integers(75, 98)) if rng.random() < 0.4 else None,
    )


def delivered(rgb: Image, way: Delivery) -> tuple[Image, bytes]:
    """Resize and encode.

    Returns:
        The pixels as a viewer sees them, and the JPEG without metadata.
    """
    if way.before is not None:
        rgb, _ = encoded(rgb, way.before, 2)
    if way.height < rgb.shape[0]:
        size = (max(1, round(rgb.shape[1] * way.height / rgb.shape[0])), way.height)
        if way.how != cv2.INTER_AREA:  # the sharper kernels alias: they follow a slight blur, as in editors
            rgb = levels(blurred(rgb, 0.35 * rgb.shape[0] / way.height))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=way.how), np.uint8)
    return encoded(rgb, way.quality, way.subsampling)


def encoded(rgb: Image, quality: int, subsampling: int) -> tuple[Image, bytes]:
    """Through JPEG and back."""
    held = BytesIO()
    PillowImage.fromarray(rgb).save(held, "JPEG", quality=quality, subsampling=subsampling)
    return np.asarray(PillowImage.open(BytesIO(held.getvalue())).convert("RGB")), held.getvalue()


def camera(rgb: Image, rng: np.random.Generator, *, nudge: bool = True) -> Image:
    """What a camera may do to an untouched picture: each step by chance, none of it strong.

    Args:
        rgb: H×W×3 uint8.
        rng: random generator.
        nudge: whether it may be turned and resized; without, landmarks stay where they are.
    """
    if nudge and rng.random() < 0.5:
        rgb = _nudged(rgb, rng)
    pixels = rgb.astype(np.float32)
    if rng.random() < 0.35:
        pixels = pixels * (1 + rng.normal(0, 0.04, 3)).astype(np.float32)
    if rng.random() < 0.35:
        pixels = pixels * np.float32(rng.uniform(0.85, 1.25))
    if rng.random() < 0.35:
        pixels = 255 * np.clip(pixels / 255, 0, 1) ** np.float32(rng.uniform(0.88, 1.14))
    if rng.random() < 0.25:
        pixels = blurred(pixels, rng.uniform(0.4, 1.2))
    if rng.random() < 0.25:
        grain = rng.normal(0, rng.uniform(0.5, 4.0), pixels.shape[:2]).astype(np.float32)
        pixels = pixels + blurred(grain, rng.uniform(0.3, 0.9))[..., None]
    if rng.random() < 0.3:
        pixels = _denoised(levels(pixels), rng)
    if rng.random() < 0.4:
        pixels = pixels + np.float32(rng.uniform(0.1, 0.6)) * (pixels - blurred(pixels, rng.uniform(0.6, 1.4)))
    return levels(pixels)


def _nudged(rgb: Image, rng: np.random.Generator) -> Image:
    """Turned by up to three degrees and resized by up to 8 %, sub-pixel: resampling is no sign of a warp."""
    height, width = rgb.shape[:2]
    scale = rng.uniform(0.97, 1.08)
    onto = cv2.getRotationMatrix2D((width / 2 + rng.uniform(-1, 1), height / 2 + rng.uniform(-1, 1)),
                                   float(np.clip(rng.normal(0, 1.2), -3, 3)), scale)  # fmt: skip
    how = cv2.INTER_LINEAR if rng.random() < 0.6 else cv2.INTER_CUBIC
    return np.asarray(cv2.warpAffine(rgb, onto, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE))


def _denoised(rgb: Image, rng: np.random.Generator) -> NDArray[np.float32]:
    """The whole picture alike, as cameras do it: weak non-local means, bilateral or median."""
    kind = rng.integers(3)
    if kind == 0:
        return np.asarray(cv2.bilateralFilter(rgb, 5, rng.uniform(6, 16), 2.0), np.float32)
    if kind == 1:
        luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb)
        luma[..., 0] = cv2.fastNlMeansDenoising(luma[..., 0], None, rng.uniform(1.5, 4.0), 3, 9)
        luma[..., 1:] = cv2.blur(luma[..., 1:], (5, 5))
        return np.asarray(cv2.cvtColor(luma, cv2.COLOR_YCrCb2RGB), np.float32)
    mixed = rgb + np.float32(0.5) * (cv2.medianBlur(rgb, 3).astype(np.float32) - rgb)
    return np.asarray(mixed, np.float32)
