"""Faces: where they are, from one that fills the picture down to 40 pixels, the main one first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features import vision
from photocheck.features.geometry import Box
from photocheck.features.subject import Image, Subject, averaged_down

_NEAR_SIDE = 160
_FAR_SIDE = 288
_BORDER = 0.25
"""Share of the picture added on every side for the near net: faces that fill the frame need air around them."""
_SAME_FACE = 0.3
"""Intersection over the smaller box from which two boxes are one face."""

_WORK_TILE = 384
_TILE, _LARGE_TILE = 512, 768
_LARGE = 2048
"""Pixels of the tiles that are searched when the whole picture shows no face: of the work copy, then of the picture,
coarser where that is larger than `_LARGE`."""
_TILE_SCORE = 0.65
_BLANK = 6.0
"""Standard deviation of 8-bit grey below which a tile is an empty wall or sheet and is not searched."""

_VARIED = 20.0
"""Standard deviation of 8-bit grey beside the head above which small faces are searched there; plain walls have 17."""
_LEAST_BEHIND = 0.02
_QUARTER = 0.6

_LARGE_FACE = 0.15
"""Width of the box, as a share of the picture's longer side, from which the near net alone is trusted."""
_SURE_SCORE = 0.87
"""From here on a main face is taken as it is seen: 95 % of the training pictures, hardly a head upside down."""

# A further face that is not plain must hold in a look of its own, where ears and patterns seen as faces do not.
# Set on the training images.
_FURTHER_SCORE = 0.6
_PLAIN_SCORE = 0.8
_LOOK_SCORE = 0.7
_LOOK_SIDE = 2.6
"""Side of the square of that look, in sides of the face's box."""


@dataclass(frozen=True, slots=True)
class DetectedFace:
    """A face found.

    Attributes:
        box: brows to chin, ear to ear, pixels of the native image.
        score: of the detector, 0..1, 0.5 or more.
        keypoints: 6×2 native pixels: right eye, left eye (the person's own), nose tip, mouth, right ear, left ear.
    """

    box: Box
    score: float
    keypoints: NDArray[np.float64]

    @property
    def tilt(self) -> float:
        """Degrees by which the line from the right to the left eye falls in the picture, -180..180; 0 upright."""
        across = self.keypoints[1] - self.keypoints[0]
        return float(np.degrees(np.arctan2(across[1], across[0])))


def glance_at_faces(photo: Subject) -> tuple[DetectedFace, ...]:
    """What the nets see on the whole upright picture, the most prominent first: quick, and blind to small faces."""
    found = _distinct([_native(seen, photo.work_scale) for seen in _quickly(photo.work)])
    return tuple(_by_prominence(found, photo.width, photo.height))


def find_faces(photo: Subject) -> tuple[DetectedFace, ...]:
    """Every face of the picture, the main one first; empty where there is none.

    The near net sees the whole picture with a border around it, the far net too where that shows no large sure face.
    Only where neither finds a face is the picture searched turned by quarters and tile by tile. A main face that is not
    sure is looked at again, upright and turned, and must be found again; so must every further face that is not plain.
    """
    for found in _search(photo):
        for place, face in enumerate(found):
            main = face if face.score >= _SURE_SCORE else _looked_at_again(photo, face)
            if main is None and face.score >= _PLAIN_SCORE:
                main = face
            if main is not None:
                others = _distinct([*found[place + 1 :], *_bystanders(photo, main)], kept=(main,))
                return (main, *(other for other in others if _holds(photo, other, main)))
    return ()


def _search(photo: Subject) -> Iterator[list[DetectedFace]]:
    """What the nets find, each way dearer than the one before; the most prominent face first."""
    work, scale = photo.work, photo.work_scale
    fine = _TILE if max(photo.width, photo.height) <= _LARGE else _LARGE_TILE
    ways: tuple[tuple[float, Callable[[], list[vision.Detection]]], ...] = (
        (scale, lambda: [*_whole(work, far=False), *_turned(work, (1, 2, 3))]),
        (scale, lambda: _tiles(work, _WORK_TILE)),
        (1.0, lambda: _tiles(photo.rgb, fine) if scale < 1.0 else []),
    )
    yield list(photo.glanced_faces)
    for share, look in ways:
        yield _by_prominence(_distinct([_native(seen, share) for seen in look()]), photo.width, photo.height)


