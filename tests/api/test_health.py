"""Alive is not ready: each broken dependency turns readiness off, and only that."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from api.context import Service
from api.db.outbox import Delivery, Event
from api.services import health
from photocheck.features.nets import ModelError
from tests.api.making import make_submission


def test_all_is_well(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "faults": {}})


def _break_database(service: Service) -> None:
    with service.database.begin() as session:
        session.execute(text("DROP TABLE deliveries"))


def _break_migration(service: Service) -> None:
    with service.database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))


def _break_pictures(service: Service) -> None:
    Path(service.settings.pictures).rename(service.settings.data / "elsewhere")


def _stop(service: Service) -> None:
    service.stopping = True


def _leave_waiting(service: Service) -> None:
    long_ago = service.clock.now() - timedelta(hours=1)
    with service.database.begin() as session:
        submission = make_submission(session, service)
        event = Event(id="evt_1", number=1, submission_id=submission.id, kind="x", at=long_ago, actor="clock", facts={})
        session.add(event)
        session.flush()
        session.add(
            Delivery(id="dlv_1", event_id="evt_1", channel="mail", target="x", created_at=long_ago, due_at=long_ago)
        )


@pytest.mark.parametrize(
    ("harm", "part"),
    [
        (_break_database, "jobs"),
        (_break_migration, "database"),
        (_break_pictures, "pictures"),
        (_stop, "stopping"),
        (_leave_waiting, "jobs"),
    ],
)
def test_a_broken_part_is_named(service: Service, client: TestClient, harm, part: str) -> None:
    harm(service)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["faults"]) == [part]
    assert client.get("/healthz").status_code == 200


def test_a_changed_net_ends_readiness_and_the_next_start(
    service: Service, client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    for file in health.models_folder().iterdir():
        if file.suffix in (".onnx", ".toml"):
            (folder / file.name).write_bytes(file.read_bytes())
    changed = folder / "card-place.onnx"
    changed.write_bytes(changed.read_bytes()[:-1] + b"\0")
    monkeypatch.setattr("photocheck.features.nets.models_folder", lambda: folder)
    monkeypatch.setattr(health, "models_folder", lambda: folder)
    assert client.get("/readyz").json()["faults"] == {"nets": "ModelError"}
    with pytest.raises(ModelError, match="card-place"):
        Service.start(service.settings, workers=service.workers)


def test_numbers_name_nobody(service: Service, client: TestClient) -> None:
    with service.database.begin() as session:
        make_submission(session, service)
    told = client.get("/metrics").text
    assert 'photocheck_submissions{state="draft"} 1.0' in told
    assert "photocheck_stored_faces 0.0" in told
    assert "photocheck_stored_faces_alert 0.0" in told
