"""A copy of the audit log in a file, to be kept on another machine: it proves that no line was changed or cut off."""

from __future__ import annotations

import json
import os
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db.records import AuditEntry

_COLUMNS = ("number", "at", "actor", "action", "object", "facts", "previous", "hash")


class NotTheSame(Exception):
    """The file is no copy of this log.

    Attributes:
        number: of the first line that differs.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def export(session: Session, path: Path) -> int:
    """Append the lines that the file does not have yet.

    Returns:
        How many were added.

    Raises:
        NotTheSame: if a line of the file is not, or no longer, in the log.
    """
    number = 0
    with path.open("a+b") as file:
        file.seek(0)
        for number, line in enumerate(file, start=1):
            entry = session.get(AuditEntry, number)
            if entry is None or _line(entry) != line:
                raise NotTheSame(number)
        added = 0
        wanted = select(AuditEntry).where(AuditEntry.number > number).order_by(AuditEntry.number)
        with session.scalars(wanted.execution_options(yield_per=1000)) as entries:
            for entry in entries:
                file.write(_line(entry))
                added += 1
        file.flush()
        os.fsync(file.fileno())
    return added


def _line(entry: AuditEntry) -> bytes:
    told = {column: getattr(entry, column) for column in _COLUMNS}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
