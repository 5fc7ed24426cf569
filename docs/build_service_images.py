"""Make the pictures of docs/applicants.md again: `python -m docs.build_service_images`, in the top folder.

A service on a temporary folder, drawn people, Debian's Chromium; each page is taken at the width of a small phone, and
some at that of a desk.
"""

from __future__ import annotations

import io
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from api.app import create_app
from api.settings import Settings

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "images" / "service"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_COLOURS = 128
_PATIENCE_MS = 120_000
_PHONE, _DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}


def main() -> None:
    """Take every picture."""
    OUT.mkdir(parents=True, exist_ok=True)
    with _service() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        for locale, viewport, name in (("zh-CN", _PHONE, "phone"), ("en-GB", _DESK, "desk")):
            _way(browser.new_context(locale=locale, viewport=viewport).new_page(), address, name)
        browser.close()


@contextmanager
def _service() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        app = create_app(Settings(data=Path(folder), port=port, workers=1))
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join()


def _way(page: Page, address: str, name: str) -> None:
    page.goto(address)
    _take(page, f"{name}-start")
    page.goto(f"{address}/apply/consent")
    _take(page, f"{name}-consent")
    page.check("#agree")
    _press(page)
    page.fill("#name", "安样本")
    _press(page)
    _press(page)
    tasks = page.url
    page.goto(f"{tasks}/items/portrait")
    _take(page, f"{name}-guidance")
    _upload(page, "background-patterned")
    _take(page, f"{name}-fault")
    page.goto(f"{tasks}/items/portrait")
    _upload(page, "phone-original")
    _take(page, f"{name}-crop")
    with page.expect_navigation():
        page.click("button[value=yes]")
    for item, sample in (("id-portrait", "id-portrait"), ("id-emblem", "id-emblem"), ("signature", "signature-good")):
        page.goto(f"{tasks}/items/{item}")
        _upload(page, sample)
    page.goto(f"{tasks}/review")
    _take(page, f"{name}-review")
    _press(page, "main form[action$=submit] button")
    _take(page, f"{name}-status")


def _press(page: Page, selector: str = "main form button[type=submit]") -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def _upload(page: Page, sample: str) -> None:
    page.set_input_files("#file", ROOT / "samples" / f"{sample}.jpg")
    with page.expect_navigation(url="**/answer", timeout=_PATIENCE_MS):
        page.click("form.upload button[type=submit]")


def _take(page: Page, name: str) -> None:
    """The whole page as a small PNG."""
    taken = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    file = OUT / f"{name}.png"
    taken.quantize(_COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}  {file.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
