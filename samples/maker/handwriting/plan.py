"""What a made picture of a signature is to show: a good one, or one with a named defect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from samples.maker.camera import Shadow
from samples.maker.handwriting import marks, paper
from samples.maker.handwriting.ink import Correction
from samples.maker.handwriting.names import random_name
from samples.maker.handwriting.printed import Font, fonts
from samples.maker.handwriting.seal import fingerprint, seal
from samples.maker.handwriting.sheet import Canvas, InkColour, Mark
from samples.maker.handwriting.writer import World, Writer, draw_writer

Medium = Literal["photo", "scan", "finger"]

_WRITERS = 400
"""Hands in a world."""


@dataclass
class Plan:
    """Settings of one picture; a defect changes some of them.

    Attributes:
        fill: the ink's width as a share of the picture's.
        high: the most that the ink's height may be as a share of the picture's.
        aim: the middle of the ink from the picture's, as shares of its width and height; None is somewhere inside.
        cut: how much of the ink's width (left, right) or height (top, bottom) lies outside, and at which side.
        quarter: clockwise quarter turns of the sheet in the picture.
        faint: share of the ink's density that is left.
        shot: fields of the camera's `Shot` that are changed.
        dots: pixels across the ink; None draws a usual number across the picture.
        blank: no name at all.
        fluid: a wrong character was covered with correction fluid.
        coloured: a scan of it is never grey, for then the defect would be gone.
    """

    writer: Writer
    name: str
    medium: Medium
    fonts: tuple[Font, ...]
    world: World
    fill: float
    high: float = 0.75
    colour: InkColour = "black"
    aim: tuple[float, float] | None = None
    cut: tuple[str, float] | None = None
    quarter: int = 0
    vertical: bool = False
    faint: float = 1.0
    correction: Correction | None = None
    font: Font | None = None
    blank: bool = False
    dots: int | None = None
    fluid: bool = False
    coloured: bool = False
    under: list[Mark] = field(default_factory=list)
    over: list[Mark] = field(default_factory=list)
    shades: list[Callable[[Canvas], NDArray[np.float32]]] = field(default_factory=list)
    shot: dict[str, Any] = field(default_factory=dict)


def draw_plan(random: np.random.Generator, world: World, media: Sequence[Medium], script: str | None) -> Plan:
    """A good picture's plan: black pen, plain white paper, upright."""
    weights = np.array([{"photo": 0.6, "scan": 0.25, "finger": 0.15}[medium] for medium in media])
    medium = media[int(random.choice(len(media), p=weights / weights.sum()))]
    writer = draw_writer(int(random.integers(_WRITERS)), world=world, pen="finger" if medium == "finger" else None)
    return Plan(
        writer=replace(writer, spacing=min(writer.spacing, 0.28)),
        name=random_name(random, script=script),
        medium=medium,
        fonts=fonts(world),
        world=world,
        fill=float(random.uniform(0.35, 0.8)),
    )


def _habit(**changes: Callable[[np.random.Generator], Any]) -> Defect:
    def change(plan: Plan, random: np.random.Generator) -> None:
        plan.writer = replace(plan.writer, **{name: draw(random) for name, draw in changes.items()})

    return change


def _set(**values: Any) -> Defect:
    def change(plan: Plan, random: np.random.Generator) -> None:
        for name, value in values.items():
            setattr(plan, name, value(random) if callable(value) else value)

    return change


def _shoot(**values: Callable[[Plan, np.random.Generator], Any]) -> Defect:
    def change(plan: Plan, random: np.random.Generator) -> None:
        plan.shot |= {name: value(plan, random) for name, value in values.items()}

    return change


Defect = Callable[[Plan, np.random.Generator], None]


def _any_font(plan: Plan, random: np.random.Generator) -> Font:
    return plan.fonts[int(random.integers(len(plan.fonts)))]


def _sign(random: np.random.Generator) -> int:
    return int(random.choice((-1, 1)))


def _ruled(plan: Plan, random: np.random.Generator) -> None:
    plan.under.append(marks.ruled(float(random.uniform(6.5, 11)), float(random.uniform(0.12, 0.35))))


def _squared(plan: Plan, random: np.random.Generator) -> None:
    plan.under.append(marks.ruled(float(random.choice((5, 7, 12))), float(random.uniform(0.1, 0.3)), squared=True))


def _boxed(plan: Plan, random: np.random.Generator) -> None:
    plan.under.append(marks.form_box(float(random.uniform(0.2, 0.6)), "签名" if random.random() < 0.5 else None))
    plan.fill, plan.high = min(plan.fill, 0.65), 0.6


def _print(plan: Plan, random: np.random.Generator) -> None:
    plan.under.append(marks.printed_text(_any_font(plan, random), lines=int(random.integers(1, 4))))
    plan.fill, plan.high, plan.aim = min(plan.fill, 0.55), 0.4, (0.0, 0.0)


def _sealed(*, over: bool) -> Defect:
    def change(plan: Plan, random: np.random.Generator) -> None:
        plan.over.append(seal(_any_font(plan, random), over=over, square=bool(random.random() < 0.5)))
        plan.fill, plan.coloured = min(plan.fill, 0.45), True

    return change


def _fingerprinted(plan: Plan, random: np.random.Generator) -> None:
    plan.over.append(fingerprint(over=bool(random.random() < 0.5)))
    plan.fill, plan.coloured = min(plan.fill, 0.45), True


