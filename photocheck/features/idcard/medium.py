"""What lies before the camera: the card itself, a copy of it, a display, or a drawing without a camera.

Few measures, each with a meaning of its own, are weighed by a logistic formula for each medium (`medium.toml`).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

from photocheck.features.idcard.drawn import Drawn, see_drawn
from photocheck.features.idcard.fine import FinePattern, see_fine_pattern
from photocheck.features.idcard.shape import WIDTH_MM, side_lengths
from photocheck.features.idcard.surroundings import Surroundings, see_surroundings

if TYPE_CHECKING:
    from photocheck.features.idcard.card import IdCard

Kind = Literal["colour-copy", "grey-copy", "screen", "electronic"]
KINDS: tuple[Kind, ...] = ("colour-copy", "grey-copy", "screen", "electronic")


@dataclass(frozen=True, slots=True)
class Medium:
    """What was measured and what it makes likely.

    Attributes:
        per_mm: native pixels to a millimetre of the card.
        fine: None where the card is smaller than a window.
        odds: of each medium against a photo of the card itself, as natural logarithm; 0 is even.
    """

    per_mm: float
    surroundings: Surroundings
    fine: FinePattern | None
    drawn: Drawn
    odds: Mapping[Kind, float]

    def probability(self, kind: Kind) -> float:
        """0..1, where as many pictures are of that medium as are of cards."""
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, self.odds[kind]))))


@dataclass(frozen=True, slots=True)
class _Term:
    """One measure in a formula: `weight * (measure - middle) / scale`, the quotient kept within 3."""

    measure: str
    middle: float
    scale: float
    weight: float


@dataclass(frozen=True, slots=True)
class _Formula:
    offset: float
    terms: tuple[_Term, ...]

    def odds(self, measures: Mapping[str, float]) -> float:
        """What could not be measured says nothing."""
        total = self.offset
        for term in self.terms:
            value = measures[term.measure]
            if math.isfinite(value):
                total += term.weight * max(-3.0, min(3.0, (value - term.middle) / term.scale))
        return total


def see_medium(card: IdCard) -> Medium:
    """Measure the card, what lies around it and their finest detail."""
    sides = side_lengths(card.place.corners)
    surroundings, fine, drawn = see_surroundings(card), see_fine_pattern(card), see_drawn(card)
    measures = measures_of(surroundings, fine, drawn)
    odds = {kind: formula.odds(measures) for kind, formula in _formulas().items()}
    return Medium(float(sides[0] + sides[2]) / 2 / WIDTH_MM, surroundings, fine, drawn, odds)


def measures_of(around: Surroundings, fine: FinePattern | None, drawn: Drawn) -> dict[str, float]:
    """What the formulas weigh; most as a logarithm, because ratios count. Not a number where it was not seen."""
    unseen = float("nan")
    return {
        "chroma": math.log(around.chroma + 0.5),
        "ground-chroma": math.log(around.ground_chroma + 0.2),
        "contrast": math.log(around.contrast + 0.5),
        "tint": math.log(around.tint + 0.5),
        "roughness": math.log(around.roughness + 0.1),
        "spread": math.log(around.spread + 0.3),
        "shadow": math.log(max(around.shadow, 0.0) + 0.5),
        "unlike": math.log(around.unlike + 0.5),
        "pattern": math.log(max(fine.inside, fine.inside_colour)) if fine else unseen,
        "crossing": math.log(fine.crossing + 0.1) if fine else unseen,
        "noise": math.log(fine.noise + 0.2) if fine else unseen,
        "noise-ratio": math.log((fine.noise + 0.3) / (fine.noise_outside + 0.3)) if fine else unseen,
        "noise-outside": math.log(fine.noise_outside + 0.1) if fine else unseen,
        "plainest": math.log(fine.plainest + 0.2) if fine else unseen,
        "equal": math.log((drawn.equal + 0.02) / (1.02 - drawn.equal)),
        "skew": math.log(drawn.skew + 0.6),
        "taper": math.log(drawn.taper + 0.01),
    }


@cache
def _formulas() -> Mapping[Kind, _Formula]:
    text = (resources.files("photocheck.features.idcard") / "medium.toml").read_text("utf-8")
    told = tomllib.loads(text)
    return {
        kind: _Formula(
            told[kind]["offset"],
            tuple(_Term(measure, *numbers) for measure, numbers in told[kind]["terms"].items()),
        )
        for kind in KINDS
    }
