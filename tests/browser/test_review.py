"""A reviewer's whole way, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from api.db.people import Account
from api.db.review import Decision, Mark
from api.db.submissions import Submission
from api.services import sessions
from tests.api.review_made import reviewer, submitted
from tests.browser.conftest import Running, serious_findings

DESK = {"width": 1440, "height": 900}
FAULTY = {"portrait": {"head-height": "fail", "sharpness": "review"}, "signature": {"ink-contrast": "review"}}
HEADINGS = {"zh-CN": "待审核", "en": "Review queue"}


@pytest.fixture
def desk(server: Running, contexts: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A signed-in reviewer's browser; it fails the test where a page's script fails, or asks another host."""

    def sit_down(language: str = "en", login: str = "li", *roles: str) -> Page:
        person = reviewer(server.service, login, *(roles or ("reviewer",)))
        with server.service.database.begin() as session:
            secret, _ = sessions.open_session(session, server.service, session.get_one(Account, person.id))
        context = contexts(viewport=DESK, locale=language)
        context.add_cookies([{"name": "photocheck-session", "value": secret, "url": server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
        page.on("request", lambda request: None if _own(request.url, server.url) else pytest.fail(request.url))
        return page

    return sit_down


def _own(address: str, base: str) -> bool:
    return address.startswith((base, "blob:" + base, "data:"))


def case_shown(page: Page) -> str:
    """Wait for a case with its pictures; returns its reference."""
    page.wait_for_selector("article.case[data-loaded=yes]")
    return str(page.get_attribute("article.case", "data-reference"))


def ahead(page: Page) -> None:
    """Wait until the next case is loaded, or there is none."""
    page.wait_for_selector("#console[data-ahead=ready], #console[data-ahead=none]")


def outcomes(server: Running) -> dict[str, tuple[str, list[str]]]:
    """What was decided and stands, by reference."""
    with server.service.database.read() as session:
        decided = select(Submission.reference, Decision.outcome, Decision.reasons)
        decided = decided.join(Submission, Submission.id == Decision.submission_id).where(Decision.undone_at.is_(None))
        return {
            row.reference: (row.outcome, [one["reason"] for one in row.reasons]) for row in session.execute(decided)
        }


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_days_work_by_keys(server: Running, desk: Callable[..., Page], language: str) -> None:
    for _ in range(2):
        submitted(server.service, FAULTY, blobs=True)
        submitted(server.service, blobs=True)
    page = desk(language)
    page.goto(f"{server.url}/review")
    expect(page.locator("h1")).to_have_text(HEADINGS[language])
    expect(page.locator(".queue tbody tr")).to_have_count(4)
    assert serious_findings(page) == []

    page.keyboard.press("Enter")
    first = case_shown(page)
    assert page.locator("article .picture image[href]").count() == 4
    assert page.locator(".reason input:checked").count() == 1
    assert serious_findings(page) == []
    ahead(page)

    page.keyboard.press("r")  # the failing finding's reason is preset
    expect(page.locator("article.case")).not_to_have_attribute("data-reference", first)
    assert page.locator("article.case").get_attribute("data-loaded") == "yes"  # loaded before it was wanted
    expect(page.locator("#toast")).to_contain_text(first)
    second = case_shown(page)
    ahead(page)

    page.keyboard.press("u")
    expect(page.locator("article.case")).to_have_attribute("data-reference", first)
    page.keyboard.press("2")  # a further reason
    page.keyboard.press("r")
    expect(page.locator("article.case")).to_have_attribute("data-reference", second)
    ahead(page)

    page.keyboard.press("a")
    expect(page.locator("article.case")).not_to_have_attribute("data-reference", second)
    third = case_shown(page)
    ahead(page)
    with page.expect_response("**/decision"):
        page.keyboard.press("s")
    expect(page.locator("article.case")).not_to_have_attribute("data-reference", third)
    case_shown(page)
    ahead(page)

    decided = outcomes(server)
    assert decided[first] == ("return", ["head-size", "blurred"])
    assert decided[second] == ("approve", [])
    assert decided[third] == ("escalate", ["head-size"])


def test_views_by_keys(server: Running, desk: Callable[..., Page]) -> None:
    submitted(server.service, FAULTY, blobs=True)
    page = desk()
    page.goto(f"{server.url}/review")
    page.keyboard.press("Enter")
    case_shown(page)

    page.keyboard.press("Space")
    expect(page.locator(".compare .pair:visible svg")).to_have_count(2)
    page.keyboard.press("Space")
    expect(page.locator(".stage")).to_be_visible()

    page.keyboard.press("f")
    cell = page.locator("[data-field='id-portrait:name']")
    expect(cell).to_have_text("张**")
    page.keyboard.press("v")
    expect(cell).to_have_text("张三")
    assert serious_findings(page) == []
    page.keyboard.press("f")

    page.keyboard.press("o")
    expect(page.locator("article")).to_have_class(re.compile("no-overlay"))
    page.keyboard.press("o")
    page.keyboard.press("g")
    expect(page.locator(".stage .picture-portrait .guide")).to_be_visible()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".picture-id-portrait")).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator(".picture:visible")).to_have_count(1)
    page.keyboard.press("+")
    svg = page.locator(".picture-id-portrait svg.view")
    assert svg.get_attribute("viewBox") != svg.get_attribute("data-home")
    page.keyboard.press("Escape")
    expect(page.locator(".picture:visible")).to_have_count(4)

    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    assert serious_findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


