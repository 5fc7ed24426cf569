"""Pictures of signatures as people upload them, with the truth about ink, characters and defect."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker.camera import Light, Shadow, Shot, photograph
from samples.maker.handwriting import marks
from samples.maker.handwriting.ink import Box, Ink, write
from samples.maker.handwriting.plan import DEFECTS, MEDIA, Medium, Plan, draw_plan
from samples.maker.handwriting.printed import spread, typeset
from samples.maker.handwriting.sheet import Sheet, draw_sheet
from samples.maker.handwriting.writer import World

Homography = NDArray[np.float64]

_ROOM = 1.5
"""How far a sheet that fills the picture reaches beyond it, both ways together."""
_EACH_SIDE = 6
"""How far a cut lies inside strokes, in quarters of a millimetre."""
_CLEAR = 0.05
"""Blank between ink and the picture's edge, as a share of the picture."""


@dataclass(frozen=True)
class SignaturePicture:
    """A picture and its truth.

    Attributes:
        rgb: H×W×3 uint8 sRGB; a transparent picture on white.
        rgba: H×W×4 uint8 where the picture is transparent, else None.
        defect: None for one a reviewer would accept.
        check: the check that is to find the defect.
        name: what is written (of a blank sheet: what is not).
        ink_mask: H×W bool, the name's ink.
        boxes: (left, top, right, bottom) pixels of each character in the order of writing; may end outside the picture.
        rotation: 0, 90, 180, 270: clockwise turns of the writing in the picture.
        to_picture: 3×3 homography from mm on the sheet to pixels.
    """

    rgb: NDArray[np.uint8]
    rgba: NDArray[np.uint8] | None
    defect: str | None
    check: str | None
    name: str
    medium: Medium
    ink_mask: NDArray[np.bool_]
    boxes: tuple[Box, ...]
    rotation: int
    to_picture: Homography
    facts: Mapping[str, Any]


def random_signature_picture(
    seed: int,
    world: World = "tune",
    defect: str | None = None,
    *,
    medium: Medium | None = None,
    script: str | None = None,
    ink_width: int | None = None,
) -> SignaturePicture:
    """A picture of a signature; everything follows from the seed.

    Args:
        world: whose writers, papers, fonts and desks.
        defect: a name of `DEFECTS`; None is a good picture: black on plain white paper, upright, photographed, scanned
            or drawn with a finger.
        medium: `photo`, `scan` or `finger`; None draws one that the defect can happen on.
        script: of the name, see `random_name`.
        ink_width: pixels across the ink; None draws a usual width of the picture, 720 to 2600 for a photo.

    Raises:
        KeyError: a defect that is not in `DEFECTS`.
    """
    check, media, change = DEFECTS[defect] if defect else (None, MEDIA, None)
    random = np.random.default_rng((zlib.crc32(f"{world} {defect}".encode()), seed))
    plan = draw_plan(random, world, (medium,) if medium else media, "han" if defect and script is None else script)
    if change is not None:
        change(plan, random)
    if plan.dots is None:
        plan.dots = ink_width
    return _Draft(plan, seed, random).picture(defect, check)


