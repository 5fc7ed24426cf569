"""The table of picture operations, and what an operation may know of the face it works on.

An operation is a small pure function `(rgb, face, **parameters) -> rgb` on H×W×3 uint8 sRGB. It is deterministic
(randomness comes from a `seed` parameter), never writes into its input, and may change the size of the picture.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from photocheck.decode import Picture, decode
from photocheck.features import landmarks
from photocheck.features.portrait import Portrait
from samples.maker.encode import encode

Image = NDArray[np.uint8]
Step = Mapping[str, Any]
F = TypeVar("F", bound=Callable[..., Image])

OPS: dict[str, Callable[..., Image]] = {}
"""Every operation by name."""
NEEDS_FACE: set[str] = set()
"""Names of the operations whose `face` may not be None."""


@dataclass(frozen=True)
class FaceGeometry:
    """Where the face and the person are.

    Attributes:
        points: 478×3 mesh landmarks, pixels of the picture.
        person: H×W float32, 0..1, how much of each pixel is person.
    """

    points: NDArray[np.float64]
    person: NDArray[np.float32]

    @property
    def eye_distance(self) -> float:
        """Pixels between the iris centres."""
        return float(np.hypot(*(self.points[landmarks.LEFT_IRIS[0], :2] - self.points[landmarks.RIGHT_IRIS[0], :2])))

    @property
    def irises(self) -> tuple[tuple[NDArray[np.float64], float], ...]:
        """Centre (x, y) and radius of the person's own right and left iris, pixels."""
        found = []
        for iris in (landmarks.RIGHT_IRIS, landmarks.LEFT_IRIS):
            centre, *rim = self.points[list(iris), :2]
            found.append((centre, float(np.hypot(*(np.array(rim) - centre).T).mean())))
        return tuple(found)

    def at(self, *indices: int) -> NDArray[np.float64]:
        """N×2 pixels of those landmarks."""
        return self.points[list(indices), :2]

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the face oval."""
        oval = self.at(*landmarks.FACE_OVAL)
        (left, top), (right, bottom) = oval.min(axis=0), oval.max(axis=0)
        return float(left), float(top), float(right), float(bottom)


def picture_of(rgb: Image) -> Picture:
    """The pixels as if they had come through the gate, unchanged by encoding."""
    facts = decode(encode(np.zeros((64, 64, 3), np.uint8), format="PNG")).facts
    return Picture(rgb, facts)


def geometry_of(rgb: Image) -> FaceGeometry | None:
    """Face and person of a picture; None where no face is found."""
    from photocheck.finding import NotAssessable

    photo = Portrait(picture_of(rgb))
    try:
        points = photo.mesh.points
    except NotAssessable:
        return None
    return FaceGeometry(points, _person(photo))


def _person(photo: Portrait) -> NDArray[np.float32]:
    """The person mask at native size, its edge drawn to the picture's own by a guided filter."""
    import cv2

    guide = cv2.cvtColor(photo.work, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255.0
    mask = photo.person.probability
    side = 2 * max(2, max(guide.shape) // 120) + 1

    def mean(values: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(cv2.blur(values, (side, side)))

    variance = mean(guide * guide) - mean(guide) ** 2
    slope = (mean(guide * mask) - mean(guide) * mean(mask)) / (variance + 1e-4)
    offset = mean(mask) - slope * mean(guide)
    refined = mean(slope) * guide + mean(offset)
    inside = (mask > 0.5).astype(np.uint8)
    reach = np.ones((side, side), np.uint8)
    refined = np.where(cv2.erode(inside, reach) > 0, 1.0, np.where(cv2.dilate(inside, reach) > 0, refined, 0.0))
    full = cv2.resize(refined, (photo.width, photo.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip((full - 0.1) / 0.8, 0.0, 1.0), dtype=np.float32)


def operation(function: F) -> F:
    """Enter a function into `OPS` under its own name.

    A parameter annotated `face: FaceGeometry` means that the operation cannot do without a face.
    """
    name = function.__name__
    if name in OPS:
        raise ValueError(f"operation {name} is defined twice")
    OPS[name] = function
    annotation = str(inspect.signature(function).parameters["face"].annotation)
    if "None" not in annotation:
        NEEDS_FACE.add(name)
    return function


def apply(rgb: Image, steps: Iterable[Step]) -> Image:
    """Do the steps in order, each a table with `op` and the operation's parameters.

    The face is looked for anew before each step that needs it, so that steps may move it.

    Raises:
        KeyError: for an unknown operation.
        ValueError: where a step needs a face and there is none.
    """
    for step in steps:
        parameters = dict(step)
        name = parameters.pop("op")
        function = OPS[name]
        face = geometry_of(rgb) if name in NEEDS_FACE else None
        if name in NEEDS_FACE and face is None:
            raise ValueError(f"operation {name} needs a face and none is found")
        rgb = np.ascontiguousarray(function(rgb, face, **parameters), dtype=np.uint8)
    return rgb


def to_linear(rgb: Image) -> NDArray[np.float32]:
    """Light of sRGB pixels, 0..1 (IEC 61966-2-1)."""
    return _LINEAR[rgb]


def from_linear(light: NDArray[Any]) -> Image:
    """SRGB pixels of light; above 1 is clipped."""
    clipped = np.clip(light, 0.0, 1.0)
    encoded = np.where(clipped <= 0.0031308, clipped * 12.92, 1.055 * np.power(clipped, 1 / 2.4) - 0.055)
    return to_bytes(encoded * 255.0)


def to_bytes(values: NDArray[Any]) -> Image:
    """Rounded and clipped to 0..255."""
    return np.asarray(np.clip(np.rint(values), 0, 255), dtype=np.uint8)


_CODES = np.arange(256) / 255.0
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
