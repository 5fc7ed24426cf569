"""Logistic formulas whose weights stand in a data file."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


def probability(formula: str, values: Mapping[str, float]) -> float:
    """The probability, 0..1, that a formula of `features/data/` gives.

    Args:
        formula: name of its file without the ending; it holds a weight for every value and a constant.
        values: what was measured, by name.
    """
    weights = _weights(formula)
    logit = weights["constant"] + sum(weights[name] * value for name, value in values.items())
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit))))


@cache
def _weights(formula: str) -> dict[str, float]:
    text = (resources.files("photocheck.features") / "data" / f"{formula}.toml").read_text("utf-8")
    weights: dict[str, float] = tomllib.loads(text)["weights"]
    return weights