class _Draft:
    """One picture on its way from plan to pixels."""

    def __init__(self, plan: Plan, seed: int, random: np.random.Generator) -> None:
        self.plan, self.seed, self.random = plan, seed, random
        rough = self._ink(4.0)
        self.extent = np.array(rough.alpha.shape[::-1]) / 4.0
        """Width and height of the ink, mm."""
        if plan.cut is not None:
            plan.cut = _through_ink(plan.cut, rough.alpha)
        aspect = float(random.choice((0.5, 0.62, 0.75, 1.0, 1.33)))
        wide = self.extent[0] / plan.fill
        wide = max(wide, self.extent[1] / min(plan.high, 1.6 * plan.fill) / aspect)
        self.frame = np.array([wide, wide * aspect])
        """Width and height of what the picture shows, mm, upright."""
        if plan.dots is not None:
            dots = plan.dots / plan.fill
        elif plan.medium == "scan":
            dots = wide * random.choice((150, 200, 300)) / 25.4
        else:
            dots = float(random.choice((720, 960, 1280, 1600)))
        self.dots = int(np.clip(dots, 60, 2000))
        if plan.dots is None:  # even the smallest picture of a good signature shows its strokes
            self.dots = int(
                np.clip(max(self.dots, 2.5 / plan.writer.width * wide * min(1.0, plan.fill / 0.3)), 60, 2600)
            )
        self.per_mm = self.dots / wide

    def _ink(self, per_mm: float) -> Ink:
        plan = self.plan
        if plan.font is None:
            ink = write(
                plan.name,
                writer=plan.writer,
                seed=self.seed,
                per_mm=per_mm,
                vertical=plan.vertical,
                correction=plan.correction,
            )
            return replace(ink, alpha=plan.faint * ink.alpha)
        ink = typeset(plan.name, font=plan.font, size=plan.writer.size, per_mm=per_mm)
        return replace(ink, alpha=spread(ink.alpha, 0.03 * per_mm))

    def picture(self, defect: str | None, check: str | None) -> SignaturePicture:
        """Ink, sheet and capture."""
        make = {"photo": self._photo, "scan": self._scan, "finger": self._finger}[self.plan.medium]
        rgb, alpha, sheet, place = make()
        return SignaturePicture(
            rgb=rgb,
            rgba=alpha,
            defect=defect,
            check=check,
            name=self.plan.name,
            medium=self.plan.medium,
            ink_mask=_moved(sheet.ink_mask, place @ _pixels_to_mm(self.sheet_per_mm), rgb.shape[:2]),
            boxes=tuple(_box(box, place @ _pixels_to_mm(self.sheet_per_mm)) for box in sheet.boxes),
            rotation=90 * self.plan.quarter,
            to_picture=place,
            facts={**sheet.facts, "per_mm": self.per_mm, "writer": self.plan.writer},
        )

    def _aim(self) -> NDArray[np.float64]:
        """Middle of the ink from the middle of the frame, mm."""
        plan, free = self.plan, np.clip(self.frame * (0.5 - _CLEAR) - self.extent / 2, 0.0, None)
        aim = self.random.uniform(-0.6, 0.6, 2) * free
        if plan.aim is not None:
            aim = np.array(plan.aim) * self.frame
        if plan.cut is not None:
            side, amount = plan.cut
            axis, sign = int(side in ("top", "bottom")), 1 if side in ("right", "bottom") else -1
            aim[axis] = sign * (self.frame[axis] / 2 + (amount - 0.5) * self.extent[axis])
        return aim

    def _sheet(self, size: NDArray[np.float64], per_mm: float, at: NDArray[np.float64]) -> Sheet:
        plan = self.plan
        self.sheet_per_mm = per_mm
        ink = self._ink(per_mm)
        under = list(plan.under)
        if plan.fluid:
            edges = np.array(ink.boxes)
            low, span = edges[:, :2].min(axis=0), edges[:, 2:].max(axis=0) - edges[:, :2].min(axis=0)
            box = (edges[int(self.random.integers(len(edges)))].reshape(2, 2) - low) / span
            under.append(marks.correction_fluid(plan.writer, self.seed, tuple(box.ravel().tolist())))
        if plan.blank:
            ink = replace(ink, alpha=0 * ink.alpha, mask=ink.mask & False)
        sheet = draw_sheet(
            ink,
            size_mm=(float(size[0]), float(size[1])),
            at=(float(at[0]), float(at[1])),
            colour=plan.colour,
            under=under,
            over=plan.over,
            shades=plan.shades,
            view=float((self.frame / size).min().clip(0.0, 1.0)),
            world=plan.world,
            seed=self.seed,
        )
        return replace(sheet, boxes=()) if plan.blank else sheet

    def _photo(self) -> tuple[NDArray[np.uint8], None, Sheet, Homography]:
        plan, random = self.plan, self.random
        desk_seen = plan.cut is None and not plan.under and random.random() < 0.25
        size = self.frame * (random.uniform(0.88, 0.96) if desk_seen else _ROOM)
        at = size / 2 + (self._aim() * (0.7 if desk_seen else 1.0))
        sheet = self._sheet(size, float(np.clip(1.15 * self.per_mm, 6.0, 40.0)), at)
        wanted = dict(plan.shot)
        light = Light(
            exposure=wanted.pop("exposure", random.uniform(-0.4, 0.25)),
            kelvin_shift=random.normal(0, 0.25),
            falloff=wanted.pop("falloff", random.uniform(0.0, 0.2)),
            azimuth=random.uniform(0, 360),
            vignette=random.uniform(0.0, 0.12),
        )
        wanted["shadows"] = tuple(
            Shadow((s.at[0] + at[0], s.at[1] + at[1]), s.angle, s.depth, s.softness, s.shape)
            for s in wanted.get("shadows", ())
        )
        pixels = np.round(self.frame * self.per_mm).astype(int)
        if plan.quarter % 2:
            pixels = pixels[::-1]
        shot = Shot(
            width=int(pixels[0]),
            height=int(pixels[1]),
            share=float(size.max() * self.per_mm / pixels.max()),
            turn=90.0 * plan.quarter + float(np.clip(random.normal(0, 1.2), -2.5, 2.5)),
            tilt_x=float(np.clip(random.normal(0, 4), -9, 9)),
            tilt_y=float(np.clip(random.normal(0, 4), -9, 9)),
            focal=random.uniform(0.7, 0.9),
            desk=random.choice(("wood", "cloth", "stone", "dark")),
            variant=int(random.integers(6)),
            world=plan.world,
            light=light,
            noise=wanted.pop("noise", random.uniform(0.05, 0.4)),
            sharpen=random.uniform(0.1, 1.0),
            lens=random.uniform(0.4, 0.9),
            jpeg=int(random.integers(82, 97)),
        )
        capture = photograph(
            sheet.rgb, sheet.size_mm, seed=self.seed, shot=shot, corner_radius_mm=0.0, thickness_mm=0.1, **wanted
        )
        return capture.rgb, None, sheet, capture.to_picture

    def _scan(self) -> tuple[NDArray[np.uint8], None, Sheet, Homography]:
        random = self.random
        size = self.frame * _ROOM
        aim = self._aim()
        sheet = self._sheet(size, float(np.clip(1.15 * self.per_mm, 6.0, 40.0)), size / 2 + aim)
        pixels, place = self._flat_place(size, float(np.clip(random.normal(0, 0.8), -2.0, 2.0)))
        flat = _moved_light(sheet.rgb, place @ _pixels_to_mm(self.sheet_per_mm), pixels)
        white = random.uniform(245, 262) / float(np.median(flat))
        levels = 255.0 * np.clip(flat / 255.0 * white, 0, None) ** random.uniform(0.95, 1.25)
        levels += random.normal(0.0, random.uniform(0.4, 1.2), levels.shape)
        if not self.plan.coloured and random.random() < 0.4:
            levels = np.repeat(levels.mean(axis=2, keepdims=True), 3, axis=2)
        rgb = np.asarray(np.clip(levels, 0, 255).round(), np.uint8)
        return rgb, None, sheet, place

    def _finger(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None, Sheet, Homography]:
        """A drawing in an app: even ink on nothing, or on white."""
        random = self.random
        ink = self._ink(self.per_mm)
        pixels, place = self._flat_place(self.frame, 0.0)
        at = self.frame / 2 + self._aim() - np.array(ink.alpha.shape[::-1]) / self.per_mm / 2
        onto = place @ np.array([[1, 0, at[0]], [0, 1, at[1]], [0, 0, 1]]) @ _pixels_to_mm(self.per_mm)
        alpha = cv2.warpPerspective(ink.alpha, onto, pixels, flags=cv2.INTER_LINEAR)
        colour = np.array(((0, 0, 0), (17, 17, 17), (0, 0, 0), (30, 30, 36)))[int(random.integers(4))]
        rgb = np.asarray((255 - alpha[..., None] * (255 - colour)).round(), np.uint8)
        layers = np.dstack([np.full((*rgb.shape[:2], 3), colour, np.uint8), (255 * alpha).round().astype(np.uint8)])
        self.sheet_per_mm = self.per_mm
        left, top = at * self.per_mm
        whole = np.zeros((round(self.frame[1] * self.per_mm), round(self.frame[0] * self.per_mm)), np.float32)
        shift = np.array([[1.0, 0.0, left], [0.0, 1.0, top]])
        mask = cv2.warpAffine(ink.mask.astype(np.float32), shift, whole.shape[::-1]) >= 0.5
        boxes = tuple((b[0] + left, b[1] + top, b[2] + left, b[3] + top) for b in ink.boxes)
        sheet = Sheet(rgb, mask, boxes, (float(self.frame[0]), float(self.frame[1])), {})
        return rgb, layers if random.random() < 0.6 else None, sheet, place

    def _flat_place(self, size: NDArray[np.float64], turn: float) -> tuple[tuple[int, int], Homography]:
        """Picture's (width, height), and mm to pixels where the sheet's middle lies in the picture's, turned."""
        pixels = np.round(self.frame * self.per_mm).astype(int)
        if self.plan.quarter % 2:
            pixels = pixels[::-1]
        angle = np.radians(90.0 * self.plan.quarter + turn)
        spin = self.per_mm * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        place = np.eye(3)
        place[:2, :2] = spin
        place[:2, 2] = (pixels - 1) / 2 - spin @ (size / 2)
        return (int(pixels[0]), int(pixels[1])), place


