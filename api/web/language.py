"""The language of a request: a choice made on the page (cookie), else Accept-Language, else the setting."""

from __future__ import annotations

from fastapi import Request

from photocheck.messages import LANGUAGES, Language

COOKIE = "photocheck-language"


def language_of(request: Request) -> Language:
    """zh-CN or en."""
    chosen = request.query_params.get("lang") or request.cookies.get(COOKIE)
    for language in LANGUAGES:
        if chosen == language:
            return language
    for part in _by_weight(request.headers.get("accept-language", "")):
        if part.startswith("zh"):
            return "zh-CN"
        if part.startswith("en"):
            return "en"
    default: Language = request.app.state.service.settings.language
    return default


def _by_weight(header: str) -> list[str]:
    """The tags of an Accept-Language header, the preferred first."""
    weighed = []
    for part in header.lower().split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for _, tag in sorted(weighed, key=lambda pair: pair[0])]
