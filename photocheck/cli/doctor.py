"""`photocheck doctor`: versions, models, self-test."""

from __future__ import annotations

import typer

from photocheck.cli.options import EXIT_FINDINGS, LanguageChoice, LanguageOption, app


@app.command()
def doctor(lang: LanguageOption = LanguageChoice.ZH_CN) -> None:
    """Show versions, models and their hashes, and run a self-test."""
    from photocheck.doctor import examine

    lines, healthy = examine(lang.language)
    for line in lines:
        typer.echo(line)
    raise typer.Exit(0 if healthy else EXIT_FINDINGS)