def _through_ink(cut: tuple[str, float], alpha: NDArray[np.float32]) -> tuple[str, float]:
    """The cut moved to where it runs through strokes: one between two characters shows nothing.

    Args:
        cut: side, and the share of the ink's extent that lies beyond the cut.
        alpha: H×W, the ink.
    """
    side, amount = cut
    inked = (alpha > 0.3).sum(axis=int(side in ("left", "right")) ^ 1)
    inked = inked[::-1] if side in ("right", "bottom") else inked
    much = inked >= 0.5 * np.median(inked[inked > 0])  # more than the tip of a stroke
    # Strokes a little on both sides too, so that the picture's own slant does not miss them.
    reach = min(_EACH_SIDE, len(inked) // 8)
    around = np.convolve(much, np.ones(2 * reach + 1), "same")
    crossed = much & (around >= min(2 * reach + 1, around.max()))
    places = (np.flatnonzero(crossed) + 0.5) / len(inked)
    return side, float(places[np.argmin(np.abs(places - amount))])


def _pixels_to_mm(per_mm: float) -> Homography:
    return np.array([[1 / per_mm, 0, 0.5 / per_mm], [0, 1 / per_mm, 0.5 / per_mm], [0, 0, 1]])


def _moved(mask: NDArray[np.bool_], place: Homography, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """A mask in another picture: True where half a pixel or more is covered."""
    return np.asarray(_moved_light(mask.astype(np.float32), place, (shape[1], shape[0])) >= 0.5)


def _moved_light(values: NDArray[Any], place: Homography, size: tuple[int, int]) -> NDArray[np.float32]:
    """Values in another picture (width, height), averaged where that has larger pixels."""
    shrink = np.sqrt(abs(np.linalg.det(place[:2, :2])))
    sigma = 0.45 / shrink if shrink < 0.8 else 0.0
    soft = values.astype(np.float32)
    soft = cv2.GaussianBlur(soft, (0, 0), sigma) if sigma else soft
    edge = cv2.BORDER_REPLICATE if values.ndim == 3 else cv2.BORDER_CONSTANT
    return np.asarray(cv2.warpPerspective(soft, place, size, flags=cv2.INTER_LINEAR, borderMode=edge), np.float32)


def _box(box: Box, place: Homography) -> Box:
    corners = np.array([(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])])
    moved = cv2.perspectiveTransform(corners[None], place)[0]
    (left, top), (right, bottom) = moved.min(axis=0), moved.max(axis=0)
    return float(left), float(top), float(right), float(bottom)
