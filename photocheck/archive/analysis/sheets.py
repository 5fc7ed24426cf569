"""Contact sheets: which pictures tell most about a run, read again from their source and looked at once more."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from typing import Any

from PIL import Image

from photocheck.archive.analysis.results import Results, rows
from photocheck.archive.database import Database
from photocheck.archive.extras import parquet
from photocheck.archive.rows import models_hash
from photocheck.archive.settings import Settings
from photocheck.archive.sources.entry import Entry
from photocheck.archive.sources.reading import Reader
from photocheck.archive.worker import ends_after, prepare_process
from photocheck.decode import UnreadableImage, decode
from photocheck.finding import Finding
from photocheck.intake import WrongProfile, check_picture
from photocheck.profile import ProfileError
from photocheck.render.annotate import SHOWN, encode_jpeg
from photocheck.render.text import worst_first

_log = logging.getLogger(__name__)

A_SHEET = 20
_SIDE = 300
_SECONDS_TO_START = 120.0
_MOST_ENDED = 3
"""Processes that may end over a picture; after that the machine is to blame, and the rest is left."""

_WORST = """
SELECT id FROM findings WHERE outcome = 'fail'
GROUP BY id ORDER BY count(*) DESC, min(margin) NULLS LAST, id LIMIT ?
"""
# Not those exactly on a limit: whoever counts whole things is there often. Two a check, so that many are seen.
_BORDERLINE = """
WITH near AS (
    SELECT id, "check", least(abs(margin), abs(margin + 1)) AS away FROM findings
    WHERE margin BETWEEN -1.2 AND 0.2 AND margin NOT IN (0, -1)
    QUALIFY row_number() OVER (PARTITION BY "check" ORDER BY away, id) <= 2
)
SELECT id FROM near WHERE away < 0.2 GROUP BY id ORDER BY min(away), id LIMIT ?
"""
_SAMPLE = "SELECT id FROM images WHERE error IS NULL ORDER BY hash(id), id LIMIT ?"
_KNOWN = "SELECT * EXCLUDE fields FROM images WHERE id IN (SELECT unnest(?))"


@dataclass(frozen=True, slots=True)
class Look:
    """A picture that was looked at again.

    Attributes:
        thumbnail: a small JPEG; empty where there is none.
        shown: its findings that do not pass, worst first.
        reason: why there is no picture, or nothing drawn on it: a key of the wording; empty where all is well.
    """

    thumbnail: bytes = b""
    shown: tuple[Finding, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a sheet."""

    id: str
    path: str
    group: str | None
    verdict: str
    look: Look


def sheets(database: Database, results: Results) -> dict[str, list[Picture]]:
    """The worst, the borderline and a random sample of a run; a picture is on one sheet only.

    Args:
        database: with the views `images` and `findings` of the whole run.
    """
    chosen: dict[str, list[str]] = {}
    taken: set[str] = set()
    for name, query in (("worst", _WORST), ("borderline", _BORDERLINE), ("sample", _SAMPLE)):
        ids = [row[0] for row in database.execute(query, [3 * A_SHEET]).fetchall()]
        chosen[name] = [found for found in ids if found not in taken][:A_SHEET]
        taken.update(chosen[name])
    known = {row["id"]: row for row in rows(database, _KNOWN, [sorted(taken)])}
    looks = look_again(known, results)
    return {
        name: [
            Picture(found, known[found]["path"], known[found]["group"], known[found]["verdict"], looks[found])
            for found in ids
        ]
        for name, ids in chosen.items()
    }


def look_again(known: Mapping[str, Mapping[str, Any]], results: Results) -> dict[str, Look]:
    """Read pictures and check them once more, in a process of their own, as tables hold no places on the picture.

    Args:
        known: rows of the table of images, by id.
    """
    looks = dict.fromkeys(known, Look(reason="not-found"))
    settings = run_settings(results)
    waiting = planned_entries(known, results)
    ended = 0
    while waiting and ended <= _MOST_ENDED:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=prepare_process) as pool:
            try:
                while waiting:
                    entry = waiting[0]
                    looks[entry.id] = pool.submit(look, entry, settings, known[entry.id]).result()
                    waiting.pop(0)
            except BrokenProcessPool:
                looks[waiting.pop(0).id] = Look(reason="worker-killed")
                ended += 1
    return looks


def look(entry: Entry, settings: Settings, row: Mapping[str, Any]) -> Look:
    """A picture with what is to be drawn on it.

    Args:
        row: what the table of images says of it. Where profile, nets or version are others now, nothing is drawn.
    """
    with ends_after(settings.timeout + _SECONDS_TO_START):
        reader = Reader()
        try:
            data = reader.read(entry)
            if hashlib.sha256(data).hexdigest() != row["sha256"]:
                return Look(reason="changed")
            picture = decode(data)
        except UnreadableImage:
            return Look(reason="unreadable")
        finally:
            reader.close()
        small = encode_jpeg(Image.fromarray(picture.rgb), _SIDE)
        try:
            report = check_picture(picture, settings.request(entry)).report
        except (ProfileError, WrongProfile):
            return Look(small, reason="other-judge")
        except Exception as fault:  # noqa: BLE001
            # The last resort: a page of sixty pictures does not fail for one, and the run is done already.
            _log.error("a picture could not be looked at again: %s", type(fault).__name__)
            return Look(small, reason="not-drawn")
        judge = (report.profile_hash, models_hash(report.models), report.version)
        if judge != (row["profile_hash"], row["models_hash"], row["version"]):
            return Look(small, reason="other-judge")
        return Look(small, tuple(found for found in worst_first(report.findings) if found.outcome in SHOWN))


def run_settings(results: Results) -> Settings:
    """How a run's pictures were checked."""
    run = results.run
    asked = run["request"] | {"as_of": date.fromisoformat(run["request"]["as_of"])}
    hashes = {name: profile["hash"] for name, profile in run["profiles"].items()}
    return Settings(**asked, models=run["models"], version=run["version"], profiles=hashes)


def planned_entries(ids: Iterable[str], results: Results) -> list[Entry]:
    """The inputs as they were planned, in the order in which they lie in their source."""
    wanted = sorted(ids)
    found: list[Entry] = []
    for path in sorted((results.folder / "plan").glob("part-*.parquet")):
        for row in parquet().read_table(path, filters=[("id", "in", wanted)]).to_pylist():
            row.pop("earlier_part")
            found.append(Entry(**row))
    return sorted(found, key=lambda entry: (entry.path, entry.offset, entry.member))
