"""What is behind the person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.background_measures import Evenness, evenness
from photocheck.features.geometry import Box
from photocheck.features.quantile import medians
from photocheck.finding import NotAssessable, Region

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

Mask = NDArray[np.bool_]
Plane = NDArray[np.float32]

_SIDE = 300
"""Largest side, in pixels, of the copy on which the background is judged."""
_BESIDE, _ABOVE, _BELOW = 1.1, 0.3, 0.45
"""The surroundings: half their width in head widths, above crown and below chin in head heights. An ID photo shows
about as much at its widest; what a scene shows further out is cropped away and not judged."""
_MAYBE_PERSON = 0.05
_HAIR_CLEARANCE, _CLOTHES_CLEARANCE = 0.11, 0.05
"""Kept clear of the person, in eye-to-chin lengths: above the chin for stray hair, below it for errors of the mask."""
_RIM = 0.012
"""Of the picture's shorter side, kept clear: `image-border` judges it."""
_LEAST_SHARE = 0.03
_SAMPLES = 2500
_HAIR_LIKE = np.array([16.0, 10.0, 12.0])
"""Difference in L, a, b within which something may be hair."""
_STRAY_SHARE = 0.12
"""The largest share of the background that may be stray hair."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The view of the portrait's surroundings on which the background is judged, at most 300 pixels a side.

    Attributes:
        box: what it shows, native pixels, clipped to the picture.
        scale: its pixels per native pixel.
        unit: eye-to-chin length in its pixels.
        chin: row of the chin.
        middle: column of the eyes' midpoint.
    """

    box: Box
    scale: float
    unit: float
    chin: float
    middle: float


