"""Profiles: which checks apply for one authority and document, with limits, and the source of every number.

A profile is a strict TOML file in `profiles/`:

    id = "cn-exit-entry"
    kind = "portrait"
    extends = "base-portrait"
    title = { zh-CN = "...", en = "..." }

    [prepare]
    width = 390
    height = 520
    dpi = 300

    [checks]
    head-height = { pass = [0.70, 0.80], review = [0.65, 0.85], source = "S4", grade = "C" }

A later profile's line for a check replaces the earlier one whole, as does a later `[prepare]`. Sources are the keys
of `profiles/sources.toml`. A profile file of your own may extend a shipped profile by its id, or a file beside it.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from photocheck.finding import Outcome
from photocheck.limits import Limits, NoLimits
from photocheck.profile_file import Place, ProfileFile, read_profile_file
from photocheck.profile_file import ProfileError as ProfileError
from photocheck.registry import Check, find_check

Grade = Literal["A", "B", "C", "M", "D", "measured", "guess"]
Intake = Literal["final", "original"]
GRADES: dict[str, str] = {
    "A": "primary text seen",
    "B": "two or more separate copies agree",
    "C": "one third-party copy",
    "M": "from memory, not confirmed",
    "D": "derived by arithmetic from a cited number",
    "measured": "set on the training part of labelled images",
    "guess": "a guess, to be measured",
}

M = TypeVar("M", bound=BaseModel)

_PROFILES = resources.files("photocheck") / "profiles"
_SETTING_KEYS = frozenset({"source", "grade", "note", "required", "at_most", "only", "off"})
_TOP_KEYS = frozenset({"id", "kind", "extends", "title", "note", "prepare", "items", "checks"})


class Setting(BaseModel):
    """What a profile says about one check.

    Attributes:
        limits: the numbers, of the type that the check declares.
        source: key (or keys, separated by commas) of `profiles/sources.toml`.
        grade: how good the source is; see `GRADES`.
        required: whether the verdict `pass` needs this check to have been assessed.
        at_most: `review` where this check may never refuse by itself.
        only: the one intake under which it applies; None for both.
        off: the check does not apply under this profile (used to take back what `extends` gave).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: Limits = NoLimits()
    source: str = ""
    grade: Grade | None = None
    note: str = ""
    required: bool = True
    at_most: Literal["review", "fail"] = "fail"
    only: Intake | None = None
    off: bool = False

    def cap(self, outcome: Outcome) -> Outcome:
        """The outcome, no worse than `at_most`."""
        return Outcome.REVIEW if self.at_most == "review" and outcome is Outcome.FAIL else outcome


class Prepare(BaseModel):
    """The file that `prepare` makes.

    Attributes:
        width, height: pixels of the made picture.
        dpi: resolution written into it.
        largest_roll: degrees; a head tilted more than this is not levelled by rotation.
        largest_enlargement: how many times larger than in the upload the picture may become; beyond it there are
            too few pixels.
        format: the encoded format.
        margin: of a signature, the blank around the ink as a share of the picture's height.
        transparent: of a signature, whether the paper becomes see-through (PNG only); white otherwise.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    width: int = Field(gt=0)
    height: int = Field(gt=0)
    dpi: int = Field(default=300, gt=0)
    largest_roll: float = Field(default=15.0, ge=0, le=45)
    largest_enlargement: float = Field(default=1.1, ge=1, le=2)
    format: Literal["JPEG", "PNG"] = "JPEG"
    margin: float = Field(default=0.1, ge=0, le=0.4)
    transparent: bool = False


class Wording(BaseModel):
    """A text in both languages, as a profile file gives it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    zh_cn: str = Field(alias="zh-CN", min_length=1)
    en: str = Field(min_length=1)


