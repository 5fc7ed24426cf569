"""Pages: every text is there in both languages, errors are pages for browsers, and nothing is open to others."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import api.web
from api.web.pages.guidance import GUIDES
from api.web.pages.start import is_local

WEB = Path(api.web.__file__).parent
BROWSER = {"Accept": "text/html", "Accept-Language": "en"}


def wording(part: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((WEB / "wording" / f"{part}.toml").read_text("utf-8"))


@pytest.mark.parametrize("part", ["apply", "common"])
def test_texts_have_both_languages_with_the_same_facts(part: str) -> None:
    for key, both in wording(part).items():
        assert set(both) == {"zh-CN", "en"}, key
        facts = [set(re.findall(r"{(\w+)}", text)) for text in both.values()]
        assert facts[0] == facts[1], key
        assert all(both.values()), key


def test_templates_name_texts_that_exist() -> None:
    known = wording("apply").keys() | wording("common").keys()
    used = set()
    for folder in ("apply", "check"):
        for file in (WEB / "templates" / folder).glob("*.html"):
            used |= set(re.findall(r'\bt\("([a-z0-9-]+)"[,)]', file.read_text("utf-8")))
    assert used - known == set()


def test_no_inline_style_or_script() -> None:
    for file in (WEB / "templates").rglob("*.html"):
        content = file.read_text("utf-8")
        assert not re.search(r'\sstyle="|\son\w+="|<style|<script(?![^>]*\ssrc=)', content), file.name


def test_guides_have_their_texts_and_pictures() -> None:
    known = wording("apply")
    for item, guide in GUIDES.items():
        for number in range(1, guide.points + 1):
            assert f"guide-{item}-{number}" in known
        for name in (guide.good, *guide.bad):
            assert f"example-{item}-{name}" in known
            assert (WEB / "static" / "images" / "guidance" / f"{item}-{name}.jpg").is_file()


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("/apply", True),
        ("//elsewhere.example", False),
        ("/\\elsewhere.example", False),
        ("https://elsewhere.example", False),
    ],
)
def test_only_ways_inside_are_followed(address: str, local: bool) -> None:
    assert is_local(address) is local


def test_errors_are_pages_for_browsers_and_documents_for_programs(client: TestClient) -> None:
    assert "<h1>Not found</h1>" in client.get("/nothing", headers=BROWSER).text
    assert client.get("/nothing").json()["title"]
    assert client.get("/v1/nothing", headers=BROWSER).headers["content-type"] == "application/problem+json"


def test_language_stays_chosen(client: TestClient) -> None:
    assert 'lang="zh-CN"' in client.get("/", headers={"Accept-Language": "zh-CN"}).text
    client.get("/language/en", headers={"Accept-Language": "zh-CN"})
    assert 'lang="en"' in client.get("/", headers={"Accept-Language": "zh-CN"}).text


def test_consent_and_guardian(client: TestClient) -> None:
    form = {"version": "2026-11", "age": "no", "agree": "yes"}
    refused = client.post("/apply/consent", data=form, headers=BROWSER)
    assert refused.status_code == 422
    assert 'href="#guardian"' in refused.text
    begun = client.post("/apply/consent", data=form | {"guardian": "yes"}, headers=BROWSER)
    assert begun.url.path.endswith("/name")


def test_application_is_closed_to_others(client: TestClient) -> None:
    begun = client.post("/apply/consent", data={"version": "2026-11", "agree": "yes"}, headers=BROWSER)
    tasks = begun.url.path.removesuffix("/name")
    link = re.search(r'href="http://[^/]+(/open/[^"]+)"', client.get(f"{tasks}/link", headers=BROWSER).text)
    assert link is not None
    assert client.get(tasks, headers=BROWSER).status_code == 200
    client.cookies.clear()
    for page in (tasks, f"{tasks}/link", f"{tasks}/items/portrait", f"{tasks}/review", f"{tasks}/withdraw"):
        assert client.get(page, headers=BROWSER).status_code == 404
    assert client.get(link[1][:-1], headers=BROWSER).status_code == 404
    assert client.get(link[1], headers=BROWSER).url.path == tasks


def test_what_is_pasted_is_followed(client: TestClient) -> None:
    begun = client.post("/apply/consent", data={"version": "2026-11", "agree": "yes"}, headers=BROWSER)
    tasks = begun.url.path.removesuffix("/name")
    link = re.search(r'id="own-link">([^<]+)<', client.get(f"{tasks}/link", headers=BROWSER).text)
    assert link is not None
    client.cookies.clear()
    assert client.post("/status", data={"link": "nonsense"}, headers=BROWSER).status_code == 422
    assert client.post("/status", data={"link": f" {link[1]} "}, headers=BROWSER).url.path == tasks


def test_name_and_address_are_sealed(client: TestClient) -> None:
    begun = client.post("/apply/consent", data={"version": "2026-11", "agree": "yes"}, headers=BROWSER)
    tasks = begun.url.path.removesuffix("/name")
    assert client.post(f"{tasks}/name", data={"name": " "}, headers=BROWSER).status_code == 422
    assert client.post(f"{tasks}/name", data={"name": "安 样本"}, headers=BROWSER).url.path == f"{tasks}/contact"
    assert client.post(f"{tasks}/contact", data={"contact": "nobody"}, headers=BROWSER).status_code == 422
    assert client.post(f"{tasks}/contact", data={"contact": "a@example.com"}, headers=BROWSER).url.path == tasks
    assert "安 样本" in client.get(f"{tasks}/review", headers=BROWSER).text
    for file in client.app.state.service.settings.data.glob("photocheck.sqlite*"):  # type: ignore[attr-defined]
        assert "安 样本".encode() not in file.read_bytes()


def test_static_files_are_kept_by_their_content(client: TestClient) -> None:
    address = re.search(r'href="(/static/css/base.css\?v=\w+)"', client.get("/").text)
    assert address is not None
    assert "immutable" in client.get(address[1]).headers["cache-control"]
    assert client.get("/static/js/face.js").headers["cache-control"] == "no-cache"


def test_not_a_picture_is_refused_on_the_page(client: TestClient) -> None:
    begun = client.post("/apply/consent", data={"version": "2026-11", "agree": "yes"}, headers=BROWSER)
    item = begun.url.path.removesuffix("/name") + "/items/portrait"
    empty = client.post(item, files={"file": ("", b"")}, headers=BROWSER)
    assert empty.status_code == 422
    assert "Choose a picture first" in empty.text
    wrong = client.post(item, files={"file": ("a.jpg", b"%PDF-1.4 nonsense")}, headers=BROWSER)
    assert wrong.status_code in (415, 422)
    assert 'id="error-summary"' in wrong.text
    told = client.post(item, files={"file": ("a.jpg", b"%PDF-1.4")}, headers={"Accept": "application/json"})
    assert told.headers["content-type"] == "application/problem+json"


def test_changed_name_is_compared_anew(client: TestClient) -> None:
    begun = client.post("/apply/consent", data={"version": "2026-11", "agree": "yes"}, headers=BROWSER)
    tasks = begun.url.path.removesuffix("/name")
    sample = WEB.parents[1] / "samples" / "signature-good.jpg"
    client.post(f"{tasks}/name", data={"name": "安样本"}, headers=BROWSER)
    client.post(f"{tasks}/items/signature", files={"file": ("a.jpg", sample.read_bytes())}, headers=BROWSER)
    first = client.get(f"{tasks}/items/signature/answer", headers=BROWSER).text
    client.post(f"{tasks}/name", data={"name": "王小明"}, headers=BROWSER)
    assert "verdict-pass" in first
    assert "verdict-pass" not in client.get(f"{tasks}/items/signature/answer", headers=BROWSER).text
