"""Defects of pictures of pictures: a printer's dots and a display's pixels."""

from __future__ import annotations

import cv2
import numpy as np

from tests.evaluation.operations import FaceGeometry, Image, operation, to_bytes


@operation
def halftone(
    rgb: Image, face: FaceGeometry | None = None, *, period: float = 4.0, strength: float = 0.5, softness: float = 0.5
) -> Image:
    """Printed with dots and scanned.

    Args:
        period: pixels from dot to dot; the three inks stand at 15, 75 and 45 degrees.
        strength: share of dots against even tone, 0..1.
        softness: blur of the scan, pixels.
    """
    finer = 3
    height, width = rgb.shape[:2]
    size = (width * finer, height * finer)
    tone = cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255.0
    y, x = np.mgrid[: size[1], : size[0]].astype(np.float32) / finer
    wave = 2.0 * np.pi / period
    for channel, angle in enumerate(np.radians((15.0, 75.0, 45.0))):
        along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        screen = 0.5 + 0.25 * (np.cos(along * wave) + np.cos(across * wave))
        dots = 1.0 / (1.0 + np.exp((screen - tone[..., channel]) * 12.0))
        tone[..., channel] += strength * (dots - tone[..., channel])
    scanned = cv2.GaussianBlur(tone, (0, 0), softness * finer)
    return to_bytes(cv2.resize(scanned, (width, height), interpolation=cv2.INTER_AREA) * 255.0)


@operation
def screen(
    rgb: Image, face: FaceGeometry | None = None, *, pitch: float = 1.7, strength: float = 0.1, tilt: float = 3.0
) -> Image:
    """Photographed off a display, whose sub-pixels beat with the camera's pixels.

    Args:
        pitch: display pixels in pixels of the picture; near 1 the beat is a wide coloured moiré.
        strength: how deep the stripes are, 0..1.
        tilt: degrees between the display and the camera.
    """
    height, width = rgb.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32) / pitch
    angle = np.radians(tilt)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    columns = np.stack([np.cos(2.0 * np.pi * (along + shift)) for shift in (0.0, 1 / 3, 2 / 3)], axis=-1)
    rows = np.cos(2.0 * np.pi * across)[..., None]
    return to_bytes(rgb * (1.0 + strength * columns + 0.5 * strength * rows))
