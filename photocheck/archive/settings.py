"""What a run asks of every picture: fixed when it is planned, the same on every machine that takes part."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import photocheck
from photocheck.archive.errors import ArchiveError
from photocheck.archive.rejudge import described
from photocheck.archive.rows import models_hash
from photocheck.archive.sources.entry import Entry
from photocheck.intake import DEFAULT_PROFILES, Request
from photocheck.messages import Language
from photocheck.profile import Intake, ProfileError, load_profile


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run's pictures are checked.

    Attributes:
        as_of, profile, kind, intake: as `Request`; a manifest's own profile and kind come first.
        language: of the sentences in `error_text`.
        reveal: whether names and numbers that were read are kept.
        timeout: seconds after which a picture is given up.
        models, version: the nets and the photocheck that the run was planned with.
        profiles: hashes of the profiles it was planned with, by id or path.
    """

    as_of: date
    profile: str | None = None
    kind: str = "auto"
    intake: Intake = "final"
    language: Language = "zh-CN"
    reveal: bool = False
    timeout: float = 60.0
    models: str = field(default_factory=models_hash)
    version: str = photocheck.__version__
    profiles: dict[str, str] = field(default_factory=dict)

    def request(self, entry: Entry) -> Request:
        """What is asked of one picture."""
        return Request(self.as_of, entry.profile or self.profile, entry.kind or self.kind, self.intake)

    def asked(self, entry: Entry) -> str:
        """The kind that is asked for; `auto` where the picture tells."""
        named = entry.profile or self.profile
        return (entry.kind or self.kind) if named is None else load_profile(named).kind

    def verify(self) -> None:
        """Make sure that this machine judges as the one that planned.

        Raises:
            ArchiveError: if version, nets or a profile differ.
        """
        if self.version != photocheck.__version__:
            raise ArchiveError(f"The run was planned with photocheck {self.version}, here is {photocheck.__version__}.")
        if self.models != models_hash():
            raise ArchiveError("The run was planned with other nets than those installed here.")
        for name, planned in self.profiles.items():
            try:
                found = load_profile(name).hash
            except ProfileError as error:
                raise ArchiveError(str(error)) from error
            if found != planned:
                raise ArchiveError(f"The profile {name} here is not the one that the run was planned with.")


def profiles_used(named: set[str]) -> dict[str, dict[str, Any]]:
    """Every profile that a run may judge by, as `run.json` keeps it, by id or path.

    Args:
        named: by the command and by the manifest.

    Raises:
        ArchiveError: if one cannot be used.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in sorted(named | set(DEFAULT_PROFILES.values())):
        try:
            found[name] = described(load_profile(name))
        except ProfileError as error:
            if name in named:
                raise ArchiveError(str(error)) from error
    return found
