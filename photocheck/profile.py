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

A later profile's line for a check replaces the earlier one whole. Sources are the keys of `profiles/sources.toml`.
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
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from photocheck.finding import Outcome
from photocheck.limits import Limits, NoLimits
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

_PROFILES = resources.files("photocheck") / "profiles"
_SETTING_KEYS = frozenset({"source", "grade", "note", "required", "at_most", "only", "off"})


class ProfileError(Exception):
    """A profile that cannot be used; the text names the file, the line and what is wrong."""


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
        format: the encoded format.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    width: int = Field(gt=0)
    height: int = Field(gt=0)
    dpi: int = Field(default=300, gt=0)
    largest_roll: float = Field(default=15.0, ge=0, le=45)
    format: Literal["JPEG", "PNG"] = "JPEG"


class Profile(BaseModel):
    """A resolved profile: everything that its ancestors gave, with its own lines on top."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: Literal["portrait", "id-card", "signature"]
    title: dict[str, str]
    note: dict[str, str] = {}
    prepare: Prepare | None = None
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
    merged = _resolve(_locate(id_or_path), seen=())
    settings = {name: setting for name, (setting, _) in merged["checks"].items()}
    described = {
        "id": merged["id"],
        "kind": merged["kind"],
        "prepare": merged.get("prepare"),
        "checks": {name: _canonical(setting) for name, setting in sorted(settings.items())},
    }
    digest = hashlib.sha256(json.dumps(described, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    own = {key: merged[key] for key in ("id", "kind", "title", "note", "prepare") if key in merged}
    try:
        profile = Profile(**own, settings=settings, hash=f"sha256:{digest}")
    except ValidationError as error:
        problem = error.errors()[0]
        key = str(problem["loc"][0])
        raise _fault(merged["file"], merged["text"], key, f"{_dotted(problem['loc'])}: {problem['msg']}") from error
    for name, (setting, origin) in merged["checks"].items():
        check = find_check(name)
        if check is not None and check.kind not in ("any", profile.kind) and not setting.off:
            file, text = origin
            raise _fault(file, text, name, f"check {name} is for {check.kind}, this profile is for {profile.kind}")
    return profile


@cache
def sources() -> dict[str, str]:
    """The citations that profiles may name, by key."""
    return dict(tomllib.loads((_PROFILES / "sources.toml").read_text("utf-8")))


def _canonical(setting: Setting) -> dict[str, Any]:
    return {**setting.model_dump(mode="json"), "limits": setting.limits.model_dump(mode="json", by_alias=True)}


def _locate(id_or_path: str) -> Traversable:
    if id_or_path.endswith(".toml"):
        path = Path(id_or_path)
        if not path.is_file():
            raise ProfileError(f"{id_or_path}: there is no such profile file.")
        return path
    entry = _PROFILES / f"{id_or_path}.toml"
    if not re.fullmatch(r"[a-z0-9-]+", id_or_path) or id_or_path == "sources" or not entry.is_file():
        raise ProfileError(f"There is no profile {id_or_path!r}; `photocheck profiles` lists them.")
    return entry


_TOP_KEYS = frozenset({"id", "kind", "extends", "title", "note", "prepare", "checks"})


def _resolve(entry: Traversable, seen: tuple[str, ...]) -> dict[str, Any]:
    """One profile file with its ancestors' keys under its own; checks map to (setting, (file, text))."""
    file, text = str(entry), entry.read_text("utf-8")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{file}: not valid TOML: {error}") from error
    for key in raw:
        if key not in _TOP_KEYS:
            raise _fault(file, text, key, f"unknown key {key!r}")
    for key in ("id", "title") if not seen else ():
        if key not in raw:
            raise ProfileError(f"{file}:1: {key} is missing")
    merged: dict[str, Any] = {"checks": {}}
    if "extends" in raw:
        parent = str(raw["extends"])
        if parent in seen:
            raise _fault(file, text, "extends", f"profiles extend each other in a circle through {parent!r}")
        merged = _resolve(_locate(parent), (*seen, parent))
    own = {name: (_setting(name, values, file, text), (file, text)) for name, values in raw.get("checks", {}).items()}
    plain = {key: value for key, value in raw.items() if key not in ("checks", "extends")}
    return {**merged, **plain, "checks": {**merged["checks"], **own}, "file": file, "text": text}


def _setting(name: str, values: Any, file: str, text: str) -> Setting:
    """Read one line of `[checks]`."""
    check = find_check(name)
    if check is None:
        raise _fault(file, text, name, f"unknown check {name!r}")
    if not isinstance(values, dict):
        raise _fault(file, text, name, f"{name} must be a table such as {{ pass = [0, 1], source = ..., grade = ... }}")
    common = {key: value for key, value in values.items() if key in _SETTING_KEYS}
    numbers = {key: value for key, value in values.items() if key not in _SETTING_KEYS}
    if common.get("off") and not numbers:
        return Setting(**common)
    try:
        setting = Setting(**common, limits=check.limits_type.model_validate(numbers))
    except ValidationError as error:
        problem = error.errors()[0]
        where = f"{name}.{_dotted(problem['loc'])}".rstrip(".")
        raise _fault(file, text, name, f"{where}: {problem['msg']}") from error
    if numbers and (not setting.source or setting.grade is None):
        raise _fault(file, text, name, f"{name} has numbers without a source and a grade")
    for key in filter(None, (part.strip() for part in setting.source.split(","))):
        if key not in sources():
            raise _fault(file, text, name, f"{name} names the source {key!r}, which sources.toml does not hold")
    return setting


def _dotted(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)


def _fault(file: str, text: str, key: str, message: str) -> ProfileError:
    """The error with the line on which `key` is set."""
    pattern = re.compile(rf'^\s*(\[[\w.-]*)?"?{re.escape(key)}"?\s*[\]=.]')
    line = next((number for number, row in enumerate(text.splitlines(), 1) if pattern.match(row)), 1)
    return ProfileError(f"{file}:{line}: {message}")
