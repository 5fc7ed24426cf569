"""The photo printed on a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from photocheck.features import vision
from photocheck.features.idcard.lines import FlatBox
from photocheck.features.idcard.look import CardType
from photocheck.features.idcard.rectify import rectified
from photocheck.features.idcard.shape import FLAT_PER_MM, mapped, side_lengths
from photocheck.features.subject import Image
from photocheck.finding import NotAssessable

if TYPE_CHECKING:
    from photocheck.features.idcard.card import IdCard

_RIGHT = FlatBox(54.0, 7.5, 80.0, 39.5)
_BOXES_MM: Mapping[CardType, FlatBox] = {
    "resident": _RIGHT,
    "hkmt-residence": _RIGHT,
    "temporary": FlatBox(54.0, 8.5, 80.0, 40.5),
    "foreign-pr": FlatBox(5.0, 13.0, 27.0, 40.5),
}
"""26 × 32 mm at the right, as GA 461 sizes the photo; the permanent resident card has it at the left."""

_FACE_TO_PHOTO = 2.1
"""Width of a photo in widths of the detector's box of the face; set on made cards."""
_PHOTO_RATIO = 1.24
"""Height over width."""
_BROWS = 0.36
"""Where the upper edge of the detector's box lies in a photo, as a share of its height."""
_FINEST_PER_MM = 40.0


def portrait_box(card: IdCard) -> FlatBox:
    """Where the photo is, in flat pixels.

    Raises:
        NotAssessable: `not-on-this-side`; `no-face` where a card without a national layout shows none.
    """
    if card.side != "portrait":
        raise NotAssessable("not-on-this-side")
    box = _BOXES_MM.get(card.card_type)
    if box is not None:
        return FlatBox(*(edge * FLAT_PER_MM for edge in box))
    faces = [*vision.detect_faces(card.flat, far=False), *vision.detect_faces(card.flat, far=True)]
    if not faces:
        raise NotAssessable("no-face")
    left, top, right, _ = max(faces, key=lambda face: face.score).corners
    width = _FACE_TO_PHOTO * (right - left)
    middle, upper = (left + right) / 2, top - _BROWS * _PHOTO_RATIO * width
    return FlatBox(middle - width / 2, upper, middle + width / 2, upper + _PHOTO_RATIO * width)


def portrait_crop(card: IdCard) -> Image:
    """The photo upright and flat, H×W×3 uint8, as fine as the picture is; reasons as `portrait_box`."""
    box = card.portrait_box
    width, height = box.right - box.left, box.bottom - box.top
    outline = np.array([(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)])
    corners = mapped(outline, card.from_flat)
    sides = side_lengths(corners)
    finest = _FINEST_PER_MM / FLAT_PER_MM
    finer = float(np.clip((sides[0] + sides[2]) / 2 / width, 1.0, finest))
    return rectified(card.rgb, corners, round(width * finer), round(height * finer))
