"""The service's own store as a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.clock import SetClock
from api.context import Service
from api.settings import Settings
from api.workers.pool import Workers
from photocheck.archive.errors import ArchiveError
from photocheck.archive.sources.listing import entries
from photocheck.archive.sources.reading import Reader
from photocheck.decode import UnreadableImage
from tests.api.review_made import SAMPLES, submitted


class NoWorkers(Workers):
    """Nothing is checked here."""

    def __init__(self) -> None:
        pass


@pytest.fixture
def data(tmp_path: Path) -> Path:
    service = Service.start(Settings(data=tmp_path / "data"), clock=SetClock(), workers=NoWorkers())
    submitted(service, blobs=True)
    submitted(service)  # erased pictures
    service.database.dispose()
    return tmp_path / "data"


def test_every_kept_picture_once(data: Path) -> None:
    found = list(entries(f"store:{data}"))
    assert sorted((one.kind, one.profile) for one in found) == [
        ("id-card", "cn-resident-id"),
        ("id-card", "cn-resident-id"),
        ("portrait", "cn-exit-entry"),
        ("signature", "cn-exit-entry-signature"),
    ]
    assert {one.group for one in found} == {"submitted"}
    portrait = next(one for one in found if one.kind == "portrait")
    assert Reader().read(portrait) == (SAMPLES / "good.jpg").read_bytes()


def test_erased_meanwhile(data: Path) -> None:
    first = next(iter(entries(f"store:{data}")))
    (data / "pictures" / first.member).unlink()
    with pytest.raises(UnreadableImage, match="no such file"):
        Reader().read(first)


def test_no_service_there(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="holds no data"):
        list(entries(f"store:{tmp_path / 'nothing'}"))
