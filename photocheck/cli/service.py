"""`photocheck serve`: the service. The package `api` is imported only here, when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photocheck.cli.options import LanguageChoice, LanguageOption, app, refuse
from photocheck.messages import Language, interface_text

if TYPE_CHECKING:
    from api.settings import Settings

DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Folder of the database, pictures and keys; or PHOTOCHECK_DATA."),
]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 127.0.0.1 by default.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on; 8000 by default.")] = None,
    data: DataOption = None,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """Run the service: pages for applicants and reviewers, and the HTTP interface.

    Every setting is an environment variable PHOTOCHECK_…; docs/settings.md lists them.
    """
    with service_parts(lang.language):
        from api.serve import serve as run

        settings = read_settings(lang.language, host=host, port=port, data=data)
        typer.echo(interface_text("service-at", lang.language, url=settings.url), err=True)
        run(settings)


@contextmanager
def service_parts(language: Language) -> Iterator[None]:
    """Ends with one sentence where a package of the service is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "photocheck":
            raise
        refuse(interface_text("service-missing", language, package=error.name))


def read_settings(language: Language, **given: Any) -> Settings:
    """Settings from the environment, with what was given on the command line before them."""
    from pydantic import ValidationError

    from api.settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        faults = (
            ("PHOTOCHECK_" + "_".join(str(part).upper() for part in fault["loc"]) if fault["loc"] else "", fault["msg"])
            for fault in error.errors()
        )
        listed = "; ".join(f"{name}: {message}" if name else message for name, message in faults)
        refuse(interface_text("service-settings", language, listed=listed))
