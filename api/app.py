"""The ASGI application, put together from its parts."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

import photocheck
from api.context import Service
from api.routes import checks, health, pictures, profiles, receipts, rescorings, review, submissions, webhooks
from api.services.accounts import first_administrator
from api.settings import Settings
from api.web.idempotent import Idempotent
from api.web.middleware import Observed, WholeBody
from api.web.openapi import PROBLEMS, describe
from api.web.pages import admin, apply, check, items, sign_in, start, status
from api.web.pages import receipts as receipt_pages
from api.web.pages import rescoring as rescoring_pages
from api.web.pages import review as review_pages
from api.web.problems import handle_problems
from api.web.rendering import serve_static
from api.web.security import GUARDS, SecurityHeaders
from api.web.wording import text

ROUTERS = (
    start.router,
    apply.router,
    check.router,
    items.router,
    status.router,
    health.router,
    webhooks.router,
    pictures.router,
    receipts.router,
    receipt_pages.router,
    sign_in.router,
    admin.router,
    review.router,
    review_pages.router,
    rescorings.router,
    rescoring_pages.router,
    checks.router,
    profiles.router,
    submissions.router,
)


def create_app(settings: Settings | None = None, *, service: Service | None = None) -> FastAPI:
    """The application.

    Args:
        settings: by default from the environment.
        service: the parts to use, which the caller stops; by default they start and stop with the app.
    """

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        own = None if service is not None else await run_in_threadpool(_start, settings or Settings())
        app.state.service = service or own
        current_default_thread_limiter().total_tokens += app.state.service.settings.waiting_limit
        try:
            yield
        finally:
            if own is not None:
                await run_in_threadpool(own.stop)

    app = FastAPI(
        title="photocheck",
        version=photocheck.__version__,
        lifespan=life,
        dependencies=GUARDS,
        docs_url=None,
        redoc_url=None,
        responses=PROBLEMS,
    )
    app.add_middleware(Idempotent)
    app.add_middleware(WholeBody)
    app.add_middleware(Observed)
    app.add_middleware(SecurityHeaders)  # the outermost
    describe(app)
    handle_problems(app)
    serve_static(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


def _start(settings: Settings) -> Service:
    service = Service.start(settings)
    service.workers.begin()
    service.jobs.launch()
    password = first_administrator(service)
    if password is not None:
        sys.stderr.write(text("sign-in", "first-administrator", settings.language, password=password) + "\n")
    return service
