"""Fit the model of `photocheck/features/data/expression.toml` on the training part of the labelled images.

CORPUS=... python -m tests.evaluation.fit_expression > photocheck/features/data/expression.toml
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photocheck.decode import read
from photocheck.features.expression import expression_distances
from photocheck.features.portrait import Portrait
from photocheck.finding import NotAssessable

NAMES = (
    *("mouth_width", "corner_lift", "corner_depth", "lip_gap", "lip_height"),
    *("eyes_to_lips", "cheek_depth", "lid_gap", "brow_gap"),
)
LARGEST_TURN = 25.0
RIDGE = 1.0

Array = NDArray[np.float64]


def main() -> None:
    corpus = Path(os.environ["CORPUS"])
    with (corpus / "labels.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["check"] == "expression" and row["split"] == "train"]
    seen = [(distances, int(row["truth"])) for row in rows if (distances := measure(corpus / row["file"])) is not None]
    weights, bias = fit(np.array([row for row, _ in seen]), np.array([truth for _, truth in seen], dtype=np.float64))
    print("# The expression model: probability = 1 / (1 + exp(-(bias + sum of weight * distance in mm))).")
    print("# Ridge-regularised logistic regression by tests/evaluation/fit_expression.py on the training part:")
    print(
        f"# {len(seen)} portraits turned at most {LARGEST_TURN:.0f} degrees, {sum(truth for _, truth in seen)} of them not neutral."
    )
    print(f"bias = {bias:.3f}\n\n[weights]")
    for name, weight in zip(NAMES, weights, strict=True):
        print(f"{name} = {weight:.4f}")


def measure(path: Path) -> list[float] | None:
    photo = Portrait(read(path))
    try:
        if max(abs(photo.pose.yaw), abs(photo.pose.pitch)) > LARGEST_TURN:
            return None
        distances = expression_distances(photo.mesh, photo.pose)
    except NotAssessable:
        return None
    return [distances[name] for name in NAMES]


def fit(values: Array, truth: Array) -> tuple[Array, float]:
    """Weights and bias of the regression, by Newton's method on standardised values."""
    mean, spread = values.mean(axis=0), values.std(axis=0)
    table = np.column_stack([np.ones(len(values)), (values - mean) / spread])
    ridge = RIDGE * np.diag([0.0, *np.ones(values.shape[1])])
    beta = np.zeros(table.shape[1])
    for _ in range(50):
        told = 1.0 / (1.0 + np.exp(-table @ beta))
        curvature = table.T @ (table * (told * (1.0 - told))[:, None]) + ridge
        beta += np.linalg.solve(curvature, table.T @ (truth - told) - ridge @ beta)
    weights = beta[1:] / spread
    return weights, float(beta[0] - weights @ mean)


if __name__ == "__main__":
    main()
