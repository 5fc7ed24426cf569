"""What somebody did to the document before it was photographed: watermarks, pasted text, another portrait, pen, wear.

Each edit takes the flat picture and gives a changed one with facts: polygons in mm on the document and a strength.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from samples.maker.camera.lettering import font
from samples.maker.camera.noise import clouds
from samples.maker.camera.shot import Image, Plane

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Watermark:
    """Words printed or overlaid across the document.

    Attributes:
        text: such as 仅供办理某业务使用.
        height: mm of a character.
        angle: degrees clockwise.
        colour: sRGB.
        opacity: 0..1.
        repeated: all over, or once.
        at: (x, y) mm of its middle when once; None is the document's middle.
    """

    text: str = "仅供办理样本业务使用"
    height: float = 5.0
    angle: float = -25.0
    colour: tuple[int, int, int] = (120, 120, 120)
    opacity: float = 0.4
    repeated: bool = False
    at: tuple[float, float] | None = None


@dataclass(frozen=True)
class PastedText:
    """A patch with other words over a place.

    Attributes:
        box: left, top, right, bottom in mm that the patch hides.
        text: what it says; empty leaves the background it makes up.
        height: mm of a character.
        ink: sRGB.
        noise: standard deviation in code values the patch has beyond the document.
        jpeg: quality of the patch's own JPEG history, or None.
        blur: standard deviation of the patch's blur, mm.
        feather: mm of its soft edge; 0 is a hard one.
        shade: code values the patch's background is off.
        ground: `flat` paints the place over; `kept` takes only the old strokes out and keeps the pattern under them.
    """

    box: Box
    text: str
    height: float = 3.0
    ink: tuple[int, int, int] = (30, 30, 34)
    noise: float = 3.0
    jpeg: int | None = 40
    blur: float = 0.0
    feather: float = 0.0
    shade: float = 0.0
    ground: Literal["flat", "kept"] = "flat"


@dataclass(frozen=True)
class SwappedPortrait:
    """Another picture in the portrait's place: `picture` H×W×3, its history as for `PastedText`."""

    box: Box
    picture: Image
    noise: float = 4.0
    jpeg: int | None = 50
    blur: float = 0.0
    feather: float = 0.0


@dataclass(frozen=True)
class Pen:
    """Scrawls with a pen or marker: `strokes` of them, `width` mm, within a box or anywhere."""

    strokes: int = 2
    width: float = 0.8
    colour: tuple[int, int, int] = (30, 40, 120)
    box: Box | None = None


@dataclass(frozen=True)
class Worn:
    """Years in a pocket: `strength` 0..1 of scratches, rubbed ink and yellowing."""

    strength: float = 0.6


Edit = Watermark | PastedText | SwappedPortrait | Pen | Worn

NAMES: dict[type[Any], str] = {
    Watermark: "watermark", PastedText: "pasted-text", SwappedPortrait: "swapped-portrait",
    Pen: "pen", Worn: "scratched",
}  # fmt: skip


def apply_edits(
    flat: Image, size_mm: tuple[float, float], edits: Sequence[Edit], random: np.random.Generator
) -> tuple[Image, dict[str, dict[str, Any]]]:
    """The flat document after all edits in their order, and facts by the names of `NAMES`."""
    faults: dict[str, dict[str, Any]] = {}
    per_mm = flat.shape[1] / size_mm[0]
    for edit in edits:
        if isinstance(edit, Watermark):
            flat, facts = _watermark(flat, per_mm, edit)
        elif isinstance(edit, PastedText):
            flat, facts = _pasted(flat, per_mm, edit, random)
        elif isinstance(edit, SwappedPortrait):
            flat, facts = _swapped(flat, per_mm, edit, random)
        elif isinstance(edit, Pen):
            flat, facts = _pen(flat, per_mm, edit, random)
        else:
            flat, facts = _worn(flat, per_mm, edit, random)
        told = faults.setdefault(NAMES[type(edit)], {"strength": 0.0, "polygons": []})
        told["strength"] = max(told["strength"], facts["strength"])
        told["polygons"] += facts["polygons"]
    return flat, faults


