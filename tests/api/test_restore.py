"""A backup of the running service, restored into an empty folder, is whole; old releases go on with newer tables."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.context import Service
from api.db.submissions import Submission
from api.services.sanity import examine
from api.settings import Settings
from photocheck.cli import app
from tests.api.making import make_submission, make_upload


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """What `photocheck backup` is for: SQLite and a folder, whatever the other tests use."""
    return Settings(data=tmp_path / "data", workers=1)


@pytest.fixture
def kept(service: Service) -> list[str]:
    """Two pictures that are kept; the keys of their originals."""
    keys = []
    with service.database.begin() as session:
        submission = make_submission(session, service)
        for item in ("portrait", "signature"):
            digest = hashlib.sha256(f"CANARY {submission.id} {item}".encode()).hexdigest()
            keys.append(str(make_upload(session, service, submission, item, sha256=digest).original_key))
    return keys


def _run(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, [*arguments, "--lang", "en"])
    return ran.exit_code, ran.output


def test_backup_and_restore(service: Service, kept: list[str], tmp_path: Path) -> None:
    backup, data = tmp_path / "backup", service.settings.data
    code, told = _run("backup", "--data", str(data), "--out", str(backup))
    assert (code, "6 pictures" in told) == (0, True)
    assert not (backup / "master-keys").exists()
    restored = tmp_path / "restored"
    shutil.copytree(backup, restored)
    assert _run("sanity", "--data", str(restored))[0] == 1  # without the keys nothing opens
    shutil.copyfile(data / "master-keys", restored / "master-keys")
    assert _run("sanity", "--data", str(restored)) == (0, "6 pictures and 0 lines of the audit log were looked at.\n")
    assert _run("backup", "--data", str(data), "--out", str(backup))[0] == 2
    again = Service.start(Settings(data=restored), workers=service.workers)
    for key in kept:
        assert again.blobs.get(key) == service.blobs.get(key)
    again.database.dispose()


def test_sanity_names_what_is_wrong(service: Service, kept: list[str]) -> None:
    assert examine(service).faults == ()
    service.blobs.delete(kept[0])
    service.blobs.store.put(kept[1], service.keyring.seal(b"another", "picture"))
    assert sorted(code for code, _ in examine(service).faults) == ["picture-changed", "picture-missing"]
    service.blobs.store.put(kept[1], b"rubbish")
    code, told = _run("sanity", "--data", str(service.settings.data))
    assert code == 1
    assert "cannot be opened" in told


def test_this_release_works_on_the_tables_of_the_next(service: Service, client: TestClient) -> None:
    with service.database.begin() as session:
        session.execute(text("ALTER TABLE submissions ADD COLUMN of_the_next_release VARCHAR"))
        session.execute(text("CREATE TABLE of_the_next_release (id VARCHAR PRIMARY KEY)"))
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert client.get("/readyz").status_code == 200
    body = {"profile": "cn-exit-entry-renewal", "language": "en", "consent": "2026-11"}
    made = client.post("/v1/submissions", json=body)
    assert made.status_code == 201
    with service.database.read() as session:
        assert session.get_one(Submission, made.json()["submission"]["id"]).state == "draft"
