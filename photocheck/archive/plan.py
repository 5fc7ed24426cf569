"""`plan`: list the source, prove that no two inputs share an id, write the inputs down in parts of 20,000.

A source is listed once; from then on the plan says what the run is about. Nothing grows with the archive but files:
listing is a stream, and sorting and joining are DuckDB's, which spills to disk.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import Any

from photocheck.archive.database import connect
from photocheck.archive.earlier import Earlier
from photocheck.archive.errors import ArchiveError
from photocheck.archive.extras import arrow, parquet
from photocheck.archive.folder import Folder
from photocheck.archive.schema import SCHEMA
from photocheck.archive.settings import Settings, profiles_used
from photocheck.archive.sources.entry import Entry
from photocheck.archive.sources.listing import entries
from photocheck.archive.sources.places import is_uri

PART_ROWS = 20_000
_LISTED_AT_ONCE = 50_000
_PLAIN = "SELECT *, CAST(NULL AS INTEGER) AS earlier_part FROM listed"
_JOINED = r"""
    SELECT listed.*, CAST(regexp_extract(images.filename, 'part-(\d+)', 1) AS INTEGER) AS earlier_part
    FROM listed LEFT JOIN images USING (id)
"""
_ORDER = 'ORDER BY earlier_part NULLS LAST, path, "offset", member'
_FIELDS = tuple(field.name for field in fields(Entry))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is about; kept as `run.json`.

    Attributes:
        source: as the command named it.
        settings: how every picture is checked, with the hashes of the profiles.
        total: inputs.
        parts: files of inputs.
        earlier: folder of an earlier run whose rows may be kept.
        where: SQL condition on that run; only the inputs that meet it are in the plan, and they are scored anew.
        profiles: every profile that may be used, in full, by id or path.
    """

    source: str
    settings: Settings
    total: int
    parts: int
    earlier: str | None
    where: str | None
    profiles: dict[str, dict[str, Any]]

    def document(self) -> dict[str, Any]:
        """`run.json`."""
        asked = asdict(self.settings) | {"as_of": self.settings.as_of.isoformat()}
        own = {name: asked.pop(name) for name in ("models", "version")}
        asked.pop("profiles")
        return {
            "schema": SCHEMA,
            "key": key(self.source, self.settings, self.earlier, self.where),
            "source": self.source,
            "total": self.total,
            "parts": self.parts,
            "part_rows": PART_ROWS,
            **own,
            "request": asked,
            "from": self.earlier,
            "where": self.where,
            "profiles": self.profiles,
        }


