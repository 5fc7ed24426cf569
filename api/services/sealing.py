"""Encryption at rest: each sealed thing has a key of its own, wrapped by a master key that can be changed.

A sealed value is one line of JSON (which master key, the wrapped key, both nonces), a newline, and the ciphertext. Both
layers are AES-256-GCM; the purpose is authenticated with the value, so that a sealed name cannot pass for a picture.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from photocheck.files import write_atomically

NAME = "name"
CONTACT = "contact"
FIELDS = "fields"
ANSWER = "answer"
ENDPOINT = "endpoint"
TOTP = "one-time code"
"""Purposes of the sealed columns; pictures have their own in api.services.blobs."""

_KEY_BYTES = 32
_NONCE_BYTES = 12


class CannotOpen(Exception):
    """A sealed value that was changed, or whose master key is not there."""


@dataclass
class Keyring:
    """Master keys by id; the first seals, all open.

    Attributes:
        file: where they were read; read again where a value names a key that is not there yet, so that a running
            service goes on while keys are rotated.
    """

    keys: dict[str, bytes]
    file: Path | None = None

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """From `id:base64,id:base64`, the newest first.

        Raises:
            ValueError: if a key is not 32 bytes or an id comes twice.
        """
        keys: dict[str, bytes] = {}
        for entry in text.split(","):
            name, _, encoded = entry.strip().partition(":")
            key = base64.b64decode(encoded, validate=True)
            if not name or len(key) != _KEY_BYTES or name in keys:
                raise ValueError("master keys are id:base64 of 32 bytes, each id once, with commas between")
            keys[name] = key
        return cls(keys)

    @classmethod
    def in_folder(cls, folder: Path) -> Keyring:
        """The keys of a data folder; one is made where there is none yet, readable by its owner only."""
        path = folder / "master-keys"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _write_keys(path, {"k1": os.urandom(_KEY_BYTES)})
        return cls(cls.parse(path.read_text("ascii").strip()).keys, path)

    def add_key(self) -> str:
        """Put a fresh key before the others, in the file too; returns its id.

        Raises:
            ValueError: if the keys are not in a file of the data folder.
        """
        if self.file is None:
            raise ValueError("these keys are given by a setting")
        name = f"k{max((int(known[1:]) for known in self.keys if known[1:].isdigit()), default=0) + 1}"
        fresh = {name: os.urandom(_KEY_BYTES)} | self.keys
        _write_keys(self.file, fresh)
        self.keys = fresh
        return name

    def reload(self) -> None:
        """Read the file again, where there is one."""
        if self.file is not None:
            self.keys = self.parse(self.file.read_text("ascii").strip()).keys

    def derive(self, purpose: str) -> bytes:
        """32 bytes for another use (signing links, the receipt's key), from the oldest master key.

        The oldest stays when a newer one is added, so that what was derived stays the same.
        """
        oldest = list(self.keys.values())[-1]
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"photocheck {purpose}".encode()).derive(oldest)

    def seal(self, data: bytes, purpose: str) -> bytes:
        """Encrypt under a fresh key."""
        own = AESGCM.generate_key(256)
        nonce = os.urandom(_NONCE_BYTES)
        header = self._wrapped(own, purpose, nonce)
        return (
            json.dumps(header, separators=(",", ":")).encode()
            + b"\n"
            + AESGCM(own).encrypt(nonce, data, purpose.encode())
        )

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Decrypt.

        Raises:
            CannotOpen: if it was changed, is for another purpose, or its master key is missing.
        """
        header, own, body = self._unwrapped(sealed, purpose)
        try:
            return AESGCM(own).decrypt(base64.b64decode(header["nonce"]), body, purpose.encode())
        except InvalidTag as fault:
            raise CannotOpen("a sealed value was changed") from fault

    def rewrap(self, sealed: bytes, purpose: str) -> bytes | None:
        """The same value under the newest master key; None where it is already."""
        header, own, body = self._unwrapped(sealed, purpose)
        if header["key"] == next(iter(self.keys)):
            return None
        fresh = self._wrapped(own, purpose, base64.b64decode(header["nonce"]))
        return _line(fresh) + body

    def _wrapped(self, own: bytes, purpose: str, nonce: bytes) -> dict[str, str]:
        name, master = next(iter(self.keys.items()))
        wrap_nonce = os.urandom(_NONCE_BYTES)
        wrapped = AESGCM(master).encrypt(wrap_nonce, own, purpose.encode())
        parts = {"wrapped": wrapped, "wrap_nonce": wrap_nonce, "nonce": nonce}
        return {"key": name, **{part: base64.b64encode(value).decode() for part, value in parts.items()}}

    def _unwrapped(self, sealed: bytes, purpose: str) -> tuple[dict[str, str], bytes, bytes]:
        head, _, body = sealed.partition(b"\n")
        try:
            header: dict[str, str] = json.loads(head)
            if header["key"] not in self.keys:
                self.reload()
            master = self.keys[header["key"]]
            wrapped, nonce = (base64.b64decode(header[part]) for part in ("wrapped", "wrap_nonce"))
            return header, AESGCM(master).decrypt(nonce, wrapped, purpose.encode()), body
        except (ValueError, KeyError, TypeError, InvalidTag) as fault:
            raise CannotOpen("a sealed value cannot be opened with the master keys that are there") from fault


def _write_keys(path: Path, keys: dict[str, bytes]) -> None:
    """Readable by its owner only, from the first byte on."""
    lines = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in keys.items())
    mask = os.umask(0o077)
    try:
        write_atomically(path, f"{lines}\n".encode(), durable=True)
    finally:
        os.umask(mask)


def _line(header: dict[str, str]) -> bytes:
    return json.dumps(header, separators=(",", ":")).encode() + b"\n"
