"""The reviewers' queue over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.context import Service
from api.db.people import Account
from api.db.records import AuditEntry
from api.db.submissions import State, Submission, Upload
from api.services import sessions
from tests.api.review_made import reviewer, submitted

FAULTY = {"portrait": {"head-height": "fail", "sharpness": "review"}}


def signed_in(client: TestClient, service: Service, login: str = "first", *roles: str) -> dict[str, str]:
    """Sign a browser in; returns the headers that its requests carry."""
    person = reviewer(service, login, *roles)
    with service.database.begin() as session:
        secret, row = sessions.open_session(session, service, session.get_one(Account, person.id))
        token = row.csrf
    client.cookies.set("photocheck-session", secret)
    return {"X-CSRF-Token": token, "Accept-Language": "en"}


@pytest.fixture
def headers(client: TestClient, service: Service) -> dict[str, str]:
    return signed_in(client, service)


def taken(client: TestClient, headers: dict[str, str]) -> Any:
    task = client.post("/v1/review/next", json={}, headers=headers).json()["task"]
    answer = client.get(f"/v1/review/tasks/{task}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_only_for_reviewers(client: TestClient, service: Service) -> None:
    assert client.get("/v1/review/queue").status_code == 401
    headers = signed_in(client, service, "admin", "administrator")
    assert client.get("/v1/review/queue", headers=headers).status_code == 403


def test_from_queue_to_return(client: TestClient, service: Service, headers: dict[str, str]) -> None:
    submission = submitted(service, FAULTY)
    queue = client.get("/v1/review/queue", headers=headers).json()
    assert queue["count"] == 1
    assert queue["tasks"][0]["verdict"] == "fail"
    case = taken(client, headers)
    portrait = case["pictures"][0]
    assert [one["check"] for one in portrait["findings"]] == ["head-height", "sharpness"]
    assert [one["number"] for one in portrait["findings"]] == [1, 2]
    assert [line["axis"] for line in portrait["guide"]] == ["y", "y", "y", "x"]
    chosen = [one for one in case["suggested"] if one["chosen"]]
    assert [(one["item"], one["reason"]) for one in chosen] == [("portrait", "head-size")]
    body = {
        "outcome": "return",
        "reasons": [{"item": "portrait", "reason": "head-size"}],
        "version": case["version"],
    }
    answer = client.post(f"/v1/review/tasks/{case['id']}/decision", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    service.clock.forward(seconds=11)  # type: ignore[attr-defined]
    assert client.get("/v1/review/queue", headers=headers).json()["count"] == 0
    with service.database.read() as session:
        assert session.get_one(Submission, submission).state == State.RETURNED


def test_undone_over_http(client: TestClient, service: Service, headers: dict[str, str]) -> None:
    submitted(service)
    case = taken(client, headers)
    body = {"outcome": "approve", "version": case["version"]}
    made = client.post(f"/v1/review/tasks/{case['id']}/decision", json=body, headers=headers).json()
    undone = client.post(f"/v1/review/decisions/{made['id']}/undo", headers=headers)
    assert undone.json() == {"task": case["id"]}
    again = client.post(f"/v1/review/tasks/{case['id']}/decision", json=body, headers=headers)
    assert again.status_code == 201


def test_stale_and_lost_are_told(client: TestClient, service: Service, headers: dict[str, str]) -> None:
    submitted(service)
    case = taken(client, headers)
    body = {"outcome": "approve", "version": case["version"] - 1}
    answer = client.post(f"/v1/review/tasks/{case['id']}/decision", json=body, headers=headers)
    assert (answer.status_code, answer.json()["version"]) == (409, case["version"])
    service.clock.forward(minutes=11)  # type: ignore[attr-defined]
    body["version"] = case["version"]
    answer = client.post(f"/v1/review/tasks/{case['id']}/decision", json=body, headers=headers)
    assert answer.json()["type"].endswith("lease-lost")
    beat = client.post("/v1/review/heartbeat", json={"tasks": [case["id"]], "shown": case["id"]}, headers=headers)
    assert beat.json()["held"] == [case["id"]]
    answer = client.post(f"/v1/review/tasks/{case['id']}/decision", json=body, headers=headers)
    assert answer.status_code == 201


def test_a_session_needs_its_token(client: TestClient, service: Service, headers: dict[str, str]) -> None:
    assert client.post("/v1/review/next", json={}).status_code == 403


def test_blind_look_withholds_the_machine(client: TestClient, service: Service, headers: dict[str, str]) -> None:
    submission = submitted(service, FAULTY)
    with service.database.begin() as session:
        from tests.api.review_made import task_of

        task_of(session, submission).stage = "blind"
    assert client.get("/v1/review/queue", headers=headers).json()["tasks"][0]["verdict"] is None
    case = taken(client, headers)
    assert case["verdict"] is None
    assert all(not picture["findings"] and picture["verdict"] is None for picture in case["pictures"])
    assert not any(choice["chosen"] or choice["checks"] for choice in case["suggested"])


def test_fields_are_masked_until_asked(client: TestClient, service: Service, headers: dict[str, str]) -> None:
    submitted(service)
    case = taken(client, headers)
    card = case["pictures"][1]
    assert {field["key"]: field["text"] for field in card["fields"]}["name"] == "张**"
    told = client.post(f"/v1/review/tasks/{case['id']}/fields", headers=headers).json()["fields"]
    assert told["id-portrait"]["name"] == "张三"
    with service.database.read() as session:
        actions = list(session.scalars(select(AuditEntry.action)))
    assert actions[-2:] == ["case.viewed", "fields.revealed"]


def test_marks_are_kept_upright(client: TestClient, service: Service, headers: dict[str, str]) -> None:
    submission = submitted(service)
    with service.database.begin() as session:
        card = session.scalars(select(Upload).where(Upload.item == "id-portrait")).one()
        report = {lang: dict(own) for lang, own in card.report.items()}
        for own in report.values():
            own["fields"] = {"rotation": {"text": "90", "confidence": 1.0, "region": None}}
        card.report = report
    case = taken(client, headers)
    shown = case["pictures"][1]
    assert (shown["width"], shown["height"]) == (shown["src_height"], shown["src_width"])
    drawn = {"item": "id-portrait", "reason": "card-glare", "points": [[0.1, 0.2], [0.3, 0.4]]}
    answer = client.post(f"/v1/review/tasks/{case['id']}/marks", json=drawn, headers=headers)
    assert answer.json()["check"] == "card-glare"
    again = client.get(f"/v1/review/tasks/{case['id']}", headers=headers).json()["pictures"][1]["marks"]
    assert [[round(x, 6), round(y, 6)] for x, y in again[0]["points"]] == drawn["points"]
    assert client.delete(f"/v1/review/marks/{again[0]['id']}", headers=headers).status_code == 204
    assert submission


def test_pictures_of_a_case_can_be_seen(client: TestClient, service: Service, headers: dict[str, str]) -> None:
    submitted(service, blobs=True)
    case = taken(client, headers)
    answer = client.get(case["pictures"][0]["src"], headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")


def test_reasons_in_the_users_language(client: TestClient, headers: dict[str, str]) -> None:
    told = client.get("/v1/review/reasons", headers=headers).json()
    assert {"reason": "blurred", "title": "Blurred"}.items() <= {one["reason"]: one for one in told}["blurred"].items()


def test_known_answers_are_made_of_checked_ones_only(client: TestClient, service: Service) -> None:
    waiting, checked = submitted(service), submitted(service, purpose="known-answer")
    with service.database.begin() as session:
        fresh = session.get_one(Submission, checked)
        fresh.purpose, fresh.state, fresh.submitted_at = "real", State.CHECKED.value, None
    body = {"submission": checked, "outcome": "return", "reasons": [{"item": "portrait", "reason": "blurred"}]}
    headers = signed_in(client, service)
    assert client.post("/v1/review/known-answers", json=body, headers=headers).status_code == 403
    headers = signed_in(client, service, "root", "administrator")
    refused = client.post("/v1/review/known-answers", json=body | {"submission": waiting}, headers=headers)
    assert refused.status_code == 409
    assert client.post("/v1/review/known-answers", json=body, headers=headers).status_code == 204
    service.settings = service.settings.model_copy(update={"known_share": 1.0})
    headers = signed_in(client, service, "first")
    case = taken(client, headers)
    assert case["submission"] == checked
