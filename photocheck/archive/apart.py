"""One picture in a process of its own: whether it kills or hangs the process is then known for certain."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection

from photocheck.archive.one import given_up, score_one
from photocheck.archive.rows import Scored
from photocheck.archive.settings import Settings
from photocheck.archive.sources.entry import Entry
from photocheck.archive.sources.reading import read_ahead
from photocheck.archive.worker import ends_after, prepare_process

_SECONDS_TO_START = 120.0
_SECONDS_OF_GRACE = 5.0


def score_apart(entry: Entry, settings: Settings) -> Scored:
    """The rows of a picture, or the row that says what it did to the process that looked at it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_score, args=(theirs, entry, settings), name="photocheck-apart")
    child.start()
    theirs.close()
    try:
        for seconds in (_SECONDS_TO_START, settings.timeout):
            if not ours.poll(seconds):
                return given_up(entry, settings, "timed-out")
            answer: Scored | None = ours.recv()
            if answer is not None:
                return answer
    except (EOFError, OSError):
        pass  # it is gone
    finally:
        child.kill()
        child.join()
        ours.close()
    return given_up(entry, settings, "worker-killed")


def _score(pipe: Connection, entry: Entry, settings: Settings) -> None:
    prepare_process()
    pipe.send(None)  # the clock starts only now
    with ends_after(settings.timeout + _SECONDS_OF_GRACE):  # should nobody be left to end it
        for found, data in read_ahead([entry]):
            pipe.send(score_one(found, data, settings))
