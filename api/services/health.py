"""Whether the service may be sent work: database, pictures, workers, nets, and the age of what waits."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

from api.db.outbox import Delivery
from photocheck.features.nets import checked_bytes, manifest, models_folder

if TYPE_CHECKING:
    from api.context import Service

_NOWHERE = "zz/pic_" + "0" * 26
_TOO_OLD = timedelta(minutes=15)
"""A delivery that is due this long and was not tried: jobs do not run."""


def faults(service: Service) -> dict[str, str]:
    """What is wrong, as codes by part; empty where all is well."""
    parts: dict[str, Callable[[Service], str | None]] = {
        "stopping": lambda known: "stopping" if known.stopping else None,
        "database": _database,
        "pictures": _pictures,
        "workers": lambda known: None if known.workers.alive else "not-running",
        "nets": _nets,
        "jobs": _jobs,
    }
    found = {}
    for name, look in parts.items():
        try:
            wrong = look(service)
        except Exception as fault:  # noqa: BLE001 - whatever goes wrong is the answer
            wrong = type(fault).__name__
        if wrong is not None:
            found[name] = wrong
    return found


def _database(service: Service) -> str | None:
    with service.database.read() as session:
        version = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    known = {script.revision for script in ScriptDirectory.from_config(service.database.alembic()).walk_revisions()}
    # A newer release has gone on with the tables already: they only grow, this one goes on working.
    return None if version in known or str(version) > max(known) else "not-migrated"


def _pictures(service: Service) -> str | None:
    try:
        service.blobs.store.get(_NOWHERE)
    except KeyError:
        return _folder(service)
    return "impossible-picture"


def _folder(service: Service) -> str | None:
    """A folder answers "not there" to everything when it is gone itself."""
    if service.settings.pictures.startswith("s3://"):
        return None
    return None if os.access(service.settings.pictures, os.W_OK) else "not-writable"


def _nets(_service: Service) -> str | None:
    """The nets on disk are those of the manifest: workers read them again whenever one is replaced."""
    check_nets()
    return None


def check_nets() -> None:
    """Hash each of our own nets, again where its file has changed.

    Raises:
        ModelError: if one is missing or is not what the manifest names.
    """
    for name, facts in manifest().items():
        path = models_folder() / facts.file
        changed = path.stat().st_mtime_ns if path.is_file() else None
        if changed is None or _checked.get(name) != changed:
            checked_bytes(name)
            _checked[name] = changed


_checked: dict[str, int | None] = {}
"""When each net's file that was found right had last changed."""


def _jobs(service: Service) -> str | None:
    with service.database.read() as session:
        oldest = session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state == "pending"))
    return "overdue" if oldest is not None and service.clock.now() - oldest > _TOO_OLD else None
