"""Alembic's entry: the engine is given by `Database.migrate` or `api.db.revise`."""

from typing import Any, Literal

from alembic import context

from api.db import Base
from api.db.base import UtcDateTime
from api.db.database import MIGRATION_LOCK, one_at_a_time


def _plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name the database's own types: they must not change when our classes do."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # processes that start together: the second waits
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=_plain,
    )
    with context.begin_transaction():
        one_at_a_time(connection, MIGRATION_LOCK)  # replicas start together
        context.run_migrations()
    connection.commit()
