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
    "FLD": "card fields",
}


def table() -> str:
    """A row a family: its checks in the order of their codes."""
    rows = ["| family | checks |", "|---|---|"]
    for code, name in FAMILIES.items():
        members = [check for check in all_checks() if check.code.startswith(code)]
        listed = " · ".join(f"`{check.name}` {title(check.name, 'zh-CN')}" for check in members)
        rows.append(f"| {code} {name} | {listed} |")
    return "\n".join(rows) + "\n"


def with_table(text: str) -> str:
    """README with the table of today's checks."""
    before, rest = text.split(START)
    return f"{before}{START}{table()}{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")
