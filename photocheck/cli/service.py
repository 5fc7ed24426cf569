"""`photocheck serve`, `audit` and `keys`: the service. The package `api` is imported only when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photocheck.cli.options import EXIT_FINDINGS, LanguageChoice, LanguageOption, app, refuse
from photocheck.features.nets import ModelError
from photocheck.messages import Language, interface_text

if TYPE_CHECKING:
    from api.context import Service
    from api.db import Database
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
        from api.services.health import check_nets

        settings = read_settings(lang.language, host=host, port=port, data=data)
        try:
            check_nets()
        except ModelError as fault:
            refuse(str(fault))
        typer.echo(interface_text("service-at", lang.language, url=settings.url), err=True)
        run(settings)


audit_app = typer.Typer(help="The service's audit log.", no_args_is_help=True)
keys_app = typer.Typer(help="The service's master keys.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")
app.add_typer(keys_app, name="keys")


@audit_app.command()
def verify(
    data: DataOption = None,
    head: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="Hash of an earlier last line, kept elsewhere: it must be in the log."),
    ] = None,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """Follow the chain of hashes; exit code 1 and the number of the first line that was changed, else the last hash."""
    language = lang.language
    with service_parts(language), _database(language, data) as database:
        from api.services import audit

        with database.read() as session:
            found = audit.verify(session)
            known = head is None or audit.has(session, head)
    if found.broken_at is not None:
        typer.echo(interface_text("audit-broken", language, number=found.broken_at))
        raise typer.Exit(EXIT_FINDINGS)
    if not known:
        typer.echo(interface_text("audit-cut", language, head=head))
        raise typer.Exit(EXIT_FINDINGS)
    typer.echo(interface_text("audit-whole", language, count=found.good, head=found.head))


@audit_app.command()
def export(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A file of JSON lines; made or gone on with.")],
    data: DataOption = None,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """Append what is new in the log to a file, for a copy on another machine. A changed log is refused."""
    language = lang.language
    with service_parts(language), _database(language, data) as database:
        from api.services import audit_copy

        try:
            with database.read() as session:
                added = audit_copy.export(session, out)
        except audit_copy.NotTheSame as fault:
            refuse(interface_text("audit-not-the-same", language, path=out, number=fault.number))
    typer.echo(interface_text("audit-exported", language, count=added, path=out))


@keys_app.command()
def rotate(data: DataOption = None, lang: LanguageOption = LanguageChoice.ZH_CN) -> None:
    """Add a master key and wrap everything anew by it, while the service runs.

    Keys given by PHOTOCHECK_MASTER_KEYS are changed there: put the new one first, start the services anew, then this
    wraps everything by it.
    """
    language = lang.language
    with service_parts(language), _service(language, data) as service:
        from api.services.rotation import rewrap_all

        added = service.keyring.add_key() if service.keyring.file is not None else next(iter(service.keyring.keys))
        done = rewrap_all(service)
    typer.echo(interface_text("keys-rotated", language, name=added, pictures=done.pictures, values=done.values))


@app.command()
def erase(
    reference: Annotated[str, typer.Argument(help="The application's reference, such as 7F3K-2M9Q-XT4B.")],
    data: DataOption = None,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """Erase an application's pictures and personal data at once, as its applicant asked; it is withdrawn first."""
    language = lang.language
    with service_parts(language), _service(language, data) as service:
        from api.services.retention.asked import erase_by_reference

        erased = erase_by_reference(service, reference)
    if erased is None:
        refuse(interface_text("no-application", language, reference=reference))
    typer.echo(interface_text("application-erased", language, reference=reference, pictures=erased))


@app.command()
def backup(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new or empty folder.")],
    data: DataOption = None,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """Copy database and pictures while the service runs; master keys are kept apart. For SQLite and a folder."""
    language = lang.language
    with service_parts(language):
        from api.services.backup import CannotBackUp, back_up

        try:
            copied = back_up(_settings(language, data), out)
        except CannotBackUp as fault:
            refuse(interface_text(f"backup-{fault}", language, path=out))
        except OSError as error:
            refuse(f"{out}: {error.strerror}")
    typer.echo(interface_text("backed-up", language, pictures=copied, path=out))


@app.command()
def sanity(data: DataOption = None, lang: LanguageOption = LanguageChoice.ZH_CN) -> None:
    """Open every stored picture, compare hashes, follow the audit log. Exit code 1 where something is wrong."""
    language = lang.language
    with service_parts(language), _service(language, data) as service:
        from api.services.sanity import examine

        found = examine(service)
    for code, identity in found.faults:
        typer.echo(f"✗ {interface_text(f'sanity-{code}', language, identity=identity)}")
    typer.echo(interface_text("sanity-looked", language, pictures=found.pictures, lines=found.audit_lines))
    raise typer.Exit(EXIT_FINDINGS if found.faults else 0)


@contextmanager
def _service(language: Language, data: Path | None) -> Iterator[Service]:
    """The service's parts, beside the running service; no worker process is started."""
    from api.context import Service

    service = Service.start(_settings(language, data))
    try:
        yield service
    finally:
        service.stop()


@contextmanager
def _database(language: Language, data: Path | None) -> Iterator[Database]:
    """The service's database as it is, closed at the end."""
    from api.db import Database

    database = Database(_settings(language, data).database)
    try:
        yield database
    finally:
        database.dispose()


def _settings(language: Language, data: Path | None) -> Settings:
    settings = read_settings(language, data=data)
    if not settings.database_url and not (settings.data / "photocheck.sqlite").is_file():
        refuse(interface_text("no-data", language, path=settings.data))
    return settings


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
