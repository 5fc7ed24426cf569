"""Master keys are changed while the service runs; every sealed column is known to it."""

from __future__ import annotations

import base64

import pytest
from pydantic import SecretStr
from sqlalchemy import LargeBinary, select

from api.context import Service
from api.db import Base
from api.db.submissions import Submission
from api.services.rotation import SEALED, rewrap_all
from api.services.sealing import CONTACT, CannotOpen, Keyring
from api.settings import Settings
from tests.api.making import ADDRESS, make_submission, make_upload

_LIVE_FOR_MINUTES = {"sign_in_attempts.sealed"}
_NOT_SEALED = {"receipts.signature"}


def test_rotation_rewraps_everything_while_an_old_process_reads_and_writes(service: Service) -> None:
    with service.database.begin() as session:
        submission = make_submission(session, service)
        upload = make_upload(session, service, submission, "portrait")
    other = Service.start(service.settings, workers=service.workers)  # started before, knows one key
    before = service.keyring.derive("receipts")
    assert service.keyring.add_key() == "k2"
    done = rewrap_all(service)
    assert (done.pictures, done.values) == (3, 3)
    assert (rewrap_all(service).pictures, rewrap_all(service).values) == (0, 0)
    assert service.blobs.store.get(upload.original_key).startswith(b'{"key":"k2"')
    assert other.blobs.get(upload.original_key).startswith(b"CANARY")
    assert other.keyring.derive("receipts") == before
    with other.database.read() as session:
        row = session.get_one(Submission, submission.id)
        assert other.keyring.open(row.contact_sealed, CONTACT).decode() == ADDRESS
    assert other.blobs.store.get(other.blobs.put(b"new")).startswith(b'{"key":"k2"')
    assert (service.settings.data / "master-keys").stat().st_mode & 0o077 == 0
    other.database.dispose()


def test_keys_of_a_setting(service: Service) -> None:
    old, new = (base64.b64encode(bytes([byte]) * 32).decode() for byte in (1, 2))
    before = Keyring.parse(f"a:{old}")
    after = Keyring.parse(f"b:{new},a:{old}")
    sealed = after.rewrap(before.seal(b"x", "p"), "p")
    assert sealed is not None
    assert Keyring.parse(f"b:{new}").open(sealed, "p") == b"x"
    with pytest.raises(ValueError, match="setting"):
        after.add_key()
    with pytest.raises(CannotOpen):
        before.open(sealed, "p")
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring.parse("a:eA==")
    assert Settings(master_keys=SecretStr(f"a:{old}")).model_dump_json().find(old) == -1


def test_every_sealed_column_is_rotated() -> None:
    binary = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    known = {f"{column.class_.__tablename__}.{column.key}" for _, column, _ in SEALED}
    assert binary - _LIVE_FOR_MINUTES - _NOT_SEALED == known


def test_a_changed_value_cannot_be_opened(service: Service) -> None:
    key = service.blobs.put(b"picture")
    sealed = service.blobs.store.get(key)
    for changed in (sealed[:-1] + b"\0", b"{}\n" + sealed, b"", sealed.replace(b"k1", b"k9")):
        service.blobs.store.put(key, changed)
        with pytest.raises(CannotOpen):
            service.blobs.get(key)
    with service.database.read() as session:
        assert session.scalars(select(Submission)).all() == []
