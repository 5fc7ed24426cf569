"""How likely a portrait was retouched, and in which way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from photocheck.features.nets import run_net
from photocheck.features.retouch.areas import Areas, see_areas
from photocheck.features.retouch.evidence import Evidence, see_evidence
from photocheck.features.retouch.places import smoothest
from photocheck.features.retouch.shape import KINDS, see_shape
from photocheck.features.retouch.views import head
from photocheck.finding import Region

if TYPE_CHECKING:
    from photocheck.features.portrait import Portrait

EVIDENCE, HEAD = "retouch-evidence", "retouch-head"

SIGNS = (
    "smoothing", "blemish", "tone", "warp", "make-up", "background", "sharpening", "generated", "retouched",
)  # fmt: skip
"""What the nets answer; the last is any of them."""

_USUAL = (-1.55, 0.72)  # untouched faces 205 pixels wide, and what a face e times as wide has more; see the model card


@dataclass(frozen=True)
class Retouch:
    """What the nets say, and the evidence in numbers.

    Attributes:
        chances: probability 0..1 of each of `SIGNS`, where one picture in ten is retouched in that way.
        weaker: how many times weaker texture of 1 to 2 pixels is on the skin than on eyes, brows and lips.
        usual: the same on an untouched face of this size.
        smooth: skin with the least texture, native pixels, the smoothest first.
        lighter: L* by which the face is lighter than the neck, NaN where no neck is seen.
        strands: share 0..1 of the contrast by which the colours vary 3 to 6 pixels outside the person's edge; NaN
            where it was not measured.
        shape: one of `shape.KINDS`: what of the face's shape is the most unusual.
    """

    chances: Mapping[str, float]
    weaker: float
    usual: float
    smooth: tuple[Region, ...]
    lighter: float
    strands: float
    shape: str


def see_retouch(photo: Portrait) -> Retouch:
    """Measure the evidence and ask the nets.

    Raises:
        NotAssessable: `too-small` where the face is less than 180 pixels wide; `skin-covered` where no skin is seen.
        ModelError: if a net is missing or not the one the manifest names.
    """
    areas = see_areas(photo)
    evidence = see_evidence(areas)
    kinds = see_shape(areas.points)
    upright = np.ascontiguousarray(head(areas.rgb, areas.points).transpose(2, 0, 1)[None], dtype=np.float32)
    by_head, _ = run_net(HEAD, {"head": upright})
    kinds_given = np.array([list(kinds.values())], dtype=np.float32)
    (chances,) = run_net(EVIDENCE, {"measures": measures(areas, evidence), "kinds": kinds_given, "head": by_head})
    values = evidence.values
    return Retouch(
        chances=dict(zip(SIGNS, (float(chance) for chance in chances[0]), strict=True)),
        weaker=float(np.exp(-values["skin-to-features-2.0"])),
        usual=float(np.exp(-_USUAL[0] - _USUAL[1] * np.log(areas.width / 205.0))),
        smooth=smoothest(areas, evidence, photo),
        lighter=-values["neck-lighter"],
        strands=float(np.exp(values["edge-varies3"])) - 0.01,
        shape=max(KINDS, key=lambda kind: kinds[f"shape-{kind}"]),
    )


def measures(areas: Areas, evidence: Evidence) -> NDArray[np.float32]:
    """1×96: the measures by name, then the log of the face width."""
    ordered = [evidence.values[name] for name in sorted(evidence.values)]
    return np.array([[*ordered, np.log(areas.width)]], dtype=np.float32)
