"""The colour of the pupils against that of the skin, at native resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from photocheck.features.eyes import Eye
from photocheck.features.gaze import LEAST_OPENNESS
from photocheck.features.quantile import medians, quantile
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

LEAST_RADIUS = 3.5
"""Pixels of iris radius under which a pupil is only a handful of pixels."""
_PUPIL = 0.45
"""Radius looked at, in iris radii."""
_DARK = 24.0
"""Added to each 8-bit channel: the noise of a black pupil has no hue."""
_CHEEKS = (50, 101, 280, 330)


def pupil_redness(photo: Portrait) -> dict[str, float]:
    """For each open eye, by its label, how much redder the pupil is than the cheeks.

    The value is the natural logarithm of the ratio of red to green in the pupil over the same ratio of the cheeks, so
    that neither the light's colour nor the skin's tone moves it: below 0 for dark pupils, about 1 for red ones.

    Raises:
        NotAssessable: `eyes-closed`, `too-small`, or `not-measurable` where the cheeks are outside the picture.
    """
    eyes = [eye for eye in (photo.eyes.right, photo.eyes.left) if eye.openness >= LEAST_OPENNESS]
    if not eyes:
        raise NotAssessable("eyes-closed")
    eyes = [eye for eye in eyes if len(_disc(photo, eye.iris, 1.0))]
    if max((eye.iris_radius for eye in eyes), default=0.0) < LEAST_RADIUS:
        raise NotAssessable("too-small")
    reach = max(1.0, eyes[0].iris_radius)
    cheeks = np.concatenate([_disc(photo, place, reach) for place in photo.mesh.xy(*_CHEEKS)])
    if not len(cheeks):
        raise NotAssessable("not-measurable")
    skin = float(_red_over_green(medians(cheeks)))
    return {eye.label: _reddest(photo, eye) - skin for eye in eyes}


def _reddest(photo: Portrait, eye: Eye) -> float:
    """The upper quartile over the pupil: a highlight in it is white and must not hide its red."""
    pixels = _disc(photo, eye.iris, _PUPIL * eye.iris_radius)
    return quantile(_red_over_green(pixels), 0.75)


def _red_over_green(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log((pixels[..., 0] + _DARK) / (pixels[..., 1] + _DARK)), dtype=np.float64)


def _disc(photo: Portrait, centre: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """N×3 pixels within a disc, 0..255: at least the nearest one, none where the centre is outside the picture."""
    x, y = (float(part) for part in centre)
    if not (0 <= x < photo.width and 0 <= y < photo.height):
        return np.empty((0, 3))
    left, top = max(0, int(x - radius)), max(0, int(y - radius))
    patch = photo.rgb[top : int(y + radius) + 2, left : int(x + radius) + 2].astype(np.float64)
    rows, columns = np.ogrid[top : top + patch.shape[0], left : left + patch.shape[1]]
    away = np.hypot(columns - x, rows - y)
    inside: NDArray[np.float64] = patch[away <= max(radius, float(away.min()))]
    return inside
