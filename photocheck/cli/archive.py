"""`photocheck batch`: an archive scored into Parquet tables."""

from __future__ import annotations

import os
import signal
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photocheck.cli.options import (
    EXIT_INTERRUPTED,
    AsOfOption,
    IntakeChoice,
    Kind,
    LanguageChoice,
    LanguageOption,
    ProfileOption,
    app,
    judged_on,
    refuse,
)
from photocheck.messages import Language, interface_text

if TYPE_CHECKING:
    from photocheck.archive.tally import Tally


class EngineChoice(StrEnum):
    """Where pictures are scored."""

    LOCAL = "local"
    RAY = "ray"


@app.command()
def batch(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SRC",
            help="A folder, a pattern, a zip or tar, a Parquet or CSV manifest, a path or a URI such as s3://bucket/x; "
            "store:DIR is the service's own store in the data folder DIR.",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where the tables go; a stopped run goes on there.")
    ],
    engine: Annotated[
        EngineChoice, typer.Option(help="local: this machine. ray: the cluster of RAY_ADDRESS, or a local one.")
    ] = EngineChoice.LOCAL,
    workers: Annotated[int | None, typer.Option(min=1, help="Pictures at a time; by default one a core.")] = None,
    profile: ProfileOption = None,
    kind: Annotated[Kind, typer.Option(help="What the pictures are, where a manifest does not say.")] = Kind.AUTO,
    intake: Annotated[IntakeChoice, typer.Option(help="As for `check`.")] = IntakeChoice.FINAL,
    as_of: AsOfOption = None,
    earlier: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="OLD",
            help="An earlier run's --out: what has not changed is kept, changed limits are judged from its values.",
        ),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(metavar="SQL", help="With --from: only inputs of that run that meet this, scored anew."),
    ] = None,
    shard_size: Annotated[
        int | None, typer.Option(min=1, max=20_000, help="Inputs written together; about 1,000 by default.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds after which a picture is given up.")] = 60.0,
    recycle: Annotated[int, typer.Option(min=1, help="Pictures after which a worker is replaced.")] = 5000,
    metrics: Annotated[
        Path | None, typer.Option(metavar="FILE.prom", help="Keep metrics for Prometheus's node exporter here.")
    ] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Keep names and numbers that were read in the tables.")
    ] = False,
    pictures: Annotated[
        bool, typer.Option("--pictures/--no-pictures", help="Whether the summary page shows some of the pictures.")
    ] = True,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """Score an archive into two Parquet tables. Run the same command again to go on after a stop."""
    from photocheck.archive.analysis.page import write_page
    from photocheck.archive.analysis.summary import PAGE
    from photocheck.archive.batch import Options
    from photocheck.archive.earlier import Earlier
    from photocheck.archive.errors import ArchiveError
    from photocheck.archive.extras import MissingExtra, arrow
    from photocheck.archive.settings import Settings

    if where is not None and earlier is None:
        refuse("--where chooses from an earlier run: name it with --from.")
    if ":/" in str(out):
        refuse("--out must be a folder of a file system; copy the tables to a bucket when the run is done.")
    language = lang.language
    # A stop by the system is a stop by hand.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        arrow()
        day = judged_on(as_of)
        if as_of is None and earlier is not None:
            day = date.fromisoformat(Earlier(earlier).run["request"]["as_of"])
        elif as_of is None and (out / "run.json").is_file():
            day = date.fromisoformat(Earlier(out).run["request"]["as_of"])
        settings = Settings(day, profile, kind.value, intake.value, language, reveal, timeout)
        options = Options(engine.value, workers or os.cpu_count() or 1, recycle, shard_size)
        done = _run(source, out, settings, options, earlier, where, metrics, language)
        page = out / PAGE
        if not page.is_file():
            write_page(out, language, pictures=pictures)
    except (ArchiveError, MissingExtra) as error:
        refuse(str(error))
    except KeyboardInterrupt as stop:
        typer.echo(interface_text("batch-stopped", language), err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from stop
    verdicts = {name: done["verdicts"].get(name, 0) for name in ("review", "fail", "error")}
    passed = done["verdicts"].get("pass", 0)
    counts = {"images": done["images"], "findings": done["findings"], "passed": passed, **verdicts}
    typer.echo(interface_text("batch-done", language, out=out, **counts))
    if earlier is not None:
        origins = {name: done["origins"].get(name, 0) for name in ("kept", "judged", "scored")}
        typer.echo(interface_text("batch-kept", language, **origins))
    typer.echo(interface_text("summary-written", language, path=page))


def _run(
    source: str,
    out: Path,
    settings: Any,
    options: Any,
    earlier: Path | None,
    where: str | None,
    metrics: Path | None,
    language: Language,
) -> dict[str, Any]:
    from photocheck.archive.batch import batch as score
    from photocheck.archive.metrics import MetricsFile
    from photocheck.archive.progress import Display

    told = MetricsFile(metrics) if metrics is not None else None
    with Display(language) as display:
        started = False

        def watch(tally: Tally) -> None:
            nonlocal started
            if not started and tally.before:
                display.resumed(tally.total, tally.before)
            started = True
            display.watch(tally)
            if told is not None:
                told.watch(tally)

        done = score(source, out, settings, options, earlier=earlier, where=where, listed=display.listed, watch=watch)
    if told is not None:
        told.complete()
    return done
