"""Limits taught by reviewers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from photocheck.archive.rejudge import bands_of
from photocheck.cli import app
from photocheck.evaluation.calibrate import Proposal, Sample, proposals
from photocheck.evaluation.draft import draft
from photocheck.profile import load_profile

PROFILE = "cn-exit-entry"


def taught(check: str, limit: str, at: float, values: np.ndarray, *, below: bool = False) -> list[Sample]:
    """People who call a defect what lies beyond their own limit."""
    return [Sample(PROFILE, check, limit, float(value), bool(value < at if below else value > at)) for value in values]


def test_finds_the_limit_that_people_use() -> None:
    samples = taught("head-height", "", 0.83, np.linspace(0.71, 0.90, 200))
    found = [one for one in proposals(samples, load_profile(PROFILE)) if one.end == "high"]
    assert len(found) == 1
    assert found[0].best == pytest.approx(0.83, abs=0.002)
    assert found[0].better
    assert (found[0].disagreed_best, found[0].now) == (0, 0.80)
    assert found[0].disagreed_now > 20


def test_low_end_by_itself() -> None:
    values = np.linspace(0.60, 0.90, 301)
    samples = [Sample(PROFILE, "head-height", "", float(v), bool(v < 0.68 or v > 0.80)) for v in values]
    by_end = {one.end: one for one in proposals(samples, load_profile(PROFILE))}
    assert by_end["low"].best == pytest.approx(0.68, abs=0.002)
    assert by_end["low"].better
    assert by_end["high"].best == 0.80
    assert not by_end["high"].better


def test_agreement_leaves_the_limit_alone() -> None:
    samples = taught("sharpness", "", 0.015, np.linspace(0.002, 0.03, 100))
    (found,) = proposals(samples, load_profile(PROFILE))
    assert found.best == found.now
    assert not found.better


def test_chance_is_not_taken_for_knowledge() -> None:
    random = np.random.default_rng(5)
    values = random.uniform(0.70, 0.90, 60)
    samples = [
        Sample(PROFILE, "head-height", "", float(v), bool((v > 0.80) != (random.random() < 0.3))) for v in values
    ]
    assert not any(one.better for one in proposals(samples, load_profile(PROFILE)))


def test_too_few_say_nothing() -> None:
    assert proposals(taught("sharpness", "", 0.01, np.linspace(0.002, 0.03, 12)), load_profile(PROFILE)) == []
    assert proposals(taught("sharpness", "", 0.9, np.linspace(0.002, 0.03, 90)), load_profile(PROFILE)) == []


def test_of_several_bands_only_values_that_stand_alone() -> None:
    base = taught("exposure", "face", 40.0, np.linspace(30, 70, 90), below=True)
    mixed = [Sample(PROFILE, "exposure", "face", 65.0, defect=True, alone=False)] * 500
    (found,) = proposals(base + mixed, load_profile(PROFILE))
    assert (found.limit, found.end, found.samples) == ("face", "low", 90)
    assert found.best == pytest.approx(40.0, abs=0.5)


def test_draft_is_a_profile(tmp_path: Path) -> None:
    profile = load_profile(PROFILE)
    samples = taught("head-height", "", 0.83, np.linspace(0.71, 0.90, 200))
    samples += taught("exposure", "face", 40.0, np.linspace(30, 70, 90), below=True)
    samples += taught("sharpness", "", 0.015, np.linspace(0.002, 0.03, 100))
    path = tmp_path / "draft.toml"
    path.write_text(draft(profile, proposals(samples, profile)), "utf-8")
    made = load_profile(str(path))
    head, before = made.settings["head-height"], profile.settings["head-height"]
    assert head.limits.passing[1] == pytest.approx(0.83, abs=0.002)  # type: ignore[attr-defined]
    assert head.limits.review[1] == pytest.approx(0.88, abs=0.002)  # type: ignore[attr-defined]
    assert head.limits.crown == before.limits.crown  # type: ignore[attr-defined]
    assert made.settings["exposure"].limits.blown == profile.settings["exposure"].limits.blown  # type: ignore[attr-defined]
    assert made.settings["sharpness"] == profile.settings["sharpness"]
    assert "# sharpness, high end" in path.read_text("utf-8")


@pytest.mark.parametrize("name", ["cn-exit-entry", "cn-visa", "icao", "cn-resident-id", "cn-exit-entry-signature"])
def test_every_limit_can_be_drafted(name: str, tmp_path: Path) -> None:
    profile = load_profile(name)
    found = []
    for check, setting in profile.checks():
        for limit, band in bands_of(setting.limits).items():
            for end, now in zip(("low", "high"), band.passing, strict=True):
                if now is not None:
                    best = now * 1.01 if end == "high" else now * 0.99
                    found.append(Proposal(name, check.name, limit, end, now, best, 50, 20, 9, 0, 0.004))  # type: ignore[arg-type]
    path = tmp_path / "draft.toml"
    path.write_text(draft(profile, found), "utf-8")
    made = load_profile(str(path))
    assert made.settings.keys() == profile.settings.keys()


def test_command(tmp_path: Path) -> None:
    decisions, out = tmp_path / "decisions.jsonl", tmp_path / "draft.toml"
    samples = taught("head-height", "", 0.83, np.linspace(0.71, 0.90, 200))
    lines = [
        json.dumps({"profile": s.profile, "check": s.check, "limit": s.limit, "value": s.value, "defect": s.defect})
        for s in samples
    ]
    decisions.write_text("\n".join(lines), "utf-8")
    told = CliRunner().invoke(app, ["calibrate", str(decisions), "-o", str(out), "--lang", "en"])
    assert told.exit_code == 0, told.output
    assert "0.8 → 0.83" in told.output or "0.8 → 0.829" in told.output
    assert load_profile(str(out)).id == "cn-exit-entry-calibrated"
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("{}", "utf-8")
    assert CliRunner().invoke(app, ["calibrate", str(wrong)]).exit_code == 2
