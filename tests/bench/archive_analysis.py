"""`diff` and `simulate` over made findings, timed.

    python -m tests.bench.archive_analysis [--findings 5000000] [--folder DIR]

Values lie about the limits of `cn-exit-entry`; the second run has the same values under two changed limits.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from photocheck.archive.analysis.compare import compare
from photocheck.archive.analysis.simulate import simulate
from photocheck.archive.analysis.what_if import changed
from photocheck.archive.rejudge import described
from photocheck.profile import load_profile
from tests.archive.made_runs import write_run

CHANGES = ("head-height.pass=0.68,0.82", "yaw.pass=-8,8")


def main() -> None:
    """Make two runs, ask both questions, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", type=int, default=5_000_000)
    parser.add_argument("--folder", type=Path, help="where the runs are made, or are already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        measure(options.folder or Path(temporary), options.findings)


def measure(folder: Path, wanted: int) -> None:
    """Time both questions over that many findings."""
    profile = load_profile("cn-exit-entry")
    images = -(-wanted // len(profile.checks()))
    other = changed(described(profile), CHANGES)[0].model_copy(update={"hash": "sha256:other"})
    for name, own in (("old", profile), ("new", other)):
        if not (folder / name / "done.json").is_file():
            print(
                f"{name}: {write_run(folder / name, own, images, about=profile):,} findings of {images:,} images",
                flush=True,
            )
    every = tuple(
        f"{check.name}.{key}=review" for check, setting in profile.checks() for key in ("at_most",) if setting.limits
    )
    questions: dict[str, Callable[[], Any]] = {
        "diff": lambda: compare(folder / "old", folder / "new"),
        "simulate, two limits": lambda: simulate(folder / "old", sets=CHANGES),
        "simulate, every check": lambda: simulate(folder / "old", sets=every),
    }
    print("| | seconds | CPU seconds | verdicts flipped | load |\n|---|---|---|---|---|")
    for name, ask in questions.items():
        begun, spent = time.perf_counter(), time.process_time()
        flipped = ask().changes.flipped
        took, used = time.perf_counter() - begun, time.process_time() - spent
        print(f"| {name} | {took:.1f} | {used:.1f} | {flipped:,} | {os.getloadavg()[0]:.0f} |", flush=True)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
