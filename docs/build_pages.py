"""A mkdocs hook: makes a page for every check and profile, so that none can be forgotten.

A check's page comes from its docstring, its wording, its limits under every profile and the pictures of its case file.
"""

from __future__ import annotations

import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from photocheck.messages import check_wording, title  # noqa: E402
from photocheck.profile import load_profile, profile_ids  # noqa: E402
from photocheck.registry import Check, all_checks  # noqa: E402
from photocheck.render.annotate import annotate, encode_jpeg  # noqa: E402
from photocheck.render.explain import described, limit_lines  # noqa: E402

CASES = ROOT / "tests" / "cases"
_HEADINGS = ("Why", "Source", "How", "Crown", "Abstains")
_PICTURE_SIDE = 900
_AS_OF = date(2026, 11, 22)
_SHOWN_OUTCOMES = ("pass", "review", "fail", "not_assessed")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages and pictures."""
    checks = all_checks()
    files.append(File.generated(config, "checks/index.md", content=index(checks)))
    for check in checks:
        pictures = case_pictures(check)
        for name, data, _ in pictures:
            files.append(File.generated(config, f"checks/{name}", content=data))
        files.append(File.generated(config, f"checks/{check.name}.md", content=page(check, pictures)))
    for name in profile_ids():
        text = described(load_profile(name), "en")
        files.append(File.generated(config, f"profiles/{name}.md", content=f"# {name}\n\n```text\n{text}\n```\n"))
    return files


def index(checks: tuple[Check, ...]) -> str:
    """The table of checks."""
    rows = []
    for check in checks:
        cells = [check.code, f"[{check.name}]({check.name}.md)", title(check.name, "zh-CN"), check.doc.splitlines()[0]]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(["# Checks", "", "| code | check | 名称 | what is measured |", "|---|---|---|---|", *rows]) + "\n"


def page(check: Check, pictures: list[tuple[str, bytes, str]]) -> str:
    """One check's page."""
    lines = [f"# {check.code} {check.name}", "", f"**{title(check.name, 'zh-CN')}** · {title(check.name, 'en')}", ""]
    judged = "the crop that `prepare` makes" if check.judged_on == "crop" else "the uploaded picture"
    lines += [
        f"Kind: {check.kind} · unit: {check.unit or '–'} · since {check.since} · original intake: judged on {judged}",
        "",
    ]
    for line in check.doc.splitlines():
        heading, colon, rest = line.partition(": ")
        lines += ["", f"**{heading}:** {rest}"] if colon and heading in _HEADINGS else [line]
    lines += ["", "## What it says", "", "| case | 中文 | English |", "|---|---|---|"]
    chinese, english = check_wording(check.name, "zh-CN"), check_wording(check.name, "en")
    lines += [f"| {key} | {_cell(chinese[key])} | {_cell(text)} |" for key, text in english.items() if key != "title"]
    if pictures:
        lines += ["", "## Examples", ""]
        for name, _, caption in pictures:
            lines += [f"![{caption}]({name})", "", f"*{caption}*", ""]
    lines += ["", "## Limits", "", "| profile | limits and source |", "|---|---|"]
    for name in profile_ids(None if check.kind == "any" else check.kind):
        setting = load_profile(name).settings.get(check.name)
        if setting is not None and not setting.off:
            text = "<br>".join(_cell(line) for line in limit_lines(setting, check.unit, "en"))
            lines.append(f"| [{name}](../profiles/{name}.md) | {text or 'no numbers'} |")
    return "\n".join(lines) + "\n"


def case_pictures(check: Check) -> list[tuple[str, bytes, str]]:
    """The first case of each outcome, drawn: (file name, JPEG, caption); none for what is asked of several pictures."""
    if check.kind == "submission":
        return []
    from photocheck.engine import assess
    from tests.cases.pictures import subject_of

    cases = tomllib.loads((CASES / f"{check.name}.toml").read_text("utf-8"))["case"]
    drawn = []
    for outcome in _SHOWN_OUTCOMES:
        case: dict[str, Any] | None = next(
            (row for row in cases if row["outcome"] == outcome and "limits" not in row), None
        )
        if case is None:
            continue
        profile = load_profile(case.get("profile", "cn-exit-entry"))
        alone = profile.model_copy(update={"settings": {check.name: profile.settings[check.name]}})
        subject = subject_of(case.get("picture", {"maker": "portrait"}), case.get("then", ()), case.get("file", {}))
        report = assess(subject, alone, as_of=case.get("as_of", _AS_OF))
        picture = encode_jpeg(annotate(subject.rgb, report, "zh-CN"), _PICTURE_SIDE)
        drawn.append((f"{check.name}-{outcome}.jpg", picture, f"{outcome}: {case['name']}"))
    return drawn


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
