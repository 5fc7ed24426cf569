"""Random settings: photographs a person would accept, hard ones, and ones with named faults."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, cast

import numpy as np

from samples.maker.camera.geometry import fitted
from samples.maker.camera.shot import (
    DESKS,
    Copy,
    Cut,
    Desk,
    Electronic,
    Finger,
    Glare,
    Image,
    Light,
    Screen,
    Second,
    Shadow,
    Shot,
    Side,
    World,
)

Difficulty = Literal["good", "hard"]
CARD_MM = (85.60, 54.00)

_GOOD_DESKS: tuple[Desk, ...] = ("wood", "cloth", "stone", "paper", "dark", "white")
_SIDES: tuple[Side, ...] = ("left", "top", "right", "bottom")


def random_shot(
    seed: int,
    difficulty: Difficulty = "good",
    *,
    faults: Sequence[str] = (),
    world: World = "tune",
    size: tuple[int, int] = (1600, 1200),
    size_mm: tuple[float, float] = CARD_MM,
) -> Shot:
    """Settings for one photograph.

    Args:
        seed: all follows from it.
        difficulty: "good" is what a person would accept without a thought: whole, sharp, lit, tilted little, any
            quarter turn and a few degrees; "hard" is still acceptable but hard for a machine: free turns, up to 25
            degrees of tilt, clutter, weak shadows, a fingertip at the very edge, small or filling the picture.
        faults: names of `FAULTS`; each is strong enough that a person would refuse the picture for it.
        world: family of textures and shapes.
        size: width and height in pixels.
        size_mm: the document.

    Raises:
        KeyError: for the name of a fault that is not in `FAULTS`.
    """
    random = np.random.default_rng([seed, len(difficulty)])
    shot = _good(random, world, size) if difficulty == "good" else _hard(random, world, size, size_mm)
    shot = fitted(shot, size_mm, margin=0.02 if difficulty == "good" else 0.008)
    for fault in faults:
        shot = FAULTS[fault](shot, random, size_mm)
    return shot


def _good(random: np.random.Generator, world: World, size: tuple[int, int]) -> Shot:
    return Shot(
        width=size[0],
        height=size[1],
        share=random.uniform(0.5, 0.85),
        turn=90.0 * random.choice(4, p=[0.7, 0.1, 0.1, 0.1]) + random.normal(0, 4),
        tilt_x=random.normal(0, 5),
        tilt_y=random.normal(0, 5),
        focal=random.uniform(0.68, 0.9),
        offset=(random.normal(0, 0.03), random.normal(0, 0.03)),
        desk=cast("Desk", random.choice(_GOOD_DESKS)),
        variant=int(random.integers(6)),
        world=world,
        light=Light(
            exposure=random.uniform(-0.25, 0.4),
            kelvin_shift=random.normal(0, 0.25),
            falloff=random.uniform(0.0, 0.25),
            azimuth=random.uniform(0, 360),
            vignette=random.uniform(0.0, 0.15),
        ),
        noise=random.uniform(0.05, 0.4),
        sharpen=random.uniform(0.1, 1.0),
        lens=random.uniform(0.4, 0.9),
        jpeg=int(random.integers(85, 97)),
        subsample=bool(random.random() < 0.8),
    )


def _hard(random: np.random.Generator, world: World, size: tuple[int, int], size_mm: tuple[float, float]) -> Shot:
    shot = replace(
        _good(random, world, size),
        share=random.choice([random.uniform(0.35, 0.5), random.uniform(0.5, 0.85), 0.97]),
        turn=random.uniform(0, 360),
        tilt_x=random.uniform(-18, 18),
        tilt_y=random.uniform(-18, 18),
        offset=(random.normal(0, 0.08), random.normal(0, 0.08)),
        desk=cast("Desk", random.choice(DESKS)),
        clutter=int(random.integers(0, 4)),
        noise=random.uniform(0.2, 0.9),
        jpeg=int(random.integers(70, 92)),
        light=Light(
            exposure=random.uniform(-0.8, 0.45),
            kelvin_shift=random.normal(0, 0.6),
            falloff=random.uniform(0.1, 0.5),
            azimuth=random.uniform(0, 360),
            vignette=random.uniform(0.0, 0.35),
        ),
    )
    if random.random() < 0.4:
        shot = replace(shot, shadows=(_shadow(random, size_mm, depth=random.uniform(0.15, 0.4)),))
    if random.random() < 0.25:
        shot = replace(shot, fingers=(_edge_finger(random, size_mm, depth=random.uniform(0.5, 2.0)),))
    if random.random() < 0.25:
        haze = Glare(_spot(random, size_mm), (50.0, 30.0), random.uniform(0, 180), random.uniform(0.03, 0.12), 1.0)
        shot = replace(shot, glare=(haze,))
    return shot


def with_second(
    shot: Shot, flat_rgb: Image, seed: int, *, size_mm: tuple[float, float] = CARD_MM, corner_radius_mm: float = 3.18
) -> Shot:
    """The shot from farther away with another document beside the first or lapping over its edge."""
    random = np.random.default_rng([seed, 2])
    lapped = bool(random.random() < 0.3)
    away = 90.0 * random.integers(4) + random.uniform(-12, 12)
    reach = np.array([0.75 if lapped else 1.12, 0.7 if lapped else 1.18]) * size_mm
    x, y = np.array(size_mm) / 2 + reach * (np.cos(np.radians(away)), np.sin(np.radians(away)))
    second = Second(
        flat_rgb, size_mm, (float(x), float(y)), random.normal(0, 12), corner_radius_mm, bool(random.random() < 0.5)
    )
    shift = -0.22 * np.array([np.cos(np.radians(away + shot.turn)), np.sin(np.radians(away + shot.turn))])
    offset = (float(shift[0]), float(shift[1]))
    return fitted(replace(shot, second=second, share=min(shot.share, 0.42), offset=offset), size_mm)


def _spot(random: np.random.Generator, size_mm: tuple[float, float], inset: float = 0.15) -> tuple[float, float]:
    low, high = inset, 1 - inset
    return size_mm[0] * random.uniform(low, high), size_mm[1] * random.uniform(low, high)


def _shadow(random: np.random.Generator, size_mm: tuple[float, float], depth: float) -> Shadow:
    return Shadow(
        at=_spot(random, size_mm, 0.25),
        angle=random.uniform(0, 360),
        depth=depth,
        softness=random.choice([1.0, 5.0, 15.0, 30.0]),
        shape=random.choice(["edge", "edge", "hand", "bars"]),
    )


def _edge_finger(random: np.random.Generator, size_mm: tuple[float, float], depth: float) -> Finger:
    """A finger that reaches `depth` mm over a random edge, pointing inward."""
    width, height = size_mm
    x, y = width * random.uniform(0.12, 0.88), height * random.uniform(0.15, 0.85)
    side = random.integers(4)
    tip = [(depth, y), (x, depth), (width - depth, y), (x, height - depth)][side]
    return Finger(
        tip=tip,
        angle=float([0, 90, 180, 270][side] + random.normal(0, 18)),
        width=random.uniform(14, 21),
        tone=random.uniform(1, 10),
        sleeve=None if random.random() < 0.5 else tuple(int(c) for c in random.integers(20, 230, 3)),
    )


Change = Callable[[Shot, np.random.Generator, tuple[float, float]], Shot]


def _glare(shot: Shot, random: np.random.Generator, size_mm: tuple[float, float]) -> Shot:
    across = size_mm[0] * random.uniform(0.14, 0.35)
    spot = Glare(
        at=_spot(random, size_mm, 0.12),
        size=(across, across * random.uniform(0.4, 1.0)),
        angle=random.uniform(0, 180),
        strength=random.uniform(1.0, 4.0),
        softness=random.uniform(0.1, 0.8),
    )
    return replace(shot, glare=(*shot.glare, spot))


def _finger(shot: Shot, random: np.random.Generator, size_mm: tuple[float, float]) -> Shot:
    count = 1 if random.random() < 0.7 else 2
    fingers = [_edge_finger(random, size_mm, depth=size_mm[1] * random.uniform(0.14, 0.4)) for _ in range(count)]
    return replace(shot, fingers=(*shot.fingers, *fingers))


def _sleeve(shot: Shot, random: np.random.Generator, size_mm: tuple[float, float]) -> Shot:
    """A forearm laid along an edge, the hand beyond the document."""
    side = random.integers(4)
    along = float([90, 0, 270, 180][side] + random.normal(0, 8))
    half = np.array(size_mm) / 2
    inward = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][side])
    reach = float(np.abs(inward) @ half) * random.uniform(0.2, 0.45)
    axis = half - inward * (np.abs(inward) @ half + 27.0 - reach)
    ahead = np.array([np.cos(np.radians(along)), np.sin(np.radians(along))])
    # The forearm lies 9 mm beside the line of the fingertip.
    tip = axis + 235.0 * ahead - 9.0 * np.array([-ahead[1], ahead[0]])
    red, green, blue = (int(code) for code in random.integers(20, 230, 3))
    arm = Finger((float(tip[0]), float(tip[1])), along, 18.0, random.uniform(1, 10), (red, green, blue))
    return replace(shot, fingers=(*shot.fingers, arm))


def _tilted(shot: Shot, random: np.random.Generator, size_mm: tuple[float, float]) -> Shot:
    tilt, way = random.uniform(30, 50), random.uniform(0, 2 * np.pi)
    return fitted(replace(shot, tilt_x=tilt * np.sin(way), tilt_y=tilt * np.cos(way)), size_mm)


def _cut(shot: Shot, random: np.random.Generator, _: tuple[float, float]) -> Shot:
    return replace(shot, cut=Cut(_SIDES[random.integers(4)], random.uniform(0.05, 0.4)))


def _exposed(low: float, high: float) -> Change:
    def change(shot: Shot, random: np.random.Generator, _: tuple[float, float]) -> Shot:
        return replace(shot, light=replace(shot.light, exposure=random.uniform(low, high)))

    return change


def _copied(*, colour: bool) -> Change:
    def change(shot: Shot, random: np.random.Generator, _: tuple[float, float]) -> Shot:
        margin = tuple(float(edge) for edge in random.choice([8.0, 20.0, 45.0, 90.0], 4))
        copy = Copy(
            colour=colour,
            margin=(margin[0], margin[1], margin[2], margin[3]),
            skew=random.normal(0, 2),
            contrast=random.uniform(0.85, 1.4),
            dirt=random.uniform(0, 0.7),
        )
        return replace(shot, medium=copy)

    return change


def _screen(shot: Shot, random: np.random.Generator, _: tuple[float, float]) -> Shot:
    telephone = random.random() < 0.35
    margin = tuple(float(edge) for edge in random.uniform(2, 12 if telephone else 60, 4))
    screen = Screen(
        pitch=random.uniform(0.05, 0.075) if telephone else None,
        scale=random.uniform(0.65, 0.8) if telephone else random.uniform(0.9, 1.8),
        page=random.choice(["black", "white", "viewer"]),
        margin=(margin[0], margin[1], margin[2], margin[3]),
        white=random.uniform(-0.3, 1.0),
        black=random.uniform(0.001, 0.02),
        bands=random.choice([0.0, random.uniform(0.05, 0.4)]),
        grid=random.uniform(0.25, 1.0),
    )
    return replace(shot, medium=screen)


def _electronic(shot: Shot, random: np.random.Generator, _: tuple[float, float]) -> Shot:
    medium = Electronic(
        page=random.choice(["app", "plain", "full"]), corners="round" if random.random() < 0.7 else "square"
    )
    return replace(shot, medium=medium, turn=90.0 * round(shot.turn / 90))


FAULTS: dict[str, Change] = {
    "perspective": _tilted,
    "glare": _glare,
    "finger": _finger,
    "sleeve": _sleeve,
    "shadow": lambda shot, random, size_mm: replace(
        shot, shadows=(*shot.shadows, _shadow(random, size_mm, random.uniform(0.6, 0.85)))
    ),
    "defocus": lambda shot, random, _: replace(shot, defocus=random.uniform(0.35, 0.9)),
    "motion": lambda shot, random, _: replace(shot, motion=(random.uniform(0.9, 2.5), random.uniform(0, 180))),
    "dark": _exposed(-4.5, -2.6),
    "bright": _exposed(1.0, 2.2),
    "small": lambda shot, random, _: replace(shot, share=random.uniform(140, 340) / max(shot.width, shot.height)),
    "enlarged": lambda shot, random, _: replace(shot, enlarged=random.uniform(3.5, 6.0)),
    "jpeg": lambda shot, random, _: replace(shot, jpeg=int(random.integers(6, 22)), subsample=True),
    "cut": _cut,
    "laminated": lambda shot, random, _: replace(shot, laminated=random.uniform(0.5, 1.2)),
    "scratched": lambda shot, random, _: replace(shot, scratched=random.uniform(0.5, 1.0)),
    "colour-copy": _copied(colour=True),
    "grey-copy": _copied(colour=False),
    "screen": _screen,
    "electronic": _electronic,
}
"""What each named fault changes in a shot.

A second document (`two-cards`) is a picture of its own: `with_second` puts it beside the first. What is done to the
document itself is `edits` of `photograph`; `random_edit` makes some.
"""
