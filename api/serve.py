"""Runs the service until told to stop: readiness goes first, what was taken is finished, then jobs and workers end."""

from __future__ import annotations

import threading
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.logs import set_up_logs
from api.settings import Settings

_FINISH_SECONDS = 60
_PLACES_FOR_THE_REST = 200
"""Connections beside those with a check: pages, pictures, health. Over it uvicorn answers 503 by itself."""


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    set_up_logs()
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        limit_concurrency=settings.waiting_limit + _PLACES_FOR_THE_REST,
        timeout_graceful_shutdown=_FINISH_SECONDS,
    )
    _Server(config, app, settings.drain_seconds).run()


class _Server(uvicorn.Server):
    """Waits between telling that it is not ready and closing its door, so that balancers have noticed."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain_seconds: float) -> None:
        super().__init__(config)
        self._app = app
        self._drain_seconds = drain_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal drains, a second ends at once."""
        service = getattr(self._app.state, "service", None)
        if service is None or service.stopping or not self._drain_seconds:
            if service is not None:
                service.stopping = True
            super().handle_exit(sig, frame)
            return
        service.stopping = True
        timer = threading.Timer(self._drain_seconds, super().handle_exit, (sig, frame))
        timer.daemon = True
        timer.start()
