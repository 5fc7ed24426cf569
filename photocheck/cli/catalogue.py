"""`photocheck checks`, `explain` and `profiles`: what there is to ask, and under which limits."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from photocheck.cli.options import LanguageChoice, LanguageOption, ListFormat, ProfileOption, app, refuse


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
        refuse(f"There is no check {code_or_name!r}; `photocheck checks` lists them.")
    try:
        typer.echo(explanation(found, load_profile(profile or "cn-exit-entry"), lang.language))
    except ProfileError as error:
        refuse(str(error))


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
        refuse(str(error))
