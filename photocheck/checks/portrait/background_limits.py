"""Limits of the background checks, and the colours that a profile may allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from photocheck.limits import Band, Limits

ColourName = Literal["white", "light-grey", "light-blue", "blue", "plain-light"]


@dataclass(frozen=True, slots=True)
class NamedColour:
    """A part of CIELAB (D65), in lightness 0..100, chroma, and hue in degrees; the hue range runs upwards."""

    lightness: tuple[float, float]
    chroma: tuple[float, float]
    hue: tuple[float, float] = (0.0, 360.0)

    def distance(self, lab: NDArray[np.float64]) -> float:
        """CIELAB (1976) difference of a colour to the nearest of this part; 0 inside."""
        lightness, a, b = (float(number) for number in lab)
        chroma = float(np.hypot(a, b))
        nearest = float(np.clip(chroma, *self.chroma))
        low, high = self.hue
        above = (float(np.degrees(np.arctan2(b, a))) - low) % 360.0
        turn = 0.0 if above <= high - low else min(above - (high - low), 360.0 - above)
        hue = 2.0 * np.sqrt(chroma * nearest) * np.sin(np.radians(turn) / 2.0)
        return float(np.hypot(np.hypot(lightness - np.clip(lightness, *self.lightness), chroma - nearest), hue))


COLOURS: dict[ColourName, NamedColour] = {
    # RGB 255 is L 100; a white wall in even light is seldom below 88.
    "white": NamedColour((88.0, 100.0), (0.0, 6.0)),
    # 照相指引: grey of RGB 210 or more is L 84; a margin for uneven light is in the profile's band.
    "light-grey": NamedColour((80.0, 100.0), (0.0, 8.0)),
    # 照相指引: RGB (100, 197, 255) is L 76, chroma 39, hue 252; paler blues down to near white belong to it.
    "light-blue": NamedColour((66.0, 96.0), (6.0, 45.0), (225.0, 285.0)),
    # The backdrop of Chinese studios, about RGB (67, 142, 219): L 58, chroma 46, hue 272.
    "blue": NamedColour((45.0, 80.0), (25.0, 62.0), (240.0, 298.0)),
    # Anything light without a strong colour: cream, pale grey, pale blue (ICAO asks for no colour in particular).
    "plain-light": NamedColour((60.0, 100.0), (0.0, 20.0)),
}


class ColourLimits(Band):
    """A band of the CIELAB difference to the nearest allowed colour.

    In a profile: `{ allowed = ["white", "light-blue"], pass = [-inf, 3], review = [-inf, 10] }`.
    """

    allowed: tuple[ColourName, ...] = Field(min_length=1)


class EvennessLimits(Limits):
    """Bands of the spread and of the pattern, both CIELAB differences."""

    spread: Band
    pattern: Band


class ContrastLimits(Limits):
    """Bands of the share of the outline that merges with the background.

    Attributes:
        hair, clothes: bands of that share, 0..1.
        merges_below: CIELAB difference below which a place of the outline counts as merging.
    """

    hair: Band
    clothes: Band
    merges_below: float = Field(gt=0)
