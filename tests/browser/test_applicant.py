"""An applicant's whole way: a faulty portrait, a mended one, the other pictures, submission, and one picture come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from api.clock import today_in_china
from api.db.submissions import State, Submission
from api.services import life
from tests.browser.conftest import Running
from tests.browser.watching import Watched, watch

SAMPLES = Path(__file__).parents[2] / "samples"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
PATIENCE_MS = 120_000  # a check waits where many tests run side by side
Contexts = Callable[..., BrowserContext]


def begin(watched: Watched) -> str:
    """From the first page to the list of tasks; returns its address."""
    page = watched.page
    page.goto(watched.home)
    watched.look("start")
    press(page)
    expect(page.locator(".error-summary")).to_be_visible()
    watched.look("start, nothing chosen")
    page.check("#what")
    press(page)
    watched.look("before you begin")
    page.click("main a.button")
    watched.look("age")
    page.check("#age")
    press(page)
    watched.look("consent")
    press(page)
    watched.look("consent not given")
    page.check("#agree")
    press(page)
    watched.look("name")
    page.fill("#name", "安样本")
    press(page)
    page.fill("#contact", "not an address")
    press(page)
    watched.look("wrong address")
    page.fill("#contact", "applicant@example.com")
    press(page)
    watched.look("tasks")
    return page.url


def press(page: Page, selector: str = "main form button[type=submit]") -> None:
    """Press the page's button and wait for what follows."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def upload(page: Page, name: str) -> None:
    page.set_input_files("#file", SAMPLES / f"{name}.jpg")
    with page.expect_navigation(url="**/answer", timeout=PATIENCE_MS):
        page.click("form.upload button[type=submit]")


def returned(server: Running, submission_id: str) -> None:
    """A reviewer sends the signature back."""
    service = server.service
    with service.database.begin() as session:
        submission = session.get(Submission, submission_id)
        assert submission is not None
        submission.returned_items = ["signature"]
        submission.return_reasons = [
            {"item": "signature", "reason": "paper", "text": {"zh-CN": "请写在白纸上。", "en": "Use white paper."}}
        ]
        submission.mend_by = today_in_china(service.clock) + timedelta(days=9)
        life.move(session, service.clock, submission, State.UNDER_REVIEW, "account:someone")
        life.move(session, service.clock, submission, State.RETURNED, "account:someone")


@pytest.mark.parametrize(("locale", "viewport"), [("zh-CN", PHONE), ("en-GB", DESK)])
def test_whole_way(server: Running, contexts: Contexts, locale: str, viewport: dict[str, int]) -> None:
    watched = watch(contexts(locale=locale, viewport=viewport), server.url)
    page = watched.page
    tasks = begin(watched)
    submission_id = tasks.rpartition("/")[2]

    page.click("main a.button")
    watched.look("portrait")
    page.click("form.upload button[type=submit]")
    expect(page.locator("#file-error")).to_be_visible()
    expect(page.locator("#file")).to_be_focused()
    watched.look("no picture chosen")
    upload(page, "head-tilted")
    expect(page.locator(".verdict-fail")).to_be_visible()
    expect(page.locator(".drawn .badge-fail")).to_have_count(page.locator(".findings .finding-fail").count())
    watched.look("a faulty portrait")

    page.click(".button-row a.button")
    upload(page, "phone-original")
    expect(page.locator(".verdict-pass")).to_be_visible()
    watched.look("a portrait and its crop")
    press(page, "button[value=yes]")

    upload(page, "id-emblem")  # the wrong side
    watched.look("a picture in the wrong place")
    press(page, ".notice button")
    expect(page.locator(".task-list .tag-review")).to_have_count(1)
    page.click("main a.button")
    upload(page, "id-portrait")
    watched.look("a card")
    page.click(".button-row a.button")
    watched.look("signature")
    upload(page, "signature-ruled")
    watched.look("a signature and what was made of it")
    press(page, "button[value=no]")
    watched.look("check before you submit")
    press(page, "main form[action$=submit] button")
    watched.look("submitted")
    expect(page.locator(".verdict-info")).to_be_visible()

    page.goto(f"{tasks}/link")
    watched.look("own link")
    link = page.locator("#own-link").get_attribute("href")
    assert link is not None

    returned(server, submission_id)
    elsewhere = watch(contexts(locale=locale, viewport=viewport), server.url)  # another device, by the link
    page = elsewhere.page
    page.goto(link)
    elsewhere.look("returned")
    assert "key=" not in page.url
    page.goto(f"{tasks}/items/portrait")
    page.set_input_files("#file", SAMPLES / "good.jpg")
    page.click("form.upload button[type=submit]")
    expect(page.locator("#file-error")).not_to_be_empty()  # only what came back may be replaced
    page.goto(tasks)
    page.click(".mend a.button")
    elsewhere.look("what came back")
    upload(page, "signature-good")
    page.goto(tasks)
    elsewhere.look("mended")
    press(page, "main form[action$=submit] button")
    expect(page.locator(".verdict-info")).to_be_visible()
    page.goto(f"{tasks}/withdraw")
    elsewhere.look("withdraw")
    press(page, "form[action$=withdraw] button")
    elsewhere.look("withdrawn")
    page.goto(f"{server.url}/status")
    elsewhere.look("applications of this device")
    assert watched.faults + elsewhere.faults == []


