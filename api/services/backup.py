"""A copy of database and pictures while the service runs, for the default set-up: SQLite and a folder.

PostgreSQL and S3 have their own means (docs/deploy.md). Master keys are not copied: whoever finds a backup cannot open
it. The job library's file is not either; it is made anew from the tables.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from api.settings import Settings

_DATABASE = "photocheck.sqlite"


class CannotBackUp(Exception):
    """Not the default set-up, or the folder is not empty; the text is a code."""


def back_up(settings: Settings, out: Path) -> int:
    """Copy into a new folder; the database first, so that every picture of it that is not erased meanwhile comes too.

    Returns:
        How many pictures were copied.

    Raises:
        CannotBackUp: `other-database`, `other-store`, `not-empty`.
    """
    if settings.database_url:
        raise CannotBackUp("other-database")
    if settings.pictures.startswith("s3://"):
        raise CannotBackUp("other-store")
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise CannotBackUp("not-empty")
    with (
        closing(sqlite3.connect(settings.data / _DATABASE)) as running,
        closing(sqlite3.connect(out / _DATABASE)) as copy,
    ):
        running.backup(copy)
    copied = 0
    for path in Path(settings.pictures).glob("*/pic_*"):
        target = out / "pictures" / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, target)
            copied += 1
        except FileNotFoundError:  # erased meanwhile
            target.unlink(missing_ok=True)
    return copied
