"""`photocheck prepare`: the safe fix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photocheck.cli.options import (
    EXIT_FINDINGS,
    AsOfOption,
    LanguageChoice,
    LanguageOption,
    app,
    judged_on,
    make_folder,
    refuse,
)

if TYPE_CHECKING:
    from photocheck.decode import Picture
    from photocheck.profile import Profile


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
        wanted = load_profile(profile)
        picture = read(path)
        if wanted.kind == "signature":
            data, made = _signature(picture, wanted)
        else:
            prepared = prepare_file(Portrait(picture), wanted)
            data, made = prepared.data, prepared.picture
    except UnreadableImage as refusal:
        refuse(f"{path}: {error_text(refusal.code, language, **refusal.facts)}")
    except ProfileError as error:
        refuse(str(error))
    except CannotPrepare as refusal:
        typer.echo(f"{path}: {refusal.text(language)}", err=True)
        raise typer.Exit(EXIT_FINDINGS) from refusal
    make_folder(output.parent)
    try:
        write_atomically(output, data)
    except OSError as error:
        refuse(f"{output}: {error.strerror}")
    report = check_picture(made, Request(judged_on(as_of), profile), path=str(output)).report
    print_report(Console(highlight=False), report, language)
    raise typer.Exit(0 if report.verdict is Verdict.PASS else EXIT_FINDINGS)


def _signature(picture: Picture, profile: Profile) -> tuple[bytes, Picture]:
    """The file made of a signature, as bytes and decoded again."""
    from photocheck.features.signature.signature import Signature
    from photocheck.prepare.signature import prepare_signature

    prepared = prepare_signature(Signature(picture), profile)
    return prepared.data, prepared.picture
