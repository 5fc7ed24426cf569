"""Which checks and profiles there are."""

from __future__ import annotations

import json
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.errors import not_found
from api.services.profiles import known
from api.web.language import language_of
from photocheck.messages import Language, title
from photocheck.profile import Profile
from photocheck.registry import all_checks

router = APIRouter(prefix="/v1", tags=["catalogue"])


class ProfileEntry(BaseModel):
    """One profile."""

    id: str = Field(examples=["cn-exit-entry"])
    kind: Literal["portrait", "id-card", "signature", "submission"]
    title: str
    note: str = Field(description="What to know before relying on it; empty where there is nothing.")
    hash: str = Field(description="Of everything in it that can change a finding.")
    file: dict[str, Any] | None = Field(description="The file that `/v1/prepare` makes; null where it makes none.")
    items: dict[str, str] | None = Field(description="Of a submission: the profile of each picture.")


class Setting(BaseModel):
    """What a profile says about one check."""

    code: str
    check: str
    title: str
    limits: dict[str, Any]
    source: str
    grade: str | None
    required: bool = Field(description="Whether the verdict `pass` needs this check to have been assessed.")
    at_most: Literal["review", "fail"]


class ProfileDetail(ProfileEntry):
    """One profile with every limit and its source."""

    checks: list[Setting]


class CatalogueEntry(BaseModel):
    """One check."""

    code: str = Field(examples=["GEO02"])
    check: str = Field(examples=["head-height"])
    kind: str = Field(description="What it looks at: `portrait`, `id-card`, `signature`, `submission` or `any`.")
    since: str
    title: str
    unit: str | None


@router.get("/profiles", summary="Every profile")
def profiles(request: Request) -> list[ProfileEntry]:
    """The shipped profiles: what an authority asks of a picture."""
    language = language_of(request)
    return [ProfileEntry.model_validate(_entry(one, language)) for one in known().values()]


@router.get("/profiles/{profile_id}", summary="One profile with its limits")
def profile(profile_id: str, request: Request) -> ProfileDetail:
    """Each check of the profile with its limits, where they come from, and how good that source is."""
    found = known().get(profile_id)
    if found is None:
        raise not_found()
    language = language_of(request)
    checks = [
        Setting(
            code=check.code,
            check=check.name,
            title=title(check.name, language),
            limits=json.loads(setting.limits.model_dump_json()),
            source=setting.source,
            grade=setting.grade,
            required=setting.required,
            at_most=setting.at_most,
        )
        for check, setting in found.checks()
    ]
    return ProfileDetail.model_validate({**_entry(found, language), "checks": checks})


@router.get("/checks/catalogue", summary="Every check")
def catalogue(request: Request) -> list[CatalogueEntry]:
    """Codes, names and titles; `photocheck explain` tells what each measures and why."""
    language = language_of(request)
    return [
        CatalogueEntry(
            code=one.code,
            check=one.name,
            kind=one.kind,
            since=one.since,
            title=title(one.name, language),
            unit=one.unit,
        )
        for one in all_checks()
    ]


def _entry(profile: Profile, language: Language) -> dict[str, Any]:
    return {
        "id": profile.id,
        "kind": profile.kind,
        "title": profile.title[language],
        "note": profile.note.get(language, ""),
        "hash": profile.hash,
        "file": None if profile.prepare is None else profile.prepare.model_dump(),
        "items": None if profile.items is None else profile.items.model_dump(by_alias=True),
    }
