"""`photocheck evaluate`: from labels and images to tables and plots."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from photocheck.evaluation.labels import Label
from photocheck.evaluation.measure import Measured, answers, measure
from photocheck.evaluation.tables import group_markdown, markdown, plot
from photocheck.files import write_atomically
from photocheck.finding import Report
from photocheck.intake import Request
from photocheck.messages import Language
from photocheck.pool import Task, check_many
from photocheck.registry import all_checks


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of it.

    Attributes:
        measured: a row a labelled check, in the order of the table of checks.
        reports: by file name as labelled.
        unreadable: (file, sentence) of images that could not be checked.
        skipped: labelled checks that the profile does not hold.
    """

    measured: list[Measured]
    reports: dict[str, Report]
    unreadable: list[tuple[str, str]]
    skipped: list[str]


def evaluate(
    labels: list[Label],
    images: Path,
    request: Request,
    language: Language,
    *,
    workers: int | None = None,
    progress: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Check every labelled image once and count errors per check."""
    files = list(dict.fromkeys(label.file for label in labels))
    reports: dict[str, Report] = {}
    unreadable: list[tuple[str, str]] = []
    rows = check_many([images / file for file in files], Task(request, language), workers=workers)
    for file, row in zip(files, rows, strict=True):
        if row.report is None:
            unreadable.append((file, row.error))
        else:
            reports[file] = row.report
        progress()
    joined = answers(labels, reports)
    order = [check.name for check in all_checks()]
    measured = [measure(name, joined[name]) for name in order if name in joined]
    skipped = sorted({label.check for label in labels} - joined.keys())
    return Evaluation(measured, reports, unreadable, skipped)


def write(evaluation: Evaluation, labels: Iterable[Label], folder: Path) -> None:
    """Write `evaluation.md`, `answers.csv` (an answer a row) and the plots into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    plots = plot(evaluation.measured, folder)
    text = [markdown(evaluation.measured), group_markdown(evaluation.measured)]
    text += [f"![{path.stem.upper()}]({path.name})" for path in plots]
    write_atomically(folder / "evaluation.md", "\n\n".join(filter(None, text)).encode() + b"\n")
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["file", "check", "truth", "group", "outcome", "value", "margin", "reason"])
    for check, answered in answers(labels, evaluation.reports).items():
        for answer in answered:
            found = answer.finding
            truth = int(answer.label.defective)
            writer.writerow(
                [
                    answer.label.file,
                    check,
                    truth,
                    answer.label.group,
                    found.outcome.value,
                    found.value,
                    found.margin,
                    found.reason,
                ]
            )
    write_atomically(folder / "answers.csv", table.getvalue().encode())