class Items(BaseModel):
    """The ids of the profiles by which the pictures of a submission are judged."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    portrait: str
    id_portrait: str = Field(alias="id-portrait")
    id_emblem: str = Field(alias="id-emblem")
    signature: str


class Profile(BaseModel):
    """A resolved profile: everything that its ancestors gave, with its own lines on top.

    Attributes:
        id, kind: its name, and the kind of subject that it is for.
        title: what it is called, by language.
        note: what a person must know before relying on it (conflicting sources, what was not found), by language.
        prepare: the file that `prepare` makes for it; None where it makes none.
        items: for a submission, the profile of each picture; None for every other kind.
        settings: what it says about each check, by name.
        hash: `sha256:…` over everything that can change a finding; titles and notes cannot.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: Literal["portrait", "id-card", "signature", "submission"]
    title: dict[str, str]
    note: dict[str, str] = {}
    prepare: Prepare | None = None
    items: Items | None = None
    settings: dict[str, Setting]
    hash: str

    def checks(self, intake: Intake = "final") -> tuple[tuple[Check, Setting], ...]:
        """The checks that apply, in the order of the table, each with its setting."""
        chosen = []
        for name, setting in self.settings.items():
            check = find_check(name)
            if check is not None and not setting.off and setting.only in (None, intake):
                chosen.append((check, setting))
        return tuple(sorted(chosen, key=lambda pair: _order(pair[0])))

    def limits(self, check: str) -> Limits | None:
        """The limits of one check, or None where it does not apply."""
        setting = self.settings.get(check)
        return None if setting is None or setting.off else setting.limits


@cache
def _order_table() -> dict[str, int]:
    from photocheck.registry import all_checks

    return {known.name: place for place, known in enumerate(all_checks())}


def _order(check: Check) -> int:
    return _order_table()[check.name]


def profile_ids(kind: str | None = None) -> tuple[str, ...]:
    """The ids of the shipped profiles, ancestors that are only there to be extended left out."""
    ids = sorted(
        entry.name.removesuffix(".toml")
        for entry in _PROFILES.iterdir()
        if entry.name.endswith(".toml") and not entry.name.startswith(("base-", "sources"))
    )
    return tuple(name for name in ids if kind is None or load_profile(name).kind == kind)


@cache
def load_profile(id_or_path: str) -> Profile:
    """Load a shipped profile by id, or one of your own by the path of its TOML file.

    Raises:
        ProfileError: if it does not exist or is wrong anywhere.
    """
    layers = _layers(_locate(id_or_path), ())
    last = layers[-1]
    for key in ("id", "title"):
        if key not in last.raw:
            raise ProfileError(f"{last.name}:1: {key} is missing")
    merged: dict[str, Any] = {}
    owner: dict[str, ProfileFile] = {}
    settings: dict[str, Setting] = {}
    for layer in layers:
        for key, value in layer.raw.items():
            if key not in ("checks", "extends"):
                merged[key], owner[key] = value, layer
        settings |= {name: _setting(name, values, layer) for name, values in layer.checks.items()}
    for key in merged.keys() & {"title", "note"}:
        _validated(Wording, merged[key], owner[key], (key,))
    try:
        profile = Profile(**merged, settings=settings, hash=_digest(merged, settings))
    except ValidationError as error:
        problem = _telling(error)
        where = tuple(problem["loc"])
        raise owner.get(str(where[0]), last).fault(where, f"{_dotted(where)}: {problem['msg']}") from error
    for layer in layers:
        _refuse_other_kinds(layer, profile.kind)
    return profile


def _refuse_other_kinds(layer: ProfileFile, kind: str) -> None:
    """Every file of a profile, and every check it names, is for the one kind of subject."""
    own = layer.raw.get("kind", kind)
    if own != kind:
        raise layer.fault(("kind",), f"this profile is for {own}, the one that extends it for {kind}")
    for name, values in layer.checks.items():
        check = find_check(name)
        if check is not None and check.kind not in ("any", kind) and not values.get("off"):
            raise layer.fault(("checks", name), f"check {name} is for {check.kind}, this profile is for {kind}")


