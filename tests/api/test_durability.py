"""Accepted means kept; what was not accepted leaves nothing behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from api.clock import SystemClock
from api.context import Service
from api.db.submissions import Upload
from api.services import audit, events, submissions
from api.services.blobs import BucketStore, FolderStore, Store
from api.services.retention.sweep import sweep
from tests.api.test_submissions import begin, sample


def test_a_crash_between_picture_and_row_is_no_picture(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    name = begin(service)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(events, "tell", crash)
        with pytest.raises(RuntimeError):
            submissions.put_item(service, name, "portrait", sample("good.jpg"), "applicant")
    with service.database.read() as session:
        assert session.scalars(select(Upload)).all() == []
        assert audit.verify(session).broken_at is None
    for path in Path(service.settings.pictures).glob("*/*"):
        os.utime(path, (time.time() - 4000,) * 2)
    service.clock = SystemClock()
    assert sweep(service) >= 2
    assert list(service.blobs.store.keys()) == []
    upload = submissions.put_item(service, name, "portrait", sample("good.jpg"), "applicant")
    assert service.blobs.get(str(upload.original_key)) == sample("good.jpg")


def test_a_picture_is_on_the_disk_before_its_row(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """`fsync` of file and folder; SQLite's own durability is `synchronous=FULL`."""
    synced: list[str] = []
    real = os.fsync

    def watch(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    monkeypatch.setattr(os, "fsync", watch)
    key = service.blobs.put(b"picture")
    pictures = Path(service.settings.pictures)
    above, file, folder = synced  # the new folder's name, the file, the file's name
    assert (above, folder) == (str(pictures), str(pictures / key[:2]))
    assert Path(file).parent == pictures / key[:2]
    if service.database.is_sqlite:
        with service.database.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def _bucket(monkeypatch: pytest.MonkeyPatch) -> Store:
    """S3's way of naming and answering, in memory."""
    from obstore.store import MemoryStore

    monkeypatch.setattr("api.services.blobs.S3Store.from_url", lambda url: MemoryStore())
    return BucketStore("s3://bucket/prefix")


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_both_stores_do_the_same(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path / "pictures") if kind == "folder" else _bucket(monkeypatch)
    key = "ab/pic_" + "0" * 26
    with pytest.raises(KeyError):
        store.get(key)
    store.delete(key)
    store.put(key, b"one")
    store.put(key, b"two")
    assert store.get(key) == b"two"
    assert list(store.keys()) == [key]
    now = SystemClock().now()
    assert list(store.older_than(now.replace(year=now.year - 1))) == []
    assert list(store.older_than(now.replace(year=now.year + 1))) == [key]
    assert store.drop_unfinished(now) == 0
    store.delete(key)
    assert list(store.keys()) == []


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "ab/../x", "/etc/passwd", "ab/pic_x", "", "ab/pic_" + "0" * 26 + "\n"]
)
def test_a_key_is_no_path(tmp_path: Path, key: str) -> None:
    store = FolderStore(tmp_path)
    with pytest.raises(KeyError):
        store.get(key)
    with pytest.raises(KeyError):
        store.put(key, b"")
