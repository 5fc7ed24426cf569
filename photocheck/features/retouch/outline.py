"""Measures of the person's outline: how the picture passes from the person to what is behind.

Where a lens drew both, every pixel of the edge is a mixture of the two colours beside it, strands of hair reach out,
and the backdrop has the same noise near the person as far away. A matte leaves an even ramp, a fringe of the old
backdrop's colour, or no strands.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.retouch.areas import Areas, Mask

Plane = NDArray[np.float32]

RINGS = (-1, 1, 3, 6, 12)
"""Pixels from the edge, inside negative: each ring is what lies between two of them."""

_SMALL = 8  # colours beside the edge are spread on a copy that much smaller
_CONTRAST = 24.0  # levels between person and backdrop below which an edge is not measured
_LEAST = 200  # pixels of edge


def see_outline(areas: Areas, finest: Plane) -> dict[str, float]:
    """Share of the person in the colours of each ring around the outline, how it varies, what no mixture explains.

    Args:
        areas: of the photo.
        finest: h×w, its finest band.

    Returns:
        By name; NaN where there is no background or too little contrast.
    """
    names = [f"edge-{what}{low}" for what in ("share", "varies", "strange", "noise") for low in RINGS[:-1]]
    empty = {name: float("nan") for name in [*names, "edge-ramp", "background-bright", "background-clipped"]}
    if "outline" not in areas.masks or "background" not in areas.masks:
        return empty
    behind, band = areas.masks["background"], areas.masks["outline"]
    within = ~(behind | band | cv2.dilate(band.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool))
    where = np.flatnonzero(band.reshape(-1))
    pixels = areas.rgb.reshape(-1, 3)[where].astype(np.float32)
    backdrop, person = (_spread(areas.rgb, mask, 0.06 * areas.width, where) for mask in (behind, within))
    away = person - backdrop
    contrast = np.sqrt((away**2).sum(axis=1))
    share = ((pixels - backdrop) * away).sum(axis=1) / np.maximum(contrast, 1.0) ** 2
    strange = np.sqrt(((pixels - backdrop - share[:, None] * away) ** 2).sum(axis=1))
    usable = contrast > _CONTRAST
    values = empty | _wall(areas)
    if np.count_nonzero(usable) < _LEAST:
        return values
    distance = _distance(within, where, share > 0.5)
    fine = np.abs(finest.reshape(-1)[where])
    return values | _rings(distance[usable], share[usable], (strange / contrast)[usable], fine[usable])


def _distance(within: Mask, where: NDArray[np.intp], solid: Mask) -> Plane:
    """Pixels from the edge between what is the person's and what is not, inside negative."""
    person = within.astype(np.uint8)
    person.reshape(-1)[where] = solid
    person = np.asarray(cv2.morphologyEx(person, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    outside = cv2.distanceTransform(1 - person, cv2.DIST_L2, 3).reshape(-1)[where]
    inside = cv2.distanceTransform(person, cv2.DIST_L2, 3).reshape(-1)[where]
    return np.asarray(np.where(outside > 0, outside, -inside), np.float32)


def _rings(distance: Plane, share: Plane, strange: Plane, fine: Plane) -> dict[str, float]:
    """The measures by distance from where half of the colour is the person's."""
    beyond = fine[distance > RINGS[-1]]
    far = float(np.median(beyond)) if beyond.size else 0.0
    values = {}
    for low, high in pairwise(RINGS):
        ring = (distance > low) & (distance <= high)
        if np.count_nonzero(ring) < _LEAST:
            continue
        quarter, middle, rest = np.quantile(share[ring], (0.25, 0.5, 0.75))
        values[f"edge-share{low}"] = float(middle)
        values[f"edge-varies{low}"] = float(np.log(rest - quarter + 0.01))
        values[f"edge-strange{low}"] = float(np.log(np.median(strange[ring]) + 0.01))
        values[f"edge-noise{low}"] = float(np.log((np.median(fine[ring]) + 0.05) / (far + 0.05)))
    between = np.count_nonzero((share > 0.1) & (share < 0.9) & (np.abs(distance) < RINGS[-1]))
    length = np.count_nonzero(np.abs(distance) <= 1.0)
    values["edge-ramp"] = float(np.log((between + 1) / (length + 1)))
    return values


def _wall(areas: Areas) -> dict[str, float]:
    """How bright the backdrop is, and how much of it the sensor clipped: there no noise is to be expected."""
    brightest = areas.rgb.reshape(-1, 3)[areas.samples["background"]].max(axis=1)
    return {"background-bright": float(brightest.mean()), "background-clipped": float((brightest >= 253).mean())}


def _spread(rgb: NDArray[np.uint8], known: Mask, reach: float, where: NDArray[np.intp]) -> Plane:
    """N×3: the colours of the known pixels at those places, spread by normalised blurs of two widths."""
    size = (max(1, rgb.shape[1] // _SMALL), max(1, rgb.shape[0] // _SMALL))
    part = np.s_[: size[1] * _SMALL, : size[0] * _SMALL]
    whole = cv2.resize(known[part].astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) == 255
    weight = whole.astype(np.float32)
    colour = cv2.resize(rgb[part], size, interpolation=cv2.INTER_AREA) * weight[..., None]
    total, spread = np.zeros_like(weight), np.zeros_like(colour)
    for sigma, trust in ((reach / _SMALL, 1.0), (4 * reach / _SMALL, 1e-3)):
        total += np.float32(trust) * cv2.GaussianBlur(weight, (0, 0), max(0.5, sigma))
        spread += np.float32(trust) * cv2.GaussianBlur(colour, (0, 0), max(0.5, sigma))
    spread /= np.maximum(total, np.float32(1e-9))[..., None]
    rows, columns = np.divmod(where, rgb.shape[1])
    return np.asarray(spread[np.minimum(rows // _SMALL, size[1] - 1), np.minimum(columns // _SMALL, size[0] - 1)])
