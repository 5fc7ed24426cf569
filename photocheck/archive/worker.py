"""What every process that scores pictures does first."""

from __future__ import annotations

import signal


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
