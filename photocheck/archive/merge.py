"""`merge`: the shards of a part become a file of each table, and at the end everything is counted."""

from __future__ import annotations

from typing import Any

from photocheck.archive.database import connect
from photocheck.archive.errors import ArchiveError
from photocheck.archive.extras import arrow, parquet
from photocheck.archive.folder import TABLES, Folder
from photocheck.archive.plan import Plan
from photocheck.archive.tables import as_bytes, sorted_findings, sorted_images
from photocheck.files import write_atomically


def merge_part(folder: Folder, part: int) -> None:
    """Write the tables of a part whose inputs are all scored, and remove its shards.

    Raises:
        ArchiveError: if the shards do not hold the part's inputs, each once, with all their findings.
    """
    if folder.is_whole(part):
        folder.drop_shards(part)
        return
    names = [f"{start:05d}-{stop:05d}" for start, stop in folder.scored(part)]
    images, findings = (
        arrow().concat_tables([parquet().read_table(folder.shards(part) / f"{name}.{table}.parquet") for name in names])
        for table in ("images", "findings")
    )
    inputs = parquet().read_table(folder.planned(part), columns=["id"])
    images = sorted_images(images)
    if not images.column("id").combine_chunks().equals(inputs.sort_by("id").column("id").combine_chunks()):
        raise ArchiveError(f"{folder.shards(part)} does not hold the inputs of its part; remove it and run again.")
    if sum(images.column("findings").to_pylist()) != findings.num_rows:
        raise ArchiveError(f"{folder.shards(part)} misses findings; remove it and run again.")
    write_atomically(folder.table("findings", part), as_bytes(sorted_findings(findings)), durable=True)
    write_atomically(folder.table("images", part), as_bytes(images), durable=True)
    folder.drop_shards(part)


def prove(folder: Folder, plan: Plan) -> dict[str, Any]:
    """Prove that the tables hold every planned input once, and all findings; then write `done.json` and return it.

    Raises:
        ArchiveError: with what does not agree.
    """
    with connect(folder.root) as database:
        database.view("inputs", [str(folder.planned(part)) for part in range(plan.parts)])
        for name in TABLES:
            database.view(name, [str(folder.table(name, part)) for part in range(plan.parts)])

        def one(query: str) -> int:
            return int(database.execute(query).fetchone()[0])

        counted = one("SELECT coalesce(sum(findings), 0) FROM images")
        claims = {
            "rows of images": (one("SELECT count(*) FROM images"), plan.total),
            "ids in images": (one("SELECT count(DISTINCT id) FROM images"), plan.total),
            "planned ids without a row": (one("SELECT count(*) FROM inputs ANTI JOIN images USING (id)"), 0),
            "rows of findings": (one("SELECT count(*) FROM findings"), counted),
        }
        for what, (found, expected) in claims.items():
            if found != expected:
                raise ArchiveError(f"{folder.root}: {what}: {found} instead of {expected}. The run is not complete.")
        verdicts = database.execute(
            "SELECT coalesce(verdict, 'error'), count(*) FROM images GROUP BY 1 ORDER BY 1"
        ).fetchall()
        origins = database.execute("SELECT origin, count(*) FROM images GROUP BY 1 ORDER BY 1").fetchall()
    done = {"images": plan.total, "findings": counted}
    summary = done | {"verdicts": dict(verdicts), "origins": dict(origins)}
    folder.write_json(folder.done, summary)
    return summary
