"""`photocheck check`: pictures against a profile."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photocheck.cli.options import (
    EXIT_FINDINGS,
    EXIT_USAGE,
    AsOfOption,
    Format,
    IntakeChoice,
    Kind,
    LanguageChoice,
    LanguageOption,
    ProfileOption,
    app,
    judged_on,
    make_folder,
    pictures_at,
    refuse,
)
from photocheck.messages import Language, error_text, interface_text

if TYPE_CHECKING:
    from photocheck.pool import Row, Task


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Pictures, or folders of pictures.")],
    kind: Annotated[Kind, typer.Option(help="What the pictures are.")] = Kind.AUTO,
    profile: ProfileOption = None,
    intake: Annotated[
        IntakeChoice,
        typer.Option(help="final: the file goes on as it is. original: a phone picture that `prepare` will crop."),
    ] = IntakeChoice.FINAL,
    output: Annotated[Format, typer.Option("--format", help="How the reports are written.")] = Format.TEXT,
    lang: LanguageOption = LanguageChoice.ZH_CN,
    annotate: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write each picture with its findings drawn.")
    ] = None,
    crops: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the flat card and its photo, cut out of pictures of cards."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The applicant's name (used by signature checks).")] = None,
    as_of: AsOfOption = None,
    reveal: Annotated[bool, typer.Option("--reveal", help="Write names and numbers that were read unmasked.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; by default one a core.")] = None,
) -> None:
    """Check pictures against a profile."""
    from photocheck.intake import Request
    from photocheck.pool import Task
    from photocheck.profile import ProfileError, load_profile

    if name is not None and kind in (Kind.PORTRAIT, Kind.ID_CARD):
        refuse(f"--name is read by signature checks; it says nothing about a {kind.value}.")
    try:
        rules = None if profile is None else load_profile(profile)
    except ProfileError as error:
        refuse(str(error))
    if rules is not None and kind is not Kind.AUTO and rules.kind != kind.value:
        facts = {"kind": kind.value, "profile": rules.id, "profile_kind": rules.kind}
        refuse(error_text("wrong-profile", lang.language, **facts))
    pictures = pictures_at(paths, lang.language)
    request = Request(judged_on(as_of), profile, kind.value, intake.value, name)
    for folder in (annotate, crops):
        if folder is not None:
            make_folder(folder)
    task = Task(request, lang.language, annotate, crops, thumbnails=output is Format.HTML)
    unreadable = False
    verdicts: set[str] = set()

    def seen(rows: Iterable[Row]) -> Iterator[Row]:
        nonlocal unreadable
        for row in rows:
            if row.report is None:
                unreadable = True
                typer.echo(f"{row.path}: {row.error}", err=True)
            else:
                verdicts.add(row.report.verdict.value)
            yield row

    _write(seen(_rows(pictures, task, workers)), output, lang.language, reveal=reveal)
    if unreadable:
        raise typer.Exit(EXIT_USAGE)
    raise typer.Exit(0 if verdicts == {"pass"} else EXIT_FINDINGS)


def _rows(pictures: list[Path], task: Task, workers: int | None) -> Iterator[Row]:
    """Rows in order, with a progress bar on the terminal's error stream where there are many."""
    from rich.console import Console
    from rich.progress import Progress

    from photocheck.pool import check_many

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal or len(pictures) < 3) as bar:
        progress = bar.add_task(interface_text("checking", task.language), total=len(pictures))
        for row in check_many(pictures, task, workers=workers):
            bar.advance(progress)
            yield row


def _write(rows: Iterator[Row], output: Format, language: Language, *, reveal: bool) -> None:
    """Reports to standard output. One document is written only once whole, so that Ctrl-C leaves no half of it."""
    from photocheck.render.document import as_document

    if output is Format.TEXT:
        from rich.console import Console

        from photocheck.render.text import print_report

        console = Console(highlight=False)
        for row in rows:
            if row.report is not None:
                print_report(console, row.report, language, reveal=reveal)
        return
    if output is Format.JSONL:
        for row in rows:
            if row.report is not None:
                typer.echo(json.dumps(as_document(row.report, language, reveal=reveal), ensure_ascii=False))
        return
    done = list(rows)
    reports = [row.report for row in done if row.report is not None]
    if output is Format.JSON:
        documents = [as_document(report, language, reveal=reveal) for report in reports]
        typer.echo(json.dumps(documents, ensure_ascii=False, indent=1))
    elif output is Format.SARIF:
        from photocheck.render.sarif import as_sarif

        typer.echo(json.dumps(as_sarif(reports, language), ensure_ascii=False, indent=1))
    else:
        from photocheck.render.html import page

        typer.echo(page(done, language, reveal=reveal))
