"""What is kept is kept so long and no longer, everywhere; who asks is told so."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.context import Service
from api.db import Base
from api.db.outbox import Event
from api.db.records import AuditEntry, Receipt
from api.db.submissions import State, Submission, Upload
from api.services import audit
from api.services.faces import stored_faces
from api.services.retention.due import keep_no_longer
from api.services.retention.sweep import sweep
from tests.api.making import make_submission, make_upload

_ITEMS = ("portrait", "id-portrait", "id-emblem", "signature")


def _kept(service: Service) -> int:
    return len(list(service.blobs.store.keys()))


def _make(service: Service, state: State, **given: object) -> str:
    with service.database.begin() as session:
        submission = make_submission(session, service, state=state.value, report={"en": {}, "zh-CN": {}}, **given)
        for item in _ITEMS:
            make_upload(session, service, submission, item)
    return submission.id


def _row(service: Service, submission_id: str) -> Submission | None:
    with service.database.read() as session:
        return session.get(Submission, submission_id)


def _erasures(service: Service) -> list[dict[str, object]]:
    with service.database.read() as session:
        return [event.facts for event in session.scalars(select(Event).where(Event.kind == "submission.erased"))]


def test_a_draft_left_alone_goes_wholly(service: Service) -> None:
    submission_id = _make(service, State.DRAFT)
    service.clock.forward(days=6.9)
    keep_no_longer(service)
    assert _kept(service) == 12
    service.clock.forward(days=0.2)
    keep_no_longer(service)
    assert _kept(service) == 0
    row = _row(service, submission_id)
    assert row is not None
    assert (row.state, row.report, row.name_sealed, row.contact_sealed) == ("withdrawn", None, None, None)
    with service.database.read() as session:
        assert session.scalars(select(Upload)).all() == []
    assert _erasures(service) == [{"why": "draft", "pictures": 12, "backups_gone_by": "2026-02-11"}]


@pytest.mark.parametrize(("state", "days"), [(State.APPROVED, 90), (State.WITHDRAWN, 7)])
def test_pictures_and_names_of_decided_ones_go_and_measures_stay(service: Service, state: State, days: int) -> None:
    now = service.clock.now()
    submission_id = _make(service, state, submitted_at=now, decided_at=now)
    service.clock.forward(days=days - 0.1)
    keep_no_longer(service)
    assert _kept(service) == 12
    service.clock.forward(days=0.2)
    keep_no_longer(service)
    keep_no_longer(service)
    assert _kept(service) == 0
    assert len(_erasures(service)) == 1
    row = _row(service, submission_id)
    assert row is not None
    assert (row.name_sealed, row.contact_sealed) == (None, None)
    with service.database.read() as session:
        uploads = session.scalars(select(Upload)).all()
    assert len(uploads) == 4
    for upload in uploads:
        assert (upload.original_key, upload.display_key, upload.prepared_key) == (None, None, None)
        assert upload.fields_sealed is None
        assert upload.report["zh-CN"] == {"verdict": "pass", "fields": {}}


@pytest.mark.parametrize("state", [State.SUBMITTED, State.UNDER_REVIEW, State.RETURNED])
def test_what_is_under_way_is_kept(service: Service, state: State) -> None:
    _make(service, state, submitted_at=service.clock.now())
    service.clock.forward(days=400)
    keep_no_longer(service)
    assert _kept(service) == 12


def test_records_go_last_and_the_audit_log_stays_whole(service: Service) -> None:
    now = service.clock.now()
    submission_id = _make(service, State.APPROVED, submitted_at=now, decided_at=now)
    with service.database.begin() as session:
        session.add(
            Receipt(id="rec_1", number="1", submission_id=submission_id, profile="p", sha256="0", payload="{}",
                    signature=b"", key_id="k", picture_key=service.blobs.put(b"x"), language="en", issued_at=now,
                    expires_at=now + timedelta(days=180))
        )  # fmt: skip
    for days in (91, 1096 - 91, 1096):
        service.clock.forward(days=days)
        keep_no_longer(service)
    with service.database.read() as session:
        left = {
            table.name
            for table in Base.metadata.sorted_tables
            if session.scalar(select(func.count()).select_from(table))
        }
        assert audit.verify(session).broken_at is None
        assert session.scalars(select(AuditEntry).where(AuditEntry.object == submission_id)).first() is not None
    assert left == {"audit"}


def test_nothing_of_the_person_is_left_on_the_disk(service: Service) -> None:
    now = service.clock.now()
    submission_id = _make(service, State.APPROVED, submitted_at=now, decided_at=now)
    with service.database.read() as session:
        sealed = list(session.scalars(select(Upload.fields_sealed)))
    masked = "李*".encode("unicode_escape")
    assert masked in _disk(service)
    service.clock.forward(days=91)
    keep_no_longer(service)
    disk = _disk(service)
    assert submission_id.encode() in disk
    assert masked not in disk
    for value in sealed:
        assert value[-32:] not in disk  # not even as it was sealed


def _disk(service: Service) -> bytes:
    """Everything in the data folder, the write-ahead log written back; of PostgreSQL what a dump would hold."""
    kept = [path for path in service.settings.data.rglob("*") if path.is_file()]
    if service.database.is_sqlite:
        with service.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return b"".join(path.read_bytes() for path in kept)
    with service.database.read() as session:
        rows = [row for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    values = [value for row in rows for value in row]
    told = [value if isinstance(value, bytes) else json.dumps(value, default=str).encode() for value in values]
    return b"".join([*told, *(path.read_bytes() for path in kept)])


def test_pictures_at_rest_are_no_pictures(service: Service) -> None:
    jpeg = (Path(__file__).parents[2] / "samples/good.jpg").read_bytes()
    key = service.blobs.put(jpeg)
    assert service.blobs.get(key) == jpeg
    disk = _disk(service)
    for start in (b"\xff\xd8\xff", b"JFIF", b"Exif", b"\x89PNG"):
        assert start not in disk


def test_pictures_without_a_row_are_swept_when_settled(service: Service) -> None:
    _make(service, State.DRAFT)
    orphan = service.blobs.put(b"orphan")
    folder = Path(service.settings.pictures)
    half = folder / orphan[:2] / ".pic_half.tmp"
    half.write_bytes(b"half")
    service.clock.time = service.clock.time.replace(year=2000)
    assert sweep(service) == 0
    service.clock.time = service.clock.time.fromtimestamp(time.time(), service.clock.time.tzinfo)
    assert sweep(service) == 0  # younger than an hour: its row may be on its way
    for path in (folder / orphan, half):
        os.utime(path, (time.time() - 4000,) * 2)
    assert sweep(service) == 2
    assert _kept(service) == 12


def test_faces_are_counted(service: Service) -> None:
    _make(service, State.DRAFT)
    with service.database.read() as session:
        assert stored_faces(session) == 2
