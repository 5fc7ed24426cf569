"""A subject: one decoded image of one kind, and the geometry of where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.decode import FileFacts, Picture
from photocheck.features.lazy import Timed, feature
from photocheck.finding import Field

if TYPE_CHECKING:
    from photocheck.features.detection import DetectedFace
    from photocheck.features.idcard.place import CardPlace
    from photocheck.features.kind import Kind

WORK_SIDE = 768
"""Pixels of the longer side of `work`, the copy on which everything is measured that resizing does not destroy."""

Image = NDArray[np.uint8]
Affine = NDArray[np.float64]
"""2×3 matrix that takes (x, y, 1) pixels to pixels."""


S = TypeVar("S", bound="Subject")


class Subject(Timed):
    """One uploaded image.

    Attributes:
        kind: what it was uploaded as; empty for a picture of no kind yet.
        file: the facts of its file.
        rgb: H×W×3 uint8 sRGB, upright, native resolution, read-only.
        to_upload: for a crop that `prepare` made, the map from its pixels to those of the upload; else None.
    """

    kind: ClassVar[str] = ""

    def __init__(self, picture: Picture, to_upload: Affine | None = None) -> None:
        super().__init__()
        self.file: FileFacts = picture.facts
        self.rgb: Image = picture.rgb
        self.to_upload = to_upload
        self._picture = picture

    def as_kind(self, subject_type: type[S]) -> S:
        """The same picture as a subject of a kind, with what is kept of the features that every subject has."""
        subject = subject_type(self._picture, self.to_upload)
        common = {name: value for name, value in self._kept.items() if hasattr(Subject, name)}
        subject._kept.update(common)
        subject.timings_ms.update({name: spent for name, spent in self.timings_ms.items() if name in common})
        return subject

    @property
    def width(self) -> int:
        """Pixels of the upright image."""
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        """Pixels of the upright image."""
        return int(self.rgb.shape[0])

    @property
    def work_scale(self) -> float:
        """Work pixels per native pixel, 1 or less."""
        return min(1.0, WORK_SIDE / max(self.width, self.height))

    @feature
    def work(self) -> Image:
        """The picture with its longer side at most `WORK_SIDE` pixels, averaged down, never enlarged."""
        if self.work_scale == 1.0:
            return self.rgb
        return averaged_down(self.rgb, round(self.width * self.work_scale), round(self.height * self.work_scale))

    @feature
    def glanced_faces(self) -> tuple[DetectedFace, ...]:
        """The faces that are seen at a glance; `faces` searches further."""
        from photocheck.features.detection import glance_at_faces

        return glance_at_faces(self)

    @feature
    def faces(self) -> tuple[DetectedFace, ...]:
        """Every face, the main one (largest, nearest the middle) first; empty where there is none."""
        from photocheck.features.detection import find_faces

        return find_faces(self)

    @feature
    def cards(self) -> tuple[CardPlace, ...]:
        """Every card, the main one (the largest of the sure ones) first; empty where there is none."""
        from photocheck.features.idcard.place import find_cards

        return find_cards(self)

    @feature
    def seen_kind(self) -> Kind | None:
        """What the picture shows, whatever it was uploaded as; None where it is not clear."""
        from photocheck.features.kind import recognise_kind

        return recognise_kind(self)

    @property
    def fields(self) -> dict[str, Field]:
        """What was read from the picture, for the report; nothing is read from most kinds."""
        return {}


def averaged_down(pixels: Image, width: int, height: int) -> Image:
    """The picture at a smaller size: halved by averaging as often as it goes, then scaled by less than two.

    OpenCV averages by two many times quicker than by any other factor. What halving leaves over at the right and lower
    edge is less than one pixel of the smaller picture.

    Args:
        pixels: H×W or H×W×3.
        width, height: of the answer; taken as 1 where less.
    """
    size = (max(1, width), max(1, height))
    while pixels.shape[1] >= 2 * size[0] and pixels.shape[0] >= 2 * size[1]:
        half = (pixels.shape[1] // 2, pixels.shape[0] // 2)
        pixels = _resized(pixels[: 2 * half[1], : 2 * half[0]], half, cv2.INTER_AREA)
    return _resized(pixels, size, cv2.INTER_LINEAR)


def _resized(pixels: Image, size: tuple[int, int], interpolation: int) -> Image:
    return np.asarray(cv2.resize(pixels, size, interpolation=interpolation), dtype=np.uint8)
