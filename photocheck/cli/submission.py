"""`photocheck submission`: the pictures of one application together."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photocheck.cli.options import (
    EXIT_FINDINGS,
    EXIT_USAGE,
    AsOfOption,
    IntakeChoice,
    LanguageChoice,
    LanguageOption,
    app,
    judged_on,
    make_folder,
    refuse,
)
from photocheck.messages import Language, error_text

if TYPE_CHECKING:
    from photocheck.features.submission.submission import Item
    from photocheck.submission import CheckedSubmission


class SubmissionFormat(StrEnum):
    """How the report is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


@app.command()
def submission(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A folder with the pictures; names and contents tell which is which."),
    ] = None,
    portrait: Annotated[Path | None, typer.Option("--portrait", metavar="FILE", help="The portrait.")] = None,
    id_portrait: Annotated[
        Path | None, typer.Option("--id-portrait", metavar="FILE", help="The side of the ID card with the photo.")
    ] = None,
    id_emblem: Annotated[
        Path | None, typer.Option("--id-emblem", metavar="FILE", help="The side of the ID card with the emblem.")
    ] = None,
    signature: Annotated[Path | None, typer.Option("--signature", metavar="FILE", help="The signature.")] = None,
    profile: Annotated[
        str, typer.Option("--profile", help="Profile of a submission, or of the portrait in it.")
    ] = "cn-exit-entry-renewal",
    intake: Annotated[
        IntakeChoice, typer.Option(help="How the portrait is judged; see `photocheck check`.")
    ] = IntakeChoice.FINAL,
    output: Annotated[SubmissionFormat, typer.Option("--format")] = SubmissionFormat.TEXT,
    lang: LanguageOption = LanguageChoice.ZH_CN,
    annotate: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write each picture with its findings drawn.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The applicant's name as the form has it.")] = None,
    earlier: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Portrait of an earlier application; may be repeated.")
    ] = None,
    as_of: AsOfOption = None,
    reveal: Annotated[bool, typer.Option("--reveal", help="Write names and numbers that were read unmasked.")] = False,
) -> None:
    """Check the portrait, both sides of the ID card and the signature of one application together."""
    from photocheck.decode import UnreadableImage
    from photocheck.profile import ProfileError
    from photocheck.submission import AmbiguousFolder, SubmissionRequest, check_submission, files_of_folder

    language = lang.language
    named: dict[Item, Path | None] = {
        "portrait": portrait,
        "id-portrait": id_portrait,
        "id-emblem": id_emblem,
        "signature": signature,
    }
    files = {item: path for item, path in named.items() if path is not None}
    if folder is not None:
        try:
            files = {**files_of_folder(folder), **files}
        except AmbiguousFolder as problem:
            refuse(problem.text(language))
        except OSError as error:
            refuse(f"{folder}: {error.strerror}")
    if not files:
        refuse(error_text("no-submission", language))
    if annotate is not None:
        make_folder(annotate)
    request = SubmissionRequest(judged_on(as_of), profile, intake.value, name)
    try:
        checked = check_submission(files, request, language, earlier=tuple(earlier or ()))
    except ProfileError as error:
        refuse(str(error))
    except UnreadableImage as refusal:
        refuse(f"--earlier: {error_text(refusal.code, language, **refusal.facts)}")
    if annotate is not None:
        _annotate(checked, annotate, language)
    _write(checked, output, language, reveal=reveal)
    for item, path in files.items():
        if item in checked.report.unreadable:
            typer.echo(f"{path}: {checked.report.unreadable[item]}", err=True)
    if checked.report.unreadable:
        raise typer.Exit(EXIT_USAGE)
    raise typer.Exit(0 if checked.report.verdict.value == "pass" else EXIT_FINDINGS)


def _write(checked: CheckedSubmission, output: SubmissionFormat, language: Language, *, reveal: bool) -> None:
    """The report to standard output."""
    if output is SubmissionFormat.JSON:
        from photocheck.render.document import submission_document

        document = submission_document(checked.report, language, reveal=reveal)
        typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
    elif output is SubmissionFormat.HTML:
        from photocheck.render.annotate import thumbnail
        from photocheck.render.html import submission_page

        pictures = {item: thumbnail(seen.rgb) for item, seen in checked.subjects.items() if seen is not None}
        typer.echo(submission_page(checked.report, pictures, language, reveal=reveal))
    else:
        from rich.console import Console

        from photocheck.render.text import print_submission

        print_submission(Console(highlight=False), checked.report, language, reveal=reveal)


def _annotate(checked: CheckedSubmission, folder: Path, language: Language) -> None:
    """Each picture with its findings drawn, under the name of its place."""
    from photocheck.render.annotate import annotate, write_picture

    for item, seen in checked.subjects.items():
        report = checked.report.items[item]
        if seen is not None and report is not None:
            write_picture(annotate(seen.rgb, report, language), folder / f"{item}.jpg")
