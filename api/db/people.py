"""Who uses the service: accounts, sessions, keys of programs, their rate."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.db.base import Base


class Role(StrEnum):
    """What somebody may do; an account has one or more."""

    REVIEWER = "reviewer"
    SENIOR = "senior-reviewer"
    ADMINISTRATOR = "administrator"
    MACHINE = "machine"  # API keys only


class Account(Base):
    """A reviewer or administrator; local (argon2, one-time code) or known by an OpenID Connect subject."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    roles: Mapped[list[Any]] = mapped_column(default=list)
    password_hash: Mapped[str | None]
    totp_sealed: Mapped[bytes | None]
    totp_last: Mapped[int | None]  # the counter last used: a code counts once
    oidc_subject: Mapped[str | None] = mapped_column(unique=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)  # language, keys
    created_at: Mapped[datetime]


class Session(Base):
    """A signed-in browser; `id` is SHA-256 of the cookie."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    account: Mapped[Account] = relationship(lazy="joined")


class SignInAttempt(Base):
    """A browser on its way to the OpenID Connect issuer and back; gone when it returns, so that it returns once.

    `id` is SHA-256 of `state`; `sealed` holds the nonce, the code verifier, the browser's own secret's hash, and where
    to go next.
    """

    __tablename__ = "sign_in_attempts"

    id: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApiKey(Base):
    """A program's key: a visible prefix, and SHA-256 of the whole."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    prefix: Mapped[str] = mapped_column(unique=True)
    key_hash: Mapped[str]
    label: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Bucket(Base):
    """Tokens left of one key or address."""

    __tablename__ = "buckets"

    key: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float]
    updated_at: Mapped[datetime]
