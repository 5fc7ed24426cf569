"""The service's own store as a source of `photocheck batch store:DIR`: sealed pictures, opened in memory only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import select

from api.db import Database
from api.db.submissions import State, Submission, Upload
from api.services.blobs import Blobs, open_store
from api.services.review.reasons import ITEMS
from api.services.sealing import CannotOpen, Keyring
from api.settings import Settings
from photocheck.archive.errors import ArchiveError
from photocheck.archive.sources.entry import Entry

_AT_ONCE = 1000
_KINDS = dict(zip(ITEMS, ("portrait", "id-card", "id-card", "signature"), strict=True))


class StoredPictures:
    """Current pictures of submitted applications that are not erased. Groups are the applications' states."""

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings = settings
        self._name = name
        given = settings.master_keys.get_secret_value()
        keyring = Keyring.parse(given) if given else Keyring.in_folder(settings.data)
        self._blobs = Blobs(open_store(settings.pictures), keyring)

    def entries(self) -> Iterator[Entry]:
        """Every one, by id; names and numbers are not among what is told."""
        database = Database(self._settings.database)
        wanted = (
            select(Upload.id, Upload.item, Upload.original_key, Upload.profile, Upload.sha256, Submission.state)
            .join(Submission, Submission.id == Upload.submission_id)
            .where(
                Upload.current,
                Upload.original_key.is_not(None),
                Submission.submitted_at.is_not(None),
                Submission.erased_at.is_(None),
                Submission.state != State.WITHDRAWN.value,
            )
            .order_by(Upload.id)
        )
        try:
            with database.read() as session:
                for row in session.execute(wanted.execution_options(yield_per=_AT_ONCE)):
                    yield Entry(
                        row.id,
                        self._name,
                        "store",
                        member=row.original_key,
                        group=row.state,
                        profile=row.profile,
                        kind=_KINDS[row.item],
                        sha256=row.sha256 if len(row.sha256) == hashlib.sha256().digest_size * 2 else None,
                    )
        finally:
            database.dispose()

    def read(self, member: str) -> bytes:
        """One picture, opened.

        Raises:
            KeyError: if it was erased meanwhile, or its key is not there.
        """
        try:
            return self._blobs.get(member)
        except CannotOpen as error:
            raise KeyError(member) from error


def open_source(address: str) -> StoredPictures:
    """The store of a data folder; of the environment's settings where none is named.

    Raises:
        ArchiveError: if there is no service's data.
    """
    try:
        settings = Settings(data=Path(address)) if address else Settings()
    except ValidationError as error:
        raise ArchiveError(f"store:{address}: the settings are wrong; {error.error_count()} faults.") from error
    if not settings.database_url and not (settings.data / "photocheck.sqlite").is_file():
        raise ArchiveError(f"store:{address}: {settings.data} holds no data of a service.")
    return StoredPictures(settings, f"store:{settings.data.absolute()}")
