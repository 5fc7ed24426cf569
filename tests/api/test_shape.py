"""Every error has one shape, in the user's language."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Not found"), ("zh-CN,zh;q=0.9", "未找到"), ("fr, en;q=0.5", "Not found")]
)
def test_what_is_not_there(client: TestClient, language: str, title: str) -> None:
    answer = client.get("/v1/nothing", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == title
    assert answer.json()["instance"] == "/v1/nothing"
