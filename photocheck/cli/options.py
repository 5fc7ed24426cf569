"""What the commands share: the application, its options, and how it refuses."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from photocheck.messages import Language, interface_text

EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    help="Check identity photos before a person has to.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    """How reports are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    HTML = "html"
    SARIF = "sarif"


class ListFormat(StrEnum):
    """How lists are written."""

    TEXT = "text"
    JSON = "json"


class Kind(StrEnum):
    """What a picture is."""

    AUTO = "auto"
    PORTRAIT = "portrait"
    ID_CARD = "id-card"
    SIGNATURE = "signature"


class IntakeChoice(StrEnum):
    """How a picture is judged."""

    FINAL = "final"
    ORIGINAL = "original"


class LanguageChoice(StrEnum):
    """Language of messages and advice."""

    ZH_CN = "zh-CN"
    EN = "en"

    @property
    def language(self) -> Language:
        """The wording's own key."""
        return "zh-CN" if self is LanguageChoice.ZH_CN else "en"


ProfileOption = Annotated[
    str | None,
    typer.Option("--profile", help="Profile id, or a profile file of yours (.toml). `photocheck profiles` lists them."),
]
LanguageOption = Annotated[LanguageChoice, typer.Option("--lang", help="Language of messages and advice.")]
AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The date that age checks use; today by default."),
]


def pictures_at(paths: list[Path], language: Language) -> list[Path]:
    """The files named, and the pictures inside the folders named."""
    from photocheck.files import pictures_under

    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = pictures_under(path)
            if not inside:
                refuse(interface_text("empty-folder", language, path=path))
            found.extend(inside)
        else:
            found.append(path)
    return found


def make_folder(path: Path) -> None:
    """Make a folder and those above it, or refuse with the reason."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"{path}: {error.strerror}")


def judged_on(as_of: datetime | None) -> date:
    """The date asked for, or today."""
    return (as_of or datetime.now().astimezone()).date()


def refuse(sentence: str) -> NoReturn:
    """End with one sentence on the error stream, as wrong usage or an unreadable input."""
    typer.echo(sentence, err=True)
    raise typer.Exit(EXIT_USAGE)
