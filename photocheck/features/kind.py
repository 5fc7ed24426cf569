"""What kind of picture it is: a portrait, a card, a signature on paper, or none of them for sure.

A large face comes first, then a card as the nets for cards find it, then thin ink on plain paper. What fits nothing
well is not named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from photocheck.features.detection import DetectedFace
from photocheck.features.idcard.place import CardPlace, glance_at_cards
from photocheck.features.idcard.shape import ASPECT, homography, mapped
from photocheck.features.signature.paper import paper_mask, see_paper
from photocheck.features.subject import Image, Subject

Kind = Literal["portrait", "id-card", "signature"]

_SIDE = 256
"""Pixels of the longer side of the copy on which ink and paper are looked for."""
_SURE_CARD = 0.8
"""Least probability that what was found is a card; how well its corners are known says nothing here."""
_LARGEST_ON_CARD = 0.4
"""Width of a face as a share of the picture's shorter side from which it is no photo on a card: there it is 0.3."""
_FACE_ON_CARD = 0.45
"""Height of a face as a share of the card's from which it is no photo on the card."""
_MIDDLE = (0.38, 0.58)
"""Where across a card no photo stands, as shares of its width."""
_SURE_EDGES = 0.5
"""Least confidence of a card's corners."""
_LARGER_THAN_MOST = 0.15
"""Width of a face as a share of the picture's shorter side: of a card with room around it the photo's face is less."""
_SURE_FACE = 0.8
_FEW = 21
"""Pieces of ink that a signature has at most; the least of 90 made cards, copies in grey among them, had 39."""
_BEYOND_SHEET = 0.12
"""Share of the picture, at each of its edges, that may show what a sheet lies on."""
_LEAST_SHEET = 0.4
"""Share of the picture, and of the box around it, that a sheet on a desk must fill."""
_DOUBTFUL_FACE = 0.5
"""Scores of the face detector."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Ink on plain paper.

    Attributes:
        few: whether there are no more pieces than a signature has.
        one_ink: whether they have one colour.
    """

    few: bool
    one_ink: bool


def recognise_kind(subject: Subject) -> Kind | None:
    """The kind of the picture, or None where it is not clear.

    A sure face that is large against the picture makes a portrait; every other answer needs evidence of its own.
    """
    face = subject.glanced_faces[0] if subject.glanced_faces else None
    sure = face if face is not None and face.score >= _SURE_FACE else None
    share = 0.0 if sure is None else sure.box.width / min(subject.width, subject.height)
    if share >= _LARGEST_ON_CARD:
        return "portrait"
    small = _small(subject.work)
    writing = _ink_on_paper(small) if sure is None else None
    if sure is None and ((writing is not None and writing.few) or (writing is None and _on_a_sheet(small))):
        return "signature"
    is_written = writing is not None
    # Sheets of paper and walls have the shape of cards, and it takes long to find that none has a card's sides. Where a
    # glance tells that what is there is no card that is known, only a small face or nothing else is worth that.
    is_likely_written = is_written or (sure is None and _is_written_inside(small))
    worth_a_glance = is_likely_written or share >= _LARGER_THAN_MOST
    if worth_a_glance and all(look.card_type == "other" for look in glance_at_cards(subject)):
        return "signature" if is_likely_written else "portrait"
    if any(_is_card_with(card, sure) and not (is_written and card.look.card_type == "other") for card in subject.cards):
        return "id-card"
    if is_written:
        return "signature"
    # The dear search comes last: most pictures without a face are cards and sheets.
    return "portrait" if subject.faces and subject.faces[0].score >= _DOUBTFUL_FACE else None


def _is_card_with(card: CardPlace, face: DetectedFace | None) -> bool:
    """Whether it is a card, and the sure face, if there is one, its photo.

    Pages look like cards to the net that tells cards from other things: where the card's edges do not bear it out, it
    must have the photo, or fill the picture as a scan does. Someone who holds a card up is a portrait with a card.
    """
    if card.look.card_probability < _SURE_CARD:
        return False
    if face is None:
        filled = not any(card.seen)
        return card.look.card_type != "other" if filled else card.confidence >= _SURE_EDGES
    return _is_photo_on(card, face)


