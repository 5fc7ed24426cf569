"""Measurements as Markdown tables and as ROC and DET plots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from photocheck.evaluation.measure import Measured

_LOWEST_RATE = 1e-3
_COLUMNS = (
    "check",
    "good / defective",
    "good that fail (false refusals)",
    "good that fail or go to review",
    "defective that pass (missed)",
    "EER",
    "not assessed, good / defective",
)


def markdown(measured: Sequence[Measured]) -> str:
    """A table row a check. Rates with 95 % Wilson intervals and the counts behind them."""
    lines = [f"| {' | '.join(_COLUMNS)} |", "|---" * len(_COLUMNS) + "|"]
    for row in measured:
        error = "–" if row.curve is None else f"{row.curve.equal_error[0] * 100:.1f} %"
        lines.append(
            f"| {row.check} | {row.false_refusals.total} / {row.missed.total} | {row.false_refusals} "
            f"| {row.false_alarms} | {row.missed} | {error} "
            f"| {row.abstained_good.count} / {row.abstained_defective.count} |"
        )
    return "\n".join(lines)


def group_markdown(measured: Sequence[Measured]) -> str:
    """False refusals a check and group; empty where nothing is grouped."""
    names = sorted({name for row in measured for name in row.groups})
    if not names:
        return ""
    lines = [f"| check | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for row in measured:
        if row.groups:
            cells = [str(row.groups[name]) if name in row.groups else "–" for name in names]
            lines.append(f"| {row.check} | {' | '.join(cells)} |")
    return "\n".join(lines)


def plot(measured: Sequence[Measured], folder: Path) -> list[Path]:
    """Draw `roc.png` and `det.png` of every check that has both classes; the files that were made."""
    drawn = [(row, row.curve) for row in measured if row.curve is not None]
    if not drawn:
        return []
    from matplotlib.figure import Figure

    made = []
    for name, scale in (("roc", "linear"), ("det", "log")):
        figure = Figure(figsize=(9, 7), layout="constrained")
        axes = figure.add_subplot()
        for row, points in drawn:
            second = 1.0 - points.misses if name == "roc" else np.maximum(points.misses, _LOWEST_RATE)
            first = points.false_alarms if name == "roc" else np.maximum(points.false_alarms, _LOWEST_RATE)
            axes.plot(first, second, label=f"{row.check} (EER {points.equal_error[0] * 100:.1f} %)")
        axes.set_xscale(scale)
        axes.set_yscale(scale)
        axes.set_xlabel("good pictures called defective")
        axes.set_ylabel("defects found" if name == "roc" else "defects missed")
        axes.grid(visible=True, which="both", alpha=0.3)
        axes.legend(fontsize="x-small", loc="center left", bbox_to_anchor=(1.0, 0.5))
        path = folder / f"{name}.png"
        figure.savefig(path, dpi=110)
        made.append(path)
    return made
