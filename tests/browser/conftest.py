"""A running service and a browser to look at it with. Without Chromium these tests are skipped, and say so."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from api.app import create_app
from api.context import Service
from api.settings import Settings
from api.workers.pool import Workers

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).with_name("axe.min.js")
_STARTS_WITHIN = 60.0


@dataclass(frozen=True)
class Running:
    """A service that answers at `url`."""

    url: str
    service: Service


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """Real worker processes, shared by all tests."""
    pool = Workers(Settings(workers=1, waiting=20, check_seconds=60))
    yield pool
    pool.stop()


@pytest.fixture
def server(tmp_path: Path, workers: Workers) -> Iterator[Running]:
    """A service on a temporary folder and a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(data=tmp_path / "data", port=port, workers=1, requests_a_minute=10_000)
    service = Service.start(settings, workers=workers)
    running = uvicorn.Server(uvicorn.Config(create_app(service=service), port=port, log_level="error"))
    thread = threading.Thread(target=running.run)
    thread.start()
    until = time.monotonic() + _STARTS_WITHIN
    while not running.started and time.monotonic() < until:
        time.sleep(0.02)
    yield Running(settings.url, service)
    running.should_exit = True
    thread.join()
    service.database.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[..., Any]]:
    """Starts Debian's Chromium; with more arguments where a test needs them (a made camera)."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: `apt-get install chromium` for the browser tests")
    with sync_playwright() as playwright:

        @contextmanager
        def start(*more: str) -> Iterator[Browser]:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *more])
            yield browser
            browser.close()

        yield start


@pytest.fixture(scope="session")
def browser(chromium: Callable[..., Any]) -> Iterator[Browser]:
    """One browser for all tests."""
    with chromium() as started:
        yield started


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes contexts (`locale`, `viewport` and so on) that are closed after the test."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**options)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


def serious_findings(page: Any) -> list[str]:
    """What axe-core finds on a page that is serious or critical: rule and places."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
