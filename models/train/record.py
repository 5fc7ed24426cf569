"""What a training was: kept beside the net as `<net>.json`, so that the next one can be compared with it."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch


def digest(path: Path) -> str:
    """sha256 of a file, in pieces: pools are large."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def write_record(
    out: Path,
    *,
    seed: int,
    data: Sequence[Path],
    started_from: Path | None,
    minutes: float,
    curve: Sequence[tuple[int, float]],
    metrics: Mapping[str, object],
) -> None:
    """Write `out` with the suffix `.json`.

    Args:
        out: the net.
        data: files that were trained on; their digests are kept.
        started_from: weights that the training went on from; what is in that net's own record belongs to it too.
        curve: steps done, and the mean loss since the entry before.
        metrics: as measured on what was held apart.
    """
    record = {
        "seed": seed,
        "minutes": minutes,
        "data": {path.name: digest(path) for path in data},
        "started from": None if started_from is None else {started_from.name: digest(started_from)},
        "curve": [[steps, round(loss, 4)] for steps, loss in curve],
        "metrics": metrics,
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
    out.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