def test_a_missed_defect_is_drawn_by_keys(server: Running, desk: Callable[..., Page]) -> None:
    submitted(server.service, blobs=True)
    page = desk()
    page.goto(f"{server.url}/review")
    page.keyboard.press("Enter")
    case_shown(page)
    page.keyboard.press("r")  # nothing is preset: it asks for a reason
    expect(page.locator("#picker")).to_be_visible()
    page.keyboard.press("Escape")

    page.keyboard.press("ArrowRight")
    page.keyboard.press("d")
    for key in ("ArrowUp", "ArrowUp", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.keyboard.type("background")
    assert serious_findings(page) == []
    page.keyboard.press("Enter")
    expect(page.locator(".mark-own")).to_have_count(1)
    expect(page.locator(".reason input:checked")).to_have_count(1)
    with page.expect_response("**/decision"):
        page.keyboard.press("r")
    expect(page.locator("#empty")).to_be_visible()
    with server.service.database.read() as session:
        drawn = session.scalars(select(Mark)).one()
    assert drawn.check == "background-colour"
    assert [round(end, 3) for corner in drawn.region["points"] for end in corner] == [0.4, 0.36, 0.62, 0.56]
    assert list(outcomes(server).values()) == [("return", ["background"])]


def test_a_refused_decision_brings_its_case_back(server: Running, desk: Callable[..., Page]) -> None:
    taken, _ = submitted(server.service, blobs=True), submitted(server.service, blobs=True)
    page = desk()
    page.goto(f"{server.url}/review")
    page.keyboard.press("Enter")
    reference = case_shown(page)
    ahead(page)
    with server.service.database.begin() as session:
        changed = session.scalars(select(Submission).where(Submission.reference == reference)).one()
        assert changed.id == taken
        changed.version += 1
    page.keyboard.press("a")
    expect(page.locator("#toast")).to_contain_text("changed")
    expect(page.locator("article.case")).to_have_attribute("data-reference", reference)


def test_keys_can_be_switched_off(server: Running, desk: Callable[..., Page]) -> None:
    submitted(server.service, blobs=True)
    page = desk()
    page.goto(f"{server.url}/review")
    page.keyboard.press("Enter")
    case_shown(page)
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_timeout(200)
    assert outcomes(server) == {}


def test_without_scripts(server: Running, desk: Callable[..., Page], contexts: Callable[..., Any]) -> None:
    submitted(server.service, FAULTY, blobs=True)
    person = reviewer(server.service, "li")
    with server.service.database.begin() as session:
        secret, _ = sessions.open_session(session, server.service, session.get_one(Account, person.id))
    context = contexts(viewport=DESK, locale="en", java_script_enabled=False)
    context.add_cookies([{"name": "photocheck-session", "value": secret, "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}/review")
    page.click("#start")
    expect(page.locator(".picture img")).to_have_count(4)
    page.click("button[value=return]")
    expect(page.locator("h1")).to_have_text(HEADINGS["en"])
    assert [outcome for outcome, _ in outcomes(server).values()] == ["return"]


def test_numbers_page(server: Running, desk: Callable[..., Page]) -> None:
    submitted(server.service, FAULTY)
    page = desk()
    page.goto(f"{server.url}/review/numbers")
    expect(page.locator(".plot svg")).to_have_count(2)
    assert serious_findings(page) == []