def _watermark(flat: Image, per_mm: float, edit: Watermark) -> tuple[Image, dict[str, Any]]:
    height, width = flat.shape[:2]
    face = font(max(6, round(edit.height * per_mm)))
    wide = face.getlength(edit.text)
    reach = int(np.hypot(width, height)) + 2
    layer = Pillow.new("L", (reach, reach), 0)
    pen = ImageDraw.Draw(layer)
    line = edit.height * per_mm
    at = edit.at or (width / per_mm / 2, height / per_mm / 2)
    if edit.repeated:
        for row, top in enumerate(np.arange(0, reach, 3.2 * line)):
            for left in np.arange(-(row % 2) * 0.6 * wide, reach, 1.25 * wide):
                pen.text((left, top), edit.text, fill=255, font=face)
    else:
        pen.text(((reach - wide) / 2, reach / 2 - 0.6 * line), edit.text, fill=255, font=face)
    middle = (at[0] * per_mm, at[1] * per_mm)
    spin = cv2.getRotationMatrix2D((reach / 2, reach / 2), -edit.angle, 1.0)
    spin[:, 2] += np.array(middle) - reach / 2
    cover = cv2.warpAffine(np.array(layer), spin, (width, height), flags=cv2.INTER_LINEAR)
    share = (cover.astype(np.float32) * np.float32(edit.opacity / 255))[..., None]
    marked = flat * (1 - share) + np.array(edit.colour, np.float32) * share
    turn = np.radians(edit.angle)
    half = np.array([(-wide, -line), (wide, -line), (wide, line), (-wide, line)]) / 2 / per_mm
    spun = half @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + at
    whole = [(0.0, 0.0), (width / per_mm, 0.0), (width / per_mm, height / per_mm), (0.0, height / per_mm)]
    polygon = whole if edit.repeated else [(float(x), float(y)) for x, y in spun]
    return np.round(marked).astype(np.uint8), {"strength": edit.opacity, "polygons": [polygon]}


def _history(patch: Image, noise: float, jpeg: int | None, blur: float, random: np.random.Generator) -> Image:
    """The patch after its own camera and file."""
    if blur > 0:
        patch = np.asarray(cv2.GaussianBlur(patch, (0, 0), blur))
    if noise > 0:
        grain = random.standard_normal(patch.shape, dtype=np.float32) * noise
        patch = np.clip(patch + grain, 0, 255).astype(np.uint8)
    if jpeg is not None:
        _, data = cv2.imencode(".jpg", patch, [cv2.IMWRITE_JPEG_QUALITY, jpeg])
        patch = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
    return patch


def _put(flat: Image, patch: Image, left: int, top: int, feather: float) -> Image:
    """A copy of the flat with a patch on it; `feather` in pixels."""
    height, width = patch.shape[:2]
    flat = flat.copy()
    view = flat[top : top + height, left : left + width]
    patch = patch[: view.shape[0], : view.shape[1]]
    x, y = np.arange(view.shape[1]), np.arange(view.shape[0])
    away = np.minimum(np.minimum(x, x[::-1])[None, :], np.minimum(y, y[::-1])[:, None]) + 0.5
    share = np.clip(away / max(feather, 0.5), 0, 1).astype(np.float32)[..., None]
    view[:] = np.round(view * (1 - share) + patch * share).astype(np.uint8)
    return flat


def _pixels(box: Box, per_mm: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge * per_mm) for edge in box)
    left, top = max(0, left), max(0, top)
    return left, top, min(shape[1], max(right, left + 4)), min(shape[0], max(bottom, top + 4))


def _pasted(flat: Image, per_mm: float, edit: PastedText, random: np.random.Generator) -> tuple[Image, dict[str, Any]]:
    left, top, right, bottom = _pixels(edit.box, per_mm, flat.shape)
    ground = _ground(flat[top:bottom, left:right], edit.ground, per_mm)
    canvas = Pillow.fromarray(np.clip(ground + edit.shade, 0, 255).astype(np.uint8))
    face = font(max(6, round(edit.height * per_mm)))
    spot = (0.02 * (right - left), (bottom - top) / 2)
    ImageDraw.Draw(canvas).text(spot, edit.text, fill=edit.ink, font=face, anchor="lm")
    patch = _history(np.array(canvas), edit.noise, edit.jpeg, edit.blur * per_mm, random)
    flat = _put(flat, patch, left, top, edit.feather * per_mm)
    return flat, {"strength": 1.0, "polygons": [_corners(edit.box)]}


