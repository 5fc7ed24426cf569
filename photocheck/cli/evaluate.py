"""`photocheck evaluate`: error rates on labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photocheck.cli.options import (
    EXIT_USAGE,
    AsOfOption,
    IntakeChoice,
    LanguageChoice,
    LanguageOption,
    ProfileOption,
    app,
    judged_on,
    refuse,
)
from photocheck.messages import interface_text


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
        refuse(str(error))
    request = Request(judged_on(as_of), profile, "portrait", intake.value)
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
