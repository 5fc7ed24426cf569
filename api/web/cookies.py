"""The service's cookies: never readable by scripts; sent over TLS only where there is TLS."""

from __future__ import annotations

from fastapi import Request, Response

from api.settings import Settings

_SESSION = "photocheck-session"
_APPLICANT = "photocheck-application-"
_HOST_ONLY = "__Host-"


def session_cookie(request: Request) -> str | None:
    """The secret of a signed-in browser."""
    return request.cookies.get(_named(_settings(request), _SESSION))


def set_session_cookie(response: Response, settings: Settings, secret: str) -> None:
    """Keep a browser signed in."""
    set_cookie(response, settings, _SESSION, secret, int(settings.session_hours * 3600))


def drop_session_cookie(response: Response, settings: Settings) -> None:
    """Forget it."""
    drop_cookie(response, settings, _SESSION)


def applicant_secret(request: Request, submission_id: str) -> str | None:
    """The secret of an application that this browser keeps."""
    return request.cookies.get(_named(_settings(request), _APPLICANT + submission_id))


def set_applicant_cookie(response: Response, settings: Settings, submission_id: str, secret: str) -> None:
    """Let this browser see and change an application, for as long as a returned one may take to be mended."""
    set_cookie(response, settings, _APPLICANT + submission_id, secret, 60 * 24 * 3600)


def kept_applications(request: Request) -> list[str]:
    """The ids of all applications that this browser keeps."""
    start = _named(_settings(request), _APPLICANT)
    return [name.removeprefix(start) for name in request.cookies if name.startswith(start)]


def read_cookie(request: Request, name: str) -> str | None:
    """A cookie set by `set_cookie`."""
    return request.cookies.get(_named(_settings(request), name))


def set_cookie(response: Response, settings: Settings, name: str, value: str, seconds: int) -> None:
    """A cookie for the whole service."""
    response.set_cookie(
        _named(settings, name), value, max_age=seconds, path="/", secure=_tls(settings), httponly=True, samesite="lax"
    )


def drop_cookie(response: Response, settings: Settings, name: str) -> None:
    """Forget a cookie."""
    response.delete_cookie(_named(settings, name), path="/", secure=_tls(settings), httponly=True, samesite="lax")


def _named(settings: Settings, name: str) -> str:
    """Browsers take a cookie with this prefix only over TLS and from this very host."""
    return _HOST_ONLY + name if _tls(settings) else name


def _tls(settings: Settings) -> bool:
    return settings.url.startswith("https://")


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.service.settings
    return settings
