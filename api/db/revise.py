"""Write the migration from the tables as they are to the tables as the models say.

    python -m api.db.revise 0002 "What it is for"

Read what it wrote: a migration only adds, so that the version before goes on working while it runs.
"""

from __future__ import annotations

import sys
import tempfile

from alembic import command

from api.db.database import Database


def main(number: str, message: str) -> None:
    """Compare a fresh database, brought up to date, with the models."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/fresh.sqlite")
        database.migrate()
        command.revision(database.alembic(), message=message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main(*sys.argv[1:])
