"""The safe fix for signatures: upright, cut out with a margin, on clean white or see-through paper.

Strokes are never thickened, smoothed or redrawn: the light that the ink took from the paper is kept as it is, and only
the paper, and what else is on it, becomes white.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from photocheck.decode import Picture, decode
from photocheck.features.signature.panel import Panel, cut_panel
from photocheck.features.signature.signature import Signature
from photocheck.features.subject import Affine, Image
from photocheck.finding import NotAssessable
from photocheck.limits import Band
from photocheck.prepare.crop_plan import CannotPrepare
from photocheck.prepare.encode import CannotEncode, encode
from photocheck.prepare.measure import warp
from photocheck.profile import Prepare, Profile

_LOWEST_QUALITY = 70
"""IJG quality below which no JPEG is written where the profile says nothing."""
_LEVEL_FROM = 4.0
"""Degrees of slant below which a line is left as it was written."""
_FINE = 2.0
"""How many times finer than in the file the strokes are cut out."""
_PAPER_NOISES = 2.0
"""Standard deviations of the paper's texture that become white with it, beyond the paper around the strokes."""
_PALEST = 60.0
"""Levels of 255 that are made white at most, however dirty the paper is."""
_SHORTEST = 0.25
"""Length of the signature, as a share of the file's longer side, that the pixels must suffice for."""


@dataclass(frozen=True, slots=True)
class PreparedSignature:
    """The file that was made.

    Attributes:
        data: its bytes.
        picture: the file decoded again.
        subject: the same as a subject, with the map from its pixels to those of the upload.
        turn: clockwise degrees by which the writing was turned back: quarter turns, and the slant that was levelled.
        enlargement: how many times larger than in the upload the writing became.
    """

    data: bytes
    picture: Picture
    subject: Signature
    turn: float
    enlargement: float


def prepare_signature(signature: Signature, profile: Profile, *, best_effort: bool = False) -> PreparedSignature:
    """Make the profile's file from a picture of a signature.

    Args:
        best_effort: make the nearest possible file where the pixels do not suffice or the size in bytes cannot be held.

    Raises:
        CannotPrepare: `no-target`, `no-signature`, `vertical`, `too-few-pixels`, `too-few-bytes` or `too-many-bytes`.
    """
    target = profile.prepare
    if target is None:
        raise CannotPrepare("no-target")
    try:
        reading, slant = signature.reading, signature.groups.slant
        panel = cut_panel(signature.rgb, signature.sheet, signature.line, longest=round(_FINE * target.width))
    except NotAssessable as refusal:
        raise CannotPrepare(refusal.reason) from refusal
    if reading.stacked and not best_effort:
        raise CannotPrepare("vertical")
    turn = float(reading.turn) + (slant if _LEVEL_FROM <= abs(slant) <= target.largest_roll else 0.0)
    to_panel = _place(panel, turn, target)
    enlargement = panel.scale / float(np.hypot(*to_panel[:, 0]))
    if not best_effort and _inked_length(panel, turn, to_panel) < _SHORTEST * target.width:
        wanted = round(_SHORTEST * target.width / target.largest_enlargement)
        raise CannotPrepare("too-few-pixels", found=f"{panel.length / panel.scale:.0f} px", wanted=f"{wanted} px")
    made = _cut(panel, to_panel, target)
    to_upload = np.column_stack([to_panel[:, :2], to_panel[:, 2]]) / panel.scale
    to_upload[:, 2] += (panel.left, panel.top)
    data = _encoded(made, profile, target, best_effort=best_effort)
    picture = decode(data)
    subject = Signature(picture, to_upload, name=signature.name)
    return PreparedSignature(data, picture, subject, turn, enlargement)


def _turned_extent(panel: Panel, turn: float) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], float, float]:
    """Middle of the ink in the panel, and its width and height once the turn is undone."""
    ys, xs = np.nonzero(panel.ink.mask)
    outline = cv2.convexHull(np.column_stack([xs, ys]).astype(np.int32)).reshape(-1, 2) + 0.5
    back = _rotation(-turn)
    upright = outline @ back.T
    low, high = upright.min(axis=0), upright.max(axis=0)
    middle = _rotation(turn) @ ((low + high) / 2)
    return middle, float(high[0] - low[0]), float(high[1] - low[1])


