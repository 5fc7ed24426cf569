"""What the service says, in zh-CN and in English: one TOML file a part, a table a text.

    [consent-title]
    zh-CN = "…"
    en = "…"

Texts of findings are the library's (photocheck.messages).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from photocheck.messages import Language

_FOLDER = resources.files("api.web.wording")


@cache
def _texts(part: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{part}.toml").read_text("utf-8"))


def text(part: str, key: str, language: Language, **facts: Any) -> str:
    """A text of one part, with its facts filled in.

    Raises:
        KeyError: if there is no such text.
    """
    found: str = _texts(part)[key][language]
    return found.format(**facts) if facts else found


def texts(part: str, language: Language) -> dict[str, str]:
    """Every text of one part, for a page."""
    return {key: both[language] for key, both in _texts(part).items()}


def problem_text(code: str, language: Language, **facts: Any) -> tuple[str, str]:
    """Title and sentence of a problem. A fact `text` ({language: sentence}) is the sentence itself."""
    entry = _texts("problems")[code]
    told = facts.get("text")
    detail: str = told[language] if told else entry[language].format(**facts)
    return entry["title"][language], detail
