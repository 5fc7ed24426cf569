"""Logs tell who, when, where and what, and nothing of a person; a fault tells where, not with what."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest
import structlog
from starlette.testclient import TestClient

from api.context import Service
from api.logs import set_up_logs
from tests.api.making import ADDRESS, PERSON
from tests.api.test_submissions import sample

_NUMBER = "990101189912310012"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged; pytest's own handlers are put back."""
    root, jobs = logging.getLogger(), logging.getLogger("dbos")
    before, level = root.handlers, root.level
    before_jobs = (jobs.handlers, jobs.propagate)
    stream = io.StringIO()
    set_up_logs(stream)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # the test's own client
    yield stream
    root.handlers, (jobs.handlers, jobs.propagate) = before, before_jobs
    root.setLevel(level)
    structlog.reset_defaults()


def _lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_fault_is_told_without_its_values(log: io.StringIO) -> None:
    try:
        int(PERSON)
    except ValueError as fault:
        logging.getLogger("api.x").error("it broke", exc_info=fault)
        logging.getLogger("api.x").exception("again")
    first, second = _lines(log)
    assert first["fault"] == second["fault"] == "ValueError"
    assert "test_logs.py" in str(first["places"])
    assert PERSON not in log.getvalue()
    assert datetime.fromisoformat(str(first["at"])).utcoffset() is not None
    assert {"at", "event", "level", "logger"} <= first.keys()


def test_no_line_can_be_forged(log: io.StringIO) -> None:
    logging.getLogger("api.x").warning("name\n%s", '{"level": "info"}\r\n\x1b[31m\u2028')
    structlog.stdlib.get_logger("api.y").info("told", value="a\nb")
    assert [line["logger"] for line in _lines(log)] == ["api.x", "api.y"]
    assert "\x1b" not in log.getvalue()


def test_no_person_in_the_logs_of_a_whole_application(service: Service, client: TestClient, log: io.StringIO) -> None:
    body = {"profile": "cn-exit-entry-renewal", "language": "zh-CN", "consent": "2026-11", "name": PERSON}
    made = client.post("/v1/submissions", json=body | {"contact": ADDRESS}).json()
    secret, name = made["secret"], made["submission"]["id"]
    bearer = {"Authorization": f"Bearer {secret}"}
    place = f"/v1/submissions/{name}/items/portrait"
    client.put(place, files={"file": (f"{PERSON}.jpg", sample("good.jpg"))}, headers=bearer)
    client.put(place, files={"file": (f"{PERSON}.jpg", b"no picture")}, headers=bearer)
    client.get(f"/v1/submissions/{name}", headers=bearer)
    client.get(f"/v1/submissions/{_NUMBER}?name={PERSON}&number={_NUMBER}", headers=bearer)
    client.get(f"/{PERSON}/{_NUMBER}", headers={"User-Agent": _NUMBER, "X-Request-Id": ADDRESS})
    client.post("/v1/submissions", json={"profile": PERSON, "consent": _NUMBER})
    client.post(f"/v1/submissions/{name}/withdraw", headers=bearer)
    told = log.getvalue()
    assert len(_lines(log)) >= 8
    for personal in (PERSON, json.dumps(PERSON)[1:-1], ADDRESS, _NUMBER, secret):
        assert personal not in told
    metrics = client.get("/metrics").text
    for personal in (PERSON, ADDRESS, _NUMBER, secret, name):
        assert personal not in metrics
