"""Many pictures at once: one process a core, results in the order asked for."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from photocheck.decode import UnreadableImage
from photocheck.finding import Report
from photocheck.intake import Request, WrongProfile, check_file
from photocheck.messages import Language, error_text
from photocheck.render.annotate import annotate, thumbnail, write_picture
from photocheck.render.crops import crops

_log = logging.getLogger(__name__)

_WAITING_A_WORKER = 4


@dataclass(frozen=True, slots=True)
class Task:
    """What is wanted of each picture besides its report.

    Attributes:
        language: of drawn text and of errors.
        annotate_into: folder for annotated copies, or None.
        crops_into: folder for what is cut out of cards (the flat card and its photo), or None.
        thumbnails: whether the row carries a small JPEG of the picture.
    """

    request: Request
    language: Language
    annotate_into: Path | None = None
    crops_into: Path | None = None
    thumbnails: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one picture: a report, or the sentence that says why there is none."""

    path: Path
    report: Report | None
    error: str = ""
    thumbnail: bytes = b""


def check_one(path: Path, task: Task, drawn_name: str = "") -> Row:
    """Check one picture; a file that cannot be read becomes a row with an error.

    Args:
        drawn_name: file name of what is written about it; by default that of the picture.
    """
    try:
        checked = check_file(path, task.request)
    except UnreadableImage as refusal:
        return Row(path, None, error_text(refusal.code, task.language, **refusal.facts))
    except WrongProfile as refusal:
        facts = {"kind": refusal.kind, "profile": refusal.profile, "profile_kind": refusal.profile_kind}
        return Row(path, None, error_text("wrong-profile", task.language, **facts))
    except Exception as fault:  # noqa: BLE001
        # The last resort outside the checks: one picture that trips us must not end the run of all the others.
        _log.error(
            "a picture could not be checked: %s", type(fault).__name__, exc_info=_log.isEnabledFor(logging.DEBUG)
        )
        return Row(path, None, error_text("internal-fault", task.language, fault=type(fault).__name__))
    if task.annotate_into is not None:
        drawn = annotate(checked.subject.rgb, checked.report, task.language)
        write_picture(drawn, task.annotate_into / (drawn_name or f"{path.stem}.jpg"))
    if task.crops_into is not None:
        stem = Path(drawn_name).stem if drawn_name else path.stem
        for what, crop in crops(checked.subject).items():
            write_picture(crop, task.crops_into / f"{stem}-{what}.jpg")
    small = thumbnail(checked.subject.rgb) if task.thumbnails else b""
    return Row(path, checked.report, thumbnail=small)


def check_many(paths: Sequence[Path], task: Task, *, workers: int | None = None) -> Iterator[Row]:
    """Check pictures in parallel, rows in the order of `paths`.

    Args:
        workers: processes; by default one a core, and none at all for a single picture.
    """
    names = _drawn_names(paths)
    count = min(workers or os.cpu_count() or 1, len(paths))
    if count <= 1:
        for path in paths:
            yield check_one(path, task, names[path])
        return
    # Spawned, never forked: the face models hang in a forked process.
    pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_one_thread)
    waiting: list[Future[Row]] = []
    try:
        for path in paths:
            waiting.append(pool.submit(check_one, path, task, names[path]))
            if len(waiting) >= count * _WAITING_A_WORKER:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _one_thread() -> None:
    """Each worker keeps to one core, and leaves Ctrl-C to the parent."""
    import signal

    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)


def _drawn_names(paths: Sequence[Path]) -> dict[Path, str]:
    """One file name a picture, numbered where two pictures share a name."""
    taken: set[str] = set()
    names: dict[Path, str] = {}
    for path in paths:
        name, number = f"{path.stem}.jpg", 1
        while name in taken:
            number += 1
            name = f"{path.stem}-{number}.jpg"
        taken.add(name)
        names[path] = name
    return names
