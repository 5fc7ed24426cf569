"""The same POST sent again has the effect of one (promise 17)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.clock import SetClock
from api.context import Service
from api.db.outbox import Event
from api.db.records import Answered
from api.db.submissions import Submission
from api.services import idempotency, submissions
from tests.api.people import bearer, make_key

SAMPLES = Path(__file__).parents[2] / "samples"
KEY = "4b0f1f0e-8a86-4f2c-9d0e-3f2e0a6a1c55"
BODY = {"consent": submissions.CONSENTS[-1], "language": "en", "name": "张三"}


def begin(client: TestClient, key: str = KEY, **changes: Any) -> Any:
    return client.post("/v1/submissions", json=BODY | changes, headers={"Idempotency-Key": key})


def count(service: Service, table: Any = Submission) -> int:
    with service.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def code(answer: Any) -> str:
    told: str = answer.json()["type"].rpartition("/")[2]
    return told


def test_sent_again_it_is_answered_as_before(client: TestClient, service: Service) -> None:
    first, again = begin(client), begin(client)
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert "content-security-policy" in again.headers
    assert count(service) == 1
    with service.database.read() as session:
        kept = session.scalars(select(Answered)).one()
    assert first.json()["secret"].encode() not in (kept.body_sealed or b"")


def test_another_body_is_refused(client: TestClient, service: Service) -> None:
    begin(client)
    refused = begin(client, language="zh-CN")
    assert (refused.status_code, code(refused)) == (422, "key-reused")
    assert count(service) == 1


def test_keys_of_others_are_others(client: TestClient, service: Service) -> None:
    mine = begin(client).json()
    other = client.post(
        "/v1/submissions", json=BODY, headers={"Idempotency-Key": KEY, "Authorization": "Bearer somebody-else"}
    )
    assert other.json()["submission"]["id"] != mine["submission"]["id"]
    assert count(service) == 2


@pytest.mark.parametrize("key", ["short", "with space in it", "x" * 201, "ünïcödé-key".encode("latin-1")])
def test_malformed_keys(client: TestClient, key: str) -> None:
    refused = client.post("/v1/submissions", json=BODY, headers={"Idempotency-Key": key})
    assert (refused.status_code, code(refused)) == (400, "key-malformed")


def test_a_refusal_frees_the_key(client: TestClient, service: Service) -> None:
    refused = begin(client, consent="none")
    assert code(refused) == "unknown-consent"
    assert begin(client).status_code == 201
    assert count(service) == 1


def test_many_at_once_are_one(client: TestClient, service: Service) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: begin(client), range(50)))
    assert count(service) == 1
    made = [answer for answer in answers if answer.status_code == 201]
    assert made
    assert len({answer.content for answer in made}) == 1
    assert {code(answer) for answer in answers if answer.status_code != 201} <= {"key-running"}


def test_while_the_first_runs(client: TestClient, service: Service) -> None:
    answers: list[Any] = []

    def meanwhile(*_: Any, **__: Any) -> Any:
        answers.append(begin(client))
        return original(service, **__)

    original = submissions.create
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(submissions, "create", lambda _service, **facts: meanwhile(**facts))
        first = begin(client)
    assert first.status_code == 201
    assert (answers[0].status_code, code(answers[0])) == (409, "key-running")
    assert answers[0].headers["retry-after"]


def test_a_crash_between_commit_and_reply(client: TestClient, service: Service) -> None:
    """Nothing after the commit happens: no reply, nothing freed. Sent again, it is answered; there is one effect."""

    def dies(*_: Any) -> None:
        raise RuntimeError("nothing more happens")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(idempotency, "finish", dies)
        patch.setattr(idempotency, "release", dies)
        assert begin(client).status_code == 500
    assert count(service) == 1
    again = begin(client)
    assert again.status_code == 201
    assert count(service) == 1
    assert count(service, Event) == 1
    with service.database.read() as session:
        found = session.scalars(select(Submission)).one()
        opened = submissions.find(session, found.id, secret=again.json()["secret"])
    assert opened.id == again.json()["submission"]["id"]


def test_a_webhook_whose_reply_was_lost(client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its secret is told only once, so that the answer must not be lost."""

    def dies(*_: Any) -> None:
        raise RuntimeError("nothing more happens")

    headers = bearer(make_key(service)[0]) | {"Idempotency-Key": KEY}
    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "finish", dies)
        patch.setattr(idempotency, "release", dies)
        lost = client.post("/v1/webhooks", json={"url": "https://desk.example/hooks"}, headers=headers)
        assert lost.status_code == 500
    again = client.post("/v1/webhooks", json={"url": "https://desk.example/hooks"}, headers=headers)
    assert again.json()["secret"]
    assert [one["id"] for one in client.get("/v1/webhooks", headers=headers).json()] == [again.json()["id"]]


def test_a_crash_before_commit(client: TestClient, service: Service, clock: SetClock) -> None:
    """The key stays claimed until no request can run so long; then it is run again."""

    def dies(*_: Any, **__: Any) -> None:
        raise RuntimeError("nothing more happens")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(submissions, "create", dies)
        patch.setattr(idempotency, "release", dies)
        assert begin(client).status_code == 500
    assert code(begin(client)) == "key-running"
    clock.forward(minutes=10)
    assert begin(client).status_code == 201
    assert count(service) == 1


def test_a_day_later_a_key_is_new(client: TestClient, service: Service, clock: SetClock) -> None:
    begin(client)
    clock.forward(hours=25)
    begin(client)
    assert count(service) == 2
    assert count(service, Answered) == 1


@pytest.fixture
def clock(service: Service) -> SetClock:
    assert isinstance(service.clock, SetClock)
    return service.clock


def test_checks_of_pictures_are_computed_again_and_not_kept(client: TestClient, service: Service) -> None:
    """Multipart boundaries differ each time: the same picture is the same body all the same."""

    def check(name: str) -> Any:
        data = (SAMPLES / name).read_bytes()
        return client.post("/v1/checks", files={"file": data}, headers={"Idempotency-Key": KEY})

    first, again, other = check("good.jpg"), check("good.jpg"), check("blurred.jpg")
    assert first.json()["findings"] == again.json()["findings"]
    assert code(other) == "key-reused"
    with service.database.read() as session:
        assert session.scalars(select(Answered)).one().body_sealed is None


def test_exchanging_twice_with_one_key_exchanges_once(client: TestClient, service: Service) -> None:
    made = begin(client).json()
    path = f"/v1/submissions/{made['submission']['id']}"
    auth = {"Authorization": f"Bearer {made['secret']}"}
    client.put(f"{path}/items/id-emblem", files={"file": (SAMPLES / "good.jpg").read_bytes()}, headers=auth)
    for _ in range(2):
        told = client.post(
            f"{path}/swap",
            json={"one": "id-emblem", "other": "portrait"},
            headers=auth | {"Idempotency-Key": "a-key-for-the-swap"},
        )
        assert list(told.json()["items"]) == ["portrait"]
