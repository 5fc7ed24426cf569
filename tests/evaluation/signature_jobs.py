"""What is measured on one picture of a signature: a made one, a real one, a sheet of ten names."""

from __future__ import annotations

import csv
import statistics
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.decode import Picture, decode, read
from photocheck.engine import assess
from photocheck.features.signature.layout import Line
from photocheck.features.signature.reading import name_agreement
from photocheck.features.signature.sheet import Sheet
from photocheck.features.signature.signature import Signature
from photocheck.finding import NotAssessable, Outcome, Verdict
from photocheck.limits import Band
from photocheck.profile import load_profile
from samples.maker.encode import encode
from samples.maker.handwriting import SignaturePicture, World, random_signature_picture
from samples.maker.handwriting.names import given_characters

PROFILE = "cn-exit-entry-signature"
AS_OF = date(2026, 1, 1)
_JPEG = 92
_DARK = 150
"""Level of 255 on flattened paper below which a pixel is a stroke's without doubt."""


@dataclass(frozen=True, slots=True)
class MadeJob:
    """One made picture: a good one where `defect` is None."""

    seed: int
    defect: str | None
    world: World


@dataclass(frozen=True, slots=True)
class Made:
    """What was found on it.

    Attributes:
        check: the check that is to find the defect.
        outcomes: by check.
        overlap: IoU of the ink found with the ink drawn; None where no writing was found or none was drawn.
        print_probability: None where it was not assessed.
    """

    defect: str | None
    check: str | None
    medium: str
    verdict: Verdict
    outcomes: dict[str, Outcome]
    overlap: float | None
    print_probability: float | None


@dataclass(frozen=True, slots=True)
class Written:
    """One real handwritten name of the corpus: whether the right name, the other names and a changed one are confirmed.

    Attributes:
        others: how many of the set's other names are confirmed, of how many.
    """

    medium: str
    found: bool
    print_probability: float | None
    right: bool
    others: tuple[int, int]
    changed: bool


@dataclass(frozen=True, slots=True)
class PhotoSheet:
    """One photographed sheet of ten names.

    Attributes:
        lines: lines of writing found, those much smaller than the others apart.
        stray: other marks taken for lines.
        kept: least share of a line's dark pixels that are in the ink.
        uneven: spread of the light on the paper after flattening, and before it, as shares.
        named: how many lines are confirmed to be one of the ten names.
    """

    name: str
    lines: int
    stray: int
    kept: float
    uneven: tuple[float, float]
    named: int


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of processor time of a warm check with the name given.

    Attributes:
        kind: of telling the kind of the picture, which looks for faces and cards.
        checks: of everything else, without decoding.
    """

    pixels: str
    decode: float
    kind: float
    checks: float


def stored(made: SignaturePicture) -> bytes:
    """The file that a person would send of a made picture."""
    if made.rgba is not None:
        return encode(made.rgba, format="PNG", mode="RGBA")
    if made.medium == "finger":
        return encode(made.rgb, format="PNG")
    return encode(made.rgb, format="JPEG", quality=_JPEG)


def made_job(job: MadeJob) -> Made:
    """Make, store and check one picture."""
    cv2.setNumThreads(1)
    made = random_signature_picture(job.seed, job.world, job.defect)
    signature = Signature(decode(stored(made)))
    report = assess(signature, load_profile(PROFILE), as_of=AS_OF)
    return Made(
        defect=made.defect,
        check=made.check,
        medium=made.medium,
        verdict=report.verdict,
        outcomes={finding.check: finding.outcome for finding in report.findings},
        overlap=ink_overlap(signature, made.ink_mask),
        print_probability=_print_probability(signature),
    )


def ink_overlap(signature: Signature, truth: NDArray[np.bool_]) -> float | None:
    """IoU of the ink found with the true ink (H×W at native resolution), at the resolution of the panel."""
    try:
        panel = signature.panel
    except NotAssessable:
        return None
    if not truth.any():
        return None
    found = panel.ink.mask
    to_panel = np.array([[panel.scale, 0.0, -panel.left * panel.scale], [0.0, panel.scale, -panel.top * panel.scale]])
    # A pixel's middle is at half past its number, in both copies.
    to_panel[:, 2] += 0.5 * panel.scale - 0.5
    soft = truth.astype(np.float32)
    if panel.scale < 1.0:
        soft = cv2.GaussianBlur(soft, (0, 0), 0.45 / panel.scale)
    drawn = cv2.warpAffine(soft, to_panel, (found.shape[1], found.shape[0]), flags=cv2.INTER_LINEAR) >= 0.5
    outside = truth.copy()
    native = np.rint(np.array([panel.left, panel.top])).astype(int)
    span = np.rint(np.array(found.shape[::-1]) / panel.scale).astype(int)
    outside[native[1] : native[1] + span[1], native[0] : native[0] + span[0]] = False
    missed = np.count_nonzero(outside) * panel.scale**2
    return float(np.count_nonzero(drawn & found) / max(1.0, np.count_nonzero(drawn | found) + missed))


def _print_probability(signature: Signature) -> float | None:
    try:
        return signature.look.printed
    except NotAssessable:
        return None


def corpus_rows(folder: Path, split: str) -> list[dict[str, str]]:
    """Rows of the real handwriting of one part: file, name, medium, writer."""
    with (folder / "handwriting.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["split"] == split]


def written_job(job: tuple[Path, str, str, tuple[str, ...], int]) -> Written:
    """Check one real handwritten name.

    Args:
        job: path, name, medium, every name of the set, and a number that chooses what is changed in the name.
    """
    cv2.setNumThreads(1)
    path, name, medium, names, number = job
    signature = Signature(read(path))
    others = [other for other in names if other != name]
    try:
        right = confirmed(signature, name)
    except NotAssessable:
        return Written(medium, False, None, False, (0, len(others)), False)
    return Written(
        medium=medium,
        found=True,
        print_probability=_print_probability(signature),
        right=right,
        others=(sum(confirmed(signature, other) for other in others), len(others)),
        changed=confirmed(signature, one_changed(name, number)),
    )


def confirmed(signature: Signature, name: str) -> bool:
    """Whether the profile's limit takes the writing for this name."""
    agreement = name_agreement(signature.panel, signature.groups, signature.reading, name)
    return band("signature-name").outcome(agreement) is Outcome.PASS


