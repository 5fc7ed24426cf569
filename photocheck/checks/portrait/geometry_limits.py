"""Limits of the geometry checks: lengths as shares of the picture, however the authority writes them."""

from __future__ import annotations

import math
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from photocheck.limits import Band, Limits

Crown = Literal["hair", "skull"]


class Length(Band):
    """A band of a length along one side of the picture, kept as a share of that side.

    In a profile the numbers may stand as the authority writes them, with `of`, the whole side in the same unit:
    `pass = [28, 33], of = 48` for millimetres of a 48 mm print, `pass = [12, 35], of = 472` for pixels of a picture
    472 pixels high. Without `of` they are shares already. Pixel rules for one picture size thus judge a picture of any
    size by what it shows; that its size is wrong is told by `pixel-size`, once.

    `passing` and `review` of the object are always shares of the picture's side.
    """

    @model_validator(mode="before")
    @classmethod
    def _as_shares(cls, values: Any) -> Any:
        if not isinstance(values, dict) or "of" not in values:
            return values
        values = dict(values)
        whole = values.pop("of")
        if isinstance(whole, bool) or not isinstance(whole, (int, float)) or not 0 < whole < math.inf:
            raise ValueError("of must be the length of the whole side, above 0")
        return {key: _divided(value, whole) if key in _RANGES else value for key, value in values.items()}


class CrownLength(Length):
    """A length that ends at the crown.

    Attributes:
        crown: `hair`: the top of the head including hair (头顶发迹, GA 461); `skull`: hair left out (ICAO Doc 9303).
    """

    crown: Crown = "hair"


class Height(Length):
    """A height in the picture.

    In a profile `from = "bottom"` says that the numbers count from the lower edge: `pass = [207, inf], of = 441,
    from = "bottom"` is GA 461's 眼睛到下边距 of 207 pixels or more. The object holds them from the top.
    """

    @model_validator(mode="before")
    @classmethod
    def _from_top(cls, values: Any) -> Any:
        if not isinstance(values, dict) or "from" not in values:
            return values
        values = dict(values)
        side = values.pop("from")
        if side not in ("top", "bottom"):
            raise ValueError('from must be "top" or "bottom"')
        if side == "top":
            return values
        whole = values.get("of", 1)
        return {key: _mirrored(value, whole) if key in _RANGES else value for key, value in values.items()}


class InterEyeLimits(Limits):
    """The distance between the eyes, in pixels, as a share of the image width, or both.

    In a profile: `{ pixels = { pass = [90, inf] }, ratio = { pass = [82, 118], of = 354 } }`.
    """

    pixels: Band | None = None
    ratio: Length | None = None

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if self.pixels is None and self.ratio is None:
            raise ValueError("give pixels, ratio, or both")
        return self


class FaceCountLimits(Limits):
    """When a second face is another person.

    Attributes:
        second: band of the second face's width as a share of the main one's; 0 where there is only one.
        least_score: the detector's score, 0..1, below which a second face is not counted.
    """

    second: Band
    least_score: float = Field(ge=0, le=1)


_RANGES = ("pass", "review")


def _divided(ends: Any, whole: float) -> Any:
    return [end / whole for end in ends] if isinstance(ends, list) else ends


def _mirrored(ends: Any, whole: float) -> Any:
    return [whole - end for end in reversed(ends)] if isinstance(ends, list) else ends
