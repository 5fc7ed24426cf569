"""Blur: the lens, defocus and motion."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker.camera.shot import Image, Plane


def lens_blur(picture: Image, sigma: float) -> Image:
    """The lens at its best, standard deviation in pixels; so small that 8-bit codes will do."""
    if sigma < 0.2:
        return picture
    width = 3 if sigma < 0.7 else 5
    return np.asarray(cv2.GaussianBlur(picture, (width, width), sigma))


def disc(radius: float) -> Plane:
    """Kernel of a circle of confusion, radius in pixels, soft by one pixel."""
    reach = int(np.ceil(radius + 0.5))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def streak(length: float, angle: float, random: np.random.Generator) -> Plane:
    """Kernel of a hand's slightly bent movement, length in pixels, angle in degrees."""
    reach = int(np.ceil(length / 2)) + 2
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    along = np.linspace(-0.5, 0.5, 24) * length
    bend = random.uniform(-0.12, 0.12) * length * (np.linspace(-1, 1, 24) ** 2)
    turn = np.radians(angle)
    path = np.stack([along * np.cos(turn) - bend * np.sin(turn), along * np.sin(turn) + bend * np.cos(turn)], 1)
    cv2.polylines(
        kernel,
        [np.round((path + reach) * 256).astype(np.int32)],
        isClosed=False,
        color=(1.0,),
        lineType=cv2.LINE_AA,
        shift=8,
    )
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def spread(plane: Plane, kernel: NDArray[np.float32]) -> Plane:
    """A plane of linear light through a kernel; wide kernels on a smaller plane."""
    reach = kernel.shape[0]
    if reach > 23:
        small = cv2.resize(plane, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        size = max(3, (reach // 2) | 1)
        narrow = cv2.resize(kernel, (size, size), interpolation=cv2.INTER_AREA)
        done = spread(small, narrow / narrow.sum())
        return np.asarray(cv2.resize(done, plane.shape[::-1], interpolation=cv2.INTER_LINEAR))
    return np.asarray(cv2.filter2D(plane, -1, kernel, borderType=cv2.BORDER_REFLECT))
