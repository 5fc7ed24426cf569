"""`photocheck diff`, `photocheck simulate`, `photocheck summary`: what the tables of scored archives say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from photocheck.cli.options import (
    EXIT_FINDINGS,
    LanguageChoice,
    LanguageOption,
    ListFormat,
    ProfileOption,
    app,
    refuse,
)

_Limit = Annotated[int, typer.Option("--limit", min=0, help="Examples of each change.")]
_Groups = Annotated[bool, typer.Option("--group", help="Say what changed in each group too.")]
_Format = Annotated[ListFormat, typer.Option("--format")]


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The --out of an earlier run.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The --out of another run over the same inputs.")],
    format_: _Format = ListFormat.TEXT,
    check: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only what this check changed; its code or name.")
    ] = None,
    groups: _Groups = False,
    limit: _Limit = 5,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """Say which verdicts differ between two scored archives, and by which checks. Exit code 1 if any does."""
    from rich.console import Console

    from photocheck.archive.analysis.compare import compare
    from photocheck.archive.analysis.text import diff_document, print_diff
    from photocheck.archive.errors import ArchiveError
    from photocheck.archive.extras import MissingExtra
    from photocheck.registry import find_check

    name = None
    if check is not None:
        known = find_check(check)
        if known is None:
            refuse(f"There is no check {check!r}; `photocheck checks` lists them.")
        name = known.name
    try:
        found = compare(old, new, check=name, limit=limit)
    except (ArchiveError, MissingExtra) as error:
        refuse(str(error))
    if format_ is ListFormat.JSON:
        typer.echo(json.dumps(diff_document(found, groups=groups), ensure_ascii=False, indent=2))
    else:
        print_diff(Console(highlight=False), found, lang.language, groups=groups)
    raise typer.Exit(EXIT_FINDINGS if found.changes.flipped else 0)


@app.command()
def simulate(
    results: Annotated[Path, typer.Argument(metavar="RESULTS", help="The --out of a run.")],
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="CHANGE", help="Such as head-height.pass=0.68,0.82; may be given several times."),
    ] = None,
    profile: ProfileOption = None,
    format_: _Format = ListFormat.TEXT,
    groups: _Groups = False,
    limit: _Limit = 5,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """Say what other limits would change, from stored values, without a picture. Exit code 1 if a verdict would."""
    from rich.console import Console

    from photocheck.archive.analysis.simulate import simulate as judge
    from photocheck.archive.analysis.text import print_simulation, simulation_document
    from photocheck.archive.errors import ArchiveError
    from photocheck.archive.extras import MissingExtra

    if not sets and profile is None:
        refuse("Name what to change: --set head-height.pass=0.68,0.82, or --profile another.toml.")
    try:
        found = judge(results, sets=sets or (), profile=profile, limit=limit)
    except (ArchiveError, MissingExtra) as error:
        refuse(str(error))
    if format_ is ListFormat.JSON:
        typer.echo(json.dumps(simulation_document(found, groups=groups), ensure_ascii=False, indent=2))
    else:
        print_simulation(Console(highlight=False), found, lang.language, groups=groups)
    raise typer.Exit(EXIT_FINDINGS if found.changes.flipped else 0)


@app.command()
def summary(
    results: Annotated[Path, typer.Argument(metavar="RESULTS", help="The --out of a run.")],
    pictures: Annotated[
        bool, typer.Option("--pictures/--no-pictures", help="Whether some pictures are read again and shown.")
    ] = True,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """Write the summary page of a scored archive again, as RESULTS/summary.html; `batch` does so at its end."""
    from photocheck.archive.analysis.page import write_page
    from photocheck.archive.errors import ArchiveError
    from photocheck.archive.extras import MissingExtra
    from photocheck.messages import interface_text

    try:
        path = write_page(results, lang.language, pictures=pictures)
    except (ArchiveError, MissingExtra) as error:
        refuse(str(error))
    typer.echo(interface_text("summary-written", lang.language, path=path))