def _more_writing(plan: Plan, random: np.random.Generator) -> None:
    writer = plan.writer if random.random() < 0.5 else draw_writer(int(random.integers(_WRITERS)), world=plan.world)
    writer = replace(writer, size=plan.writer.size * float(random.uniform(0.7, 1.2)))
    plan.over.append(marks.other_writing(writer, int(random.integers(1000))))
    plan.fill, plan.high, plan.aim = min(plan.fill, 0.5), 0.25, (0.0, float(random.uniform(-0.2, -0.1)))


def _corrected(how: Literal["struck", "overwritten"]) -> Defect:
    def change(plan: Plan, random: np.random.Generator) -> None:
        wrong = random_name(random, script="han")[-1]
        plan.correction = Correction(int(random.integers(len(plan.name))), wrong, how)

    return change


def _shadowed(plan: Plan, random: np.random.Generator) -> tuple[Shadow, ...]:
    """At mm from the sheet's middle, which the picture's maker moves to the ink."""
    shape: Literal["edge", "hand"] = "edge" if random.random() < 0.6 else "hand"
    near = (random.uniform(-0.3, 0.3) * 3 * plan.writer.size, random.uniform(-0.3, 0.3) * plan.writer.size)
    depth, soft = random.uniform(0.35, 0.65), random.uniform(0.5, 6.0)
    return (Shadow(near, random.uniform(0, 360), depth, soft, shape),)


def _few_pixels(plan: Plan, random: np.random.Generator) -> None:
    plan.dots = int(len(plan.name) * random.uniform(22, 32))


def _crumpled(plan: Plan, random: np.random.Generator) -> None:
    draw = paper.creases if random.random() < 0.6 else paper.fold
    plan.shades += [lambda canvas: draw(canvas.shape, canvas.per_mm, canvas.random)] * 2


_PHOTO: tuple[Medium, ...] = ("photo",)
_PAPER: tuple[Medium, ...] = ("photo", "scan")
MEDIA: tuple[Medium, ...] = ("photo", "scan", "finger")

DEFECTS: dict[str, tuple[str, tuple[Medium, ...], Defect]] = {
    "empty": ("signature-found", _PAPER, _set(blank=True)),
    "other-writing": ("signature-single", _PAPER, _more_writing),
    "cut-off": (
        "signature-complete",
        MEDIA,
        _set(cut=lambda r: (str(r.choice(("left", "right", "top", "bottom"))), float(r.uniform(0.12, 0.35)))),
    ),
    "too-small": ("signature-size", MEDIA, _set(fill=lambda r: float(r.uniform(0.05, 0.12)))),
    "slanted": ("signature-level", MEDIA, _habit(drift=lambda r: float(_sign(r) * r.uniform(14, 32)))),
    "vertical": ("signature-level", MEDIA, _set(vertical=True)),
    "rotated-90": ("signature-level", MEDIA, _set(quarter=1)),
    "rotated-180": ("signature-level", MEDIA, _set(quarter=2)),
    "rotated-270": ("signature-level", MEDIA, _set(quarter=3)),
    "wide-gap": ("character-gap", MEDIA, _habit(spacing=lambda r: float(r.uniform(0.95, 1.7)))),
    "blue-ink": ("ink-colour", _PAPER, _set(colour="blue", coloured=True)),
    "red-ink": ("ink-colour", _PAPER, _set(colour="red", coloured=True)),
    "grey-ink": ("ink-colour", _PAPER, _set(colour="grey")),
    "pencil": ("ink-colour", _PAPER, _habit(pen=lambda _: "pencil", width=lambda r: float(r.uniform(0.35, 0.6)))),
    "faint": ("ink-contrast", _PAPER, _set(faint=lambda r: float(r.uniform(0.15, 0.3)))),
    "dark": (
        "ink-contrast",
        _PHOTO,
        _shoot(exposure=lambda _, r: r.uniform(-4.2, -3.0), noise=lambda _, r: r.uniform(0.6, 1.0)),
    ),
    "over-exposed": ("ink-contrast", _PHOTO, _shoot(exposure=lambda _, r: r.uniform(2.6, 3.6))),
    "defocused": ("signature-sharpness", _PHOTO, _shoot(defocus=lambda p, r: p.writer.width * r.uniform(1.0, 2.0))),
    "moved": (
        "signature-sharpness",
        _PHOTO,
        _shoot(motion=lambda p, r: (p.writer.width * r.uniform(3.0, 6.0), float(r.uniform(0, 180)))),
    ),
    "coarse": ("signature-sharpness", _PAPER, _few_pixels),
    "ruled": ("paper-plain", _PAPER, _ruled),
    "squared": ("paper-plain", _PAPER, _squared),
    "form-box": ("paper-plain", _PAPER, _boxed),
    "printed-text": ("paper-plain", _PAPER, _print),
    "hard-shadow": ("paper-shadow", _PHOTO, _shoot(shadows=_shadowed)),
    "falloff": ("paper-shadow", _PHOTO, _shoot(falloff=lambda _, r: r.uniform(0.6, 0.8))),
    "creased": ("paper-shadow", _PHOTO, _crumpled),
    "seal-over": ("signature-seal", _PAPER, _sealed(over=True)),
    "seal-beside": ("signature-seal", _PAPER, _sealed(over=False)),
    "fingerprint": ("signature-seal", _PAPER, _fingerprinted),
    "printed": ("signature-printed", MEDIA, lambda plan, random: setattr(plan, "font", _any_font(plan, random))),
    "struck": ("signature-corrected", _PAPER, _corrected("struck")),
    "overwritten": ("signature-corrected", _PAPER, _corrected("overwritten")),
    "fluid": ("signature-corrected", _PHOTO, _set(fluid=True)),
}
"""By name: the check that is to find it, the media it can happen on, and how it changes a plan."""
