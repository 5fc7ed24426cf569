"""What a drawn card is and what is true of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

CardType = Literal["resident", "hkmt-residence", "foreign-pr", "residence-permit", "temporary"]
Side = Literal["portrait", "emblem"]
World = Literal["tune", "held"]
Box = tuple[float, float, float, float]

CARD_TYPES: tuple[CardType, ...] = ("resident", "hkmt-residence", "foreign-pr", "residence-permit", "temporary")

WIDTH_MM, HEIGHT_MM = 85.60, 54.00
"""ID-1 (ISO/IEC 7810)."""

MARK_BOX: Box = (2.2, 51.2, 5.6, 52.9)
"""Where the word 样本 stands on every side that carries it: the lower left corner, under everything that is read."""


@dataclass(frozen=True)
class Specimen:
    """One side of a card.

    Attributes:
        rgb: H×W×3 uint8 sRGB, 85.60 × 54.00 mm at `dpi`, square corners.
        dpi: pixels an inch.
        card_type, side: as the report names them.
        fields: what photocheck should read on this side, in its own form: dates `YYYY-MM-DD` or `长期`, sex 男 or 女,
            nation without 族, lines of an address joined. The keys are those of the report, and for the relatives also
            `permit_number`, `issue_count`, `nationality`, `latin_name`, `registered_address`, `former_number`.
        lines: the print of each field as it stands, one text a line: 1990年1月2日, 2016.03.02-2036.03.02.
        places: for each key of `lines`, the box of the ink of each line: left, top, right, bottom in mm.
        portrait: box of the photo in mm, or None.
    """

    rgb: NDArray[np.uint8]
    dpi: float
    card_type: CardType
    side: Side
    fields: dict[str, str]
    lines: dict[str, list[str]]
    places: dict[str, list[Box]]
    portrait: Box | None
