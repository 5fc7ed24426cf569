"""A page whose faults are kept: what it asks of other hosts, what its policy refuses, what its scripts throw."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import serious_findings


@dataclass
class Watched:
    """A page, the place it belongs to, and what went wrong on it."""

    page: Page
    home: str
    faults: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def look(self, name: str) -> None:
        """A page must fit its width, and axe must find nothing serious."""
        self.page.wait_for_load_state("load")
        self.seen.append(name)
        over = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            self.faults.append(f"{name}: {over} px wider than the window")
        self.faults += [f"{name}: {found}" for found in serious_findings(self.page)]


def watch(context: BrowserContext, home: str) -> Watched:
    """Open a page of this context and keep its faults."""
    watched = Watched(context.new_page(), home)
    page, faults = watched.page, watched.faults
    page.on("request", lambda request: _is_home(request.url, home) or faults.append(f"asked {request.url}"))
    page.on("pageerror", lambda error: faults.append(f"threw {error}"))
    page.on("console", lambda said: "Content Security Policy" in said.text and faults.append(said.text))
    return watched


def _is_home(url: str, home: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob") or f"{parts.scheme}://{parts.netloc}" == home
