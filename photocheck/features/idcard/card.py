"""The card: everything that is seen on one, each thing once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from photocheck.features.idcard.condition import Condition
from photocheck.features.idcard.edited import Edits, see_card_edits
from photocheck.features.idcard.lines import FlatBox
from photocheck.features.idcard.look import CardType, Side
from photocheck.features.idcard.medium import Medium, see_medium
from photocheck.features.idcard.photo import portrait_box, portrait_crop
from photocheck.features.idcard.place import CardPlace
from photocheck.features.idcard.reading import FieldText
from photocheck.features.idcard.rectify import rectified, seen_part
from photocheck.features.idcard.shape import FLAT_HEIGHT, FLAT_WIDTH, Homography, homography, mapped, quarter_turns
from photocheck.features.idcard.told import read_texts, told_fields
from photocheck.features.lazy import feature
from photocheck.features.subject import Image, Subject
from photocheck.finding import Field, NotAssessable, Region


class IdCard(Subject):
    """A photo or scan of one side of an ID-1 card.

    Lengths in pixels of the upright image at native resolution; what is measured on the flat card in flat pixels,
    `FLAT_PER_MM` of them to the millimetre.
    """

    kind: ClassVar[str] = "id-card"

    expected_side: Side | None = None
    """The side that belongs in its place of a submission; None where either may be shown."""

    @property
    def places(self) -> tuple[CardPlace, ...]:
        """Every card, the main one first; empty where there is none."""
        return self.cards

    @feature
    def place(self) -> CardPlace:
        """The main card; `no-card` where there is none."""
        if not self.places:
            raise NotAssessable("no-card")
        return self.places[0]

    @feature
    def side(self) -> Side:
        """Which side is up."""
        return self.place.look.side

    @feature
    def card_type(self) -> CardType:
        """Which card it is; `other` for a card that is none of those known."""
        return self.place.look.card_type

    @feature
    def rotation(self) -> int:
        """Clockwise turn of the card in the picture: 0, 90, 180 or 270 degrees."""
        return quarter_turns(self.place.corners)

    @feature
    def to_flat(self) -> Homography:
        """From native to flat pixels."""
        return homography(self.place.corners, FLAT_WIDTH, FLAT_HEIGHT)

    @feature
    def from_flat(self) -> Homography:
        """From flat to native pixels."""
        return np.asarray(np.linalg.inv(self.to_flat), dtype=np.float64)

    @feature
    def flat(self) -> Image:
        """The card upright and flat, `FLAT_HEIGHT`×`FLAT_WIDTH`×3 uint8; parts not seen repeat the picture's edge."""
        return rectified(self.rgb, self.place.corners)

    @feature
    def inside(self) -> NDArray[np.bool_]:
        """Which flat pixels lie inside the picture: a card that is cut by its border has others."""
        return seen_part(self.from_flat, self.width, self.height)

    @feature
    def texts(self) -> dict[str, FieldText]:
        """What each field of this side says, by its key in the report."""
        return read_texts(self)

    @property
    def fields(self) -> dict[str, Field]:
        """The fields in the report's form, with type, side and turn."""
        return told_fields(self)

    @feature
    def condition(self) -> Condition:
        """In what condition the photograph shows the card."""
        return Condition(self)

    @feature
    def portrait_box(self) -> FlatBox:
        """Where the photo is, in flat pixels; `not-on-this-side`, or `no-face` where its place is not known."""
        return portrait_box(self)

    @feature
    def portrait_crop(self) -> Image:
        """The photo upright and flat, as fine as the picture is; reasons as `portrait_box`."""
        return portrait_crop(self)

    @feature
    def edits(self) -> Edits:
        """The ground at texts and at the photo's edge against that beside them."""
        return see_card_edits(self)

    @feature
    def medium(self) -> Medium:
        """Whether the card itself was photographed, or a copy, a display or a drawing of it."""
        return see_medium(self)

    def region(self, label: str, shape: ArrayLike) -> Region:
        """A place on the flat card as a polygon in native pixels.

        Args:
            label: a key of `messages/labels.toml`.
            shape: N×2 outline in flat pixels, or four numbers: left, top, right, bottom of a box; of several boxes
                (N×4) the box around all.
        """
        points = np.asarray(shape, dtype=np.float64)
        if points.ndim == 1 or points.shape[1] == 4:
            boxes = points.reshape(-1, 4)
            (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
            points = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
        return Region.polygon(label, mapped(points, self.from_flat))

    def regions(self, label: str, boxes: Iterable[ArrayLike]) -> tuple[Region, ...]:
        """One region per box (left, top, right, bottom in flat pixels)."""
        return tuple(self.region(label, box) for box in boxes)