class Background:
    """What is behind the person, on a small copy of the portrait's surroundings.

    The copy shows two head widths and a little air around the head, so that a huge scene is judged by what an ID photo
    of it would show, and one pixel is the same share of the head in every picture.

    Attributes:
        view: where the copy lies.
        mask: h×w bool: background, clear of the hair fringe, of anything that may be person, and of the picture's rim.
        clear_of_rim: h×w bool: not at the picture's own rim.
        lab: h×w×3 float32 CIELAB (D65), of the colours as they are encoded: no white balance.
        person: h×w float32, 0..1.
        distance: h×w float32, pixels of the copy to the nearest pixel that may be person.
    """

    def __init__(
        self, view: Surroundings, mask: Mask, clear_of_rim: Mask, lab: Plane, person: Plane, distance: Plane
    ) -> None:
        self.view = view
        self.mask = mask
        self.clear_of_rim = clear_of_rim
        self.lab = lab
        self.person = person
        self.distance = distance

    @property
    def scale(self) -> float:
        """Pixels of the copy per native pixel."""
        return self.view.scale

    @cached_property
    def sample(self) -> Plane:
        """N×3 L, a, b of some thousand pixels of the mask."""
        places = np.flatnonzero(self.mask)
        return np.asarray(self.lab.reshape(-1, 3)[places[:: max(1, places.size // _SAMPLES)]], dtype=np.float32)

    @cached_property
    def colour(self) -> NDArray[np.float64]:
        """Median L, a, b."""
        return medians(self.sample)

    @cached_property
    def inner(self) -> Mask:
        """The mask without its outermost pixels, for what looks at neighbours."""
        return cv2.erode(self.mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)

    @cached_property
    def evenness(self) -> Evenness:
        """How alike it is everywhere."""
        return evenness(self)

    @cached_property
    def parts(self) -> dict[str, Mask]:
        """The mask left, right of and above the face, as seen; parts with too little background are missing."""
        rows, columns = np.indices(self.mask.shape)
        beside = np.abs(columns - self.view.middle) > 0.5 * self.view.unit
        parts = {
            "left": self.mask & beside & (columns < self.view.middle),
            "right": self.mask & beside & (columns > self.view.middle),
            "top": self.mask & (rows < self.view.chin - 1.9 * self.view.unit),
        }
        return {name: part for name, part in parts.items() if part.mean() > 0.01}

    def native(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """N×2 places of the copy in native pixels."""
        return points / self.view.scale + (self.view.box.left, self.view.box.top)

    def outlines(self, mask: Mask, label: str, *, most: int = 4) -> list[Region]:
        """The largest connected parts of a mask as polygons in native pixels, specks left out."""
        contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        large = [contour for contour in contours if cv2.contourArea(contour) >= 12]
        large = sorted(large, key=cv2.contourArea, reverse=True)[:most]
        return [
            Region.polygon(
                label, self.native(cv2.approxPolyDP(contour, 1.2, closed=True)[:, 0, :].astype(np.float64) + 0.5)
            )
            for contour in large
        ]


def see_background(photo: Portrait) -> Background:
    """Cut out the portrait's surroundings and mark what is surely not the person.

    Raises:
        NotAssessable: `no-background` where too little is left to judge; `no-face`.
    """
    view, person, rgb = _view(photo)
    lab = np.asarray(cv2.cvtColor(rgb.astype(np.float32) * np.float32(1 / 255), cv2.COLOR_RGB2LAB), dtype=np.float32)
    # The rim counts as free: a person cut by the copy's edge is followed by nothing.
    distance = np.asarray(
        cv2.distanceTransform((person <= _MAYBE_PERSON).astype(np.uint8), cv2.DIST_L2, 3), dtype=np.float32
    )
    clearance = np.full((rgb.shape[0], 1), _HAIR_CLEARANCE * view.unit, np.float32)
    clearance[round(np.clip(view.chin, 0, rgb.shape[0])) :] = _CLOTHES_CLEARANCE * view.unit
    clear_of_rim = _clear_of_rim(photo, view, rgb.shape[:2])
    mask = (distance > np.maximum(clearance, photo.person.cell * view.scale) + 1.0) & clear_of_rim
    mask &= ~_stray_hair(mask, lab, person, view)
    if np.count_nonzero(mask) < _LEAST_SHARE * mask.size:
        raise NotAssessable("no-background")
    return Background(view, mask, clear_of_rim, lab, person, distance)


def _view(photo: Portrait) -> tuple[Surroundings, Plane, NDArray[np.uint8]]:
    """The surroundings, with the person's probability and the colours there."""
    head, scale = photo.head, photo.work_scale
    middle = float(photo.mesh.eye_midpoint[0])
    wanted = Box(
        middle - _BESIDE * head.width,
        head.crown - _ABOVE * head.height,
        middle + _BESIDE * head.width,
        head.chin + _BELOW * head.height,
    ).clipped(photo.width, photo.height)
    left, top = int(wanted.left * scale), int(wanted.top * scale)
    right, bottom = int(np.ceil(wanted.right * scale)), int(np.ceil(wanted.bottom * scale))
    if right - left < 16 or bottom - top < 16:
        raise NotAssessable("no-background")
    rgb, person = photo.work[top:bottom, left:right], photo.person.probability[top:bottom, left:right]
    step = -(-max(rgb.shape[:2]) // _SIDE)
    if step > 1:
        # Whole steps average whole pixels: quick, and the grain goes evenly.
        width, height = rgb.shape[1] // step, rgb.shape[0] // step
        rgb, person = rgb[: height * step, : width * step], person[: height * step, : width * step]
        right, bottom = left + width * step, top + height * step
        rgb = _averaged(rgb, step)
        # Smooth already: from halves it is near enough.
        half = _averaged(person[: height * step // 2 * 2, : width * step // 2 * 2], 2)
        person = np.asarray(cv2.resize(half, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
    box = Box(left / scale, top / scale, right / scale, bottom / scale)
    scale /= step
    return (
        Surroundings(
            box,
            scale,
            photo.mesh.eye_to_chin * scale,
            (head.chin - box.top) * scale,
            (middle - box.left) * scale,
        ),
        person,
        rgb,
    )


def _averaged(plane: NDArray[Any], step: int) -> NDArray[Any]:
    """A copy with 1/step of the rows and columns, which must divide by it."""
    size = (plane.shape[1] // step, plane.shape[0] // step)
    if step == 2:
        return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA))
    # As INTER_AREA does it, but three times as quick for steps other than 2: means of all squares, then every step-th.
    means = cv2.blur(plane, (step, step), anchor=(0, 0))
    return np.asarray(cv2.resize(means, size, interpolation=cv2.INTER_NEAREST))


def _stray_hair(mask: Mask, lab: Plane, person: Plane, view: Surroundings) -> Mask:
    """Hair that the person mask missed: what hangs together with the head and has the hair's colour, if it is little.

    Where it is much, the background itself has the hair's colour, and nothing is taken away.
    """
    none = np.zeros(mask.shape, bool)
    surely = (person > 0.9).astype(np.uint8)
    reach = 2 * round(0.1 * view.unit) + 3
    fringe = (surely == 1) & (cv2.erode(surely, np.ones((reach, reach), np.uint8)) == 0)
    fringe[max(0, round(view.chin - 1.2 * view.unit)) :] = False
    if np.count_nonzero(fringe) < 20:
        return none
    colour = medians(lab.reshape(-1, 3)[np.flatnonzero(fringe)])
    like_hair = mask & (cv2.inRange(lab, colour - _HAIR_LIKE, colour + _HAIR_LIKE) > 0)
    if not 0 < np.count_nonzero(like_hair) < _STRAY_SHARE * np.count_nonzero(mask):
        return none
    joined = (like_hair | ~mask).astype(np.uint8)
    _, labels = cv2.connectedComponents(joined, connectivity=8)
    head = labels[
        np.clip(round(view.chin - view.unit), 0, mask.shape[0] - 1), np.clip(round(view.middle), 0, mask.shape[1] - 1)
    ]
    stray = (like_hair & (labels == head)).astype(np.uint8)
    return cv2.dilate(stray, np.ones((7, 7), np.uint8)).astype(bool)


def _clear_of_rim(photo: Portrait, view: Surroundings, shape: tuple[int, ...]) -> Mask:
    """Everything but the picture's own rim and the frame around it."""
    rim = _RIM * min(photo.width, photo.height)
    frame = {band.side: band.thickness + 2.0 / view.scale for band in photo.frame}
    height, width = shape[:2]
    box, scale = view.box, view.scale
    left, top = (max(rim, frame.get(side, 0.0)) for side in ("left", "top"))
    right, bottom = (
        size - max(rim, frame.get(side, 0.0)) for side, size in (("right", photo.width), ("bottom", photo.height))
    )
    clear = np.zeros((height, width), bool)
    clear[
        max(0, round((top - box.top) * scale)) : max(0, round((bottom - box.top) * scale)),
        max(0, round((left - box.left) * scale)) : max(0, round((right - box.left) * scale)),
    ] = True
    return clear
