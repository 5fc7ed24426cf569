"""`photocheck calibrate`: limits taught by reviewers' decisions, as a profile draft."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photocheck.cli.options import LanguageChoice, LanguageOption, app, refuse
from photocheck.cli.service import DataOption, read_settings, service_parts
from photocheck.messages import Language, interface_text

if TYPE_CHECKING:
    from photocheck.evaluation.calibrate import Proposal, Sample


@app.command()
def calibrate(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DECISIONS]", help="A file that --export wrote; by default the database of the service itself."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", help="The draft (.toml).")] = None,
    profile: Annotated[str, typer.Option(help="The profile whose limits are compared with the decisions.")] = (
        "cn-exit-entry"
    ),
    days: Annotated[int, typer.Option(min=1, help="How far back decisions count.")] = 90,
    at_least: Annotated[int, typer.Option(min=4, help="Decisions that a limit must have.")] = 20,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Only write the decisions, a line each: no picture, no name.")
    ] = None,
    data: DataOption = None,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """Find the limits that would have agreed with reviewers most, and write them as a profile draft.

    A limit changes only where the decisions that speak for it outnumber those against it beyond chance.
    """
    from photocheck.evaluation.calibrate import proposals
    from photocheck.evaluation.draft import draft
    from photocheck.files import write_atomically
    from photocheck.profile import ProfileError, load_profile

    language = lang.language
    samples = _from_file(source) if source is not None else _from_service(language, data, days)
    if export is not None:
        lines = [json.dumps(asdict(sample), ensure_ascii=False) for sample in samples]
        write_atomically(export, ("\n".join(lines) + "\n" if lines else "").encode())
        typer.echo(interface_text("calibrate-exported", language, count=len(lines), path=export))
        return
    try:
        loaded = load_profile(profile)
    except ProfileError as error:
        refuse(str(error))
    found = proposals(samples, loaded, at_least=at_least)
    _print(found, language)
    if out is not None:
        write_atomically(out, draft(loaded, found).encode())
        typer.echo(interface_text("calibrate-written", language, path=out, count=sum(one.better for one in found)))


def _from_service(language: Language, data: Path | None, days: int) -> list[Sample]:
    with service_parts(language):
        from api.services.review.opinions import since_days

        settings = read_settings(language, data=data)
        if not settings.database_url and not (settings.data / "photocheck.sqlite").is_file():
            refuse(interface_text("no-data", language, path=settings.data))
        return since_days(settings.database, days)


def _from_file(path: Path) -> Iterator[Sample]:
    from photocheck.evaluation.calibrate import Sample

    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"{path}: {error.strerror if isinstance(error, OSError) else error}")
    for number, line in enumerate(text.splitlines(), 1):
        try:
            yield Sample(**json.loads(line))
        except (TypeError, ValueError) as error:
            refuse(f"{path}:{number}: {error}")


def _print(found: Iterable[Proposal], language: Language) -> None:
    from rich.console import Console
    from rich.table import Table

    from photocheck.messages import title

    words = ("check", "end", "change", "decisions", "disagree", "better")
    table = Table(*(interface_text(f"calibrate-{word}", language) for word in words), box=None, pad_edge=False)
    for one in found:
        name = title(one.check, language) + (f" ({one.limit})" if one.limit else "")
        better = interface_text("calibrate-yes" if one.better else "calibrate-no", language)
        change, disagree = f"{one.now:.4g} → {one.best:.4g}", f"{one.disagreed_now} → {one.disagreed_best}"
        end = interface_text(f"calibrate-{one.end}", language)
        table.add_row(name, end, change, f"{one.samples} ({one.defects})", disagree, better)
    if not table.row_count:
        typer.echo(interface_text("calibrate-none", language))
        return
    Console(highlight=False).print(table)
