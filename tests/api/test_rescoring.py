"""Re-scoring of stored submissions from the console."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.context import Service
from api.db.rescoring import Rescoring
from api.db.review import Task
from api.db.submissions import State, Submission, Upload
from api.errors import Problem
from api.services.review import rescoring
from api.workers import tasks
from api.workers.pool import Workers
from tests.api.review_made import SAMPLES, submitted, task_of
from tests.api.test_review_numbers import decided
from tests.api.test_review_routes import signed_in

STRICTER = ["head-height.pass=0.78,0.80", "head-height.review=0.78,0.80"]
ADMIN = ("root", "administrator", "reviewer")


@pytest.fixture(scope="module")
def checked(workers: Workers) -> Any:
    """The made portrait as the service's worker checks it."""
    data = (SAMPLES / "good.jpg").read_bytes()
    return workers.run(tasks.check, data, as_of=date(2026, 1, 5), kind="portrait")


def stored(service: Service, checked: Any, *, approved: bool) -> str:
    """A submission with that portrait, waiting for review or approved."""
    submission = decided(service, "li", "approve") if approved else submitted(service)
    key = service.blobs.put((SAMPLES / "good.jpg").read_bytes())
    with service.database.begin() as session:
        portrait = portrait_of(session, submission)
        portrait.report, portrait.rows, portrait.verdict = dict(checked.report), checked.rows, checked.verdict
        portrait.original_key = key
    return submission


def portrait_of(session: Any, submission: str) -> Upload:
    found: Upload = session.scalars(
        select(Upload).where(Upload.submission_id == submission, Upload.item == "portrait")
    ).one()
    return found


def ran(service: Service, changes: list[str]) -> Rescoring:
    with service.database.begin() as session:
        own = rescoring.start(session, service.clock, profile="cn-exit-entry", changes=changes, actor="account:x")
    rescoring.run(service, own.id)
    with service.database.read() as session:
        return session.get_one(Rescoring, own.id)


@pytest.fixture
def plain(service: Service) -> Service:
    service.settings = service.settings.model_copy(update={"blind_share": 0.0})
    return service


def test_from_stored_values_alone(plain: Service, checked: Any) -> None:
    approved, waiting = stored(plain, checked, approved=True), stored(plain, checked, approved=False)
    run = ran(plain, STRICTER)
    assert (run.state, run.total, run.done, run.rechecked, run.unknown) == ("done", 2, 2, 0, 0)
    assert (run.flips, run.opened) == (2, 1)
    assert run.counts["verdicts"] == {"pass>fail": 2}
    assert run.counts["checks"] == {"head-height:pass>fail": 2}
    with plain.database.read() as session:
        task = task_of(session, approved)
        assert (task.stage, task.note["flips"]) == ("rescore", ["head-height"])
        assert task_of(session, waiting).stage == "first"


def test_nothing_changes_under_the_same_limits(plain: Service, checked: Any) -> None:
    stored(plain, checked, approved=True)
    run = ran(plain, [])
    assert (run.state, run.done, run.flips, run.opened) == ("done", 1, 0, 0)


def test_by_the_picture_where_other_code_measured(plain: Service, checked: Any) -> None:
    submission, gone = stored(plain, checked, approved=True), stored(plain, checked, approved=True)
    with plain.database.begin() as session:
        for one in (submission, gone):
            portrait = portrait_of(session, one)
            portrait.report = {language: own | {"version": "0.0.9"} for language, own in portrait.report.items()}
        portrait_of(session, gone).original_key = None
    run = ran(plain, STRICTER)
    assert (run.done, run.rechecked, run.unknown, run.flips) == (2, 2, 1, 1)


def test_a_look_at_a_flip_changes_no_application(plain: Service, checked: Any) -> None:
    submission = stored(plain, checked, approved=True)
    ran(plain, STRICTER)
    from api.services.review import decide, effects, queue
    from tests.api.review_made import reviewer

    person = reviewer(plain, "wang")
    with plain.database.begin() as session:
        task = queue.claim_next(session, plain.clock, plain.settings, person)
        assert task is not None
        assert task.due_at > plain.clock.now()
        version = session.get_one(Submission, submission).version
        reasons = [("portrait", "head-size")]
        decide.decide(
            session, plain.clock, plain.settings, task.id, person, outcome="return", reasons=reasons, version=version
        )
    plain.clock.forward(seconds=11)  # type: ignore[attr-defined]
    effects.run_due(plain)
    with plain.database.read() as session:
        assert session.get_one(Submission, submission).state == State.APPROVED
        assert session.scalars(select(Task).where(Task.done_at.is_(None))).first() is None


def test_goes_on_where_it_was_and_stops(plain: Service, checked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        stored(plain, checked, approved=True)
    monkeypatch.setattr(rescoring, "_PIECE", 1)
    with plain.database.begin() as session:
        own = rescoring.start(session, plain.clock, profile="cn-exit-entry", changes=STRICTER, actor="account:x")
    judge, seen = rescoring._judge, []

    def interrupted(service: Service, upload: Upload, old: Any, new: Any) -> Any:
        if len(seen) == 2:
            raise SystemExit
        seen.append(upload.id)
        return judge(service, upload, old, new)

    monkeypatch.setattr(rescoring, "_judge", interrupted)
    with pytest.raises(SystemExit):
        rescoring.run(plain, own.id)
    monkeypatch.setattr(rescoring, "_judge", judge)
    rescoring.run(plain, own.id)
    with plain.database.read() as session:
        run = session.get_one(Rescoring, own.id)
        assert (run.state, run.done, run.opened) == ("done", 3, 3)
    with pytest.raises(Problem, match="rescoring-ended"), plain.database.begin() as session:
        rescoring.stop(session, plain.clock, own.id, "account:x")


@pytest.mark.parametrize(
    ("profile", "changes"),
    [
        ("nothing", []),
        ("cn-exit-entry", ["head-height=1"]),
        ("cn-exit-entry-renewal", []),
        ("cn-exit-entry", ["x.pass=1,2"]),
    ],
)
def test_refused_wishes(plain: Service, profile: str, changes: list[str]) -> None:
    with pytest.raises(Problem, match="wrong-change"), plain.database.begin() as session:
        rescoring.start(session, plain.clock, profile=profile, changes=changes, actor="account:x")


def test_over_http_and_on_the_page(client: TestClient, plain: Service, checked: Any) -> None:
    stored(plain, checked, approved=True)
    headers = signed_in(client, plain, "li")
    assert client.get("/v1/review/rescorings", headers=headers).status_code == 403
    headers = signed_in(client, plain, *ADMIN)
    wish = {"profile": "cn-exit-entry", "changes": STRICTER}
    started = client.post("/v1/review/rescorings", json=wish, headers=headers)
    assert (started.status_code, started.json()["state"]) == (202, "waiting")
    again = client.post("/v1/review/rescorings", json=wish, headers=headers)
    assert again.status_code == 409
    rescoring.run(plain, started.json()["id"])
    told = client.get(f"/v1/review/rescorings/{started.json()['id']}", headers=headers).json()
    assert (told["state"], told["flips"]) == ("done", 1)
    page = client.get("/review/rescoring", headers=headers | {"Accept": "text/html"})
    assert page.status_code == 200
    assert "head-height.pass=0.78,0.80" in page.text
    wrong = {"profile": "cn-exit-entry", "changes": "head-height.pass=1", "csrf": headers["X-CSRF-Token"]}
    assert client.post("/review/rescoring", data=wrong, headers=headers).status_code == 422
