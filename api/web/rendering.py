"""Pages out of templates: `page(request, "apply/start.html", part="apply", …)`.

Every template extends `base.html` and may use `macros.html`. It is given

- `t(key, **facts)`: a text of the page's wording part, else of `common`; the result is plain text and is escaped;
- `language` and `other_language`; `here`, the address to come back to after the language was changed;
- `static("css/base.css")`: the address of a static file, which changes with its content;
- `csrf`: the token that forms send along, empty where nobody has a session.

The policy of contents allows neither inline scripts nor `style` attributes: styles live in `static/css`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import photocheck
from api.clock import CHINA
from api.web.language import language_of
from api.web.wording import text
from photocheck.messages import LANGUAGES, Language, label_text, title

STATIC = Path(__file__).parent / "static"
_YEAR = "public, max-age=31536000, immutable"


class _Files(StaticFiles):
    """Static files: kept for good where their address names their content, else asked for anew each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = _YEAR if scope.get("query_string", b"").startswith(b"v=") else "no-cache"
        return answer


def serve_static(app: FastAPI) -> None:
    """Serve css, scripts and images under /static."""
    app.mount("/static", _Files(directory=STATIC), name="static")


@cache
def static(path: str) -> str:
    """The address of a static file, with a mark of its content."""
    mark = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={mark}"


def page(
    request: Request,
    template: str,
    *,
    part: str = "common",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """A page in the user's language.

    Args:
        template: its path under `api/web/templates`.
        part: of the wording, `api/web/wording/<part>.toml`.
        context: what the template is given besides.
    """
    language = language_of(request)
    other = next(one for one in LANGUAGES if one != language)
    content = (
        _environment()
        .get_template(template)
        .render(
            t=texts_of(part, language),
            language=language,
            other_language=other,
            here=_here(request),
            csrf=_csrf(request),
            day=lambda when: day(when, language),
            moment=lambda when: moment(when, language),
            check_title=lambda check: title(check, language),
            label=lambda key: label_text(key, language),
            **context,
        )
    )
    told = {"Content-Language": language, "Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    return HTMLResponse(content, status, told | dict(headers or {}))


def texts_of(part: str, language: Language) -> Callable[..., str]:
    """The texts of a part, and where it lacks one, those that all pages share."""

    def told(key: str, **facts: Any) -> str:
        try:
            return text(part, key, language, **facts)
        except KeyError:
            return text("common", key, language, **facts)

    return told


def day(when: date | datetime, language: Language) -> str:
    """A day in China: `2026年1月5日`, `5 January 2026`."""
    if isinstance(when, datetime):
        when = when.astimezone(CHINA).date()
    if language == "zh-CN":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def moment(when: datetime, language: Language) -> str:
    """A day and minute in China."""
    return f"{day(when, language)} {when.astimezone(CHINA):%H:%M}"


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _csrf(request: Request) -> str:
    """The token of a signed-in session, which the guards of the route have looked up."""
    known = getattr(request.state, "caller", None)
    return "" if known is None else known.csrf


def _here(request: Request) -> str:
    """The page's own address, where it can be fetched again; else the start."""
    return request.url.path if request.method == "GET" else "/"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api", "web/templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(static=static, version=photocheck.__version__)
    return environment
