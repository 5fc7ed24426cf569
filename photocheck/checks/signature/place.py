"""SIG: what is written, and how it stands in the picture."""

from __future__ import annotations

import math

import numpy as np

from photocheck.features.signature.layout import Box
from photocheck.features.signature.signature import Signature
from photocheck.finding import Finding, Region, failed, passed
from photocheck.limits import Band
from photocheck.registry import check

_LETTERS = 4
"""Characters of a name in letters, more than this: a Chinese one that is misread is no longer."""


@check("SIG01", "signature-found", kind="signature", since="0.1")
def signature_found(signature: Signature) -> Finding:
    """Whether there is writing on the paper.

    Why: blank sheets, pictures of something else and ink too pale to be seen are sent back.
    The paper's light is divided out, so that shadows are no ink; printed lines, seals, the desk and the paper's edge
    are left out; what remains must have the strokes of a pen.
    Source: 国家移民管理局 全程网办 (黑色签字笔, 白纸).
    """
    if not signature.sheet.lines:
        return failed("none")
    return passed(regions=[signature.ink_region()])


@check("SIG02", "signature-single", kind="signature", unit="count", since="0.1")
def signature_single(signature: Signature, limits: Band) -> Finding:
    """How many lines of writing there are that are about as large as the signature.

    Why: the picture must show the applicant's signature once, and nothing else.
    Lines half as high as the signature or more count; smaller ones and those set in type are print, see `paper-plain`.
    Abstains where there is no writing (`no-signature`).
    Source: this project's own rule; 国家移民管理局 全程网办 asks for the applicant's signature.
    """
    lines = signature.writing
    regions = [signature.region("writing", line.box) for line in lines] if len(lines) > 1 else []
    return limits.judge(len(lines), regions=regions)


@check("SIG03", "signature-complete", kind="signature", unit="ratio of character height", since="0.1")
def signature_complete(signature: Signature, limits: Band) -> Finding:
    """Distance of the ink to the nearest edge of the picture or of the paper, as a ratio of the characters' height.

    Why: ink that touches the edge is cut off, and part of the name is missing.
    Abstains where there is no writing (`no-signature`).
    Source: this project's own rule; 签名应完整.
    """
    sheet, line = signature.sheet, signature.line
    rows, columns = sheet.where.shape
    box = line.box
    edges = {
        "left": float(box.left),
        "top": float(box.top),
        "right": float(columns - box.right),
        "bottom": float(rows - box.bottom),
    }
    side = min(edges, key=lambda name: edges[name])
    distance = min(edges[side], _clear_paper(signature, box))
    return limits.judge(max(0.0, distance) / line.size, regions=[signature.region("signature", box)], side=side)


def _clear_paper(signature: Signature, box: Box) -> float:
    """Pixels of paper around the writing's box, up to its height, before something else begins."""
    where = signature.sheet.where
    reach = signature.line.size
    near = where[
        max(0, box.top - reach) : box.bottom + reach,
        max(0, box.left - reach) : box.right + reach,
    ]
    ys, xs = np.nonzero(~near)
    if not len(xs):
        return math.inf
    left, top = min(box.left, reach), min(box.top, reach)
    away_x = np.maximum(np.maximum(left - xs, xs - (left + box.width)), 0)
    away_y = np.maximum(np.maximum(top - ys, ys - (top + box.height)), 0)
    return float(np.hypot(away_x, away_y).min())


@check("SIG04", "signature-size", kind="signature", unit="ratio of image length", since="0.1", judged_on="crop")
def signature_size(signature: Signature, limits: Band) -> Finding:
    """Length of the signature as a ratio of the longer side of the picture.

    Why: a small signature in a large picture prints too small to be recognised; one that fills it has no margin.
    Abstains where there is no writing (`no-signature`).
    Source: 国家移民管理局 全程网办 (characters of moderate size); no number is published.
    """
    return limits.judge(signature.line.length / max(signature.sheet.where.shape), regions=[signature.ink_region()])


@check("SIG05", "signature-level", kind="signature", unit="degrees", since="0.1", judged_on="crop")
def signature_level(signature: Signature, limits: Band) -> Finding:
    """Slant of the line against the horizontal in degrees, clockwise; or by how much the picture is turned.

    Why: the name is to be written from left to right on a level line; pictures that lie on their side are sent back.
    The slant is that of the characters' tops, middles and feet. Whether the picture is turned, or the name is written
    from top to bottom, is told by reading it in each way.
    Abstains where there is no writing (`no-signature`).
    Source: 国家移民管理局 全程网办 (横向); counters' rules (not slanted).
    """
    reading = signature.reading
    regions = [signature.ink_region()]
    if reading.stacked:
        return failed("vertical", value=90.0, regions=regions)
    if reading.turn:
        return failed("turned", value=float(reading.turn), regions=regions, turn=f"{reading.turn}°")
    return limits.judge(signature.groups.slant, regions=regions, case="slanted")


@check("SIG06", "character-gap", kind="signature", unit="ratio of character height", since="0.1")
def character_gap(signature: Signature, limits: Band) -> Finding:
    """Widest blank between two characters, as a ratio of the characters' height.

    Why: the characters of a name must be seen to belong together.
    Measured along the line between groups of strokes. Names in letters are written in words: their gaps count half.
    Abstains where there is no writing (`no-signature`).
    Source: 国家移民管理局 全程网办 (gap of at most half a character).
    """
    groups, panel = signature.groups, signature.panel
    begin, end = groups.gap
    box = panel.box
    if panel.upright:
        blank = Box(box.left, int(begin), box.right, int(end))
    else:
        blank = Box(int(begin), box.top, int(end), box.bottom)
    regions = [Region.box("gap", *panel.native_box(blank))] if groups.widest_gap > 0 else []
    words = signature.reading.line.text.isascii() and len(signature.reading.line.text) > _LETTERS
    return limits.judge(groups.widest_gap / (2.0 if words else 1.0), regions=regions)