def _place(panel: Panel, turn: float, target: Prepare) -> Affine:
    """The map from the file's pixels to those of the panel: the ink in the middle, with the margin around it."""
    middle, width, height = _turned_extent(panel, turn)
    blank = 2.0 * target.margin * target.height
    fit = max(width / max(1.0, target.width - blank), height / max(1.0, target.height - blank))
    # Panel pixels per pixel of the file; fewer would be an enlargement beyond what the profile allows.
    step = max(fit, panel.scale / target.largest_enlargement)
    turned = _rotation(turn) * step
    return np.column_stack([turned, middle - turned @ (target.width / 2, target.height / 2)])


def _inked_length(panel: Panel, turn: float, to_panel: Affine) -> float:
    """Pixels of the file along the line."""
    return _turned_extent(panel, turn)[1] / float(np.hypot(*to_panel[:, 0]))


def _rotation(degrees: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """2×2: turns clockwise as seen on the picture, whose y points down."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cosine, -sine], [sine, cosine]])


def _cut(panel: Panel, to_panel: Affine, target: Prepare) -> Image:
    """The ink on white, or with its coverage as alpha, at the file's size."""
    clean = _clean(panel)
    step = float(np.hypot(*to_panel[:, 0]))
    shrink = max(1, int(step))
    if shrink > 1:
        # Averaged first, so that no stroke falls between the pixels that are sampled.
        clean = np.asarray(cv2.blur(clean, (shrink, shrink)), np.uint8)
    made = warp(clean, to_panel, target.width, target.height, cv2.INTER_LINEAR)
    if not target.transparent or target.format != "PNG":
        return made
    loss = 255 - made.min(axis=2)
    colour = np.median(panel.flat[panel.ink.mask & (panel.ink.loss >= 0.8 * 255 * panel.ink.strength)], axis=0)
    darkest = max(1.0, 255.0 - float(colour.min()))
    alpha = np.clip(loss.astype(np.float32) * (255.0 / darkest), 0, 255).round().astype(np.uint8)
    flood = np.broadcast_to(colour.round().astype(np.uint8), made.shape)
    return np.dstack([flood, alpha])


def _clean(panel: Panel) -> Image:
    """The panel with everything but the signature's strokes and their soft edges white, h×w×3."""
    reach = max(3, round(panel.ink.stroke) | 1)
    near = cv2.dilate(panel.ink.mask.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    ring = (cv2.dilate(near.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0) & ~near
    bare = float(np.percentile(panel.ink.loss[ring], 75)) if ring.any() else 0.0
    floor = min(_PALEST, bare + 255.0 * _PAPER_NOISES * panel.ink.noise)
    # The paper's texture becomes white; what is darker is stretched so that the darkest stays what it was.
    levels = np.arange(256, dtype=np.float64)
    curve = 255.0 - np.clip((255.0 - levels - floor) * 255.0 / (255.0 - floor), 0, 255)
    clean = np.full(panel.flat.shape, 255, np.uint8)
    clean[near] = cv2.LUT(panel.flat, curve.round().astype(np.uint8))[near]
    # A wide rim of white, as the file may reach beyond the panel: the border is repeated there.
    clean[:1], clean[-1:], clean[:, :1], clean[:, -1:] = 255, 255, 255, 255
    return clean


def _encoded(made: Image, profile: Profile, target: Prepare, *, best_effort: bool) -> bytes:
    size, quality = profile.limits("file-bytes"), profile.limits("jpeg-quality")
    lowest = quality.passing[0] if isinstance(quality, Band) else None
    try:
        return encode(
            made,
            file_format=target.format,
            dpi=target.dpi,
            size=size.passing if isinstance(size, Band) else (None, None),
            lowest_quality=_LOWEST_QUALITY if lowest is None else int(np.ceil(lowest)),
        ).data
    except CannotEncode as refusal:
        if best_effort:
            return refusal.nearest.data
        found = f"{len(refusal.nearest.data) / 1000:.1f}"
        raise CannotPrepare(f"too-{refusal.side}-bytes", bytes=found, limit=f"{refusal.limit / 1000:.1f}") from refusal
