"""What served copies hold, what a fault leaves, and whether a decision can be repeated (promises 5, 10, 14, 18, 25)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from starlette.testclient import TestClient

from api.context import Service
from api.db.records import AuditEntry
from api.db.submissions import State, Submission, Upload
from api.errors import Problem
from api.services import events, submissions, uploads
from api.workers import items
from photocheck import registry
from photocheck.decode import decode
from photocheck.features import nets
from photocheck.finding import Finding
from photocheck.intake import check_subject
from photocheck.submission import profiles_of, subject_of_item
from tests.api.people import bearer
from tests.api.test_submissions import FILES, begin, filled, sample, seen

CANARIES = (b"CANARY-camera", b"CANARY-comment", b"CANARY-xmp", b"CANARY-place")
TODAY = date(2026, 1, 5)
RENEWAL = "cn-exit-entry-renewal"


def marked(data: bytes) -> bytes:
    """A picture with canaries in all its metadata."""
    picture = Image.open(io.BytesIO(data))
    exif = Image.Exif()
    exif[0x0110] = "CANARY-camera"
    exif[0x0131] = "a phone"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (39.0, 54.0, 20.0)
    place[0x1B] = b"CANARY-place"
    file = io.BytesIO()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>CANARY-xmp</x:xmpmeta>"
    picture.save(file, "JPEG", quality=95, exif=exif, comment=b"CANARY-comment", xmp=xmp)
    return file.getvalue()


def clean(data: bytes) -> bool:
    picture = Image.open(io.BytesIO(data))
    assert not picture.getexif()
    return not any(canary in data for canary in CANARIES) and "comment" not in picture.info


def test_served_copies_hold_no_metadata(client: TestClient, service: Service) -> None:
    body = {"consent": submissions.CONSENTS[-1]}
    made = client.post("/v1/submissions", json=body).json()
    path, auth = f"/v1/submissions/{made['submission']['id']}", bearer(made["secret"])
    original = marked(sample("portrait"))
    assert all(canary in original for canary in CANARIES)
    put = client.put(f"{path}/items/portrait", files={"file": original}, headers=auth)
    links = (put.json()["picture"], put.json()["prepared"]["picture"])
    for answer in (put, client.get(path, headers=auth)):
        assert not any(canary in answer.content for canary in CANARIES)
    for link in links:
        assert clean(client.get(link, headers=auth).content)
    made_file = client.post("/v1/prepare", files={"file": original}, data={"profile": "cn-exit-entry"})
    assert clean(made_file.content)
    with service.database.read() as session:
        upload = session.scalars(select(Upload)).one()
    assert upload.original_key is not None
    assert service.blobs.get(upload.original_key) == original, "the evidence stays as it came"


def test_nothing_of_a_picture_lies_open_on_the_disk(service: Service, settings: Any) -> None:
    name = begin(service, name="张三")
    original = marked(sample("portrait"))
    submissions.put_item(service, name, "portrait", original, "applicant")
    for path in settings.data.rglob("*"):
        if path.is_file() and path.name != "master-keys":
            data = path.read_bytes()
            assert original[:11] not in data  # the head of any JPEG
            assert b"\xff\xd8\xff\xe0\x00\x10JFIF" not in data
            assert original[1000:1040] not in data
            assert not any(canary in data for canary in (*CANARIES, "张三".encode()))


def crashed(*_: Any, **__: Any) -> Finding:
    raise RuntimeError("a fault put there by a test")


@pytest.fixture(scope="module")
def subjects() -> dict[str, Any]:
    """Good pictures, seen once for all the checks that are made to crash."""
    return {item: subject_of_item(decode(sample(item)), item) for item in ("portrait", "id-portrait", "signature")}


@pytest.mark.parametrize("item", ["portrait", "id-portrait", "signature"])
def test_whichever_check_crashes_nothing_passes(
    item: str, subjects: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = profiles_of(RENEWAL)[1][item]  # type: ignore[index]
    for name in profile.settings:
        with broken_check(name, monkeypatch):
            told = check_subject(subjects[item], profile, as_of=TODAY)
        if name not in {check.name for check, _ in profile.checks()}:
            continue
        found = next(finding for finding in told.findings if finding.check == name)
        assert found.outcome.value == "error", name
        assert told.verdict.value != "pass", name


class broken_check:  # noqa: N801
    """Lets one check crash."""

    def __init__(self, name: str, patch: pytest.MonkeyPatch) -> None:
        self._name, self._patch = name, patch

    def __enter__(self) -> None:
        found = registry.find_check(self._name)
        assert found is not None
        self._patch.setitem(registry._TABLE, self._name, replace(found, function=crashed))
        self._forget()

    def __exit__(self, *_: object) -> None:
        self._patch.undo()
        self._forget()

    def _forget(self) -> None:
        registry.all_checks.cache_clear()
        registry._by_key.cache_clear()


def test_a_net_that_cannot_be_loaded_passes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: Any) -> Any:
        raise nets.ModelError("a fault put there by a test")

    monkeypatch.setattr(nets, "run_net", missing)
    for item in ("id-portrait", "id-emblem"):
        try:
            taken = items.take(sample(item), item, profile=RENEWAL, as_of=TODAY)
        except nets.ModelError:
            continue  # the worker's caller gets it: a fault of ours, and nothing is kept
        assert isinstance(taken, items.Taken)
        assert taken.checked.verdict != "pass"


class Failing:
    """Workers of which every task ends in one way."""

    alive = True

    def __init__(self, fault: Exception) -> None:
        self._fault = fault

    def run(self, *_: Any, **__: Any) -> Any:
        raise self._fault


@pytest.mark.parametrize(
    "fault",
    [Problem("check-timed-out", 503, seconds=20.0), Problem("check-died", 503), RuntimeError("net"), MemoryError()],
    ids=["time", "died", "crash", "memory"],
)
def test_a_worker_that_fails_decides_nothing(client: TestClient, service: Service, fault: Exception) -> None:
    made = client.post("/v1/submissions", json={"consent": submissions.CONSENTS[-1]}).json()
    path, auth = f"/v1/submissions/{made['submission']['id']}", bearer(made["secret"])
    service.workers, workers = Failing(fault), service.workers  # type: ignore[assignment]
    try:
        put = client.put(f"{path}/items/portrait", files={"file": sample("good.jpg")}, headers=auth)
        checked = client.post("/v1/checks", files={"file": sample("good.jpg")})
    finally:
        service.workers = workers
    for answer in (put, checked):
        assert answer.status_code in (500, 503)
        assert "net" not in answer.json()["detail"].split()
        assert answer.json()["request_id"]
    assert client.get(path, headers=auth).json()["items"] == {}
    assert list(service.blobs.store.keys()) == []


@pytest.fixture
def whole(service: Service) -> Iterator[Callable[[], list[str]]]:
    """What must hold whatever failed: no row without its blobs, no verdict without its pictures."""

    def faults() -> list[str]:
        kept = set(service.blobs.store.keys())
        found = []
        with service.database.read() as session:
            for upload in session.scalars(select(Upload).where(Upload.current)):
                keys = {upload.original_key, upload.display_key, upload.prepared_key} - {None}
                found += [f"{upload.item} misses a blob"] * (not keys <= kept)
            for one in session.scalars(select(Submission)):
                places = submissions.current_uploads(session, one.id)
                if len(places) < len(FILES) and (one.verdict is not None or one.state != State.DRAFT):
                    found.append(f"{one.state} without all pictures")
        return found

    yield faults
    assert faults() == []


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("call", [0, 1, 2])
def test_a_store_that_fails_leaves_no_row(service: Service, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """A picture counts only when all its blobs are durable (promise 18)."""
    name, put, calls = begin(service), service.blobs.put, iter(range(9))

    def sometimes(data: bytes) -> str:
        if next(calls) == call:
            raise OSError("no space")
        return put(data)

    monkeypatch.setattr(service.blobs, "put", sometimes)
    with pytest.raises(OSError, match="no space"):
        submissions.put_item(service, name, "portrait", sample("portrait"), "applicant")
    assert seen(service, name).uploads == {}


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("step", ["tell", "judge"])
def test_a_database_that_fails_leaves_the_state_before(
    service: Service, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    name = begin(service)
    submissions.put_item(service, name, "portrait", sample("blurred.jpg"), "applicant")
    before = seen(service, name)
    with monkeypatch.context() as patch:
        patch.setattr(*{"tell": (events, "tell"), "judge": (uploads, "_judge")}[step], crashed)
        with pytest.raises(RuntimeError):
            submissions.put_item(service, name, "portrait", sample("good.jpg"), "applicant")
    after = seen(service, name)
    assert after.submission.version == before.submission.version
    assert after.uploads["portrait"].id == before.uploads["portrait"].id
    assert len(after.events) == len(before.events)


def test_what_is_not_erased_now_is_left_to_the_sweep(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    name = begin(service)
    submissions.put_item(service, name, "portrait", sample("blurred.jpg"), "applicant")

    def stuck(_key: str) -> None:
        raise OSError("the store does not answer")

    monkeypatch.setattr(service.blobs, "delete", stuck)
    upload = submissions.put_item(service, name, "portrait", sample("good.jpg"), "applicant")
    assert seen(service, name).uploads["portrait"].id == upload.id


def test_an_answer_comes_after_the_commit(service: Service, client: TestClient) -> None:
    """Whatever was answered is read back through another connection (promise 18)."""
    made = client.post("/v1/submissions", json={"consent": submissions.CONSENTS[-1]}).json()
    path, auth = f"/v1/submissions/{made['submission']['id']}", bearer(made["secret"])
    told = client.put(f"{path}/items/signature", files={"file": sample("signature")}, headers=auth).json()
    service.database.dispose()
    found = seen(service, made["submission"]["id"]).uploads["signature"]
    assert found.number == told["number"]
    assert found.original_key is not None
    assert service.blobs.get(found.original_key) == sample("signature")


def test_a_decision_can_be_repeated(service: Service) -> None:
    """From what is kept the same findings come again, and the report says by what they were made (promise 25)."""
    name = filled(service)
    found = seen(service, name).uploads
    on_card = uploads.read_fields(service, found["id-portrait"]).get("name")
    for item, upload in found.items():
        assert upload.original_key is not None
        data = service.blobs.get(upload.original_key)
        again = service.workers.run(items.take, data, item, profile=RENEWAL, as_of=TODAY, name=on_card)
        assert isinstance(again, items.Taken)
        assert repeatable(again.checked.report["en"]) == repeatable(upload.report["en"])
        for part in ("version", "profile", "models", "as_of", "sha256"):
            assert upload.report["en"][part]


def repeatable(report: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in report.items() if key != "timings_ms"}


def test_names_and_numbers_reach_no_log_and_no_audit_line(
    client: TestClient, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    """A canary name, address and what is on the card (promise 11)."""
    person, address = "欧阳金丝雀", "canary.bird@applicant.example"
    body = {"consent": submissions.CONSENTS[-1], "name": person, "contact": address}
    made = client.post("/v1/submissions", json=body).json()
    path, auth = f"/v1/submissions/{made['submission']['id']}", bearer(made["secret"])
    for item in ("id-portrait", "signature"):
        client.put(f"{path}/items/{item}", files={"file": sample(item)}, headers=auth)
    client.put(f"{path}/items/portrait", files={"file": (person, b"no picture")}, headers=auth)
    client.post("/v1/submissions", json=body | {"contact": person})
    client.get(f"/v1/submissions/{person}", headers=auth)
    with service.database.read() as session:
        card = submissions.current_uploads(session, made["submission"]["id"])["id-portrait"]
        audited = "".join(line.facts + line.object for line in session.scalars(select(AuditEntry)))
    secrets = [person, address, made["secret"], *filter(lambda text: len(text) > 3, personal(service, card))]
    for secret in secrets:
        assert secret not in caplog.text
        assert secret not in audited
        assert secret not in str(card.report)


def personal(service: Service, card: Upload) -> list[str]:
    fields = uploads.read_fields(service, card)
    return [fields[key] for key in ("name", "number", "address") if key in fields]