@cache
def sources() -> dict[str, str]:
    """The citations that profiles may name, by key."""
    return dict(tomllib.loads((_PROFILES / "sources.toml").read_text("utf-8")))


def _digest(merged: dict[str, Any], settings: dict[str, Setting]) -> str:
    """The same in every process: keys sorted, sets too."""
    described = {
        **{key: merged.get(key) for key in ("id", "kind", "prepare", "items")},
        "checks": {
            name: {**setting.model_dump(), "limits": setting.limits.model_dump(by_alias=True)}
            for name, setting in settings.items()
        },
    }
    text = json.dumps(described, sort_keys=True, ensure_ascii=False, default=sorted)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _locate(id_or_path: str, beside: ProfileFile | None = None) -> Traversable:
    """The file of a profile; a relative path named by a profile file starts at that file."""
    if id_or_path.endswith(".toml"):
        path = Path(id_or_path) if beside is None else Path(beside.name).parent / id_or_path
        if not path.is_file():
            raise ProfileError(f"{path}: there is no such profile file.")
        return path
    entry = _PROFILES / f"{id_or_path}.toml"
    if not re.fullmatch(r"[a-z0-9-]+", id_or_path) or id_or_path == "sources" or not entry.is_file():
        raise ProfileError(f"There is no profile {id_or_path!r}; `photocheck profiles` lists them.")
    return entry


def _layers(entry: Traversable, below: tuple[str, ...]) -> tuple[ProfileFile, ...]:
    """The profile's file and those it extends, the most distant ancestor first."""
    layer = read_profile_file(entry)
    for key in layer.raw:
        if key not in _TOP_KEYS:
            raise layer.fault((key,), f"unknown key {key!r}")
    if "extends" not in layer.raw:
        return (layer,)
    seen = (*below, layer.name)
    try:
        parent = _locate(str(layer.raw["extends"]), beside=layer)
    except ProfileError as error:
        raise layer.fault(("extends",), str(error)) from error
    if str(parent) in seen:
        raise layer.fault(("extends",), f"profiles extend each other in a circle through {layer.raw['extends']!r}")
    return (*_layers(parent, seen), layer)


def _setting(name: str, values: Any, layer: ProfileFile) -> Setting:
    """Read one line of `[checks]`."""
    place = ("checks", name)
    check = find_check(name)
    if check is None or check.name != name:
        raise layer.fault(place, f"unknown check {name!r}")
    if not isinstance(values, dict):
        raise layer.fault(place, f"{name} must be a table such as {{ pass = [0, 1], source = ..., grade = ... }}")
    common = {key: value for key, value in values.items() if key in _SETTING_KEYS}
    numbers = {key: value for key, value in values.items() if key not in _SETTING_KEYS}
    setting = _validated(Setting, common, layer, place)
    if setting.off and not numbers:
        return setting
    limits = _validated(check.limits_type, numbers, layer, place)
    if check.limits_type.model_fields and (not setting.source or setting.grade is None):
        raise layer.fault(place, f"{name} has numbers without a source and a grade")
    for key in filter(None, (part.strip() for part in setting.source.split(","))):
        if key not in sources():
            raise layer.fault((*place, "source"), f"{name} names the source {key!r}, which sources.toml does not hold")
    return setting.model_copy(update={"limits": limits})


def _validated(model: type[M], values: Any, layer: ProfileFile, place: Place) -> M:
    """The values as that model; what is wrong with them as an error at its line."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problem = _telling(error)
        where = (*place, *problem["loc"])
        shown = where[1:] if where[0] == "checks" else where
        raise layer.fault(where, f"{_dotted(shown)}: {problem['msg']}") from error


def _telling(error: ValidationError) -> Any:
    """The problem to tell: a misspelt key rather than that the right one is missing."""
    return min(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")


def _dotted(location: Place) -> str:
    return ".".join(str(part) for part in location)
