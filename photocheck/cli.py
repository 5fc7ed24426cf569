"""The command line. Exit codes: 0 all pass, 1 something is review or fail, 2 wrong usage or an unreadable input."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from photocheck.messages import Language, interface_text

if TYPE_CHECKING:
    from photocheck.pool import Row, Task

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


def main() -> None:
    """Run the command line; Ctrl-C ends it without a trace."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)


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
        _refuse(f"--name is read by signature checks; it says nothing about a {kind.value}.")
    try:
        if profile is not None:
            load_profile(profile)
    except ProfileError as error:
        _refuse(str(error))
    pictures = _pictures(paths, lang.language)
    request = Request(_date(as_of), profile, kind.value, intake.value)
    if annotate is not None:
        _folder(annotate)
    task = Task(request, lang.language, annotate, thumbnails=output is Format.HTML)
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
                print_report(console, row.report, language)
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

        typer.echo(page(done, language))


@app.command()
def prepare(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The phone picture.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT.jpg", help="The file to make.")],
    profile: Annotated[str, typer.Option("--profile", help="Profile id or file.")] = "cn-exit-entry",
    lang: LanguageOption = LanguageChoice.ZH_CN,
    as_of: AsOfOption = None,
) -> None:
    """Crop, scale and encode a picture to a profile, then check the result. The person is never changed."""
    from rich.console import Console

    from photocheck.decode import UnreadableImage, read
    from photocheck.features.portrait import Portrait
    from photocheck.files import write_atomically
    from photocheck.finding import Verdict
    from photocheck.intake import Request, check_picture
    from photocheck.messages import error_text
    from photocheck.prepare import CannotPrepare, prepare_file
    from photocheck.profile import ProfileError, load_profile
    from photocheck.render.text import print_report

    language = lang.language
    try:
        prepared = prepare_file(Portrait(read(path)), load_profile(profile))
    except UnreadableImage as refusal:
        _refuse(f"{path}: {error_text(refusal.code, language, **refusal.facts)}")
    except ProfileError as error:
        _refuse(str(error))
    except CannotPrepare as refusal:
        typer.echo(f"{path}: {refusal.text(language)}", err=True)
        raise typer.Exit(EXIT_FINDINGS) from refusal
    _folder(output.parent)
    try:
        write_atomically(output, prepared.data)
    except OSError as error:
        _refuse(f"{output}: {error.strerror}")
    report = check_picture(prepared.picture, Request(_date(as_of), profile), path=str(output)).report
    print_report(Console(highlight=False), report, language)
    raise typer.Exit(0 if report.verdict is Verdict.PASS else EXIT_FINDINGS)


@app.command()
def checks(
    output: Annotated[ListFormat, typer.Option("--format")] = ListFormat.TEXT,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """List every check."""
    from photocheck.messages import title
    from photocheck.registry import all_checks

    known = all_checks()
    if output is ListFormat.JSON:
        rows = [{"code": row.code, "check": row.name, "kind": row.kind, "since": row.since} for row in known]
        typer.echo(json.dumps(rows, indent=1))
        return
    for row in known:
        typer.echo(f"{row.code}  {row.name:26} {row.kind:10} {title(row.name, lang.language)}")


@app.command()
def explain(
    code_or_name: Annotated[str, typer.Argument(metavar="CODE-or-name")],
    profile: ProfileOption = None,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """Explain one check: what it measures, why, its limits and where they come from."""
    from photocheck.profile import ProfileError, load_profile
    from photocheck.registry import find_check
    from photocheck.render.explain import explanation

    found = find_check(code_or_name)
    if found is None:
        _refuse(f"There is no check {code_or_name!r}; `photocheck checks` lists them.")
    try:
        typer.echo(explanation(found, load_profile(profile or "cn-exit-entry"), lang.language))
    except ProfileError as error:
        _refuse(str(error))


@app.command()
def profiles(
    profile: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """List the profiles, or show one with every limit and its source."""
    from photocheck.profile import ProfileError, load_profile, profile_ids
    from photocheck.render.explain import described

    if profile is None:
        for name in profile_ids():
            typer.echo(f"{name:24} {load_profile(name).title[lang.language]}")
        return
    try:
        typer.echo(described(load_profile(profile), lang.language))
    except ProfileError as error:
        _refuse(str(error))


@app.command()
def evaluate(
    labels: Annotated[
        Path, typer.Option(metavar="CSV", help="Columns file,check,truth (1 = defect), optional group, split.")
    ],
    images: Annotated[Path, typer.Option(metavar="DIR", help="The folder that the labels' files are in.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write tables, answers and plots here.")] = None,
    profile: ProfileOption = "icao",
    intake: Annotated[IntakeChoice, typer.Option()] = IntakeChoice.ORIGINAL,
    split: Annotated[str | None, typer.Option(help="Only labels whose split column says so.")] = None,
    lang: LanguageOption = LanguageChoice.ZH_CN,
    as_of: AsOfOption = None,
    workers: Annotated[int | None, typer.Option(min=1)] = None,
) -> None:
    """Measure the error rates of every labelled check."""
    from rich.console import Console
    from rich.progress import Progress

    from photocheck.evaluation.labels import LabelsError, read_labels
    from photocheck.evaluation.run import evaluate as run
    from photocheck.evaluation.run import write
    from photocheck.evaluation.tables import group_markdown, markdown
    from photocheck.intake import Request
    from photocheck.profile import ProfileError, load_profile

    try:
        known = read_labels(labels, split)
        load_profile(profile or "icao")
    except (LabelsError, ProfileError) as error:
        _refuse(str(error))
    request = Request(_date(as_of), profile, "portrait", intake.value)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(interface_text("checking", lang.language), total=len({label.file for label in known}))
        done = run(known, images, request, lang.language, workers=workers, progress=lambda: bar.advance(task))
    for file, sentence in done.unreadable:
        typer.echo(f"{file}: {sentence}", err=True)
    for name in done.skipped:
        typer.echo(interface_text("label-skipped", lang.language, check=name, profile=profile), err=True)
    typer.echo(markdown(done.measured))
    typer.echo("\n" + group_markdown(done.measured))
    if out is not None:
        write(done, known, out)
    raise typer.Exit(EXIT_USAGE if done.unreadable else 0)


@app.command()
def doctor(lang: LanguageOption = LanguageChoice.ZH_CN) -> None:
    """Show versions, models and their hashes, and run a self-test."""
    from photocheck.doctor import examine

    lines, healthy = examine(lang.language)
    for line in lines:
        typer.echo(line)
    raise typer.Exit(0 if healthy else EXIT_FINDINGS)


def _pictures(paths: list[Path], language: Language) -> list[Path]:
    """The files named, and the pictures inside the folders named."""
    from photocheck.files import pictures_under

    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = pictures_under(path)
            if not inside:
                _refuse(interface_text("empty-folder", language, path=path))
            found.extend(inside)
        else:
            found.append(path)
    return found


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _refuse(f"{path}: {error.strerror}")


def _date(as_of: datetime | None) -> date:
    return (as_of or datetime.now().astimezone()).date()


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(EXIT_USAGE)
