"""The receipt of a portrait that passed (相片检测回执): its number, and the signed text that its QR code holds.

    PCR1.<key id>.<number>.<issued>.<valid until>.<profile>.<profile hash>.<SHA-256 of the portrait>.<signature>

The text before the last dot is signed with Ed25519 (RFC 8032); digest and signature are base64url without padding, days
are YYYYMMDD. Whoever has the public key can tell without a network that a receipt is genuine and which portrait it is
for; only the service can tell whether it was revoked since.

Needs the package `cryptography` (extra `api`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERSION = "PCR1"
TEXT_PATTERN = re.compile(r"PCR1(?:\.[A-Za-z0-9_-]+){8}")
"""What the QR code holds, wherever it stands."""
_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NUMBER = re.compile(r"[0-9]{6}[0-9A-Z]{10}\Z")
_PARTS = 9
_HASH_CHARACTERS = 12


class ReceiptError(ValueError):
    """A receipt that does not hold.

    Attributes:
        code: `malformed`, `number-wrong`, `unknown-key` or `signature-wrong`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt's text says.

    Attributes:
        number: 16 characters without hyphens.
        valid_until: the last day.
        profile_hash: start of the profile's hash, 12 hexadecimal digits.
        sha256: of the portrait's file.
    """

    key_id: str
    number: str
    issued: date
    valid_until: date
    profile: str
    profile_hash: str
    sha256: bytes


def check_character(text: str) -> str:
    """The character that makes a number hold: ISO/IEC 7064, MOD 37,36.

    It finds every single wrong character and nearly every exchange of two neighbours.

    Args:
        text: digits and capital letters.
    """
    modulus = len(_CHARACTERS)
    rest = modulus
    for character in text:
        rest = (rest + _CHARACTERS.index(character)) % modulus or modulus
        rest = rest * 2 % (modulus + 1)
    return _CHARACTERS[(modulus + 1 - rest) % modulus]


def make_number(issued: date, chance: str) -> str:
    """A number: the day, nine characters of chance, the check character.

    Args:
        chance: nine characters that nobody can guess.
    """
    body = f"{issued:%y%m%d}{chance}"
    return body + check_character(body)


def plain_number(text: str) -> str:
    """A number as it is kept, from how somebody wrote it: small letters, hyphens and spaces do not matter.

    Raises:
        ReceiptError: `number-wrong` where it is none, or a character was mistaken.
    """
    number = re.sub(r"[\s-]", "", text).upper()
    if not _NUMBER.match(number) or check_character(number[:-1]) != number[-1]:
        raise ReceiptError("number-wrong")
    return number


def shown_number(number: str) -> str:
    """A number as people read it: groups of four."""
    return "-".join(number[start : start + 4] for start in range(0, len(number), 4))


def key_id(key: Ed25519PublicKey) -> str:
    """A public key's name: the first eight hexadecimal digits of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:8]


def sign(receipt: Receipt, key: Ed25519PrivateKey) -> tuple[str, bytes]:
    """The text that is signed, and its signature."""
    text = ".".join(
        (
            VERSION,
            receipt.key_id,
            receipt.number,
            f"{receipt.issued:%Y%m%d}",
            f"{receipt.valid_until:%Y%m%d}",
            receipt.profile,
            receipt.profile_hash[:_HASH_CHARACTERS],
            _encoded(receipt.sha256),
        )
    )
    return text, key.sign(text.encode("ascii"))


def whole_text(text: str, signature: bytes) -> str:
    """What the QR code holds."""
    return f"{text}.{_encoded(signature)}"


def verify(text: str, keys: Mapping[str, Ed25519PublicKey]) -> Receipt:
    """What a receipt's text says, if one of the keys signed it.

    Whether it is still valid on a day, and whether the portrait at hand is its own, the caller compares.

    Raises:
        ReceiptError: see there.
    """
    parts = text.strip().split(".")
    if len(parts) != _PARTS or parts[0] != VERSION:
        raise ReceiptError("malformed")
    if parts[1] not in keys:
        raise ReceiptError("unknown-key")
    signed, _, signature = text.strip().rpartition(".")
    try:
        keys[parts[1]].verify(_decoded(signature), signed.encode("ascii"))
        receipt = Receipt(
            key_id=parts[1],
            number=plain_number(parts[2]),
            issued=date.fromisoformat(parts[3]),
            valid_until=date.fromisoformat(parts[4]),
            profile=parts[5],
            profile_hash=parts[6],
            sha256=_decoded(parts[7]),
        )
    except InvalidSignature:
        raise ReceiptError("signature-wrong") from None
    except ReceiptError:
        raise
    except ValueError:
        raise ReceiptError("malformed") from None
    return receipt


def is_of(receipt: Receipt, portrait: bytes) -> bool:
    """Whether the receipt was given for this very file."""
    return hmac.compare_digest(receipt.sha256, hashlib.sha256(portrait).digest())


def read_keys(text: str) -> dict[str, Ed25519PublicKey]:
    """Public keys by id, from what /v1/receipts/keys answers (a JWK set, RFC 8037) or from a PEM file.

    Raises:
        ReceiptError: `malformed` where there is no such key.
    """
    try:
        if text.lstrip().startswith("{"):
            found = [_decoded(one["x"]) for one in json.loads(text)["keys"] if one.get("crv") == "Ed25519"]
            keys = [Ed25519PublicKey.from_public_bytes(raw) for raw in found]
        else:
            loaded = serialization.load_pem_public_key(text.encode())
            keys = [loaded] if isinstance(loaded, Ed25519PublicKey) else []
    except (ValueError, KeyError, TypeError, AttributeError):
        keys = []
    if not keys:
        raise ReceiptError("malformed")
    return {key_id(key): key for key in keys}


def as_jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """A public key as RFC 8037 writes it."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "use": "sig",
        "alg": "EdDSA",
        "kid": key_id(key),
        "x": _encoded(key.public_bytes_raw()),
    }


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as fault:
        raise ReceiptError("malformed") from fault
