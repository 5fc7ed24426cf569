"""How light and shade lie on the face: side against side, forehead against cheeks, and dark patches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.quantile import quantile
from photocheck.features.skin import CHIP_SIDE, KEEP_CLEAR_OF, Mask, Skin, doubled, foreign_pixels, halved, hull
from photocheck.features.subject import averaged_down
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

_SIDE = CHIP_SIDE // 2  # shading is broad: half the chip's resolution shows it
_LEAST_PAIRS = 300  # mirrored pairs of pixels
_BLACK = 0.006  # added to linear light so that noise in deep shade counts little


@dataclass(frozen=True, slots=True)
class Shading:
    """Differences of light on the skin in stops (factors of two of linear luminance).

    Attributes:
        across: median difference between the person's right and left side, mirrored point against point; positive
            where the right is brighter.
        patch: root mean square of how far such differences depart from the even fall of light over the face.
        patch_area: 256×256 bool on the chip, where the darker part of those departures lies.
        forehead: how much darker the forehead is than the cheeks; None where either is covered.
    """

    across: float
    patch: float
    patch_area: Mask
    forehead: float | None


def see_shading(photo: Portrait) -> Shading:
    """Compare the skin with its mirror image on the aligned chip.

    Raises:
        NotAssessable: `turned-away` where the two sides cannot be compared; `skin-covered` where too little skin is
        seen.
    """
    if abs(photo.pose.yaw) > _WIDEST_YAW:
        raise NotAssessable("turned-away")
    skin = photo.skin
    area = _broad_area(skin, photo.light.shine)
    stops = _stops(skin, area)
    pairs = area & area[:, ::-1]
    pairs[:, _SIDE // 2 :] = False
    if pairs.sum() < _LEAST_PAIRS:
        raise NotAssessable("skin-covered")
    difference = (stops - stops[:, ::-1])[pairs]
    rest = _without_even_fall(difference, pairs)
    return Shading(
        _across(skin, stops, area), float(rest.std()), _darker_part(rest, pairs), _forehead(skin, stops, area)
    )


_WIDEST_YAW = 25.0


def _broad_area(skin: Skin, shine: Mask) -> Mask:
    """128×128 bool: skin from the hairline to the mouth, clear of eyes, brows, lips, nostrils, hair, frames, shine."""
    placed = skin.landmarks / 2
    area = np.zeros((_SIDE, _SIDE), np.uint8)
    cv2.fillPoly(area, [placed[list(_UPPER_FACE)].round().astype(np.int32)], (1,))
    area = cv2.erode(area, np.ones((7, 7), np.uint8)).astype(np.uint8)
    blocked = np.zeros_like(area)
    for part in (*KEEP_CLEAR_OF, _NOSTRILS):
        cv2.fillConvexPoly(blocked, hull(placed, part), (1,))
    blocked |= np.asarray(halved(shine), dtype=np.uint8)
    blocked = cv2.dilate(blocked, np.ones((5, 5), np.uint8)).astype(np.uint8)
    half = (area & ~blocked).astype(bool)
    anywhere = skin.all
    sure = {region: halved(skin.masks.get(region, anywhere)) for region in ("right-cheek", "left-cheek", "nose")}
    return half & ~foreign_pixels(skin.lab, {"face": half, **sure})


def _stops(skin: Skin, area: Mask) -> NDArray[np.float32]:
    """128×128 float32: log2 of linear luminance averaged over 6 pixels of skin around each point."""
    small = averaged_down(skin.chip, _SIDE, _SIDE)
    luminance = cv2.transform(cv2.LUT(small, _LINEAR), np.array([[0.2126, 0.7152, 0.0722]], np.float32))
    weight = area.astype(np.float32)
    near = cv2.boxFilter(weight, -1, (6, 6))
    mean = cv2.boxFilter(luminance * weight, -1, (6, 6)) / np.maximum(near, 0.01)
    return np.asarray(np.log2(mean + _BLACK), dtype=np.float32)


def _without_even_fall(difference: NDArray[np.float32], pairs: Mask) -> NDArray[np.float64]:
    """What is left of the mirrored differences beside the even rise that light from one side makes."""
    rows, columns = np.nonzero(pairs)
    rise = np.stack([(_SIDE / 2 - columns) / _SIDE, np.ones(rows.size)], axis=1)
    fitted, *_ = np.linalg.lstsq(rise, difference.astype(np.float64), rcond=None)
    rest: NDArray[np.float64] = difference - rise @ fitted
    return rest


def _darker_part(rest: NDArray[np.float64], pairs: Mask) -> Mask:
    clear = 1.2 * rest.std()
    dark = np.zeros((_SIDE, _SIDE), bool)
    dark[pairs] = rest < -clear
    other = np.zeros((_SIDE, _SIDE), bool)
    other[pairs] = rest > clear
    darker = dark if dark.sum() >= other.sum() else other[:, ::-1]
    return doubled(darker)


def _across(skin: Skin, stops: NDArray[np.float32], area: Mask) -> float:
    both = halved(skin.all) & area
    both &= both[:, ::-1]
    both[:, _SIDE // 2 :] = False
    if not both.any():
        raise NotAssessable("skin-covered")
    return quantile((stops - stops[:, ::-1])[both], 0.5)


def _forehead(skin: Skin, stops: NDArray[np.float32], area: Mask) -> float | None:
    seen = {name: stops[halved(mask) & area] for name, mask in skin.masks.items()}
    cheeks = [seen[name] for name in ("right-cheek", "left-cheek") if name in seen and seen[name].size >= _LEAST_REGION]
    open_forehead = skin.kept["forehead"] >= _OPEN_FOREHEAD and seen["forehead"].size >= _LEAST_REGION
    if not cheeks or not open_forehead:
        return None
    # A shadow of hat or lamp covers the forehead, thin hair leaves some of it light.
    return float(np.mean([quantile(cheek, 0.5) for cheek in cheeks]) - quantile(seen["forehead"], 0.7))


_LEAST_REGION = 80  # pixels of the half-size chip
_OPEN_FOREHEAD = 0.57


def _table() -> NDArray[np.float32]:
    share = np.arange(256) / 255.0
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR = _table()
_UPPER_FACE = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 435, 416, 434, 287, 291, 0),
    *(61, 57, 214, 192, 215, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
_NOSTRILS = (98, 97, 2, 326, 327, 94, 19, 1, 44, 274, 129, 358)