def test_without_javascript(server: Running, contexts: Contexts) -> None:
    page = contexts(locale="en-GB", viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(server.url)
    page.check("#what")
    press(page)
    page.click("main a.button")
    page.check("#age-2")
    press(page)
    page.check("#agree")
    press(page)
    expect(page.locator("#guardian-error")).to_be_visible()
    page.check("#agree")
    page.check("#guardian")
    press(page)
    page.fill("#name", "安样本")
    press(page)
    press(page)
    tasks = page.url
    page.click("main a.button")
    expect(page.locator("[data-camera]")).to_be_hidden()
    press(page, "form.upload button[type=submit]")
    expect(page.locator(".error-summary")).to_be_visible()
    upload(page, "background-patterned")
    expect(page.locator(".verdict-fail")).to_be_visible()
    page.click(".button-row a.button")
    upload(page, "good")
    for item in ("id-portrait", "id-emblem", "signature-good"):
        page.click(".button-row a.button")
        upload(page, item)
    page.click(".button-row a.button")
    press(page, "main form[action$=submit] button")
    expect(page.locator(".verdict-info")).to_be_visible()
    assert page.url == tasks


def test_one_portrait_only(server: Running, contexts: Contexts) -> None:
    watched = watch(contexts(locale="zh-CN", viewport=PHONE), server.url)
    page = watched.page
    page.goto(f"{server.url}/check")
    watched.look("purpose")
    press(page)
    watched.look("no purpose")
    page.check("#purpose")
    press(page)
    watched.look("one portrait")
    page.set_input_files("#file", SAMPLES / "phone-original.jpg")
    press(page, "form.upload button[type=submit]")
    watched.look("not agreed")
    page.set_input_files("#file", SAMPLES / "phone-original.jpg")
    page.check("#agree")
    press(page, "form.upload button[type=submit]")
    expect(page.locator(".verdict-pass")).to_be_visible()
    watched.look("its answer")
    with page.expect_download() as saved:
        page.click("a[download]")
    assert saved.value.path().read_bytes().startswith(b"\xff\xd8")
    assert not list(server.service.settings.data.glob("pictures/*/*"))  # nothing is kept
    assert watched.faults == []


def test_language_is_changed_in_place(server: Running, contexts: Contexts) -> None:
    watched = watch(contexts(locale="zh-CN"), server.url)
    page = watched.page
    page.goto(f"{server.url}/apply")
    page.click("a.language")
    assert page.url == f"{server.url}/apply"
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{server.url}/language/en?to=//elsewhere.example/")
    assert page.url == f"{server.url}/"
    for path in ("/privacy", "/accessibility", "/nowhere"):
        page.goto(server.url + path)
        watched.look(path)
    expect(page.locator("h1")).to_have_text("Not found")
    assert watched.faults == []


def test_skip_link_and_focus(server: Running, contexts: Contexts) -> None:
    page = contexts(locale="en-GB").new_page()
    page.goto(server.url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#what")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.url}/apply")
