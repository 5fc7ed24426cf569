"""Our values beside OFIQ's on the same pictures (OFIQ is the reference implementation of ISO/IEC 29794-5)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from photocheck.finding import Finding, Outcome, Report

PAIRS = {
    "BackgroundUniformity": "background-uniformity",
    "IlluminationUniformity": "illumination-uniformity",
    "LuminanceMean": "exposure",
    "UnderExposurePrevention": "exposure",
    "OverExposurePrevention": "exposure",
    "DynamicRange": "washed-out",
    "Sharpness": "sharpness",
    "NoCompressionArtifacts": "compression",
    "NaturalColour": "skin-colour",
    "EyesOpen": "eyes-open",
    "MouthClosed": "mouth-closed",
    "HeadPoseYawFrontal": "yaw",
    "HeadPosePitchFrontal": "pitch",
    "HeadPoseRollFrontal": "roll",
    "ExpressionNeutrality": "expression",
}
GROUPS = {"light (1–3)": range(1, 4), "middle (4–6)": range(4, 7), "dark (7–10)": range(7, 11)}


def section(corpus: Path, reports: Mapping[str, Report]) -> str:
    """A table: mean of OFIQ's score and share that we pass, per tone group, and rank correlation of score and margin."""
    with (corpus / "ofiq_scores.csv").open(encoding="utf-8") as file:
        scores = {row["file"]: row for row in csv.DictReader(file) if row["file"] in reports}
    lines = [
        f"| OFIQ component | OFIQ mean: {', '.join(GROUPS)} | our check | passing: {', '.join(GROUPS)} | rank correlation |",
        "|---|---|---|---|---|",
    ]
    for component, check in PAIRS.items():
        theirs, ours = [], []
        for group in GROUPS.values():
            members = [name for name, row in scores.items() if row["skin_tone"] and int(row["skin_tone"]) in group]
            values = [float(scores[name][component]) for name in members]
            found = [_finding(reports[name], check) for name in members]
            seen = [finding for finding in found if finding.outcome in (Outcome.PASS, Outcome.REVIEW, Outcome.FAIL)]
            passing = sum(finding.outcome is Outcome.PASS for finding in seen)
            theirs.append(f"{np.mean(values):.0f}" if values else "–")
            ours.append(f"{passing}/{len(seen)}")
        lines.append(
            f"| {component} | {', '.join(theirs)} | {check} | {', '.join(ours)} | {_correlation(scores, reports, component, check)} |"
        )
    return "\n\n".join(
        [
            "## Beside OFIQ",
            f"OFIQ's published 0–100 scores of the same {len(scores)} London neutral pictures (both parts). All were taken with one "
            "camera under one light, so a score that falls with skin tone measures the skin. The correlation is Spearman's, of "
            "OFIQ's score and our margin; on pictures that are all good it is expected to be low.",
            "\n".join(lines),
        ]
    )


def _finding(report: Report, check: str) -> Finding:
    return next(finding for finding in report.findings if finding.check == check)


def _correlation(
    scores: Mapping[str, Mapping[str, str]], reports: Mapping[str, Report], component: str, check: str
) -> str:
    pairs = [
        (float(row[component]), margin)
        for name, row in scores.items()
        if (margin := _finding(reports[name], check).margin) is not None
    ]
    if len(pairs) < 3 or len({first for first, _ in pairs}) < 2 or len({second for _, second in pairs}) < 2:
        return "–"
    return f"{spearmanr(*zip(*pairs, strict=True)).statistic:.2f}"