def band(check: str) -> Band:
    """The limits of a check that has one band."""
    limits = load_profile(PROFILE).limits(check)
    if not isinstance(limits, Band):
        raise TypeError(f"{check} has more than one band")
    return limits


def one_changed(name: str, number: int) -> str:
    """The name with one character replaced by another one of given names."""
    random = np.random.default_rng(number)
    place = int(random.integers(len(name)))
    return (
        name[:place] + str(random.choice([one for one in given_characters() if one != name[place]])) + name[place + 1 :]
    )


def sheet_job(job: tuple[Path, tuple[str, ...]]) -> PhotoSheet:
    """Look at one photographed sheet.

    Args:
        job: path, and the names that are on it.
    """
    cv2.setNumThreads(1)
    path, names = job
    picture = read(path)
    sheet = Signature(picture).sheet
    usual = float(np.median([line.size for line in sheet.lines])) if sheet.lines else 0.0
    lines = [line for line in sheet.lines if line.size >= 0.5 * usual]
    return PhotoSheet(
        name=path.stem,
        lines=len(lines),
        stray=len(sheet.lines) - len(lines),
        kept=min((_kept(sheet, line) for line in lines), default=0.0),
        uneven=(_spread(sheet.flat, sheet), _spread(sheet.paper.ground, sheet)),
        named=sum(_is_one_of(picture, line, sheet.scale, names) for line in lines),
    )


def _kept(sheet: Sheet, line: Line) -> float:
    """Share of the dark pixels in and around a line that are in the ink."""
    room = round(0.15 * line.size)
    box = line.box
    part = np.s_[max(0, box.top - room) : box.bottom + room, max(0, box.left - room) : box.right + room]
    dark = sheet.flat[part].min(axis=2) < _DARK
    return float(np.count_nonzero(dark & sheet.ink.mask[part]) / max(1, np.count_nonzero(dark)))


def _spread(rgb: NDArray[np.uint8], sheet: Sheet) -> float:
    """Difference of the 2nd and the 98th percentile of the light on bare paper, as a share of the higher."""
    size = (rgb.shape[1], rgb.shape[0])
    far = cv2.dilate(sheet.ink.mask.astype(np.uint8), np.ones((15, 15), np.uint8)) == 0
    bare = cv2.resize((sheet.where & far).astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    smooth = cv2.blur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (9, 9))
    low, high = np.percentile(smooth[bare], (2.0, 98.0))
    return float((high - low) / max(high, 1.0))


def _is_one_of(picture: Picture, line: Line, scale: float, names: tuple[str, ...]) -> bool:
    """Whether the line, cut out with some paper around it, is confirmed as one of the names."""
    room = 0.6 * line.size
    left, top = max(0, int((line.box.left - room) / scale)), max(0, int((line.box.top - room) / scale))
    right, bottom = int((line.box.right + room) / scale), int((line.box.bottom + room) / scale)
    cut = Signature(decode(encode(picture.rgb[top:bottom, left:right], format="PNG")))
    try:
        return any(confirmed(cut, name) for name in names)
    except NotAssessable:
        return False


def timings(world: World, seeds: range) -> list[Timing]:
    """Processor time of warm checks of good photos, the median of three each; in this process, on one thread."""
    cv2.setNumThreads(1)
    profile = load_profile(PROFILE)
    rows = []
    for seed in seeds:
        made = random_signature_picture(seed, world, medium="photo", script="han")
        data = stored(made)
        spent: list[tuple[float, float, float]] = []
        for _ in range(4):
            started = time.process_time()
            picture = decode(data)
            decoded = time.process_time()
            signature = Signature(picture, name=made.name)
            _ = signature.seen_kind
            told = time.process_time()
            assess(signature, profile, as_of=AS_OF)
            spent.append((decoded - started, told - decoded, time.process_time() - told))
        decoding, telling, checking = (1000.0 * statistics.median(part) for part in zip(*spent[1:], strict=True))
        rows.append(Timing(f"{made.rgb.shape[1]}×{made.rgb.shape[0]}", decoding, telling, checking))
    return rows
