"""A sheet of paper with a name in ink on it, and the truth about where the ink is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from samples.maker.handwriting import paper as papers
from samples.maker.handwriting.ink import Box, Ink
from samples.maker.handwriting.paper import Light
from samples.maker.handwriting.writer import World

InkColour = Literal["black", "blue-black", "blue", "red", "grey"]

_INKS: dict[InkColour, tuple[tuple[int, int, int], ...]] = {
    "black": ((22, 22, 26), (34, 32, 34), (14, 15, 20), (44, 42, 46)),
    "blue-black": ((28, 34, 62), (32, 38, 70)),
    "blue": ((32, 58, 160), (24, 44, 130), (60, 88, 176)),
    "red": ((190, 36, 44), (206, 48, 40), (168, 24, 52)),
    "grey": ((98, 98, 100), (86, 86, 90)),
}
"""sRGB of ink that lies dense on paper."""


@dataclass
class Canvas:
    """A sheet while it is drawn: what marks are drawn on.

    Attributes:
        light: H×W×3 linear light of the paper and what lies on it.
        ink: H×W bool, where the name's ink is.
        place: the name's box, pixels.
        view: the part of the sheet that will be seen, pixels.
    """

    light: Light
    ink: NDArray[np.bool_]
    place: Box
    view: Box
    per_mm: float
    random: np.random.Generator
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.ink.shape[0], self.ink.shape[1]

    def cover(self, alpha: NDArray[np.float32], colour: tuple[int, int, int], left: int = 0, top: int = 0) -> None:
        """Ink of an sRGB colour on the sheet, `alpha` h×w with its top left at a pixel; what falls off is lost."""
        rows, columns = self.shape
        up, down, begin, end = (
            max(top, 0),
            min(top + alpha.shape[0], rows),
            max(left, 0),
            min(left + alpha.shape[1], columns),
        )
        if up >= down or begin >= end:
            return
        part = alpha[up - top : down - top, begin - left : end - left, None]
        under = self.light[up:down, begin:end]
        # ink lets some of the paper's colour through: it multiplies rather than covers
        self.light[up:down, begin:end] = under * (1.0 - part) + part * papers.to_linear(colour) * np.minimum(
            under / 0.8, 1
        )


Mark = Callable[[Canvas], None]
"""Something drawn on a sheet besides the name."""


@dataclass(frozen=True)
class Sheet:
    """A sheet seen straight from above.

    Attributes:
        rgb: H×W×3 uint8 sRGB.
        ink_mask: H×W bool, the name's ink and nothing else.
        boxes: (left, top, right, bottom) in pixels of each character, cut at the sheet's edge.
        size_mm: width and height.
        facts: what marks wrote down about themselves.
    """

    rgb: NDArray[np.uint8]
    ink_mask: NDArray[np.bool_]
    boxes: tuple[Box, ...]
    size_mm: tuple[float, float]
    facts: Mapping[str, Any]


def draw_sheet(
    ink: Ink,
    *,
    size_mm: tuple[float, float] = (100.0, 60.0),
    at: tuple[float, float] | None = None,
    colour: InkColour | tuple[int, int, int] = "black",
    under: Sequence[Mark] = (),
    over: Sequence[Mark] = (),
    shades: Sequence[Callable[[Canvas], NDArray[np.float32]]] = (),
    view: float = 1.0,
    world: World = "tune",
    seed: int = 0,
) -> Sheet:
    """A name on a sheet of plain white paper, with what else is drawn on it.

    Args:
        ink: the name; its pixels a millimetre are the sheet's.
        size_mm: width and height of the sheet.
        at: the middle of the name's box in mm from the sheet's top left; None puts it near the middle.
        colour: of the ink: a word for one of some such inks, or sRGB.
        under: marks drawn before the name (lines, print), each may read and change the canvas.
        over: marks drawn after it (a seal).
        shades: light on the sheet, H×W factors.
        view: share of the sheet's width and height, about its middle, that will be seen: marks keep to it.
        world: whose papers.
        seed: what chance draws the paper and marks from.
    """
    random = np.random.default_rng((31, seed))
    shape = (round(size_mm[1] * ink.per_mm), round(size_mm[0] * ink.per_mm))
    spread = np.array(size_mm) - np.array(ink.alpha.shape[::-1]) / ink.per_mm
    middle = np.array(at) if at is not None else np.array(size_mm) / 2 + random.uniform(-0.25, 0.25, 2) * spread.clip(0)
    left, top = (int(v) for v in np.round(middle * ink.per_mm - np.array(ink.alpha.shape[::-1]) / 2))
    boxes = tuple(_shifted(box, left, top) for box in ink.boxes)
    edges = np.array(boxes)
    place = (*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist())
    edge = (1.0 - view) / 2
    seen = (edge * shape[1], edge * shape[0], (1 - edge) * shape[1], (1 - edge) * shape[0])
    light = papers.sheet_of(papers.draw_paper(random, world), shape, ink.per_mm, random)
    canvas = Canvas(light, _placed(ink.mask, shape, left, top), place, seen, ink.per_mm, random)
    for mark in under:
        mark(canvas)
    inks = _INKS[colour] if isinstance(colour, str) else (colour,)
    canvas.cover(ink.alpha, inks[int(random.integers(len(inks)))], left, top)
    for mark in over:
        mark(canvas)
    for shade in shades:
        canvas.light *= shade(canvas)[..., None]
    whole = np.array([0.0, 0.0, shape[1], shape[0]])
    cut = tuple((max(b[0], 0.0), max(b[1], 0.0), min(b[2], whole[2]), min(b[3], whole[3])) for b in boxes)
    return Sheet(papers.to_srgb(canvas.light), canvas.ink, cut, size_mm, canvas.facts)


def _shifted(box: Box, left: int, top: int) -> Box:
    return box[0] + left, box[1] + top, box[2] + left, box[3] + top


def _placed(mask: NDArray[np.bool_], shape: tuple[int, int], left: int, top: int) -> NDArray[np.bool_]:
    whole = np.zeros(shape, bool)
    up, down = max(top, 0), min(top + mask.shape[0], shape[0])
    begin, end = max(left, 0), min(left + mask.shape[1], shape[1])
    if up < down and begin < end:
        whole[up:down, begin:end] = mask[up - top : down - top, begin - left : end - left]
    return whole
