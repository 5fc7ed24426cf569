"""Write docs/settings.md from the settings themselves: `python -m docs.settings_page`. A test fails where it is old."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from api.settings import Settings

PAGE = Path(__file__).parent / "settings.md"
_HEAD = """# Settings of the service

`photocheck serve` needs none of these: with the defaults it keeps everything in the folder `photocheck-data`. Each is
an environment variable, a line of a file `.env` in the folder it is started in, or a file of that name, in small
letters, in `/run/secrets`. Settings are checked at start; a wrong one ends it with a sentence that names it.

`--host`, `--port` and `--data` on the command line come before the environment.

| variable | default | meaning |
|---|---|---|
"""


def page() -> str:
    """The page."""
    rows = [
        f"| `PHOTOCHECK_{name.upper()}` | {_shown(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return _HEAD + "\n".join(rows) + "\n"


def _shown(default: Any) -> str:
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    return "" if default in ("", PydanticUndefined) else f"`{default}`"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
