"""Where the signs of retouching are seen: the smoothest skin, the part of the face that was changed, the outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from photocheck.features import landmarks
from photocheck.features.quantile import quantile
from photocheck.features.retouch.areas import Areas
from photocheck.features.retouch.evidence import CELL, Evidence
from photocheck.finding import Region

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

_REGIONS = ("forehead", "right-cheek", "left-cheek", "nose", "chin")
_MOST_REGIONS = 3
_JAW = (132, 58, 172, 136, 150, 149, 176, 148, landmarks.CHIN, 377, 400, 378, 379, 365, 397, 288, 361)
_NOSE = (48, landmarks.NOSE_TIP, 278, 168)
_EYE_MARGIN = 1.5


def smoothest(areas: Areas, evidence: Evidence, photo: Portrait) -> tuple[Region, ...]:
    """Outlines of the regions of skin with the least texture, native pixels, the smoothest first."""
    found = []
    for name in _REGIONS:
        if name not in areas.masks:
            continue
        rows, columns = evidence.texture.shape
        mask = areas.masks[name][: rows * CELL, : columns * CELL].astype(np.float32)
        share = cv2.resize(mask, (columns, rows), interpolation=cv2.INTER_AREA)
        cells = evidence.texture[(share > 0.5) & np.isfinite(evidence.texture)]
        if cells.size:
            found.append((quantile(cells, 0.5), name))
    return tuple(photo.skin.outline(photo.skin.masks[name], "smooth-skin") for _, name in sorted(found)[:_MOST_REGIONS])


def changed_part(kind: str, photo: Portrait) -> tuple[Region, ...]:
    """The part of the face of one kind of `shape.KINDS`, native pixels."""
    points = photo.mesh.points[:, :2]
    if kind == "slimmed":
        return (Region.line("jaw-line", points[list(_JAW)]),)
    if kind == "eyes":
        outlines = (points[list(eye)] for eye in (landmarks.RIGHT_EYE_OUTLINE, landmarks.LEFT_EYE_OUTLINE))
        middles = [(eye, eye.mean(axis=0)) for eye in outlines]
        return tuple(Region.polygon("eyes", middle + _EYE_MARGIN * (eye - middle)) for eye, middle in middles)
    hulls = (cv2.convexHull(points[list(part)].astype(np.float32))[:, 0, :] for part in (_NOSE, landmarks.LIPS_OUTER))
    return tuple(Region.polygon(label, hull) for label, hull in zip(("nose", "mouth"), hulls, strict=True))


def outline(photo: Portrait) -> tuple[Region, ...]:
    """The person's outline, native pixels; nothing where no person is seen."""
    seen = photo.person
    contours, _ = cv2.findContours(seen.inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return ()
    largest = cv2.approxPolyDP(max(contours, key=cv2.contourArea), epsilon=2.0, closed=True)[:, 0, :]
    return (Region.polygon("person-outline", largest / seen.scale),)
