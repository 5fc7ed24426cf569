"""One input of an archive, before it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Container = Literal["", "zip", "tar", "parquet", "store"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one picture is, and what the source says of it.

    Attributes:
        id: unique in the archive.
        path: of the file, or of the container that holds it: a local path, or a URI such as `s3://bucket/key`.
        container: what `path` is; empty where it is the picture itself.
        member: name in a zip or tar, key in a store.
        offset: of the picture's bytes in a tar, or its row in a Parquet file.
        size: bytes of the picture in a tar.
        group: for comparing parts of the archive.
        profile, kind: what to check it as; None leaves it to the run.
        sha256: of the picture as the manifest states it; it is trusted.
        captured: day of capture as the manifest states it.
    """

    id: str
    path: str
    container: Container = ""
    member: str = ""
    offset: int = 0
    size: int = 0
    group: str | None = None
    profile: str | None = None
    kind: str | None = None
    sha256: str | None = None
    captured: date | None = None

    @property
    def shown(self) -> str:
        """The place for a person to read."""
        if self.container == "parquet":
            return f"{self.path}#{self.offset}"
        return f"{self.path}!/{self.member}" if self.container else self.path
