"""A submission's way from its beginning to the reviewers' queue and back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.context import Service
from api.db.records import AuditEntry
from api.db.review import Task
from api.db.submissions import State, Submission, Upload
from api.errors import Problem
from api.services import life, submissions, uploads
from tests.api.people import bearer, make_key

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = {
    "portrait": "phone-original.jpg",
    "id-portrait": "id-portrait.jpg",
    "id-emblem": "id-emblem.jpg",
    "signature": "signature-good.jpg",
}


def sample(name: str) -> bytes:
    return (SAMPLES / FILES.get(name, name)).read_bytes()


def begin(service: Service, **facts: Any) -> str:
    made = submissions.create(
        service, profile="cn-exit-entry-renewal", language="en", consent=submissions.CONSENTS[-1], **facts
    )
    return made.submission.id


def filled(service: Service) -> str:
    name = begin(service)
    for item in FILES:
        submissions.put_item(service, name, item, sample(item), "applicant")
    return name


def seen(service: Service, name: str) -> submissions.Seen:
    with service.database.read() as session:
        return submissions.load_for_view(session, name)


def given_back(service: Service, name: str, *items: str) -> None:
    """As reviewers return it."""
    with service.database.begin() as session:
        submission = submissions.find(session, name)
        life.move(session, service.clock, submission, State.UNDER_REVIEW, "account:acc_1")
        submission.returned_items = list(items)
        submission.decided_at = service.clock.now()
        submission.mend_by = date(2026, 1, 14)
        life.move(session, service.clock, submission, State.RETURNED, "account:acc_1")


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Problem) as caught:
        act()
    assert caught.value.code == code


def test_a_whole_application(service: Service) -> None:
    name = filled(service)
    found = seen(service, name)
    assert found.submission.state == State.CHECKED
    assert found.submission.verdict in ("pass", "review")
    assert set(found.uploads) == set(FILES)
    assert found.uploads["portrait"].intake == "original"
    assert found.uploads["id-portrait"].intake == "final"
    assert found.events[-1].kind == "submission.checked"
    submitted = submissions.submit(service, name, "applicant")
    assert submitted.state == State.SUBMITTED
    assert submitted.due_at is not None
    with service.database.read() as session:
        assert session.scalars(select(Task.stage).where(Task.submission_id == name)).all() == ["first"]
    put = partial(submissions.put_item, service, name, "portrait", sample("good.jpg"), "applicant")
    refused("wrong-state", put)
    refused("wrong-state", lambda: submissions.submit(service, name, "applicant"))
    assert submissions.withdraw(service, name, "applicant").state == State.WITHDRAWN
    with service.database.read() as session:
        assert session.scalars(select(Task).where(Task.submission_id == name, Task.done_at.is_(None))).all() == []


def test_what_is_missing_is_told(service: Service) -> None:
    name = begin(service)
    submissions.put_item(service, name, "signature", sample("signature"), "applicant")
    with pytest.raises(Problem) as caught:
        submissions.submit(service, name, "applicant")
    assert caught.value.facts == {"items": ["portrait", "id-portrait", "id-emblem"]}


def test_a_replaced_draft_leaves_nothing(service: Service) -> None:
    name = begin(service)
    submissions.put_item(service, name, "portrait", sample("blurred.jpg"), "applicant")
    submissions.put_item(service, name, "portrait", sample("good.jpg"), "applicant")
    found = seen(service, name).uploads["portrait"]
    assert found.number == 2
    kept = {found.original_key, found.display_key, found.prepared_key}
    assert set(service.blobs.store.keys()) == kept
    submissions.delete_item(service, name, "portrait", "applicant")
    assert list(service.blobs.store.keys()) == []
    refused("not-found", lambda: submissions.delete_item(service, name, "portrait", "applicant"))


def test_taking_one_out_reopens(service: Service) -> None:
    name = filled(service)
    submissions.delete_item(service, name, "signature", "applicant")
    assert seen(service, name).submission.state == State.DRAFT
    assert seen(service, name).submission.report is None


def test_a_refused_picture_changes_nothing(service: Service) -> None:
    name = begin(service)
    with pytest.raises(Problem) as caught:
        submissions.put_item(service, name, "portrait", b"%PDF-1.7", "applicant")
    assert (caught.value.status, caught.value.facts["reason"]) == (415, "unsupported-format")
    assert [event.kind for event in seen(service, name).events] == ["submission.created"]
    assert list(service.blobs.store.keys()) == []


def test_only_what_was_returned_is_mended(service: Service) -> None:
    name = filled(service)
    submissions.submit(service, name, "applicant")
    given_back(service, name, "portrait")
    put = partial(submissions.put_item, service, name)
    refused("not-returned", lambda: put("signature", sample("signature"), "applicant"))
    refused("same-picture", lambda: put("portrait", sample("portrait"), "applicant"))
    refused("not-mended", lambda: submissions.submit(service, name, "applicant"))
    before = seen(service, name).uploads["portrait"]
    mended = put("portrait", sample("good.jpg"), "applicant")
    assert (mended.number, mended.tries) == (2, 2)
    with service.database.read() as session:
        old = session.get(Upload, before.id)
    assert old is not None
    assert old.original_key in set(service.blobs.store.keys()), "reviewers compare with the try before"
    again = submissions.submit(service, name, "applicant")
    assert (again.state, again.tries, again.mend_by, again.returned_items) == (State.SUBMITTED, 2, None, [])


def test_pictures_in_each_others_place_are_offered_to_be_exchanged(service: Service) -> None:
    name = begin(service)
    submissions.put_item(service, name, "id-portrait", sample("id-emblem"), "applicant")
    assert submissions.offered_swaps(seen(service, name).uploads) == [("id-portrait", "id-emblem")]
    submissions.put_item(service, name, "id-emblem", sample("id-portrait"), "applicant")
    found = seen(service, name).uploads
    assert {upload.verdict for upload in found.values()} == {"fail"}
    assert submissions.offered_swaps(found) == [("id-portrait", "id-emblem")]
    submissions.swap(service, name, "id-portrait", "id-emblem", "applicant")
    found = seen(service, name).uploads
    assert "fail" not in {upload.verdict for upload in found.values()}
    assert submissions.offered_swaps(found) == []


def test_a_picture_moves_into_an_empty_place(service: Service) -> None:
    name = begin(service)
    submissions.put_item(service, name, "signature", sample("portrait"), "applicant")
    assert submissions.offered_swaps(seen(service, name).uploads) == [("signature", "portrait")]
    submissions.swap(service, name, "signature", "portrait", "applicant")
    assert set(seen(service, name).uploads) == {"portrait"}
    refused("not-found", lambda: submissions.swap(service, name, "signature", "id-emblem", "applicant"))


def test_places_filled_at_the_same_time(service: Service) -> None:
    """However the four interleave, the last one sees all: they are checked together."""
    name = begin(service)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda item: submissions.put_item(service, name, item, sample(item), "applicant"), FILES))
    found = seen(service, name)
    assert found.submission.state == State.CHECKED
    assert found.submission.report is not None
    checks = {finding["check"]: finding["outcome"] for finding in found.submission.report["en"]["findings"]}
    assert checks["complete"] == "pass"


def test_one_place_filled_twice_at_the_same_time(service: Service) -> None:
    name = begin(service)
    pictures = ("good.jpg", "blurred.jpg", "red-eye.jpg")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda one: submissions.put_item(service, name, "portrait", sample(one), "applicant"), pictures))
    with service.database.read() as session:
        tries = session.scalars(select(Upload).where(Upload.submission_id == name)).all()
    assert sorted(one.number for one in tries) == [1, 2, 3]
    assert [one.number for one in tries if one.current] == [3]


def test_the_signature_is_compared_with_the_name(service: Service) -> None:
    name = begin(service, name="王小明")
    put = submissions.put_item(service, name, "signature", sample("signature"), "applicant")
    findings = {finding["check"]: finding for finding in put.report["en"]["findings"]}
    assert findings["signature-name"]["reason"] != "no-name"


def test_tries_end_somewhere(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_MOST_TRIES", 1)
    name = begin(service)
    submissions.put_item(service, name, "portrait", sample("good.jpg"), "applicant")
    put = partial(submissions.put_item, service, name, "portrait", sample("good.jpg"), "applicant")
    refused("too-many-tries", put)


def test_names_and_addresses_are_sealed(service: Service) -> None:
    begin(service, name="张三", contact="zhang.san@applicant.example")
    with service.database.read() as session:
        row = session.scalars(select(Submission)).one()
    assert b"zhang" not in (row.contact_sealed or b"")
    assert "张三".encode() not in (row.name_sealed or b"")


class TestOverHttp:
    """The same by requests."""

    def begun(self, client: TestClient, **headers: str) -> tuple[str, dict[str, str]]:
        body = {"consent": submissions.CONSENTS[-1], "language": "en"}
        made = client.post("/v1/submissions", json=body, headers=headers)
        assert made.status_code == 201
        told = made.json()
        return f"/v1/submissions/{told['submission']['id']}", bearer(told["secret"]) | {"Accept-Language": "en"}

    def put(self, client: TestClient, path: str, auth: dict[str, str], item: str) -> Any:
        answer = client.put(f"{path}/items/{item}", files={"file": ("x", sample(item))}, headers=auth)
        assert answer.status_code == 200, answer.json()
        return answer.json()

    def test_a_whole_application(self, client: TestClient) -> None:
        path, auth = self.begun(client)
        told = {item: self.put(client, path, auth, item) for item in FILES}
        assert told["portrait"]["prepared"]["report"]["verdict"] == "pass"
        assert told["portrait"]["prepared"]["accepted"] is False
        accepted = client.post(f"{path}/items/portrait/accept-prepared", headers=auth)
        assert accepted.json()["prepared"]["accepted"] is True
        refusal = client.post(f"{path}/items/id-emblem/accept-prepared", headers=auth)
        assert refusal.json()["type"].endswith("/nothing-prepared")
        view = client.get(path, headers=auth).json()
        assert (view["state"], view["obstacle"], view["may_change"]) == ("checked", None, True)
        picture = client.get(view["items"]["portrait"]["picture"], headers=auth)
        assert picture.headers["content-type"] == "image/jpeg"
        view = client.post(f"{path}/submit", headers=auth).json()
        assert (view["state"], view["may_change"]) == ("submitted", False)
        assert [event["number"] for event in view["events"]] == list(range(1, len(view["events"]) + 1))
        view = client.post(f"{path}/withdraw", headers=auth).json()
        assert view["state"] == "withdrawn"

    def test_nobody_else_sees_it(self, client: TestClient, service: Service) -> None:
        path, _ = self.begun(client)
        _, other = self.begun(client)
        key = bearer(make_key(service)[0])
        for headers in ({}, other, key, bearer("x")):
            for answer in (client.get(path, headers=headers), client.post(f"{path}/withdraw", headers=headers)):
                assert answer.status_code == 404

    def test_a_program_sees_what_it_made(self, client: TestClient, service: Service) -> None:
        key = bearer(make_key(service)[0])
        paths = sorted(self.begun(client, **key)[0] for _ in range(3))
        self.begun(client)
        assert client.get(paths[0], headers=key).status_code == 200
        page = client.get("/v1/submissions?limit=2", headers=key).json()
        rest = client.get(f"/v1/submissions?limit=2&after={page['next']}", headers=key).json()
        ids = [one["id"] for one in page["submissions"] + rest["submissions"]]
        assert [f"/v1/submissions/{one}" for one in ids] == paths
        assert rest["next"] is None
        assert client.get("/v1/submissions?state=approved", headers=key).json()["submissions"] == []

    def test_fields_are_masked_until_asked_for(self, client: TestClient, service: Service) -> None:
        path, auth = self.begun(client)
        told = self.put(client, path, auth, "id-portrait")
        masked = told["report"]["fields"]["number"]["text"]
        plain = client.get(f"{path}/items/id-portrait/fields", headers=auth).json()["fields"]["number"]
        assert plain not in str(told)
        assert len(plain) == len(masked)
        with service.database.read() as session:
            lines = session.scalars(select(AuditEntry)).all()
        assert lines[-1].action == "fields.revealed"
        assert not any(plain in line.facts for line in lines)
