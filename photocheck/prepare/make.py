"""The safe fix: from a phone original to the profile's file. It turns, crops, scales and encodes; nothing else.

The person and the background are never changed: no colour, brightness or retouching, and no background is made up
where the picture ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from photocheck.decode import Picture, decode
from photocheck.engine import Crop
from photocheck.features import subject
from photocheck.features.portrait import Portrait
from photocheck.features.subject import Subject
from photocheck.finding import NotAssessable, Outcome
from photocheck.limits import Band
from photocheck.prepare.crop_plan import CannotPrepare, CropPlan, solve
from photocheck.prepare.encode import CannotEncode, encode
from photocheck.prepare.limits import geometry_limits
from photocheck.prepare.measure import level_head, places_on_crop, warp
from photocheck.prepare.size import fitted
from photocheck.profile import Prepare, Profile
from photocheck.registry import find_check

_LOWEST_QUALITY = 70
"""IJG quality below which no JPEG is written where the profile says nothing."""
_FINE = 3
"""How many times larger than the crop the picture stays before the last scaling."""
_CORRECTIONS = 2
"""How often the crop is measured again and moved where a geometry check does not pass on it."""
_REASONS = {"no-face": "no-face", "roll-too-large": "too-tilted", "no-signature": "no-signature"}
"""What the checks that are judged on the crop say where there is none."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The file that was made.

    Attributes:
        data: its bytes.
        picture: the file decoded again.
        portrait: the same as a subject, with the map from its pixels to those of the upload.
        plan: how it was cropped.
        quality: IJG quality it was encoded at; None for PNG.
    """

    data: bytes
    picture: Picture
    portrait: Portrait
    plan: CropPlan
    quality: int | None


def plan(photo: Portrait, profile: Profile, *, best_effort: bool = False) -> CropPlan:
    """Where to crop so that every geometry limit of the profile holds.

    Args:
        best_effort: give the nearest possible crop where no crop holds every limit.

    Raises:
        CannotPrepare: with the reason why no crop holds every limit.
        NotAssessable: `no-face`.
    """
    target = _target(profile)
    level, places = level_head(photo, largest_roll=target.largest_roll, best_effort=best_effort)
    if photo.head.cropped and not best_effort:
        raise CannotPrepare("hair-cut-off")
    planned = solve(places, level, geometry_limits(profile), target, best_effort=best_effort)
    return fitted(planned, profile, target, inter_eye=places.inter_eye, best_effort=best_effort)


def prepare_file(photo: Portrait, profile: Profile, *, best_effort: bool = False) -> Prepared:
    """Make the profile's file from an original.

    The head is measured again on the file that was made, as the nets see it at another scale than in the original.
    Where a geometry check does not pass there, the crop is moved by what was measured and made again.

    Args:
        best_effort: make the nearest possible file where none holds every limit.

    Raises:
        CannotPrepare: with the reason why no file can hold every limit.
    """
    target = _target(profile)
    try:
        planned = plan(photo, profile, best_effort=best_effort)
        best = _made(photo, planned, profile, target, best_effort=best_effort)
        missed = _missed(best.portrait, profile)
        made = best
        for _ in range(_CORRECTIONS):
            if not missed or planned.broken:
                break
            planned = _corrected(made, profile, target, best_effort=best_effort)
            made = _made(photo, planned, profile, target, best_effort=best_effort)
            still_missed = _missed(made.portrait, profile)
            if still_missed < missed:
                best, missed = made, still_missed
    except NotAssessable as refusal:
        raise CannotPrepare(refusal.reason) from refusal
    return best


def crop_for(photo: Subject, profile: Profile) -> Crop:
    """What file and geometry are judged on under the intake `original`: the file, or the nearest one possible.

    Of a card no other file is made: it is judged as it is.
    """
    try:
        if photo.kind == "signature":
            return Crop(_signature_file(photo, profile))
        if not isinstance(photo, Portrait):
            return Crop(photo)
        return Crop(prepare_file(photo, profile, best_effort=True).portrait)
    except CannotPrepare as refusal:
        return Crop(None, _REASONS.get(refusal.reason, "no-crop"))


def _signature_file(photo: Subject, profile: Profile) -> Subject:
    # Imported late: portraits need none of it.
    from photocheck.features.signature.signature import Signature
    from photocheck.prepare.signature import prepare_signature

    assert isinstance(photo, Signature)
    return prepare_signature(photo, profile, best_effort=True).subject


def _target(profile: Profile) -> Prepare:
    if profile.prepare is None:
        raise CannotPrepare("no-target")
    return profile.prepare


def _made(photo: Portrait, planned: CropPlan, profile: Profile, target: Prepare, *, best_effort: bool) -> Prepared:
    """Cut, scale and encode."""
    rgb = cut(photo.rgb, planned)
    size = profile.limits("file-bytes")
    quality = profile.limits("jpeg-quality")
    lowest = quality.passing[0] if isinstance(quality, Band) else None
    try:
        encoded = encode(
            rgb,
            file_format=target.format,
            dpi=target.dpi,
            size=size.passing if isinstance(size, Band) else (None, None),
            lowest_quality=int(np.ceil(_LOWEST_QUALITY if lowest is None else lowest)),
        )
    except CannotEncode as refusal:
        if not best_effort:
            limit = refusal.limit
            raise CannotPrepare(
                f"too-{refusal.side}-bytes",
                bytes=f"{len(refusal.nearest.data) / 1000:.1f}",
                limit=f"{limit / 1000:.1f}",
            ) from refusal
        encoded = refusal.nearest
    picture = decode(encoded.data)
    return Prepared(encoded.data, picture, Portrait(picture, planned.to_upload), planned, encoded.quality)


def cut(rgb: subject.Image, planned: CropPlan) -> subject.Image:
    """The planned crop, turned where it must be turned, scaled by Lanczos.

    What is far larger than the crop is first averaged by a whole number, to three times the crop's size or more:
    the same picture for a fraction of the time and memory.

    Returns:
        height×width×3 uint8 of the plan's size.
    """
    width, height = planned.width, planned.height
    corners = np.array([(0, 0, 1), (width, 0, 1), (0, height, 1), (width, height, 1)]) @ planned.to_upload.T
    left, top = np.floor(np.maximum(corners.min(axis=0), 0)).astype(int)
    right, bottom = np.minimum(np.ceil(corners.max(axis=0)).astype(int), rgb.shape[1::-1])
    shrink = max(1, int(1 / planned.enlargement / _FINE))
    part = Image.fromarray(np.ascontiguousarray(rgb[top:bottom, left:right])).reduce(shrink)
    to_part = (planned.to_upload - [[0, 0, left], [0, 0, top]]) / shrink
    if planned.level.turned:
        full = np.ceil(np.hypot(to_part[0, :2], to_part[1, :2]) * (width, height)).astype(int)
        to_turned = to_part @ np.diag([width / full[0], height / full[1], 1.0])
        part = Image.fromarray(warp(np.asarray(part), to_turned, int(full[0]), int(full[1]), cv2.INTER_CUBIC))
        to_part = np.diag([full[0] / width, full[1] / height, 1.0])[:2]
    begin = np.maximum(to_part[:, 2], 0)
    end = np.minimum(to_part @ (width, height, 1), part.size)
    return np.asarray(part.resize((width, height), Image.Resampling.LANCZOS, box=(*begin, *end)))


def _missed(portrait: Portrait, profile: Profile) -> int:
    """How many geometry checks do not pass on the crop."""
    missed = 0
    for name in {limit.check for limit in geometry_limits(profile)}:
        check = find_check(name)
        assert check is not None
        try:
            finding = check.function(portrait, profile.settings[name].limits)
        except NotAssessable:
            missed += 1
        else:
            missed += finding.outcome is not Outcome.PASS
    return missed


def _corrected(made: Prepared, profile: Profile, target: Prepare, *, best_effort: bool) -> CropPlan:
    """The plan from the head as it was measured on the crop."""
    places = places_on_crop(made.portrait, made.plan)
    planned = solve(places, made.plan.level, geometry_limits(profile), target, best_effort=True)
    return fitted(planned, profile, target, inter_eye=places.inter_eye, best_effort=best_effort)
