"""Settings of the service, from the environment (`PHOTOCHECK_…`) or a file `.env`; checked at start.

docs/settings.md lists them; a test fails where one is missing there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.services.sealing import Keyring

_SECRETS = Path("/run/secrets")
"""Where container runtimes put secrets, a file each."""


_LEAST_WAITING = 4
"""More would make those that were taken wait longer than three times as long as on an idle service."""


class Settings(BaseSettings):
    """Every setting, with defaults that need no set-up at all."""

    model_config = SettingsConfigDict(
        env_prefix="PHOTOCHECK_",
        env_file=".env",
        secrets_dir=_SECRETS if _SECRETS.is_dir() else None,
        extra="ignore",
        frozen=True,
    )

    data: Path = Field(Path("photocheck-data"), description="Folder of the database, pictures and keys.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    public_url: str = Field("", description="Address users see, such as https://photos.example; else host and port.")
    drain_seconds: float = Field(0.0, ge=0, description="Time between being told to stop and closing the door.")
    trusted_proxies: str = Field("127.0.0.1", description="Proxies whose X-Forwarded-* headers are believed.")
    database_url: str = Field("", description="SQLAlchemy address; empty is SQLite in `data`.")
    pictures_url: str = Field(
        "", description="Where pictures are kept: a folder, or s3://bucket/prefix; empty is in `data`."
    )
    master_keys: SecretStr = Field(
        SecretStr(""),
        description="Keys that wrap each picture's key, as id:base64 of 32 bytes, the newest first, with commas; "
        "empty makes one in `data`.",
    )

    workers: int = Field(0, ge=0, description="Processes that check pictures; 0 is one a core.")
    waiting: int = Field(
        0, ge=0, description="Checks that may wait for a worker before 429; 0 is two a worker, at least 4."
    )
    check_seconds: float = Field(20.0, gt=0, description="Time limit of one check.")
    worker_memory_mb: int = Field(3000, ge=500, description="Memory limit of a worker.")
    worker_recycle: int = Field(2000, ge=1, description="Checks after which a worker is replaced.")
    max_upload_mb: float = Field(10.0, gt=0, description="Largest body of a request.")
    upload_seconds: float = Field(60.0, gt=0, description="Time in which a request's body must have come.")

    language: Literal["zh-CN", "en"] = Field("zh-CN", description="Language where a user states none.")
    review_hours: float = Field(24.0, gt=0, description="Hours until a submitted application is due.")
    mend_working_days: int = Field(7, ge=1, description="Working days to mend a returned application.")
    remind_working_days: str = Field("3,1", description="Working days before that limit at which to remind.")
    lease_minutes: float = Field(10.0, gt=0, description="How long a claim holds without a heartbeat.")
    undo_seconds: float = Field(10.0, ge=0, description="How long a decision can be taken back.")
    four_eyes: Literal["none", "returns", "overruled", "all"] = Field(
        "overruled", description="Which decisions a second reviewer must confirm."
    )
    four_eyes_share: float = Field(0.0, ge=0, le=1, description="Share of all other decisions confirmed too.")
    blind_share: float = Field(0.02, ge=0, le=1, description="Share of machine passes reviewed blind once more.")
    known_share: float = Field(0.0, ge=0, le=1, description="Share of a reviewer's items whose answer is known.")

    keep_draft_days: float = Field(7.0, gt=0, description="Days until an unsubmitted application is erased.")
    keep_decided_days: float = Field(90.0, gt=0, description="Days until pictures of a decided one are erased.")
    keep_record_days: float = Field(1095.0, gt=0, description="Days until its record and receipts are erased.")
    backup_days: int = Field(30, ge=0, description="Days after which your backups expire; told with every erasure.")
    receipt_days: int = Field(180, ge=1, description="Days for which a receipt is valid.")
    faces_alert: int = Field(90_000, ge=1, description="Stored faces at which to alert; 100,000 must be filed.")

    smtp_url: SecretStr = Field(
        SecretStr(""), description="smtp://user:password@host:port (or smtps://); empty sends no mail."
    )
    mail_from: str = Field("photocheck@localhost", description="Sender of mail.")
    webhook_private: bool = Field(default=False, description="Allow webhooks to private addresses.")
    delivery_attempts: int = Field(12, ge=1, description="Attempts at a delivery before it is given up.")

    admin_password: SecretStr = Field(
        SecretStr(""), description="Password of the first administrator; empty makes one and prints it once."
    )
    oidc_issuer: str = Field("", description="OpenID Connect issuer of reviewers; empty leaves local accounts only.")
    oidc_client_id: str = Field("", description="Client id at that issuer.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Client secret at that issuer.")
    oidc_roles_claim: str = Field("roles", description="Claim that names a person's roles.")
    session_hours: float = Field(8.0, gt=0, description="How long a reviewer stays signed in.")
    require_totp: bool = Field(default=False, description="Whether local accounts must use a one-time code.")
    requests_a_minute: int = Field(120, ge=1, description="Requests a minute of one key or address.")

    @field_validator("master_keys")
    @classmethod
    def _whole_keys(cls, given: SecretStr) -> SecretStr:
        if given.get_secret_value():
            Keyring.parse(given.get_secret_value())
        return given

    @field_validator("remind_working_days")
    @classmethod
    def _whole_days(cls, given: str) -> str:
        if not all(part.strip().isdigit() for part in given.split(",")):
            raise ValueError("whole numbers with commas between, such as 3,1")
        return given

    @model_validator(mode="after")
    def _proxy_of_oidc(self) -> Settings:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("PHOTOCHECK_OIDC_CLIENT_ID is needed where PHOTOCHECK_OIDC_ISSUER is set")
        return self

    @property
    def database(self) -> str:
        """SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'photocheck.sqlite'}"

    @property
    def jobs_database(self) -> str:
        """Address of the job library's own tables: the same server, or a SQLite file of its own."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'jobs.sqlite'}"

    @property
    def pictures(self) -> str:
        """Where pictures are kept: an absolute folder or an s3:// address."""
        return self.pictures_url or str(self.data.absolute() / "pictures")

    @property
    def url(self) -> str:
        """The address users see, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def worker_count(self) -> int:
        """Processes that check pictures."""
        return self.workers or os.cpu_count() or 1

    @property
    def waiting_limit(self) -> int:
        """Checks that may be waiting or running at once."""
        return self.waiting or max(_LEAST_WAITING, 2 * self.worker_count)