def _is_photo_on(card: CardPlace, face: DetectedFace) -> bool:
    """Whether a face stands where cards have their photo: upright on the card, to the left or right, and small."""
    box = face.box
    corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
    to_card = homography(card.corners, 1.0, 1.0)
    outline, eyes = mapped(np.array(corners), to_card), mapped(face.keypoints[:2], to_card) * (ASPECT, 1.0)
    (x, y), (along, across) = outline.mean(axis=0), eyes[1] - eyes[0]
    upright = along > abs(across)
    beside = 0.0 < y < 1.0 and (0.0 < x < _MIDDLE[0] or _MIDDLE[1] < x < 1.0)
    return bool(upright and beside and np.ptp(outline[:, 1]) < _FACE_ON_CARD)


def _small(work: Image) -> Image:
    height, width = work.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(work, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _is_written_inside(small: Image) -> bool:
    """Whether few strokes of one ink on paper are all there is away from the picture's edges.

    A sheet on a table of wood or cloth that is as bright as the paper cannot be told from it by its light.
    """
    height, width = small.shape[:2]
    rows, columns = round(_BEYOND_SHEET * height), round(_BEYOND_SHEET * width)
    writing = _ink_on_paper(small[rows : height - rows, columns : width - columns])
    return writing is not None and writing.few and writing.one_ink


def _ink_on_paper(small: Image) -> Writing | None:
    """The dark strokes on a plain bright ground; None where there is anything else."""
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), dtype=np.uint8)
    lightness = np.ascontiguousarray(lab[:, :, 0])
    # Closing fills strokes narrower than the kernel with the paper around them; dark areas stay dark and give
    # themselves away by the range of the ground. OpenCV's 8-bit L is 255 for white.
    reach = round(0.12 * max(small.shape)) | 1
    ground = cv2.morphologyEx(lightness, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)).astype(np.float32)
    ink = lightness < ground - np.maximum(30.0, 0.2 * ground)
    if not 0.001 <= ink.mean() <= 0.35:
        return None
    low, high = np.percentile(ground, [5, 95])
    if low < 100 or high - low > 100 or _colour_spread(lab[~ink]) > 8:
        return None
    # A card's print, photo and emblem are many small pieces of several colours; a signature is few strokes of one ink,
    # a page of names many strokes of one ink.
    pieces = cv2.connectedComponents(ink.astype(np.uint8))[0]
    writing = Writing(pieces <= _FEW, _colour_spread(lab[ink]) < 12)
    return writing if writing.few or (pieces <= 120 and writing.one_ink) else None


def _on_a_sheet(small: Image) -> bool:
    """Whether few strokes of one ink are all there is on a sheet of paper that lies on something else."""
    sheet = paper_mask(see_paper(small).ground).astype(np.uint8)
    columns, rows = np.flatnonzero(sheet.any(axis=0)), np.flatnonzero(sheet.any(axis=1))
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    # Where the sheet lies askew, the corners show what it lies on; the sheet's own edge is left out with it.
    inner = cv2.erode(np.pad(sheet[part], 1), np.ones((9, 9), np.uint8))[1:-1, 1:-1] > 0
    if min(inner.mean(), sheet.mean()) < _LEAST_SHEET:
        return False
    plain = small[part].copy()
    plain[~inner] = np.median(plain[inner], axis=0)
    writing = _ink_on_paper(plain)
    return writing is not None and writing.few and writing.one_ink


def _colour_spread(lab: Image) -> float:
    """Standard deviation of a and b together, of N×3 pixels in 8-bit CIELAB."""
    return float(np.hypot(*lab[:, 1:].astype(np.float32).std(axis=0)))
