"""The numbers of review, and the opinions behind them."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.clock import SetClock
from api.context import Service
from api.db.submissions import Submission, Upload
from api.services.review import decide, effects, queue
from api.services.review.numbers import numbers
from api.services.review.opinions import judged, samples
from photocheck.cli import app
from photocheck.profile import load_profile
from tests.api.review_made import reviewer, submitted
from tests.api.test_review_routes import signed_in

HEAD = {"portrait": {"head-height": "fail"}}


def row(value: float, outcome: str) -> dict[str, Any]:
    return {
        "id": "",
        "check": "head-height",
        "code": "GEO02",
        "outcome": outcome,
        "value": value,
        "unit": "ratio of image height",
        "pass_low": 0.7,
        "pass_high": 0.8,
        "review_low": 0.65,
        "review_high": 0.85,
        "margin": 0.0,
        "reason": None,
        "case": "high",
        "required": True,
        "judged": [{"quantity": "", "limit": "", "value": value, "case": None}],
    }


def decided(service: Service, login: str, outcome: Any, reasons: Any = (), findings: Any = None, **facts: Any) -> str:
    """A whole case: submitted, taken, decided after ten seconds, effective."""
    person = reviewer(service, login)
    submission = submitted(service, findings, **facts)
    assert isinstance(service.clock, SetClock)
    service.clock.forward(hours=1)
    with service.database.begin() as session:
        task = queue.claim_next(session, service.clock, service.settings, person)
        assert task is not None
        queue.heartbeat(session, service.clock, service.settings, [task.id], person, shown=task.id)
    service.clock.forward(seconds=10)
    with service.database.begin() as session:
        version = session.get_one(Submission, submission).version
        decide.decide(
            session,
            service.clock,
            service.settings,
            task.id,
            person,
            outcome=outcome,
            reasons=list(reasons),
            version=version,
        )
    service.clock.forward(seconds=11)
    effects.run_due(service)
    return submission


@pytest.fixture
def alone(service: Service) -> Service:
    service.settings = service.settings.model_copy(update={"four_eyes": "none", "blind_share": 0.0})
    return service


def test_numbers_of_a_day(alone: Service) -> None:
    decided(alone, "li", "approve")
    decided(alone, "li", "return", [("portrait", "head-size")], HEAD)
    decided(alone, "wang", "approve", (), HEAD)
    decided(alone, "wang", "return", [("signature", "signature-ink")])
    with alone.database.read() as session:
        told = numbers(session, alone.clock, 7)
    assert told.outcomes == {"approve": 2, "return": 2}
    assert told.reasons == {"head-size": 1, "signature-ink": 1}
    today = told.days[-1]
    assert (today.decided, today.waiting_median_hours) == (4, pytest.approx(1.0, abs=0.01))
    assert [(one.name, one.decided, one.median_seconds) for one in told.reviewers] == [
        ("Li", 2, 10.0),
        ("Wang", 2, 10.0),
    ]
    by_check = {one.check: one for one in told.checks}
    head = by_check["head-height"]
    assert (head.flagged, head.agreed, head.overruled) == (2, 1, 1)
    assert by_check["ink-colour"].supplemented == 1
    assert told.waiting == 0


def test_known_answers_measure_reviewers_only(alone: Service) -> None:
    alone.settings = alone.settings.model_copy(update={"known_share": 1.0})
    decided(alone, "li", "approve", (), HEAD, purpose="known-answer", answer={"outcome": "return", "reasons": []})
    with alone.database.read() as session:
        told = numbers(session, alone.clock, 7)
    assert (told.reviewers[0].known, told.reviewers[0].known_right) == (1, 0)
    assert told.checks == []


def test_what_is_undone_is_no_opinion(alone: Service) -> None:
    decided(alone, "li", "approve", (), HEAD)
    with alone.database.begin() as session:
        (one,) = judged(session, alone.clock.now().replace(year=2000), 10)
        assert {(item, check): opinion for item, check, opinion in one.opinions()}[
            "portrait", "head-height"
        ] == "overruled"
        one.decision.undone_at = alone.clock.now()
        session.flush()
        assert list(judged(session, alone.clock.now().replace(year=2000), 10)) == []


def test_limits_are_taught_by_decisions(
    alone: Service, client: TestClient, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOCHECK_DATABASE_URL", alone.settings.database_url)
    draws = random.Random(3)
    for _ in range(30):
        value = draws.uniform(0.75, 0.88)
        machine = "pass" if value <= 0.80 else "review" if value <= 0.85 else "fail"
        wrong = value > 0.83
        submission = decided(
            alone,
            "li",
            "return" if wrong else "approve",
            [("portrait", "head-size")] if wrong else [],
            {"portrait": {"head-height": machine}},
        )
        with alone.database.begin() as session:
            portrait = select(Upload).where(Upload.submission_id == submission, Upload.item == "portrait")
            session.scalars(portrait).one().rows = [row(value, machine)]
    with alone.database.read() as session:
        told = numbers(session, alone.clock, 90)
        found = [
            sample
            for one in judged(session, alone.clock.now().replace(year=2000), 99)
            for sample in samples(session, one)
        ]
    assert len(found) == 30
    (suggestion,) = told.suggestions
    assert (suggestion.check, suggestion.end, suggestion.better) == ("head-height", "high", True)
    assert 0.80 < suggestion.best < 0.85
    out, lines = tmp_path / "draft.toml", tmp_path / "decisions.jsonl"
    where = ["--data", str(alone.settings.data)]
    environment = {"PHOTOCHECK_DATABASE_URL": alone.settings.database_url}
    written = CliRunner().invoke(app, ["calibrate", "-o", str(out), *where], env=environment)
    assert written.exit_code == 0, written.output
    assert load_profile(str(out)).settings["head-height"].limits.passing[1] == pytest.approx(suggestion.best, abs=1e-5)  # type: ignore[attr-defined]
    exported = CliRunner().invoke(app, ["calibrate", "--export", str(lines), *where], env=environment)
    assert exported.exit_code == 0, exported.output
    assert len(lines.read_text("utf-8").splitlines()) == 30
    headers = signed_in(client, alone, "li")
    page = client.get("/review/numbers", headers=headers | {"Accept": "text/html"})
    assert page.status_code == 200, page.text
    assert "<svg" in page.text
    assert client.get("/v1/review/numbers", headers=headers).json()["suggestions"][0]["check"] == "head-height"
