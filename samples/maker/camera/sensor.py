"""Sensor and file: shot and read noise with the grain of a demosaiced mosaic, sharpening, tone curve, JPEG."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker.camera.shot import Image, Light, Plane

WHITE = 0.80
"""Linear light of a perfect white surface in full light at exposure 0."""
_BANK = 1024
_LEVELS = 4096
"""Steps of linear light from 0 to 1.25, the most the tone curve tells from white."""


@lru_cache(maxsize=1)
def grain() -> tuple[Plane, ...]:
    """Three N×N planes of unit noise as a bilinear demosaic leaves it: coarser in red and blue than in green."""
    random = np.random.default_rng(20240611)
    y, x = np.mgrid[0:_BANK, 0:_BANK] % 2
    planes = []
    for sites, kernel in (
        ((x == 0) & (y == 0), [[1, 2, 1], [2, 4, 2], [1, 2, 1]]),
        (x != y, [[0, 1, 0], [1, 4, 1], [0, 1, 0]]),
        ((x == 1) & (y == 1), [[1, 2, 1], [2, 4, 2], [1, 2, 1]]),
    ):
        mosaic = random.standard_normal((_BANK, _BANK), dtype=np.float32) * sites
        plane = cv2.filter2D(mosaic, -1, np.array(kernel, np.float32))
        planes.append(np.asarray(plane / plane.std(), dtype=np.float32))
    shared = random.standard_normal((_BANK, _BANK), dtype=np.float32)
    shared = cv2.GaussianBlur(shared, (0, 0), 0.7)
    shared /= shared.std()
    # Chroma denoising of phones leaves most of what is left common to the three.
    return tuple(np.asarray(0.6 * plane + 0.8 * shared, dtype=np.float32) for plane in planes)


def gains(light: Light) -> tuple[float, float, float]:
    """Red, green and blue factor of exposure and left-over colour."""
    lift = 2.0**light.exposure
    return lift * (1 + 0.10 * light.kelvin_shift), lift, lift * (1 - 0.16 * light.kelvin_shift)


@lru_cache(maxsize=1)
def _to_linear() -> NDArray[np.float64]:
    codes = np.arange(256) / 255.0
    return np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)


def linear_plane(codes: Image, gain: float) -> Plane:
    """Linear light of one channel's sRGB codes under a lamp."""
    return np.asarray(cv2.LUT(codes, (_to_linear() * gain * WHITE).astype(np.float32)))


def add_noise(plane: Plane, channel: int, amount: float, offset: tuple[int, int]) -> Plane:
    """Shot and read noise; `amount` 0..1, `offset` into the bank of grain."""
    if amount <= 0:
        return plane
    height, width = plane.shape
    bank = grain()[channel]
    top, left = offset
    rows = np.arange(top, top + height) % _BANK
    columns = np.arange(left, left + width) % _BANK
    noise = bank[rows][:, columns] if height < _BANK and width < _BANK else _tiled(bank, rows, columns)
    shot, read = 0.0022 * amount, (0.006 * amount) ** 2
    deviation = cv2.sqrt(cv2.max(plane, 0.0) * np.float32(shot) + np.float32(read))
    return np.asarray(cv2.add(plane, cv2.multiply(deviation, noise)))


def _tiled(bank: Plane, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Plane:
    return np.asarray(bank.take(rows, 0).take(columns, 1))


@lru_cache(maxsize=1)
def _curve() -> Image:
    """Linear light to codes: the sRGB curve with a shoulder, as phones render."""
    linear = np.arange(_LEVELS) / (_LEVELS - 1) * 1.25
    rolled = np.where(linear > 0.75, 0.75 + 0.25 * np.tanh((linear - 0.75) / 0.30), linear)
    rolled = rolled / rolled[-1]
    codes = np.where(rolled <= 0.0031308, rolled * 12.92, 1.055 * rolled ** (1 / 2.4) - 0.055)
    table = np.full(65536, 255, np.uint8)
    table[:_LEVELS] = np.round(np.clip(codes, 0, 1) * 255)
    return table


def develop(plane: Plane) -> Image:
    """8-bit codes of a plane of linear light; 1.25 and more is 255."""
    index = cv2.multiply(plane, 1.0, scale=(_LEVELS - 1) / 1.25, dtype=cv2.CV_16U)
    return np.asarray(_curve()[index])


def sharpen(picture: Image, amount: float) -> Image:
    """The unsharp mask of a phone; `amount` 0..1.5."""
    if amount <= 0:
        return picture
    soft = cv2.GaussianBlur(picture, (5, 5), 1.1)
    return np.asarray(cv2.addWeighted(picture, 1 + 0.7 * amount, soft, -0.7 * amount, 0))


def encode(picture: Image, quality: int, subsample: bool) -> tuple[bytes, Image]:
    """The JPEG file and the picture decoded from it."""
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420 if subsample else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), options)
    decoded = cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    return data.tobytes(), np.asarray(decoded, dtype=np.uint8)
