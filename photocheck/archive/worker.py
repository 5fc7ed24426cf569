"""What every process that scores pictures does first."""

from __future__ import annotations

import faulthandler
import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SLACK = 0.1


def prepare_process() -> None:
    """One core a process, models loaded on first use, Ctrl-C left to the driver."""
    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)


def resident_bytes() -> int:
    """The memory of this process that is in RAM; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * 4096
    except OSError:
        return 0


@contextmanager
def ends_after(seconds: float) -> Iterator[Callable[[], None]]:
    """End this process when what is inside takes that long (or a tenth more) without calling what it was given.

    The interpreter's own watchdog: it needs no lock that a hanging codec might hold. Winding it up starts a thread,
    so that it is done only now and then.
    """
    wound = -math.inf
    with open(os.devnull, "w", encoding="ascii") as nowhere:  # noqa: PTH123

        def again() -> None:
            nonlocal wound
            now = time.monotonic()
            if now - wound >= _SLACK * seconds:
                wound = now
                faulthandler.dump_traceback_later((1.0 + _SLACK) * seconds, exit=True, file=nowhere)

        again()
        try:
            yield again
        finally:
            faulthandler.cancel_dump_traceback_later()
