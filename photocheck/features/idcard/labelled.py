"""Reading a card without a national layout: every line of print is read, and labels tell which field is beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from photocheck.features.idcard.decoders import DECODERS
from photocheck.features.idcard.lines import FlatBox, Ink, find_ink
from photocheck.features.idcard.reading import FieldText, field_texts
from photocheck.features.idcard.shape import FLAT_PER_MM
from photocheck.features.idcard.strips import MARGIN, strip
from photocheck.features.subject import Image
from photocheck.features.text import LineScores, score_lines

LABELS: Mapping[str, str] = {
    "姓名": "name",
    "性别": "sex",
    "民族": "nation",
    "出生": "birth",
    "出生日期": "birth",
    "公民身份号码": "number",
    "公民身份证号码": "number",
    "身份证号码": "number",
    "证件号码": "number",
    "户籍地址": "registered_address",
    "户籍所在地": "registered_address",
    "户籍地": "registered_address",
    "居住地址": "address",
    "现居住地址": "address",
    "居住地": "address",
    "住址": "address",
    "签发机关": "authority",
    "签发单位": "authority",
    "发证机关": "authority",
    "有效期限": "validity",
    "有效期": "validity",
}
"""What stands before a field, to the key of its decoder. From published residence permits of several places."""

_LOWEST_MM, _HIGHEST_MM = 1.3, 6.5
"""Heights of a line of print."""
_WORD_GAP_MM = 1.5
"""Ink nearer than this in a line is one piece."""
_INK_SHARE = 0.25
_FAINTEST = 14
_SURE_LABEL = 0.2
_PIECE_FILL = 0.57
_BEHIND_LABEL = 5.0
"""The value begins no further from its label than this many heights of a character."""
_LINE_PITCH = 1.9
"""The next line of an address is no further down than this many heights of a character."""
_ALIGNED_MM = 1.5
_LONG = ("address", "registered_address")


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A stretch of print without a wide gap: its place, the net's answer, and the label it begins with."""

    box: FlatBox
    scores: LineScores
    label: str | None
    rest: FlatBox | None


def read_labelled(flat: Image) -> dict[str, FieldText]:
    """The fields whose labels are found, by their keys in the report.

    Args:
        flat: the card upright and flat, `FLAT_PER_MM` pixels to the millimetre.
    """
    pieces = [_piece(flat, box) for box in _print(find_ink(flat))]
    texts: dict[str, FieldText] = {}
    for piece in pieces:
        if piece.label is None:
            continue
        decoder = DECODERS[LABELS[piece.label]]
        lines = _value(piece, pieces, gap=decoder.gap, several=LABELS[piece.label] in _LONG)
        for key, text in field_texts(flat, decoder, lines, nominal=piece.box).items():
            if key not in texts or texts[key].confidence < text.confidence:
                texts[key] = text
    return texts


def _print(ink: Ink) -> list[FlatBox]:
    """Boxes of everything that may be a line of print, top to bottom."""
    per_mm = FLAT_PER_MM / 2
    level = max(_FAINTEST, _INK_SHARE * float(np.percentile(ink.all, 99.5)))
    written = (ink.all > level).astype(np.uint8)
    joined = cv2.morphologyEx(written, cv2.MORPH_CLOSE, np.ones((3, round(_WORD_GAP_MM * per_mm)), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    boxes = []
    for left, top, width, height, area in stats[1:count].tolist():
        fits = _LOWEST_MM * per_mm <= height <= _HIGHEST_MM * per_mm and width >= 0.35 * height
        if fits and area >= 0.3 * width * height:
            boxes.append(FlatBox(2.0 * left, 2.0 * top, 2.0 * (left + width), 2.0 * (top + height)))
    return sorted(boxes, key=lambda box: (box.top, box.left))


def _piece(flat: Image, box: FlatBox) -> _Piece:
    scores = score_lines([strip(flat, box, fill=_PIECE_FILL)])[0]
    line = scores.line()
    text = "".join(character.text for character in line.characters)
    if text in LABELS:
        return _Piece(box, scores, text, None)
    for label in sorted(LABELS, key=len, reverse=True):
        if text.startswith(label) and len(text) > len(label):
            after = line.characters[len(label)].left
            size = box.bottom - box.top
            width = box.right - box.left + 2 * MARGIN * size
            left = box.left - MARGIN * size + after * width
            return _Piece(box, scores, label, FlatBox(left, box.top, box.right, box.bottom))
    if 2 <= len(text) <= max(map(len, LABELS)):
        choice = scores.choose(tuple(LABELS))
        if choice.confidence >= _SURE_LABEL:
            return _Piece(box, scores, choice.text, None)
    return _Piece(box, scores, None, None)


def _value(label: _Piece, pieces: Sequence[_Piece], *, gap: float, several: bool) -> list[FlatBox]:
    """The lines of the field behind a label: what follows in its row up to the next label.

    Args:
        gap: room that a line may have without ink, in heights of a character.
        several: whether lines below that begin where it begins belong to it.
    """
    row = _row_behind(label, pieces, gap)
    if not row:
        return []
    lines = [_around(row)]
    while several and (below := _line_below(lines[-1], pieces)) is not None:
        lines.append(below)
    return lines


def _row_behind(label: _Piece, pieces: Sequence[_Piece], gap: float) -> list[FlatBox]:
    right = [piece for piece in pieces if piece is not label and _same_row(piece.box, label.box)]
    right = sorted((p for p in right if p.box.left >= label.box.right - 4), key=lambda piece: piece.box.left)
    row = [] if label.rest is None else [label.rest]
    for piece in right:
        room = (gap if row else _BEHIND_LABEL) * (piece.box.bottom - piece.box.top)
        if piece.label is not None or piece.box.left - (row[-1] if row else label.box).right > room:
            break
        row.append(piece.box)
    return row


def _line_below(line: FlatBox, pieces: Sequence[_Piece]) -> FlatBox | None:
    size = line.bottom - line.top
    for piece in pieces:
        down = (piece.box.top + piece.box.bottom - line.top - line.bottom) / 2
        aligned = abs(piece.box.left - line.left) < _ALIGNED_MM * FLAT_PER_MM
        if piece.label is None and aligned and 0.7 * size < down < _LINE_PITCH * size:
            if any(other.label is not None and _same_row(other.box, piece.box) for other in pieces):
                return None
            return _around([other.box for other in pieces if _same_row(other.box, piece.box)])
    return None


def _same_row(one: FlatBox, other: FlatBox) -> bool:
    height = min(one.bottom - one.top, other.bottom - other.top)
    return abs(one.top + one.bottom - other.top - other.bottom) / 2 < 0.6 * height


def _around(boxes: Sequence[FlatBox]) -> FlatBox:
    edges = np.array(boxes)
    return FlatBox(*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist())
