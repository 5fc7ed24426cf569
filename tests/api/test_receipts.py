"""Receipts: given for portraits that pass, printed, verified online and from the QR code, revoked."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.clock import SetClock
from api.context import Service
from api.db.people import Role
from api.db.records import AuditEntry
from api.db.submissions import State, Submission, Upload
from api.depend import hash_of
from api.services import receipts, sealing
from api.services.retention.erase import erase
from photocheck.receipt import read_keys, verify
from tests.api.making import make_submission, make_upload
from tests.api.people import bearer, make_key, make_plain_account, sign_in

SAMPLES = Path(__file__).parents[2] / "samples"
GOOD = (SAMPLES / "good.jpg").read_bytes()
SECRET = "the applicant's own secret"
HASH = "sha256:" + "9e" * 32


def _report(verdict: str = "pass") -> dict[str, Any]:
    findings = [{"check": "head-height", "outcome": verdict}, {"check": "glasses-glare", "outcome": "not_assessed"}]
    report = {"verdict": verdict, "profile": {"id": "cn-exit-entry", "hash": HASH}, "findings": findings, "fields": {}}
    return {"zh-CN": report, "en": report}


def _submission(service: Service, verdict: str = "pass", **given: Any) -> tuple[str, str]:
    """A submission with a portrait; returns both ids."""
    with service.database.begin() as session:
        name = service.keyring.seal("张三丰".encode(), sealing.NAME)
        submission = make_submission(session, service, secret_hash=hash_of(SECRET), name_sealed=name, **given)
        upload = make_upload(
            session,
            service,
            submission,
            "portrait",
            verdict=verdict,
            report=_report(verdict),
            display_key=service.blobs.put(GOOD),
            sha256=hashlib.sha256(GOOD).hexdigest(),
        )
        return submission.id, upload.id


def _issue(client: TestClient, submission_id: str, secret: str = SECRET) -> Any:
    return client.post(f"/v1/submissions/{submission_id}/receipt", headers=bearer(secret))


def test_a_portrait_that_passes_gets_one_receipt(client: TestClient, service: Service) -> None:
    submission_id, _ = _submission(service)
    before = len(list(service.blobs.store.keys()))
    first = _issue(client, submission_id)
    assert first.status_code == 201
    assert first.json()["name"] == "张**"
    assert first.json()["checks_passed"] == 1
    assert _issue(client, submission_id).json()["number"] == first.json()["number"]
    assert len(list(service.blobs.store.keys())) == before + 1


@pytest.mark.parametrize("verdict", ["fail", "review"])
def test_a_portrait_that_does_not_pass_gets_none(client: TestClient, service: Service, verdict: str) -> None:
    submission_id, _ = _submission(service, verdict)
    answer = _issue(client, submission_id)
    assert answer.status_code == 409
    assert answer.json()["checks"] == ["head-height"]


def test_the_prepared_file_counts_where_it_goes_on(client: TestClient, service: Service) -> None:
    submission_id, upload_id = _submission(service, "fail")
    with service.database.begin() as session:
        upload = session.get_one(Upload, upload_id)
        upload.prepared_key = service.blobs.put(GOOD + b"\0")
        upload.prepared_report, upload.prepared_accepted = _report(), True
    answer = _issue(client, submission_id)
    assert answer.status_code == 201
    assert answer.json()["sha256"] == hashlib.sha256(GOOD + b"\0").hexdigest()


@pytest.mark.parametrize(
    "given", [{"state": State.WITHDRAWN.value}, {"state": State.RETURNED.value, "returned_items": ["portrait"]}]
)
def test_withdrawn_and_returned_ones_get_none(client: TestClient, service: Service, given: dict[str, Any]) -> None:
    submission_id, _ = _submission(service, **given)
    assert _issue(client, submission_id).status_code == 409


def test_only_its_applicant_gets_it(client: TestClient, service: Service) -> None:
    submission_id, _ = _submission(service)
    assert _issue(client, submission_id, "another secret").status_code == 404
    number = _issue(client, submission_id).json()["number"]
    assert client.get(f"/v1/receipts/{number}/pdf").status_code == 404
    assert client.get(f"/v1/receipts/{number}/pdf", headers=bearer(make_key(service)[0])).status_code == 404
    assert client.get(f"/v1/receipts/{number}/pdf", headers=bearer(SECRET)).status_code == 200


def test_it_is_verified_by_its_number_however_written(client: TestClient, service: Service) -> None:
    submission_id, _ = _submission(service)
    number = _issue(client, submission_id).json()["number"]
    for written in (number, number.replace("-", "").lower()):
        answer = client.get(f"/v1/receipts/{written}", headers={"Accept-Language": "en"})
        assert answer.json()["standing"] == "valid"
        assert answer.json()["profile_title"].startswith("Exit-entry")
        assert "张三丰" not in answer.text
    mistyped = number[:-1] + ("A" if number[-1] != "A" else "B")
    assert client.get(f"/v1/receipts/{mistyped}").status_code == 422
    assert client.get("/v1/receipts/2601-05QK-7M3D-XR4C").status_code == 404


def test_its_text_is_verified_with_the_published_key(client: TestClient, service: Service) -> None:
    submission_id, _ = _submission(service)
    shown = _issue(client, submission_id).json()
    found = verify(shown["text"], read_keys(client.get("/v1/receipts/keys").text))
    assert found.number == shown["number"].replace("-", "")
    assert found.sha256 == hashlib.sha256(GOOD).digest()
    assert (found.issued.isoformat(), found.valid_until.isoformat()) == (shown["issued"], shown["valid_until"])


def test_it_expires_at_the_end_of_its_last_day(client: TestClient, service: Service) -> None:
    submission_id, _ = _submission(service)
    number = _issue(client, submission_id).json()["number"]
    assert isinstance(service.clock, SetClock)
    service.clock.forward(days=180)
    assert client.get(f"/v1/receipts/{number}").json()["standing"] == "valid"
    service.clock.forward(hours=14)
    assert client.get(f"/v1/receipts/{number}").json()["standing"] == "expired"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_paper_is_one_page_with_its_font(client: TestClient, service: Service, language: str) -> None:
    submission_id, _ = _submission(service)
    number = _issue(client, submission_id).json()["number"]
    headers = {**bearer(SECRET), "Accept-Language": language}
    answer = client.get(f"/v1/receipts/{number}/pdf", headers=headers)
    assert answer.headers["content-type"] == "application/pdf"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.content.count(b"/Type /Page\n") == 1
    assert b"/FontFile2" in answer.content
    assert f"/Lang ({language})".encode() in answer.content
    assert client.get(f"/v1/receipts/{number}/pdf?lang={language}", headers=bearer(SECRET)).content == answer.content


def test_programs_issue_revoke_and_audit(client: TestClient, service: Service) -> None:
    text, key_id = make_key(service)
    form = {"profile": "cn-exit-entry", "name": "李四"}
    issued = client.post("/v1/receipts", headers=bearer(text), data=form, files={"file": ("p.jpg", io.BytesIO(GOOD))})
    assert issued.status_code == 201, issued.text
    number = issued.json()["number"]
    assert issued.json()["sha256"] == hashlib.sha256(GOOD).hexdigest()
    assert client.get(f"/v1/receipts/{number}/pdf", headers=bearer(text)).status_code == 200
    stranger, _ = make_key(service, "another")
    body = {"why": "replaced"}
    assert client.post(f"/v1/receipts/{number}/revoke", headers=bearer(stranger), json=body).status_code == 404
    assert client.post(f"/v1/receipts/{number}/revoke", headers=bearer(text), json=body).json()["standing"] == "revoked"
    assert client.get(f"/v1/receipts/{number}").json()["revoked_why"] == "replaced"
    assert client.get(f"/v1/receipts/{number}/pdf", headers=bearer(text)).status_code == 409
    with service.database.read() as session:
        actions = [entry.action for entry in session.query(AuditEntry).filter_by(actor=f"key:{key_id}")]
    assert actions == ["receipt.issued", "receipt.viewed", "receipt.revoked"]


def test_programs_get_none_for_a_portrait_that_fails(client: TestClient, service: Service) -> None:
    faulty = (SAMPLES / "background-red.jpg").read_bytes()
    answer = client.post("/v1/receipts", headers=bearer(make_key(service)[0]), files={"file": ("p.jpg", faulty)})
    assert answer.status_code == 422
    assert "background-colour" in answer.json()["checks"]
    assert list(service.blobs.store.keys()) == []


def test_a_returned_portrait_loses_its_receipt(client: TestClient, service: Service) -> None:
    submission_id, _ = _submission(service)
    number = _issue(client, submission_id).json()["number"]
    with service.database.begin() as session:
        submission = session.get_one(Submission, submission_id)
        submission.returned_items = ["portrait"]
        receipts.revoke_returned(session, service.clock, submission, "account:acc_1")
    assert client.get(f"/v1/receipts/{number}").json()["revoked_why"] == "overruled"


def test_after_erasure_it_is_still_verified_without_name_or_portrait(client: TestClient, service: Service) -> None:
    submission_id, _ = _submission(service)
    number = _issue(client, submission_id).json()["number"]
    erase(service, submission_id, "clock", "decided")
    shown = client.get(f"/v1/receipts/{number}").json()
    assert (shown["standing"], shown["name"]) == ("valid", None)
    with service.database.read() as session:
        receipt = receipts.find_receipt(session, number)
    assert receipts.pdf(service, receipt, "zh-CN").startswith(b"%PDF")


def test_counters_verify_on_a_page(client: TestClient, service: Service) -> None:
    submission_id, _ = _submission(service)
    number = _issue(client, submission_id).json()["number"]
    assert "回执有效" in client.get("/receipts", params={"number": number}).text
    assert "校验位不符" in client.get("/receipts", params={"number": number[:-1] + "!"}).text
    assert client.get("/receipts", params={"number": "2601-05QK-7M3D-XR4C"}).status_code == 404


def test_applicants_get_it_from_their_page(client: TestClient, service: Service) -> None:
    submission_id, _ = _submission(service)
    client.cookies.set(f"photocheck-application-{submission_id}", SECRET)
    answer = client.post(f"/apply/{submission_id}/receipt")
    assert answer.headers["content-type"] == "application/pdf"


def test_senior_reviewers_revoke_plain_reviewers_do_not(client: TestClient, service: Service) -> None:
    submission_id, _ = _submission(service)
    number = _issue(client, submission_id).json()["number"]
    path, body = f"/v1/receipts/{number}/revoke", {"why": "mistake"}
    token = sign_in(client, service, make_plain_account(service, Role.REVIEWER))
    assert client.post(path, json=body, headers={"X-CSRF-Token": token}).status_code == 403
    token = sign_in(client, service, make_plain_account(service, Role.SENIOR))
    assert client.post(path, json=body).status_code == 403
    assert client.post(path, json=body, headers={"X-CSRF-Token": token}).status_code == 200