def _ground(place: Image, kind: str, per_mm: float) -> Image:
    """What a forger fills the place with before writing on it."""
    light = np.percentile(place.reshape(-1, 3), 75, axis=0)
    if kind == "kept":
        strokes = (place.mean(axis=2) < light.mean() - 35).astype(np.uint8)
        reach = max(3, round(0.25 * per_mm) | 1)
        return np.asarray(
            cv2.inpaint(place, cv2.dilate(strokes, np.ones((reach, reach), np.uint8)), 3, cv2.INPAINT_TELEA)
        )
    few = cv2.resize(np.maximum(place, light.astype(np.uint8)), (6, 4), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(few, place.shape[1::-1], interpolation=cv2.INTER_CUBIC))


def _swapped(
    flat: Image, per_mm: float, edit: SwappedPortrait, random: np.random.Generator
) -> tuple[Image, dict[str, Any]]:
    left, top, right, bottom = _pixels(edit.box, per_mm, flat.shape)
    width, height = right - left, bottom - top
    picture = edit.picture
    zoom = max(width / picture.shape[1], height / picture.shape[0])
    size = (max(width, round(picture.shape[1] * zoom)), max(height, round(picture.shape[0] * zoom)))
    fitted = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC)
    x = (size[0] - width) // 2
    patch = _history(
        np.ascontiguousarray(fitted[:height, x : x + width]), edit.noise, edit.jpeg, edit.blur * per_mm, random
    )
    flat = _put(flat, patch, left, top, edit.feather * per_mm)
    return flat, {"strength": 1.0, "polygons": [_corners(edit.box)]}


def _corners(box: Box) -> list[tuple[float, float]]:
    left, top, right, bottom = box
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _strokes(shape: tuple[int, ...], lines: list[Plane], width: float) -> Image:
    cover = np.zeros(shape[:2], np.uint8)
    for line in lines:
        cv2.polylines(
            cover,
            [np.round(line * 16).astype(np.int32)],
            isClosed=False,
            color=(255,),
            thickness=max(1, round(width)),
            lineType=cv2.LINE_AA,
            shift=4,
        )
    return cover


def _pen(flat: Image, per_mm: float, edit: Pen, random: np.random.Generator) -> tuple[Image, dict[str, Any]]:
    height, width = flat.shape[:2]
    left, top, right, bottom = _pixels(edit.box, per_mm, flat.shape) if edit.box else (0, 0, width, height)
    lines = []
    for _ in range(edit.strokes):
        along = np.linspace(0, 1, 60)
        begin, end = random.uniform((left, top), (right, bottom)), random.uniform((left, top), (right, bottom))
        loop = 0.12 * (right - left) * np.stack([np.sin(along * random.uniform(4, 25)), np.cos(along * 9)], 1)
        line = np.clip(
            begin + (end - begin) * along[:, None] + loop * random.uniform(0.1, 1), (left, top), (right, bottom)
        )
        lines.append(np.asarray(line, dtype=np.float32))
    share = (_strokes(flat.shape, lines, edit.width * per_mm).astype(np.float32) * np.float32(0.9 / 255))[..., None]
    marked = flat * (1 - share) + np.array(edit.colour, np.float32) * share
    polygons = [[(float(x), float(y)) for x, y in line / per_mm] for line in lines]
    return np.round(marked).astype(np.uint8), {"strength": edit.width, "polygons": polygons}


def _worn(flat: Image, per_mm: float, edit: Worn, random: np.random.Generator) -> tuple[Image, dict[str, Any]]:
    height, width = flat.shape[:2]
    lines = []
    for _ in range(int(10 + 60 * edit.strength)):
        begin, angle = random.uniform((0, 0), (width, height)), random.normal(0.3, 0.9)
        long = random.exponential(0.16 * width)
        along = np.linspace(0, 1, 12)[:, None]
        line = (
            begin
            + along * long * np.array([np.cos(angle), np.sin(angle)])
            + along**2 * random.normal(0, 0.05 * long, 2)
        )
        lines.append(np.asarray(line, dtype=np.float32))
    cover = _strokes(flat.shape, lines, 0.09 * per_mm).astype(np.float32) / 255
    depth = np.clip(0.5 + 0.5 * clouds(random, flat.shape[:2], (8, 12), 3), 0, 1)
    rubbed = np.clip(clouds(random, flat.shape[:2], (4, 6), 4) - 0.5, 0, 1) * 0.6
    share = np.clip(cover * depth * 0.8 + rubbed, 0, 1)[..., None] * edit.strength
    yellow = np.array([1.0, 1 - 0.02 * edit.strength, 1 - 0.09 * edit.strength], np.float32)
    marked = (flat * (1 - share) + 225 * share) * yellow
    return np.round(marked).astype(np.uint8), {"strength": edit.strength, "polygons": []}
