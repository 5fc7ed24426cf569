"""Identifiers: random, url-safe, with a prefix that says of what; and references a person can read out."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 O 1 I L U: nobody mistakes one for another, and no words come about."""


def new_id(prefix: str) -> str:
    """Such as `sub_4F…`: 26 characters of 4.9 bits, unguessable."""
    return f"{prefix}_{_random(26)}"


def new_reference() -> str:
    """Such as `7F3K-2M9Q-XT4B`: what an applicant reads out on the telephone."""
    return "-".join(_random(4) for _ in range(3))


def new_secret() -> str:
    """256 random bits, url-safe."""
    return secrets.token_urlsafe(32)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
