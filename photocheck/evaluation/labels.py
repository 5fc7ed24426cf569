"""Labelled images: `file,check,truth` with optional `group` and `split` columns; truth 1 means the defect is there."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


class LabelsError(Exception):
    """A labels file that cannot be used; the text names the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Label:
    """One answer that is known beforehand."""

    file: str
    check: str
    defective: bool
    group: str


def read_labels(path: Path, split: str | None = None) -> list[Label]:
    """The labels of a CSV file.

    Args:
        split: only rows whose `split` column says so; None for all.

    Raises:
        LabelsError: for a missing column, a truth that is neither 0 nor 1, or no row at all.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise LabelsError(f"{path}: {error.strerror}") from error
    rows = csv.DictReader(text.splitlines())
    columns = set(rows.fieldnames or ())
    missing = {"file", "check", "truth", *(("split",) if split else ())} - columns
    if missing:
        raise LabelsError(f"{path}:1: the column {', '.join(sorted(missing))} is missing")
    labels = []
    for row in rows:
        if row["truth"] not in ("0", "1"):
            raise LabelsError(f"{path}:{rows.line_num}: truth is {row['truth']!r}; it must be 0 or 1")
        if split is None or row["split"] == split:
            labels.append(Label(row["file"], row["check"], row["truth"] == "1", row.get("group") or ""))
    if not labels:
        raise LabelsError(f"{path}: there are no labels{f' of the split {split}' if split else ''}")
    return labels
