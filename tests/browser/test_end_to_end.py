"""The promise of the service, kept by the program itself: `photocheck serve`, a browser, and no other set-up."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from playwright.sync_api import BrowserContext, Page, expect

from tests.api.real import served
from tests.browser.test_applicant import PATIENCE_MS, press, upload
from tests.browser.test_review import case_shown

ITEMS = ("good", "id-portrait", "id-emblem", "signature-good")
Contexts = Callable[..., BrowserContext]


def test_applied_for_approved_and_its_receipt_verified(contexts: Contexts, tmp_path: Path) -> None:
    """An application made in one browser, approved in another, its receipt verified online and offline."""
    with served(tmp_path / "data", admin_password="", undo_seconds=0.5, check_seconds=90) as running:
        applicant = contexts(locale="en-GB").new_page()
        status = apply_for_renewal(applicant, running.url)
        approve(contexts(locale="en-GB").new_page(), running.url, printed_password(running.log))
        until = time.monotonic() + PATIENCE_MS / 1000
        applicant.goto(status)
        while not applicant.locator(".verdict-pass").count() and time.monotonic() < until:
            applicant.wait_for_timeout(1000)
            applicant.reload()
        verify_receipt(applicant, running.url, tmp_path)


def apply_for_renewal(page: Page, home: str) -> str:
    """From the first page to the submitted application; returns the address of its status."""
    page.goto(home)
    page.check("#what")
    press(page)
    page.click("main a.button")
    page.check("#age")
    press(page)
    page.check("#agree")
    press(page)
    page.fill("#name", "安样本")
    press(page)
    press(page)
    tasks = page.url
    for name in ITEMS:
        page.click("main a.button")
        upload(page, name)
        if page.locator("button[value=no]").count():
            press(page, "button[value=no]")  # the picture goes on as it is
            page.goto(tasks)
    if page.url != tasks:
        page.goto(tasks)
    page.click("main a.button")
    press(page, "main form[action$=submit] button")
    expect(page.locator(".verdict-info")).to_be_visible()
    return tasks


def approve(page: Page, home: str, password: str) -> None:
    """Sign in as the first administrator and approve the only case by its key."""
    page.goto(f"{home}/review")
    page.fill("#login", "admin")
    page.fill("#password", password)
    press(page)
    page.goto(f"{home}/review")
    page.keyboard.press("Enter")
    case_shown(page)
    with page.expect_response("**/decision", timeout=PATIENCE_MS) as answered:
        page.keyboard.press("a")
    assert answered.value.ok


def verify_receipt(page: Page, home: str, folder: Path) -> None:
    """By its number on the page that anybody may open, and from the PDF alone."""
    status = page.url
    with page.expect_response("**/pdf*", timeout=PATIENCE_MS) as shown:  # in the browser's own viewer
        page.locator("form[action$=receipt] button").click()
    pdf = folder / "receipt.pdf"
    pdf.write_bytes(page.request.get(shown.value.url).body())
    page.goto(status)
    number = page.locator(".summary-list dd").first.inner_text()
    page.goto(f"{home}/receipts")
    page.fill("#number", number)
    press(page)
    expect(page.locator(".verdict-pass")).to_be_visible()
    keys = folder / "keys.json"
    keys.write_bytes(httpx.get(f"{home}/v1/receipts/keys").content)
    offline = [sys.executable, "-m", "photocheck", "receipt", "verify", str(pdf), "--key", str(keys), "--lang", "en"]
    told = subprocess.run(offline, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert number in told.stdout


def printed_password(log: Path) -> str:
    """What the service printed once, at its first start."""
    found = re.search(r"初始密码：(\S+?)（", log.read_text("utf-8"))
    assert found is not None
    return found[1]
