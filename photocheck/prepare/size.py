"""How many pixels a prepared picture gets: the profile's, or as many as the original holds and the profile takes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from photocheck.checks.file import PixelSize
from photocheck.checks.portrait.geometry_limits import InterEyeLimits
from photocheck.finding import Outcome
from photocheck.limits import Band
from photocheck.prepare.crop_plan import CannotPrepare, CropPlan
from photocheck.profile import Prepare, Profile


def fitted(
    planned: CropPlan, profile: Profile, target: Prepare, *, inter_eye: float, best_effort: bool = False
) -> CropPlan:
    """The plan at the size it can be made in.

    A picture that would have to be enlarged is made smaller instead, at the original's own scale or up to
    `largest_enlargement` above it, where the profile takes that size.

    Args:
        inter_eye: pixels between the irises in the original.

    Raises:
        CannotPrepare: `too-few-pixels` (unless `best_effort`, which then keeps the original's own scale).
    """
    if planned.enlargement <= target.largest_enlargement:
        return planned
    native = planned.width / planned.enlargement
    sizes = [_size(planned, enlargement) for enlargement in (1.0, target.largest_enlargement)]
    width, height = next((size for size in sizes if _taken(profile, *size, inter_eye * size[0] / native)), (0, 0))
    if not width:
        if not best_effort:
            found, wanted = "{}×{}".format(*sizes[0]), _wanted(profile, target, inter_eye, native)
            raise CannotPrepare("too-few-pixels", found=found, wanted=wanted)
        width, height = sizes[0]
    stretch = np.diag([planned.width / width, planned.height / height, 1.0])
    return replace(
        planned,
        to_upload=planned.to_upload @ stretch,
        width=width,
        height=height,
        enlargement=planned.enlargement * width / planned.width,
    )


def _size(planned: CropPlan, enlargement: float) -> tuple[int, int]:
    """Width and height at that enlargement, in the plan's shape."""
    width = max(1, int(planned.width * enlargement / planned.enlargement))
    return width, max(1, round(width * planned.height / planned.width))


def _taken(profile: Profile, width: int, height: int, inter_eye: float) -> bool:
    """Whether the profile takes a picture of that size with that many pixels between the eyes."""
    size, eyes = profile.limits("pixel-size"), profile.limits("inter-eye-distance")
    judged: list[tuple[Band | None, float]] = []
    if isinstance(size, PixelSize):
        judged += [(size.width, width), (size.height, height)]
    if isinstance(eyes, InterEyeLimits):
        judged.append((eyes.pixels, inter_eye))
    bands = [(band, value) for band, value in judged if band is not None]
    return bool(bands) and all(band.outcome(value) is Outcome.PASS for band, value in bands)


def _wanted(profile: Profile, target: Prepare, inter_eye: float, native: float) -> str:
    """The smallest size that the profile takes, as it is written in a sentence.

    Args:
        inter_eye: pixels between the irises in the original.
        native: the crop's width in pixels of the original.
    """
    size, eyes = profile.limits("pixel-size"), profile.limits("inter-eye-distance")
    widths = [1.0]
    if isinstance(size, PixelSize):
        widths += [size.width.passing[0] or 1.0] if size.width else []
        widths += [(size.height.passing[0] or 1.0) * target.width / target.height] if size.height else []
    if isinstance(eyes, InterEyeLimits) and eyes.pixels is not None:
        widths.append((eyes.pixels.passing[0] or 1.0) * native / inter_eye)
    width = math.ceil(max(widths))
    return f"{width}×{round(width * target.height / target.width)}"
