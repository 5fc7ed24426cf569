"""Write the table of checks into README.md: `python docs/readme_table.py`."""

from __future__ import annotations

from pathlib import Path

from photocheck.messages import title
from photocheck.registry import all_checks

README = Path(__file__).parent.parent / "README.md"
START, END = "kept true by a test -->\n", "<!-- /checks -->"
FAMILIES = {
    "FIL": "file",
    "GEO": "geometry",
    "POS": "pose",
    "EYE": "eyes",
    "FAC": "face",
    "LUM": "light and colour",
    "BKG": "background",
    "QUA": "quality",
    "RET": "retouch",
    "CAP": "card capture",
    "AUT": "card authenticity",
    "FLD": "card fields",
    "SIG": "signature",
    "SUB": "submission",
}


def table() -> str:
    """A row a family: its checks in the order of their codes.

    Raises:
        KeyError: if a check is of a family that has no row.
    """
    strangers = {check.code[:3] for check in all_checks()} - FAMILIES.keys()
    if strangers:
        raise KeyError(f"families without a name: {sorted(strangers)}")
    rows = ["| family | checks |", "|---|---|"]
    for code, name in FAMILIES.items():
        members = [check for check in all_checks() if check.code.startswith(code)]
        if not members:
            continue
        listed = " · ".join(f"`{check.name}` {title(check.name, 'zh-CN')}" for check in members)
        rows.append(f"| {code} {name} | {listed} |")
    return "\n".join(rows) + "\n"


def with_table(text: str) -> str:
    """README with the table of today's checks."""
    before, rest = text.split(START)
    return f"{before}{START}{table()}{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")