def _quickly(work: Image) -> list[vision.Detection]:
    """The near net; the far one too where the near one finds no large face that is sure."""
    found = _near(work)
    large = _LARGE_FACE * max(work.shape[:2])
    if any(face.score >= _SURE_SCORE and face.corners[2] - face.corners[0] >= large for face in found):
        return found
    return [*found, *_whole(work, far=True)]


def _bystanders(photo: Subject, main: DetectedFace) -> list[DetectedFace]:
    """Small faces behind the main one, searched in four overlapping quarters where the background is not plain."""
    scale = photo.work_scale
    small, shrunk = _shrunk(photo.work, _NEAR_SIDE)
    rows, columns = np.ogrid[: small.shape[0], : small.shape[1]]
    y, x, box = rows / (scale * shrunk), columns / (scale * shrunk), main.box
    beside = (x < box.left - 0.45 * box.width) | (x > box.right + 0.45 * box.width) | (y < box.top - 0.9 * box.width)
    behind = small[(y < box.bottom) & beside]
    if len(behind) < _LEAST_BEHIND * small.shape[0] * small.shape[1] or behind.mean(axis=1).std() < _VARIED:
        return []
    quarter = round(_QUARTER * max(photo.work.shape[:2]))
    return [_native(face, scale) for face in [*_whole(photo.work, far=True), *_tiles(photo.work, quarter)]]


def _looked_at_again(photo: Subject, face: DetectedFace) -> DetectedFace | None:
    """The face as the near net sees it in a square around it, upright or turned by quarters; None if it does not hold.

    The nets place the eyes of a head that stands on its own as if it did not, with a low score.
    """
    area = _around(photo, face.box)
    patch = np.ascontiguousarray(photo.rgb[int(area.top) : int(area.bottom) + 1, int(area.left) : int(area.right) + 1])
    seen = [_moved(again, 1.0, (int(area.left), int(area.top))) for again in _turned(patch, (0, 1, 2, 3))]
    there = [again for again in (_native(one, 1.0) for one in seen) if face.box.overlap(again.box) > 0.2]
    best = max(there, key=lambda again: again.score, default=None)
    return best if best is not None and best.score >= _LOOK_SCORE else None


def _turned(rgb: Image, quarters: tuple[int, ...]) -> list[vision.Detection]:
    """The near net on the picture turned left by quarters; answers in pixels of the picture as it is."""
    height, width = rgb.shape[:2]
    back = {
        0: (np.array([[1, 0], [0, 1]]), (0, 0)),
        1: (np.array([[0, -1], [1, 0]]), (width, 0)),
        2: (np.array([[-1, 0], [0, -1]]), (width, height)),
        3: (np.array([[0, 1], [-1, 0]]), (0, height)),
    }
    found = []
    for quarter in quarters:
        turn, offset = back[quarter]
        for face in _near(np.ascontiguousarray(np.rot90(rgb, quarter))):
            corners = face.corners.reshape(2, 2) @ turn.T + offset
            box = np.concatenate([corners.min(axis=0), corners.max(axis=0)])
            found.append(vision.Detection(box, face.keypoints @ turn.T + offset, face.score))
    return found


def _near(rgb: Image) -> list[vision.Detection]:
    """The near net on the picture with a grey border; boxes in pixels of `rgb`."""
    small, scale = _shrunk(rgb, _NEAR_SIDE)
    height, width = small.shape[:2]
    across, down = round(width * _BORDER), round(height * _BORDER)
    framed = cv2.copyMakeBorder(small, down, down, across, across, cv2.BORDER_CONSTANT, value=(128, 128, 128))
    seen = vision.detect_faces(np.asarray(framed, dtype=np.uint8), far=False)
    return [_moved(face, 1 / scale, (-across / scale, -down / scale)) for face in seen]


