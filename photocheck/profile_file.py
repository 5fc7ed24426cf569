"""One profile file as it was written, and the lines on which its keys stand."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

Place = tuple[str | int, ...]
"""A path of keys into a profile file, such as `("checks", "head-height", "pass")`."""


class ProfileError(Exception):
    """A profile that cannot be used; the text names the file, the line and what is wrong."""


@dataclass(frozen=True)
class ProfileFile:
    """A parsed profile file.

    Attributes:
        name: its path.
        text: as written.
        raw: as parsed.
    """

    name: str
    text: str
    raw: dict[str, Any]

    @property
    def checks(self) -> dict[str, Any]:
        """Its own lines about checks, by the check's name."""
        checks = self.raw.get("checks", {})
        if not isinstance(checks, dict):
            raise self.fault(("checks",), "[checks] must be a table")
        return checks

    def line(self, place: Place) -> int:
        """The line on which the statement that sets a key begins.

        Found by parsing ever longer beginnings of the file, so that every form of TOML is told apart as the parser
        does it: dotted and quoted keys, tables of their own, values over several lines. A key that is not there
        gets the line of the nearest one around it.
        """
        lines = self.text.splitlines()
        best, depth, begun = 1, 0, 0
        for end in range(1, len(lines) + 1):
            try:
                parsed = tomllib.loads("\n".join(lines[:end]))
            except tomllib.TOMLDecodeError:
                continue  # in the middle of a statement
            reached = _depth(parsed, place)
            if reached > depth:
                best, depth = begun + _leading_blank(lines[begun:end]) + 1, reached
            begun = end
        return best

    def fault(self, place: Place, message: str) -> ProfileError:
        """The error that says what is wrong there."""
        return ProfileError(f"{self.name}:{self.line(place)}: {message}")


def read_profile_file(entry: Traversable) -> ProfileFile:
    """Parse a profile file.

    Raises:
        ProfileError: if it is not UTF-8 or not TOML.
    """
    name = str(entry)
    try:
        text = entry.read_text("utf-8")
        return ProfileFile(name, text, tomllib.loads(text))
    except UnicodeDecodeError as error:
        raise ProfileError(f"{name}:1: not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        told = re.search(r"at line (\d+)", str(error))
        line = int(told[1]) if told else len(text.splitlines())
        raise ProfileError(f"{name}:{line}: not valid TOML: {error}") from error


def _depth(parsed: Any, place: Place) -> int:
    """How many keys of the path are there already."""
    for reached, key in enumerate(place):
        if isinstance(parsed, dict) and key in parsed:
            parsed = parsed[str(key)]
        else:
            return reached
    return len(place)


def _leading_blank(lines: list[str]) -> int:
    """How many blank lines and comments stand before the statement."""
    return next((number for number, row in enumerate(lines) if row.strip() and not row.strip().startswith("#")), 0)
