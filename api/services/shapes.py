"""The report as the interface describes it (schema `photocheck/report-1`)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

Verdict = Literal["pass", "review", "fail"]
Outcome = Literal["pass", "review", "fail", "not_assessed", "error"]
End = float | None


class Region(BaseModel):
    """A place on a picture."""

    item: str | None = Field(None, description="Which picture of a submission it is on; absent where there is one.")
    type: Literal["box", "line", "polygon", "points"]
    label: str
    points: list[tuple[float, float]] = Field(description="Shares (0..1) of the upright picture's width and height.")

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def]
        """Without `item` where there is none; a return type here would hide the fields from the description."""
        told = handler(self)
        if self.item is None:
            del told["item"]
        return told


class Limits(BaseModel):
    """The closed ranges a value was judged against; null is an open end."""

    passing: tuple[End, End] = Field(alias="pass")
    review: tuple[End, End]


class Finding(BaseModel):
    """One answer of one check."""

    code: str = Field(examples=["GEO02"])
    check: str = Field(examples=["head-height"])
    outcome: Outcome
    value: float | None
    unit: str | None
    limits: Limits | None
    margin: float | None = Field(description="Distance to the nearest pass limit in widths of the review band there.")
    reason: str | None = Field(description="Why it was not assessed.")
    regions: list[Region]
    message: str
    advice: str


class ProfileName(BaseModel):
    """The profile that was applied, and the hash of everything in it that can change a finding."""

    id: str
    hash: str


class File(BaseModel):
    """Facts of the file."""

    format: str
    width: int
    height: int
    bytes: int


class ReadField(BaseModel):
    """Something read from the picture; names and numbers are masked."""

    text: str
    confidence: float
    region: Region | None


class Report(BaseModel):
    """Every finding of one picture under one profile."""

    model_config = ConfigDict(extra="allow")

    format_: Literal["photocheck/report-1"] = Field(alias="schema")
    path: str = Field(description="Empty: the service does not know it.")
    sha256: str = Field(description="Of the file as it was sent.")
    kind: str
    version: str
    profile: ProfileName
    intake: Literal["final", "original"]
    as_of: str = Field(description="The day that age checks used.", examples=["2026-11-22"])
    verdict: Verdict
    file: File
    findings: list[Finding]
    fields: dict[str, ReadField]
    models: dict[str, str] = Field(description="Hashes of the nets.")
    timings_ms: dict[str, float]


class Together(BaseModel):
    """What there is to say about the pictures of a submission together (`photocheck/submission-1`)."""

    model_config = ConfigDict(extra="allow")

    format_: Literal["photocheck/submission-1"] = Field(alias="schema")
    version: str
    profile: ProfileName
    as_of: str
    verdict: Verdict = Field(description="The worst of all pictures and of these findings.")
    findings: list[Finding]
    swaps: list[tuple[str, str]]
    unreadable: dict[str, str]
    timings_ms: dict[str, float]