def key(source: str, settings: Settings, earlier: str | None, where: str | None) -> str:
    """One hash over everything that decides what comes out, the pictures left aside."""
    decisive = {name: value for name, value in asdict(settings).items() if name not in ("timeout", "profiles")}
    places = [place if place is None or is_uri(place) else str(Path(place).absolute()) for place in (source, earlier)]
    text = json.dumps([places, decisive, where], sort_keys=True, default=str)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def make_plan(
    folder: Folder,
    source: str,
    settings: Settings,
    *,
    earlier: Path | None = None,
    where: str | None = None,
    listed: Callable[[int], None] = lambda _: None,
) -> Plan:
    """The plan of a folder: the one it holds if it is the same, else a new one.

    Args:
        listed: told how many inputs are listed so far.

    Raises:
        ArchiveError: if the folder holds another run, two inputs share an id, or the source or a profile is wrong.
    """
    before = str(earlier) if earlier is not None else None
    if folder.run.is_file():
        return _same(folder, source, settings, before, where)
    if folder.is_whole(0):
        raise ArchiveError(f"{folder.root} holds tables but no run.json; name another folder.")
    profiles = profiles_used({settings.profile} if settings.profile else set())
    own = profiles[settings.profile]["kind"] if settings.profile else settings.kind
    if settings.kind not in ("auto", own):
        raise ArchiveError(f"The profile {settings.profile} is for pictures of the kind {own}, not {settings.kind}.")
    making = folder.root / "plan.making"
    shutil.rmtree(making, ignore_errors=True)
    shutil.rmtree(folder.plan, ignore_errors=True)
    making.mkdir()
    old = Earlier(earlier) if earlier is not None else None
    total, named = _list(source, making, listed)
    if total == 0:
        raise ArchiveError(f"{source}: there are no pictures.")
    profiles |= profiles_used(named)
    settings = replace(settings, profiles={name: profile["hash"] for name, profile in profiles.items()})
    total = _order(making, old, where)
    if total == 0:
        raise ArchiveError("No input of the source meets the condition.")
    plan = Plan(source, settings, total, -(-total // PART_ROWS), before, where, profiles)
    for file in making.glob("listed-*"):
        file.unlink()
    making.rename(folder.plan)
    folder.write_json(folder.run, plan.document())
    return plan


def planned(folder: Folder, part: int) -> tuple[list[Entry], list[int | None]]:
    """The inputs of a part, and for each in which part of the earlier run's tables it is."""
    rows = parquet().read_table(folder.planned(part)).to_pylist()
    before = [row.pop("earlier_part") for row in rows]
    return [Entry(**row) for row in rows], before


def _same(folder: Folder, source: str, settings: Settings, earlier: str | None, where: str | None) -> Plan:
    known = json.loads(folder.run.read_text("utf-8"))
    profiles = known["profiles"]
    settings = replace(settings, profiles={name: profile["hash"] for name, profile in profiles.items()})
    if known.get("schema") != SCHEMA or known["key"] != key(source, settings, earlier, where):
        raise ArchiveError(f"{folder.root} holds another run (of {known.get('source')}); name another folder.")
    settings.verify()
    return Plan(source, settings, known["total"], known["parts"], earlier, where, profiles)


def _list(source: str, making: Path, listed: Callable[[int], None]) -> tuple[int, set[str]]:
    """Write down what the source holds, as it comes; how many there are, and which profiles a manifest names."""
    named: set[str] = set()
    total = 0
    stream = entries(source)
    while batch := list(islice(stream, _LISTED_AT_ONCE)):
        _write(batch, making / f"listed-{total // _LISTED_AT_ONCE:06d}.parquet")
        named.update(entry.profile for entry in batch if entry.profile)
        total += len(batch)
        listed(total)
    return total, named


def _order(making: Path, old: Earlier | None, where: str | None) -> int:
    """Cut the listed inputs into parts: in the order of the earlier tables, then as they lie in their source."""
    with connect(making) as database:
        database.view("listed", [str(making / "listed-*.parquet")])
        twice = database.execute("SELECT id FROM listed GROUP BY id HAVING count(*) > 1 LIMIT 1").fetchone()
        if twice is not None:
            raise ArchiveError(f"Two inputs have the id {twice[0]!r}; ids must be unique.")
        query = _PLAIN
        if old is not None:
            database.view("images", old.tables("images"), filename=where is None)
            database.view("findings", old.tables("findings"))
            # The condition is the user's own, on the user's own tables.
            query = _JOINED if where is None else f"{_PLAIN} WHERE id IN (SELECT id FROM images WHERE ({where}))"  # noqa: S608
        total = 0
        for part, table in enumerate(database.batches(f"{query} {_ORDER}", PART_ROWS)):
            parquet().write_table(table, making / f"part-{part:06d}.parquet", compression="zstd")
            total += table.num_rows
        return total


def _write(batch: Sequence[Entry], path: Path) -> None:
    pa = arrow()
    types = {"offset": pa.int64(), "size": pa.int64(), "captured": pa.date32()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in _FIELDS])
    columns = {name: [getattr(entry, name) for entry in batch] for name in _FIELDS}
    parquet().write_table(pa.table(columns, schema=schema), path, compression="zstd")


def ranges(
    scored: Sequence[tuple[int, int]], rows: int, size: int, before: Sequence[int | None]
) -> Iterator[tuple[int, int]]:
    """The ranges of a part that are still to be scored, cut into shards that lie in one part of the earlier tables."""
    done = [*scored, (rows, rows)]
    start = 0
    for left, right in done:
        while start < left:
            stop = min(left, start + size)
            while before[stop - 1] != before[start]:
                stop -= 1
            yield start, stop
            start = stop
        start = max(start, right)
