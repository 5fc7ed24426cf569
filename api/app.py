"""The ASGI application, put together from its parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import photocheck
from api.context import Service
from api.settings import Settings
from api.web.problems import handle_problems


def create_app(settings: Settings | None = None, *, service: Service | None = None) -> FastAPI:
    """The application.

    Args:
        settings: by default from the environment.
        service: the parts to use, which the caller stops; by default they start and stop with the app.
    """

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        own = None if service is not None else Service.start(settings or Settings())
        app.state.service = service or own
        try:
            yield
        finally:
            if own is not None:
                own.stop()

    app = FastAPI(title="photocheck", version=photocheck.__version__, lifespan=life)
    handle_problems(app)
    return app