def _whole(rgb: Image, *, far: bool) -> list[vision.Detection]:
    """One net on the whole picture."""
    small, scale = _shrunk(rgb, _FAR_SIDE)
    return [_moved(face, 1 / scale, (0, 0)) for face in vision.detect_faces(small, far=far)]


def _tiles(rgb: Image, side: int) -> list[vision.Detection]:
    """The far net on overlapping square tiles that are not blank."""
    found = []
    for left, top in product(_starts(rgb.shape[1], side), _starts(rgb.shape[0], side)):
        tile = np.ascontiguousarray(rgb[top : top + side, left : left + side])
        if tile[::4, ::4].mean(axis=2).std() < _BLANK:
            continue
        seen = vision.detect_faces(tile, far=True)
        found += [_moved(face, 1.0, (left, top)) for face in seen if face.score >= _TILE_SCORE]
    return found


def _starts(length: int, side: int) -> Iterator[int]:
    """Where tiles begin so that neighbours share at least a quarter of their side."""
    if length <= side:
        yield 0
        return
    steps = int(np.ceil((length - side) / (0.75 * side)))
    yield from (round(place * (length - side) / steps) for place in range(steps + 1))


def _shrunk(rgb: Image, side: int) -> tuple[Image, float]:
    """Averaged down to that longer side, never enlarged, and by how much: the nets' own scaling skips pixels."""
    scale = min(1.0, side / max(rgb.shape[:2]))
    if scale == 1.0:
        return rgb, 1.0
    return averaged_down(rgb, max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))), scale


def _moved(face: vision.Detection, scale: float, by: tuple[float, float]) -> vision.Detection:
    return vision.Detection(face.corners * scale + (*by, *by), face.keypoints * scale + by, face.score)


def _native(face: vision.Detection, scale: float) -> DetectedFace:
    left, top, right, bottom = (float(edge) for edge in face.corners / scale)
    return DetectedFace(Box(left, top, right, bottom), face.score, face.keypoints / scale)


def _distinct(faces: Iterable[DetectedFace], kept: tuple[DetectedFace, ...] = ()) -> list[DetectedFace]:
    """One box a face, the surest first, those of `kept` left out."""
    known = list(kept)
    for face in sorted(faces, key=lambda candidate: -candidate.score):
        if all(_shared(face.box, other.box) < _SAME_FACE for other in known):
            known.append(face)
    return known[len(kept) :]


def _shared(one: Box, other: Box) -> float:
    """Intersection over the smaller box."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min(one.area, other.area)
    return max(0.0, width) * max(0.0, height) / smaller if smaller > 0 else 1.0


def _by_prominence(faces: list[DetectedFace], width: int, height: int) -> list[DetectedFace]:
    """The largest first; at the picture's corner a face counts half its size."""

    def prominence(face: DetectedFace) -> float:
        x, y = face.box.centre
        off_centre = np.hypot(x / width - 0.5, y / height - 0.5) / np.hypot(0.5, 0.5)
        return float(face.box.area * (1.0 - 0.5 * min(1.0, off_centre)))

    return sorted(faces, key=prominence, reverse=True)


def _holds(photo: Subject, face: DetectedFace, main: DetectedFace) -> bool:
    """Whether a further face is plain or found again in a square around it, and is no ear of the main head."""
    if face.score < _FURTHER_SCORE:
        return False
    x, y = face.box.centre
    head = main.box.grown(0.2)
    if face.box.area < 0.4 * main.box.area and head.left <= x <= head.right and head.top <= y <= head.bottom:
        return False
    if face.score >= _PLAIN_SCORE:
        return True
    area = _around(photo, face.box)
    patch = photo.rgb[int(area.top) : int(area.bottom) + 1, int(area.left) : int(area.right) + 1]
    return any(again.score >= _LOOK_SCORE for again in _near(np.ascontiguousarray(patch)))


def _around(photo: Subject, box: Box) -> Box:
    """The square around a face that is looked at alone, cut to the picture."""
    x, y = box.centre
    half = _LOOK_SIDE * max(box.width, box.height) / 2
    return Box(x - half, y - half, x + half, y + half).clipped(photo.width, photo.height)
