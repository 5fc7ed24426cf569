"""A case as the console and programs see it. Points are shares of the picture as it is shown, upright."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

Item = Literal["portrait", "id-portrait", "id-emblem", "signature"]
Box = tuple[float, float, float, float]


class Shape(BaseModel):
    """A place on a picture."""

    type: Literal["box", "line", "polygon", "points"]
    label: str
    points: list[tuple[float, float]]


class Said(BaseModel):
    """What the machine found. `number` is the one on the picture; none where nothing is drawn."""

    check: str
    code: str
    outcome: Literal["pass", "review", "fail", "not_assessed", "error"]
    number: int | None
    title: str
    message: str
    advice: str
    regions: list[Shape]


class ReadField(BaseModel):
    """Something read from a card; `text` is masked, `box` is where it stands."""

    key: str
    label: str
    text: str
    confidence: float | None
    box: Box | None


class GuideLine(BaseModel):
    """A line or band of the rule: from `low` to `high` along an axis."""

    label: str
    axis: Literal["x", "y"]
    low: float
    high: float


class Copy(BaseModel):
    """Another picture of the same place: an earlier try, or the file made of it."""

    kind: Literal["earlier", "prepared"]
    number: int | None
    src: str
    width: int
    height: int
    verdict: str | None
    transform: str


class Drawn(BaseModel):
    """A defect that this reviewer marked."""

    id: str
    item: Item
    reason: str
    points: list[tuple[float, float]]


class Picture(BaseModel):
    """The picture of one place. `verdict` and `findings` are withheld in a blind look."""

    upload: str
    item: Item
    label: str
    number: int
    width: int
    height: int
    src_width: int
    src_height: int
    src: str
    original: str
    transform: str
    verdict: str | None
    findings: list[Said]
    passed: int
    unassessed: int
    fields: list[ReadField]
    guide: list[GuideLine]
    copies: list[Copy]
    marks: list[Drawn]


class Choice(BaseModel):
    """A reason that can be given. `checks` are the findings behind it, `outcome` is the worst of them."""

    item: Item
    reason: str
    title: str
    item_label: str
    chosen: bool
    checks: list[str]
    outcome: str | None


class Maker(BaseModel):
    """The decision that a second reviewer is to confirm."""

    outcome: str
    reasons: list[str]


class Step(BaseModel):
    """Something that happened to the application before."""

    kind: str
    at: datetime


class Case(BaseModel):
    """A task with everything that its reviewer needs."""

    id: str
    submission: str
    reference: str
    profile: str
    stage: Literal["first", "second", "blind", "rescore"]
    tries: int
    version: int
    due_at: datetime
    overdue: bool
    held: bool
    senior: bool
    blind: bool
    verdict: str | None
    pictures: list[Picture]
    suggested: list[Choice]
    others: list[Choice]
    card_portrait: Box | None
    maker: Maker | None
    flips: list[str]
    history: list[Step]
