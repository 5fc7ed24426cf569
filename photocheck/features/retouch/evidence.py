"""Measures of retouching, each of a photo against itself: skin against eyes and hair, face against neck, and so on.

How smooth skin is tells more of the camera than of the retoucher; how smooth it is beside the eyes and the hair of the
same photo tells more of the retoucher.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import landmarks
from photocheck.features.retouch.areas import Areas, Mask
from photocheck.features.retouch.outline import see_outline
from photocheck.finding import NotAssessable

SIGMAS = (0.7, 1.2, 2.0, 3.5, 6.0)
"""Pixels: each band is what lies between the picture blurred by one and by the one before."""
CELL = 16
"""Pixels of one cell of the map of texture."""

Plane = NDArray[np.float32]

_FLOOR = 0.05  # levels: rounding leaves about that much
_LAGS = (2, 3, 4, 5, 6)


@dataclass(frozen=True)
class Evidence:
    """What was measured.

    Attributes:
        values: by name; logarithms to the base e where a ratio is meant, NaN where the area is not there.
        texture: rows×columns float32 of 16-pixel cells: log of the fine texture (1..4 px) over that of the same
            photo's eyes, brows and lips; NaN where there is no skin.
    """

    values: dict[str, float]
    texture: Plane


def see_evidence(areas: Areas) -> Evidence:
    """Measure.

    Raises:
        NotAssessable: `skin-covered` where no skin is seen.
    """
    if "skin" not in areas.masks or "features" not in areas.masks:
        raise NotAssessable("skin-covered")
    ycc = cv2.cvtColor(areas.rgb, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    luma = np.ascontiguousarray(ycc[..., 0])
    bands = bands_of(luma)
    values = (
        _bands(bands, areas)
        | _statistics(bands, areas)
        | _colours(ycc, areas)
        | _edges(luma, bands, areas)
        | _period(bands[0], areas)
        | _shape(areas)
        | see_outline(areas, bands[0])
    )
    return Evidence(values, _texture(bands, areas))


def bands_of(luma: Plane) -> list[Plane]:
    """What lies between successive blurs, finest first."""
    blurs = [luma, *(np.asarray(cv2.GaussianBlur(luma, (0, 0), sigma), np.float32) for sigma in SIGMAS)]
    return [finer - coarser for finer, coarser in pairwise(blurs)]


def _at(plane: NDArray[Any], areas: Areas, name: str) -> Plane:
    """The values of a plane at the samples of an area."""
    return np.asarray(plane.reshape(-1)[areas.samples[name]], np.float32)


def _around_skin(areas: Areas) -> tuple[slice, slice]:
    """Rows and columns of the box around the skin."""
    left, top, width, height = cv2.boundingRect(areas.masks["skin"].astype(np.uint8))
    return slice(top, top + height), slice(left, left + width)


def _level(band: Plane, areas: Areas, name: str) -> float:
    """Log of the usual size of a band in an area: the median of its absolute value."""
    if name not in areas.masks:
        return float("nan")
    return float(np.log(np.median(np.abs(_at(band, areas, name))) + _FLOOR))


def _bands(bands: list[Plane], areas: Areas) -> dict[str, float]:
    """Each band on the skin against features, hair and background, and against the next band."""
    values = {}
    levels = {
        name: [_level(band, areas, name) for band in bands] for name in ("skin", "features", "hair", "background")
    }
    for index, sigma in enumerate(SIGMAS):
        for other in ("features", "hair", "background"):
            values[f"skin-to-{other}-{sigma}"] = levels["skin"][index] - levels[other][index]
    for index, sigma in enumerate(SIGMAS[:-1]):
        for name in ("skin", "features", "hair"):
            values[f"{name}-{sigma}-to-next"] = levels[name][index] - levels[name][index + 1]
    values["skin-level"] = levels["skin"][1]
    values["features-level"] = levels["features"][1]
    values["background-level"] = levels["background"][0]
    return values


def _statistics(bands: list[Plane], areas: Areas) -> dict[str, float]:
    """How even the texture of the skin is: local variance from place to place, heavy tails, regions against others."""
    values = {}
    for index in (0, 2):
        local = np.sqrt(np.maximum(0, _at(cv2.blur(bands[index] ** 2, (9, 9)), areas, "skin"))) + _FLOOR
        low, middle, high = np.log(np.quantile(local, (0.1, 0.5, 0.9)))
        values[f"local-low-{SIGMAS[index]}"] = float(middle - low)
        values[f"local-high-{SIGMAS[index]}"] = float(high - middle)
        inside = _at(bands[index], areas, "skin")
        values[f"kurtosis-{SIGMAS[index]}"] = float(
            np.log(np.mean(inside**4) / max(1e-6, float(np.mean(inside**2))) ** 2)
        )
    for name in ("forehead", "nose", "chin"):
        values[f"{name}-to-skin"] = _level(bands[1], areas, name) - _level(bands[1], areas, "skin")
    values["neck-to-skin"] = _level(bands[1], areas, "neck") - _level(bands[1], areas, "skin")
    return values


def _colours(ycc: Plane, areas: Areas) -> dict[str, float]:
    """Noise of colour against that of luma; tone of the face against that of neck, lips and hair; how even it is.

    How light the skin is by itself is left out: it tells whose face it is, not what was done to it.
    """
    skin, box = areas.masks["skin"], _around_skin(areas)
    near = np.ascontiguousarray(ycc[box])
    fine = np.abs(near - cv2.GaussianBlur(near, (0, 0), 2.0))[skin[box]].mean(axis=0)
    luma, red, blue = np.log(fine + _FLOOR)
    values = {"red-noise-to-luma": float(red - luma), "blue-noise-to-luma": float(blue - luma)}
    small = cv2.resize(areas.rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.float32)

    def colours(mask: Mask) -> Plane:
        half = cv2.resize(mask.astype(np.uint8), lab.shape[1::-1], interpolation=cv2.INTER_NEAREST).astype(bool)
        return np.asarray(lab[half], np.float32)

    face = colours(skin)
    middle = np.median(face, axis=0)
    values |= {
        "lightness-spread": float(face[:, 0].std()), "red-spread": float(face[:, 1].std()),
        "yellow-spread": float(face[:, 2].std()), "clipped": float((areas.rgb[skin].max(axis=-1) > 250).mean()),
    }  # fmt: skip
    for name in ("neck", "features", "hair"):
        other = colours(areas.masks[name]) if name in areas.masks else np.zeros((0, 3), np.float32)
        away = np.median(other, axis=0) - middle if len(other) else np.full(3, np.nan)
        values |= {
            f"{name}-{what}": float(step) for what, step in zip(("lighter", "redder", "yellower"), away, strict=True)
        }
    return values


def _edges(luma: Plane, bands: list[Plane], areas: Areas) -> dict[str, float]:
    """How steep the strongest edges are on eyes and outline, how far they overshoot, how empty the background is."""
    values: dict[str, float] = {}
    slopes = _slopes(luma)
    softer = _slopes(luma - bands[0] - bands[1] - bands[2])
    for name in ("features", "outline"):
        if name not in areas.masks:
            values |= {f"{name}-steepness": float("nan"), f"{name}-overshoot": float("nan")}
            continue
        slope, slower = (np.hypot(*(_at(one, areas, name) for one in pair)) for pair in (slopes, softer))
        strong = slower > np.quantile(slower, 0.85)
        values[f"{name}-steepness"] = float(
            np.log(slope[strong].mean() + _FLOOR) - np.log(slower[strong].mean() + _FLOOR)
        )
        first, second, third, fourth = (_at(band, areas, name)[strong] for band in bands[:4])
        fine, wide = np.abs(first + second).mean(), np.abs(third + fourth).mean()
        values[f"{name}-overshoot"] = float(np.log(fine + _FLOOR) - np.log(wide + _FLOOR))
    if "background" in areas.masks:
        local = _at(cv2.blur(np.abs(bands[0]), (9, 9)), areas, "background")
        values["background-empty"] = float((local < 0.25).mean())
        values["background-uneven"] = float(
            np.log((np.quantile(local, 0.9) + _FLOOR) / (np.quantile(local, 0.1) + _FLOOR))
        )
    else:
        values |= {"background-empty": float("nan"), "background-uneven": float("nan")}
    return values


def _slopes(luma: Plane) -> tuple[Plane, Plane]:
    """Across and down, levels per pixel."""
    across, down = cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=0.125)
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def _period(band: Plane, areas: Areas) -> dict[str, float]:
    """How the finest band repeats itself at small distances on skin: traces of up-sampling."""
    box = _around_skin(areas)
    inside = band[box] * areas.masks["skin"][box]
    power = float((inside**2).sum()) + 1e-6
    values = {}
    for lag in _LAGS:
        along = float((inside[:, lag:] * inside[:, :-lag]).sum() + (inside[lag:] * inside[:-lag]).sum()) / (2 * power)
        values[f"repeats-{lag}"] = along
    return values


def _shape(areas: Areas) -> dict[str, float]:
    """Proportions of the face: weak, for people differ more than slimming changes them."""
    points = areas.points

    def apart(first: int, second: int) -> float:
        return float(np.hypot(*(points[first] - points[second])))

    eyes = [apart(*corners) for corners in (landmarks.RIGHT_EYE_CORNERS, landmarks.LEFT_EYE_CORNERS)]
    lids = [apart(*pairs[0]) for pairs in (landmarks.RIGHT_LIDS, landmarks.LEFT_LIDS)]
    between = apart(landmarks.RIGHT_IRIS[0], landmarks.LEFT_IRIS[0])
    iris = apart(landmarks.RIGHT_IRIS[1], landmarks.RIGHT_IRIS[3])
    return {
        "eye-length": sum(eyes) / 2 / between, "eye-opening": sum(lids) / 2 / between, "iris": iris / between,
        "jaw": apart(172, 397) / areas.width, "low-jaw": apart(150, 379) / areas.width,
        "face-height": apart(landmarks.FOREHEAD_TOP, landmarks.CHIN) / areas.width,
        "nose": apart(48, 278) / areas.width, "mouth": apart(*landmarks.MOUTH_CORNERS) / areas.width,
        "chin": apart(landmarks.LOWER_LIP_BOTTOM, landmarks.CHIN) / areas.width, "between": between / areas.width,
    }  # fmt: skip


def _texture(bands: list[Plane], areas: Areas) -> Plane:
    """The map of `Evidence`."""
    reference = _level(bands[1] + bands[2], areas, "features")
    size = (max(1, areas.rgb.shape[1] // CELL), max(1, areas.rgb.shape[0] // CELL))
    part = (slice(0, size[1] * CELL), slice(0, size[0] * CELL))
    skin = areas.masks["skin"][part].astype(np.float32)
    share = cv2.resize(skin, size, interpolation=cv2.INTER_AREA)
    fine = cv2.resize(np.abs(bands[1] + bands[2])[part] * skin, size, interpolation=cv2.INTER_AREA)
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.log(fine / share * np.float32(0.85) + np.float32(_FLOOR)) - np.float32(reference)
    return np.asarray(np.where(share > 0.5, level, np.nan), np.float32)
