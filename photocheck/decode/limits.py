"""What the gate lets through, and the one error it refuses with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class UnreadableImage(Exception):
    """A file that the gate refuses.

    Attributes:
        code: why, the key of its wording in `messages/errors.toml`.
        facts: measured values and limits that the wording names. Never personal data.

    `str(error)` is the English sentence; `photocheck.messages.error_text` has the other languages.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[str, Any] = facts

    def __str__(self) -> str:
        from photocheck.messages import error_text  # here, so that the gate alone loads no wording

        return error_text(self.code, "en", **self.facts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep code and facts when the error crosses a process."""
        return _restore, (type(self), self.code, self.facts)


def _restore(kind: type[UnreadableImage], code: str, facts: dict[str, Any]) -> UnreadableImage:
    return kind(code, **facts)


@dataclass(frozen=True)
class DecodeLimits:
    """Caps that hold before a pixel is decoded."""

    max_bytes: int = 30_000_000
    max_pixels: int = 50_000_000
    max_side: int = 20_000
    """Pixels. A longer side is no photograph."""
    min_side: int = 16
    """Pixels. Nothing can be measured below it."""
    max_frames: int = 1_000
    """Only the first is decoded; more than this many is no photograph."""
    max_segments: int = 20_000
    """Chunks of a PNG or header segments of a JPEG: each costs time and memory, however short it is."""
    max_scan_pixels: int = 1_000_000_000
    """Scans of a JPEG times its pixels: every scan visits every pixel, however few bytes it has."""
    max_metadata_bytes: int = 4_000_000
    """EXIF, XMP or ICC block. A longer one is left unread and noted."""


DEFAULT_LIMITS = DecodeLimits()
