"""What kind of picture it is: a portrait, a card, a signature on paper, or none of them for sure.

Faces come first, since they are seen anyway. A card is a bright rectangle of the shape of ID-1 (ISO/IEC 7810,
85.60 × 53.98 mm) with lines of print; a signature is thin ink on plain paper. What fits nothing well is not named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.detection import DetectedFace
from photocheck.features.subject import Image, Subject
from photocheck.finding import Point

Kind = Literal["portrait", "id-card", "signature"]

_SIDE = 256
"""Pixels of the longer side of the copy on which cards and paper are looked for."""
_CARD_SIZE = (320, 202)
"""Pixels of the straightened card."""
_SURE_FACE = 0.8
_DOUBTFUL_FACE = 0.5
"""Scores of the face detector."""


@dataclass(frozen=True, slots=True)
class _Card:
    """A rectangle that has the shape and the print of a card.

    Attributes:
        corners: 4×2 pixels of the native image, clockwise.
        text_rows: lines of print seen on it.
    """

    corners: NDArray[np.float64]
    text_rows: int

    def holds(self, point: Point) -> bool:
        """Whether the point, in pixels, lies on the card."""
        return cv2.pointPolygonTest(self.corners.astype(np.float32), point, measureDist=False) >= 0

    @property
    def height(self) -> float:
        """Pixels of the shorter sides."""
        sides = np.hypot(*(np.roll(self.corners, -1, axis=0) - self.corners).T)
        return float(min(sides[0] + sides[2], sides[1] + sides[3]) / 2)


def recognise_kind(subject: Subject) -> Kind | None:
    """The kind of the picture, or None where it is not clear.

    A sure face that is large against the picture makes a portrait; every other answer needs evidence of its own.
    """
    face = subject.glanced_faces[0] if subject.glanced_faces else None
    sure = face is not None and face.score >= _SURE_FACE
    if face is not None and sure and _is_main_thing(face, subject):
        return "portrait"
    small = _small(subject.work)
    if not sure and _is_ink_on_paper(small):
        return "signature"
    if _find_card(subject, small, face if sure else None) is not None:
        return "id-card"
    # The dear search comes last: most pictures without a face are cards and sheets.
    return "portrait" if subject.faces and subject.faces[0].score >= _DOUBTFUL_FACE else None


def _is_main_thing(face: DetectedFace, subject: Subject) -> bool:
    """Whether the face is too large, or too large for its place, for the photo on a card.

    On a card that fills the picture the face is about 0.2 of the shorter side wide and stands at the right or left.
    """
    share = face.box.width / min(subject.width, subject.height)
    return share >= 0.28 or (share >= 0.15 and abs(face.box.centre[0] / subject.width - 0.5) < 0.15)


def _small(work: Image) -> Image:
    height, width = work.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(work, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _find_card(subject: Subject, small: Image, face: DetectedFace | None) -> _Card | None:
    """The card with the most lines of print, or None. A sure face must be on it, small as the photo on a card is."""
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    scale = subject.width / small.shape[1]
    places = [(corners, 4) for corners in _frame(grey)] + [(corners, 3) for corners in _rectangles(grey)]
    if not places:
        return None
    fine = np.asarray(cv2.cvtColor(subject.work, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    cards = []
    for corners, least in places:
        card = _Card(corners * scale, _text_rows(fine, corners * scale * subject.work_scale))
        if face is None:
            likely = card.text_rows >= least
        else:
            likely = (
                card.text_rows >= least - 1 and card.holds(face.box.centre) and face.box.height < 0.45 * card.height
            )
        if likely:
            cards.append(card)
    return max(cards, key=lambda card: card.text_rows, default=None)


def _frame(grey: Image) -> list[NDArray[np.float64]]:
    """The whole picture if it has about the shape of ID-1: a scan, or a picture cropped to the card."""
    height, width = grey.shape
    if not 1.45 <= max(height, width) / min(height, width) <= 1.75:
        return []
    return [np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64)]


def _rectangles(grey: Image) -> list[NDArray[np.float64]]:
    """Outlined rectangles of about the shape of ID-1, the largest four."""
    height, width = grey.shape
    found = []
    edges = cv2.dilate(cv2.Canny(cv2.GaussianBlur(grey, (3, 3), 0), 20, 60), np.ones((3, 3), np.uint8))
    outlines, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines:
        _, _, across, down = cv2.boundingRect(outline)
        if across * down < 0.12 * height * width:
            continue
        _, sides, _ = box = cv2.minAreaRect(outline)
        longer, shorter = max(sides), min(sides)
        if longer * shorter < 0.12 * height * width or not 1.3 <= longer / max(shorter, 1.0) <= 1.9:
            continue
        # Perspective and round corners leave a card short of its bounding rectangle.
        if cv2.contourArea(cv2.convexHull(outline)) > 0.85 * longer * shorter:
            found.append(np.asarray(cv2.boxPoints(box), dtype=np.float64))
    return sorted(found, key=lambda corners: -cv2.contourArea(corners.astype(np.float32)))[:4]


def _text_rows(grey: Image, corners: NDArray[np.float64]) -> int:
    """How many separate lines of dark print run along the longer side; 0 for a dark rectangle."""
    width, height = _CARD_SIZE
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    start = corners if sides[0] >= sides[1] else np.roll(corners, -1, axis=0)
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    turn = cv2.getPerspectiveTransform(start.astype(np.float32), target)
    card = cv2.warpPerspective(grey, turn, _CARD_SIZE, flags=cv2.INTER_LINEAR)
    if np.median(card) < 90:
        return 0
    strokes = cv2.morphologyEx(card, cv2.MORPH_BLACKHAT, np.ones((9, 9), np.uint8))
    lines = cv2.morphologyEx((strokes > 22).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 21), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(lines)
    rows: list[float] = []
    for left, top, long, high, area in stats[1:count]:
        inside = left > 4 and top > 4 and left + long < width - 4 and top + high < height - 4
        if inside and long >= 30 and 4 <= high <= 34 and long >= 2.2 * high and area >= 0.4 * long * high:
            middle = top + high / 2
            if all(abs(middle - row) > 8 for row in rows):
                rows.append(middle)
    return len(rows)


def _is_ink_on_paper(small: Image) -> bool:
    """Whether dark strokes on a plain bright ground are all there is."""
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), dtype=np.uint8)
    lightness = np.ascontiguousarray(lab[:, :, 0])
    # Closing fills strokes narrower than the kernel with the paper around them; dark areas stay dark and give
    # themselves away by the range of the ground. OpenCV's 8-bit L is 255 for white.
    reach = round(0.12 * max(small.shape)) | 1
    ground = cv2.morphologyEx(lightness, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)).astype(np.float32)
    ink = lightness < ground - np.maximum(30.0, 0.2 * ground)
    if not 0.001 <= ink.mean() <= 0.35:
        return False
    low, high = np.percentile(ground, [5, 95])
    if low < 100 or high - low > 100 or _colour_spread(lab[~ink]) > 8:
        return False
    # A card's print, photo and emblem are many small pieces of several colours; a signature is few strokes of one ink,
    # a page of names many strokes of one ink.
    pieces = cv2.connectedComponents(ink.astype(np.uint8))[0]
    return bool(pieces <= 21 or (pieces <= 120 and _colour_spread(lab[ink]) < 12))


def _colour_spread(lab: Image) -> float:
    """Standard deviation of a and b together, of N×3 pixels in 8-bit CIELAB."""
    return float(np.hypot(*lab[:, 1:].astype(np.float32).std(axis=0)))
