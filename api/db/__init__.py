"""The tables, and the database they are in."""

from api.db import outbox, people, records, rescoring, review, submissions  # noqa: F401  every table is known to Base
from api.db.base import Base
from api.db.database import Database

__all__ = ["Base", "Database"]
