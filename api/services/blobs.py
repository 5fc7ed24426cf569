"""Pictures, sealed, in a folder or in S3. A key says nothing of what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import obstore
from obstore.store import S3Store

from api.ids import new_id
from api.services.sealing import Keyring
from photocheck.files import flush_folder, write_atomically

_KEY = re.compile(r"[0-9A-Za-z]{2}/pic_[0-9A-Za-z]{26}\Z")
_PURPOSE = "picture"


class Store(Protocol):
    """Bytes by key."""

    def put(self, key: str, data: bytes) -> None:
        """Keep; durable when it returns."""
        ...

    def get(self, key: str) -> bytes:
        """Fetch; KeyError where nothing is kept."""
        ...

    def delete(self, key: str) -> None:
        """Erase; nothing happens where nothing is kept."""
        ...

    def keys(self) -> Iterator[str]:
        """Every key."""
        ...

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The keys of what was last written before a moment."""
        ...

    def drop_unfinished(self, moment: datetime) -> int:
        """Remove what a crash left half written before a moment; returns how much."""
        ...


class FolderStore:
    """Files in folders of a name's first two characters."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def put(self, key: str, data: bytes) -> None:
        """Keep; durable when it returns."""
        path = self._path(key)
        if not path.parent.is_dir():
            path.parent.mkdir(exist_ok=True)
            flush_folder(self._folder)
        write_atomically(path, data, durable=True)

    def get(self, key: str) -> bytes:
        """Fetch; KeyError where nothing is kept."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise KeyError(key) from None

    def delete(self, key: str) -> None:
        """Erase; nothing happens where nothing is kept."""
        self._path(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        """Every key."""
        for path in self._folder.glob("*/pic_*"):
            yield f"{path.parent.name}/{path.name}"

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The keys of what was last written before a moment."""
        return (f"{path.parent.name}/{path.name}" for path in self._old("pic_*", moment))

    def drop_unfinished(self, moment: datetime) -> int:
        """Remove the temporary files that a crash left."""
        left = list(self._old(".pic_*", moment))
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _old(self, pattern: str, moment: datetime) -> Iterator[Path]:
        for path in self._folder.glob(f"*/{pattern}"):
            try:
                written = path.stat().st_mtime
            except FileNotFoundError:  # erased meanwhile
                continue
            if written < moment.timestamp():
                yield path

    def _path(self, key: str) -> Path:
        if not _KEY.match(key):
            raise KeyError(key)
        return self._folder / key


class BucketStore:
    """Objects of an S3 bucket; region, endpoint and credentials from the environment as obstore reads them."""

    def __init__(self, url: str) -> None:
        self._store = S3Store.from_url(url)

    def put(self, key: str, data: bytes) -> None:
        """Keep; S3 answers when it is durable."""
        obstore.put(self._store, key, data)

    def get(self, key: str) -> bytes:
        """Fetch; KeyError where nothing is kept."""
        try:
            return bytes(obstore.get(self._store, key).bytes())
        except FileNotFoundError:
            raise KeyError(key) from None

    def delete(self, key: str) -> None:
        """Erase; nothing happens where nothing is kept."""
        obstore.delete(self._store, key)

    def keys(self) -> Iterator[str]:
        """Every key."""
        for page in obstore.list(self._store):
            for entry in page:
                yield entry["path"]

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The keys of what was last written before a moment."""
        for page in obstore.list(self._store):
            for entry in page:
                if entry["last_modified"] < moment:
                    yield entry["path"]

    def drop_unfinished(self, moment: datetime) -> int:  # noqa: ARG002
        """Nothing: an object is there whole or not at all."""
        return 0


def open_store(address: str) -> Store:
    """The store of an address: `s3://bucket/prefix`, or a folder."""
    return BucketStore(address) if address.startswith("s3://") else FolderStore(Path(address))


class Blobs:
    """Sealed pictures by random key."""

    def __init__(self, store: Store, keyring: Keyring) -> None:
        self.store = store
        self._keyring = keyring

    def put(self, data: bytes) -> str:
        """Seal and keep; returns the key. Durable when it returns."""
        name = new_id("pic")
        key = f"{name[4:6]}/{name}"
        self.store.put(key, self._keyring.seal(data, _PURPOSE))
        return key

    def get(self, key: str) -> bytes:
        """Fetch and open.

        Raises:
            KeyError: if nothing is kept under the key.
            CannotOpen: if it was changed.
        """
        return self._keyring.open(self.store.get(key), _PURPOSE)

    def delete(self, key: str) -> None:
        """Erase."""
        self.store.delete(key)

    def rewrap(self, key: str) -> bool:
        """Wrap its key by the newest master key; returns whether that was needed."""
        fresh = self._keyring.rewrap(self.store.get(key), _PURPOSE)
        if fresh is not None:
            self.store.put(key, fresh)
        return fresh is not None
