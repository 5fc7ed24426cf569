"""The command line. Exit codes: 0 all pass, 1 something is review or fail, 2 wrong usage or an unreadable input."""

from __future__ import annotations

import sys

from photocheck.cli import (
    archive,
    archive_analysis,
    calibrate,
    catalogue,
    check,
    doctor,
    evaluate,
    prepare,
    receipt,
    service,
    submission,
)
from photocheck.cli.options import EXIT_INTERRUPTED, app

__all__ = [
    "app",
    "archive",
    "archive_analysis",
    "calibrate",
    "catalogue",
    "check",
    "doctor",
    "evaluate",
    "main",
    "prepare",
    "receipt",
    "service",
    "submission",
]


def main() -> None:
    """Run the command line; Ctrl-C ends it without a trace."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
