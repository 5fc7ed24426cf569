"""How likely the skin was smoothed, and where it looks so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.nets import run_net
from photocheck.features.quantile import quantile
from photocheck.features.retouch.areas import Areas, see_areas
from photocheck.features.retouch.evidence import CELL, Evidence, see_evidence
from photocheck.finding import Region

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

NET = "retouch-evidence"

_SMOOTHING = 0  # of the net's answers
_USUAL = (-1.55, 0.72)  # untouched faces 205 pixels wide, and what a face e times as wide has more; see the model card
_REGIONS = ("forehead", "right-cheek", "left-cheek", "nose", "chin")
_MOST_REGIONS = 3


@dataclass(frozen=True)
class Retouch:
    """What the skin's texture says.

    Attributes:
        smoothing: probability 0..1 that the skin was smoothed, where one picture in ten is.
        weaker: how many times weaker texture of 1 to 2 pixels is on the skin than on eyes, brows and lips.
        usual: the same on an untouched face of this size.
        regions: skin with the least texture, native pixels, the smoothest first.
    """

    smoothing: float
    weaker: float
    usual: float
    regions: tuple[Region, ...]


def see_retouch(photo: Portrait) -> Retouch:
    """Measure the evidence and ask the net.

    Raises:
        NotAssessable: `too-small` where the face is less than 180 pixels wide; `skin-covered` where no skin is seen.
        ModelError: if the net is missing or not the one the manifest names.
    """
    areas = see_areas(photo)
    evidence = see_evidence(areas)
    (answers,) = run_net(NET, {"measures": measures(areas, evidence)})
    return Retouch(
        smoothing=float(answers[0, _SMOOTHING]),
        weaker=float(np.exp(-evidence.values["skin-to-features-2.0"])),
        usual=float(np.exp(-_USUAL[0] - _USUAL[1] * np.log(areas.width / 205.0))),
        regions=_smoothest(areas, evidence, photo),
    )


def measures(areas: Areas, evidence: Evidence) -> NDArray[np.float32]:
    """1×80: the measures by name, then the log of the face width."""
    ordered = [evidence.values[name] for name in sorted(evidence.values)]
    return np.array([[*ordered, np.log(areas.width)]], dtype=np.float32)


def _smoothest(areas: Areas, evidence: Evidence, photo: Portrait) -> tuple[Region, ...]:
    """Outlines of the regions of skin with the least texture."""
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
